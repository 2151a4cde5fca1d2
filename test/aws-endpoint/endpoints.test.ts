/** The promises that one cell can show hold on the sandbox, and on a foreign emulator where there is one. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { accountId, simpleWorld } from '../support/simple-world.ts';
import { settled } from '../crash/world.ts';

const exec = promisify(execFile);
const tsx = join(import.meta.dirname, '../../node_modules/.bin/tsx');
const main = join(import.meta.dirname, 'main.ts');

const tried = async (
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<string> => {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(AWS_|DHMC_)/.test(name)),
  );
  const { stdout } = await exec(tsx, [main, ...args], {
    env: { ...inherited, AWS_EC2_METADATA_DISABLED: 'true', ...env },
  }).catch((error: unknown) => ({
    stdout: String((error as { readonly stdout?: unknown }).stdout),
  }));
  return stdout;
};

const hasMoto = ((): boolean => {
  try {
    execFileSync('python3', ['-c', 'import moto, flask'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
if (!hasMoto)
  console.warn('The promises are not tried on moto: python3 has no moto with a server.');

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

describe('the promises of one cell', () => {
  it('hold on the sandbox, which is left as it was, and the rest is skipped by name', async () => {
    const sandbox = await startSandbox({ world: simpleWorld({ accounts: ['one'] }) });
    try {
      const before = settled(sandbox.snapshot());
      const printed = await tried(sandbox.env, '--account', accountId(1), '--region', 'eu-west-1');
      expect(printed).not.toMatch(/^FAIL/m);
      expect(printed).toMatch(/^9 passed, 0 failed, \d{2,} skipped$/m);
      expect(printed).toContain('skip  faults.test.ts: ');
      expect(settled(sandbox.snapshot())).toBe(before);
    } finally {
      await sandbox.stop();
    }
  });

  it.runIf(hasMoto)('hold on moto, given the three operations that it lacks', async () => {
    const port = await freePort();
    const moto = spawn(
      'python3',
      [join(import.meta.dirname, 'moto_with_settings.py'), String(port)],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' },
      },
    );
    try {
      await new Promise<void>((resolve, reject) => {
        moto.stdout.once('data', () => resolve());
        moto.once('exit', () => reject(new Error('moto did not start')));
      });
      const printed = await tried(
        {
          AWS_ENDPOINT_URL: `http://127.0.0.1:${String(port)}`,
          AWS_ACCESS_KEY_ID: 'testing',
          AWS_SECRET_ACCESS_KEY: 'testing',
          AWS_REGION: 'us-east-1',
        },
        '--account',
        '123456789012',
        '--region',
        'eu-west-1',
        // moto has no ListRegions.
        '--skip',
        'ListRegions',
      );
      expect(printed).not.toMatch(/^FAIL/m);
      expect(printed).toMatch(/^8 passed, 0 failed/m);
    } finally {
      moto.kill('SIGKILL');
    }
  });
});
