/**
 * Bad input gets a message that names it and the fix, the documented status, and JSON if requested; nothing changes.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/model/model.ts';
import { simpleWorld } from '../support/simple-world.ts';
import { openBench, start, writesOf, type Bench } from '../support/built-program.ts';
import { runInEnvironment } from '../support/in-process.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench(
    simpleWorld({
      accounts: [
        { name: 'twin' },
        { name: 'twin' },
        { name: 'shop', unit: 'Workloads/Prod' },
        { name: 'gone', state: 'SUSPENDED' },
      ],
      organization: { id: 'o-badinput001' },
    }),
  );
});
afterAll(async () => bench.stop());

interface ErrorOutput {
  readonly schema: string;
  readonly action: string | null;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string };
}

describe('bad input', () => {
  it.each([
    ['no selector', ['enable', '--yes'], 'accounts', '--org'],
    [
      '--org beside --ou',
      ['enable', '--org', '--ou', 'Workloads', '--yes'],
      '--ou',
      'Leave'.toLowerCase(),
    ],
    [
      'an unknown OU',
      ['enable', '--ou', 'Workloads/Pord', '--yes'],
      'Workloads/Pord',
      'Workloads/Prod',
    ],
    ['an unknown account', ['enable', '--account', 'shpo', '--yes'], 'shpo', 'shop'],
    ['a name of two accounts', ['enable', '--account', 'twin', '--yes'], 'twin', '000000000101'],
    [
      'an excluded name of two accounts',
      ['status', '--exclude-account', 'twin'],
      'twin',
      '000000000102',
    ],
    ['only inactive accounts', ['status', '--account', 'gone'], 'active', 'ACTIVE'],
    ['an empty selection', ['status', '--account', 'shop', '--exclude-ou', 'Workloads'], '', '.'],
    [
      'an unknown region',
      ['enable', '--org', '--region', 'eu-wset-1', '--yes'],
      'eu-wset-1',
      'eu-west-1',
    ],
    [
      'a region of another partition',
      ['enable', '--org', '--region', 'cn-north-1', '--yes'],
      'cn-north-1',
      'us-east-1',
    ],
    ['a tag without a value', ['enable', '--org', '--tag', 'team', '--yes'], 'team', 'KEY=VALUE'],
    ['an unknown option', ['enable', '--org', '--regoin', 'x', '--yes'], '--regoin', '--region'],
    [
      'a concurrency of 0',
      ['enable', '--org', '--concurrency', '0', '--yes'],
      '--concurrency',
      '1',
    ],
    [
      'a concurrency of -1',
      ['enable', '--org', '--concurrency', '-1', '--yes'],
      '--concurrency',
      '1',
    ],
    [
      'a concurrency of 1.5',
      ['enable', '--org', '--concurrency', '1.5', '--yes'],
      '--concurrency',
      '1',
    ],
    [
      'a concurrency of many',
      ['enable', '--org', '--concurrency', 'many', '--yes'],
      '--concurrency',
      '1',
    ],
    [
      'an external ID that STS refuses',
      ['enable', '--org', '--external-id', 'x y', '--yes'],
      '--external-id',
      'spaces',
    ],
    [
      'a role name that IAM refuses',
      ['enable', '--org', '--role-name', 'a b', '--yes'],
      '--role-name',
      'name',
    ],
    ['no terminal and no --yes', ['enable', '--org'], 'terminal', '--yes'],
    ['no terminal and no --yes', ['disable', '--org'], 'terminal', '--yes'],
    ['--check without --dry-run', ['enable', '--org', '--yes', '--check'], '--check', '--dry-run'],
    [
      'a report file of an unknown format',
      ['status', '--report-file', 'report.docx'],
      'report.docx',
      '.json',
    ],
    [
      'a report file in a missing directory',
      ['status', '--report-file', '/no/where/report.json'],
      '/no/where',
      'directory',
    ],
    [
      'a session duration of a minute',
      ['status', '--session-duration', '60'],
      '--session-duration',
      '900',
    ],
  ])('%s is a usage error: %j', async (_, args, names, fix) => {
    const before = bench.sandbox.snapshot();
    const { status, stdout, stderr } = await runInEnvironment([...args, '-o', 'json'], bench.env);
    const output = JSON.parse(stdout) as ErrorOutput;
    expect(output).toMatchObject({
      schema: 'dhmc.error/v1',
      action: args[0],
      error: { code: 'usage' },
    });
    expect(output.error.message + output.error.hint).toContain(names);
    expect((output.error.message + output.error.hint).toLowerCase()).toContain(fix.toLowerCase());
    expect(stderr).toContain('dhmc: ');
    expect(status).toBe(64);
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it.each([
    [['enable', '--yes'], '--org'],
    [['enable', '--ou', 'Workloads/Pord', '--yes'], 'Workloads/Prod'],
  ])('%j gets the same error from the built program', async (args, fix) => {
    const { status, stdout, stderr } = await bench.run(...args, '-o', 'json');
    const { schema, error } = JSON.parse(stdout) as ErrorOutput;
    expect({ status, schema, code: error.code }).toEqual({
      status: 64,
      schema: 'dhmc.error/v1',
      code: 'usage',
    });
    expect(error.message + error.hint).toContain(fix);
    expect(stderr).toContain('dhmc: ');
  });

  it('leaves standard output empty without -o json', async () => {
    const { stdout, status } = await bench.run('enable');
    expect({ stdout, status }).toEqual({ stdout: '', status: 64 });
  });
});

describe('the built program', () => {
  const failing = async (change: NodeJS.ProcessEnv, ...args: readonly string[]) => {
    const { status, stdout, stderr } = await start(['status', '-o', 'json', ...args], {
      ...bench.env,
      ...change,
    }).ended;
    return { status, stderr, ...(JSON.parse(stdout) as ErrorOutput) };
  };

  it('stops without credentials', async () => {
    const { status, error, stderr } = await failing({
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
    });
    expect(status).toBe(1);
    expect(error.message).toMatch(/credentials/i);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('names a missing profile', async () => {
    const { status, error } = await failing(
      { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
      '--profile',
      'nobody',
    );
    expect([1, 64]).toContain(status);
    expect(error.message + error.hint).toContain('nobody');
  });

  it('stops with a hint for an unknown access key', async () => {
    const { status, error } = await failing({ AWS_ACCESS_KEY_ID: 'AKIANOBODY0000000000' });
    expect(status).toBe(1);
    expect(error.hint).not.toBe('');
  });

  it('reports a network problem if nothing listens on the endpoint', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const { status, error } = await failing({ AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` });
    expect(status).toBe(1);
    expect(error.code).toBe('network');
  });

  it('changes nothing if the state directory is a file, and prints a report', async () => {
    const { status, stdout, stderr } = await start(
      ['enable', '--account', 'shop', '--yes', '-o', 'json'],
      {
        ...bench.env,
        DHMC_STATE_DIR: join(bench.folder, 'config'),
      },
    ).ended;
    expect(status).toBe(1);
    expect(stderr).toContain(join(bench.folder, 'config'));
    expect((JSON.parse(stdout) as Report).summary.verdicts).toEqual({ 'not-attempted': 4 });
    expect(writesOf(bench.sandbox)).toEqual({});
  });
});
