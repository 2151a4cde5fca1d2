import { EventEmitter } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  exportLines,
  runSandbox,
  SandboxError,
  sandboxEnvironment,
} from '../../src/sandbox/index.ts';
import type { SandboxOptions } from '../../src/sandbox/index.ts';
import { services } from '../../src/sandbox/services/registry.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dhmc-test-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

interface Ran {
  status: number;
  out: string;
  err: string;
}

async function run(
  options: SandboxOptions,
  command: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
  signals = new EventEmitter(),
): Promise<Ran> {
  let out = '';
  let err = '';
  const status = await runSandbox({
    options,
    command,
    environment,
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    signals,
  });
  return { status, out, err };
}

/** A command that writes its environment to a file. */
const dump = (file: string): string[] => [
  process.execPath,
  '-e',
  `require('fs').writeFileSync(${JSON.stringify(file)}, JSON.stringify(process.env))`,
];

describe('a command', () => {
  it("gets the sandbox's variables and no inherited AWS variables", async () => {
    const file = join(directory, 'env.json');
    const inherited = {
      ...process.env,
      AWS_PROFILE: 'prod',
      AWS_SESSION_TOKEN: 'secret',
      AWS_ENDPOINT_URL_SSM: 'https://elsewhere.example',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      AWS_CONFIG_FILE: '/home/somebody/.aws/config',
      DHMC_STATE_DIR: '/home/somebody/state',
      NO_PROXY: 'intranet.example',
    };
    const { status, out } = await run({}, dump(file), inherited);
    expect(status).toBe(0);
    expect(out).toBe('');
    const seen = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    const aws = Object.keys(seen).filter((name) => name.startsWith('AWS_'));
    expect(aws.sort()).toEqual([
      'AWS_ACCESS_KEY_ID',
      'AWS_CONFIG_FILE',
      'AWS_DEFAULT_REGION',
      'AWS_EC2_METADATA_DISABLED',
      'AWS_ENDPOINT_URL',
      'AWS_REGION',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SHARED_CREDENTIALS_FILE',
    ]);
    expect(seen['AWS_ENDPOINT_URL']).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(seen['AWS_CONFIG_FILE']).not.toContain('somebody');
    expect(seen['DHMC_STATE_DIR']).not.toContain('somebody');
    expect(seen['NO_PROXY']).toBe('127.0.0.1,localhost,intranet.example');
  });

  it('calls only the sandbox, wherever inherited variables point', async () => {
    let asked = 0;
    const elsewhere = createServer((_request, response) => {
      asked++;
      response.end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => elsewhere.once('listening', resolve));
    const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    const config = join(directory, 'config');
    writeFileSync(
      config,
      `[default]\nendpoint_url = ${url}\nignore_configured_endpoint_urls = false\n[profile prod]\nendpoint_url = ${url}\n`,
    );
    const inherited = {
      ...process.env,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_PROFILE: 'prod',
      AWS_CONFIG_FILE: config,
      AWS_ENDPOINT_URL: url,
      AWS_ENDPOINT_URL_STS: url,
      AWS_ENDPOINT_URL_SSM: url,
      AWS_SESSION_TOKEN: 'theirs',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      HTTP_PROXY: url,
      HTTPS_PROXY: url,
    };
    const script = `
      const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
      const { SSMClient, GetServiceSettingCommand } = await import('@aws-sdk/client-ssm');
      await new STSClient({}).send(new GetCallerIdentityCommand({}));
      await new SSMClient({}).send(new GetServiceSettingCommand({ SettingId: '/ssm/parameter-store/default-parameter-tier' }));
      process.exit(5);`;
    const { status } = await run(
      { accounts: 2 },
      [process.execPath, '--input-type=module', '-e', script],
      inherited,
    );
    elsewhere.close();
    expect(status).toBe(5);
    expect(asked).toBe(0);
  });

  it('passes on its exit status, or the signal that ended it', async () => {
    expect((await run({}, [process.execPath, '-e', 'process.exit(7)'])).status).toBe(7);
    expect(
      (await run({}, [process.execPath, '-e', 'process.kill(process.pid, "SIGKILL")'])).status,
    ).toBe(137);
    const missing = await run({}, ['no-such-command-anywhere']);
    expect(missing.status).toBe(127);
    expect(missing.err).toContain('no-such-command-anywhere');
  });

  it('receives signals', async () => {
    const signals = new EventEmitter();
    const script = `process.on('SIGTERM', () => process.exit(9)); require('fs').writeFileSync(${JSON.stringify(join(directory, 'up'))}, ''); setInterval(() => {}, 1000)`;
    const ended = run({}, [process.execPath, '-e', script], process.env, signals);
    while (!readdirSync(directory).includes('up'))
      await new Promise((resolve) => setTimeout(resolve, 10));
    signals.emit('SIGTERM');
    expect((await ended).status).toBe(9);
  });
});

describe('the sandbox without a command', () => {
  it('prints export lines for a shell, and stops at a signal', async () => {
    const signals = new EventEmitter();
    const ended = run({ accounts: 3 }, [], { AWS_ENDPOINT_URL_S3: 'x' }, signals);
    while (signals.listenerCount('SIGINT') === 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
    signals.emit('SIGINT');
    const { status, out } = await ended;
    expect(status).toBe(0);
    const inherited = {
      PATH: process.env['PATH'] ?? '',
      AWS_PROFILE: 'prod',
      AWS_SESSION_TOKEN: 'secret',
      AWS_ENDPOINT_URL_S3: 'x',
      AWS_ENDPOINT_URL_SSM: 'x',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
    };
    const seen = execFileSync('sh', ['-c', `${out}\nenv`], { env: inherited, encoding: 'utf8' });
    const names = seen.split('\n').flatMap((line) => /^(AWS_\w+)=/.exec(line)?.[1] ?? []);
    expect(names.sort()).toEqual([
      'AWS_ACCESS_KEY_ID',
      'AWS_DEFAULT_REGION',
      'AWS_ENDPOINT_URL',
      'AWS_REGION',
      'AWS_SECRET_ACCESS_KEY',
    ]);
  });

  it('prints its world', async () => {
    const { out, status } = await run({ accounts: 3, seed: 5, printWorld: true }, []);
    expect(status).toBe(0);
    expect(out).toContain('dhmc.world/v1');
  });

  it('names the port that is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const refused: unknown = await run({ port }, []).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SandboxError);
    expect(refused).toMatchObject({
      message: `The sandbox cannot listen on port ${port}: it is in use.`,
    });
    other.close();
  });
});

describe('the export lines and variables', () => {
  it("keep the caller's own session token", () => {
    const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_SESSION_TOKEN: "it's" };
    const lines = exportLines({ env });
    expect(lines).toContain(`export AWS_SESSION_TOKEN='it'\\''s'`);
    expect(lines.split('\n')[0]).not.toContain('AWS_SESSION_TOKEN');
    expect(
      sandboxEnvironment({ env }, { AWS_SESSION_TOKEN: 'old' }, directory)['AWS_SESSION_TOKEN'],
    ).toBe("it's");
  });

  it.each([
    [{}, true],
    [{ DHMC_STATE_DIR: '' }, true],
    [{ DHMC_STATE_DIR: '/mine' }, false],
  ])('set a state directory unless one is set: %j', (inherited, isNamed) => {
    const lines = exportLines({ env: {} }, inherited, '/tmp/state');
    expect(lines.includes('export DHMC_STATE_DIR=/tmp/state')).toBe(isNamed);
  });

  it('unset the endpoint of every service in the sandbox', () => {
    const [unset = ''] = exportLines({ env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' } }).split(
      '\n',
    );
    expect(unset.split(' ').filter((name) => name.startsWith('AWS_ENDPOINT_URL_'))).toEqual(
      services.map(({ name }) => `AWS_ENDPOINT_URL_${name.toUpperCase()}`).sort(),
    );
  });
});
