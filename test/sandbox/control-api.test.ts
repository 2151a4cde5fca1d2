import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxEnvironment } from '../../src/sandbox/environment.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { readWorld } from '../../src/sandbox/worlds/file.ts';
import { readLike } from '../../src/sandbox/like.ts';
import { simpleWorld } from '../support/simple-world.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ world: simpleWorld() });
});
afterAll(() => sandbox.stop());

const send = async (name: string, init: RequestInit = {}): Promise<number> =>
  (await fetch(`${sandbox.env['AWS_ENDPOINT_URL'] ?? ''}/_sandbox/${name}`, init)).status;

describe('the control plane', () => {
  it.each([
    ['Origin', 'http://evil.example', 403],
    ['Origin', 'null', 403],
    ['Origin', 'http://127.0.0.1.evil.example', 403],
    ['Origin', 'http://127.0.0.1:8080', 403],
    ['Sec-Fetch-Site', 'cross-site', 403],
    ['Sec-Fetch-Site', 'same-site', 403],
    ['Sec-Fetch-Site', 'none', 200],
  ])('responds to a request with %s: %s with status %s', async (header, value, status) => {
    expect(await send('snapshot', { headers: { [header]: value } })).toBe(status);
  });

  it.each([
    ['advance', 'null'],
    ['advance', '{"ms":"x"}'],
    ['set', 'null'],
    ['set', '[1]'],
    ['set', '{"account":"x"}'],
    ['set', '{"account":"000000000101","role":7}'],
    ['set', '{"account":"000000000101","region":"eu-west-1","setting":7}'],
    ['behavior', '7'],
    ['behavior', '{"faults":{}}'],
    ['faults', '{"a":1}'],
    ['faults', '[null]'],
    ['join', '5'],
    ['set', '{'],
  ])('refuses %s with body %s with status 400, and keeps running', async (name, body) => {
    expect(await send(name, { method: 'POST', body })).toBe(400);
    expect(await send('snapshot')).toBe(200);
  });
});

describe('a command run against the sandbox', () => {
  it('gets no variable for access to real accounts', () => {
    const reaching = {
      DHMC_PROFILE: 'p',
      DHMC_EXTERNAL_ID: 's',
      DHMC_ROLE_NAME: 'r',
      DHMC_HOME_REGION: 'eu-west-1',
      DHMC_SESSION_TAG: 'a=b',
      DHMC_SOURCE_IDENTITY: 'me',
      DHMC_SESSION_DURATION: '900',
      DHMC_NO_SESSION_POLICY: '1',
    };
    const folder = mkdtempSync(join(tmpdir(), 'dhmc-sandbox-env-'));
    const environment = sandboxEnvironment(sandbox, { ...reaching, DHMC_REGION: 'x' }, folder);
    expect(Object.keys(environment).filter((name) => name in reaching)).toEqual([]);
    expect(environment['DHMC_REGION']).toBe('x');
  });
});

describe('a sandbox input file', () => {
  it.each([
    ['a world', readWorld],
    ['a proof', readLike],
  ])('with %s is refused unread if it is a pipe or endless', async (_, read) => {
    const pipe = join(mkdtempSync(join(tmpdir(), 'dhmc-world-')), 'world.yaml');
    execFileSync('mkfifo', [pipe]);
    for (const file of [pipe, '/dev/zero'])
      await expect(read(file)).rejects.toThrow('not a regular file');
  });
});
