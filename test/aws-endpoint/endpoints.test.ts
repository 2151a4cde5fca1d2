/** Runs the one-cell promises on the sandbox, and on moto where it is installed. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { accountId, simpleWorld } from '../support/simple-world.ts';
import { settled } from '../crash/world.ts';
import { hasMoto, withMoto } from './moto.ts';

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

if (!hasMoto)
  console.warn('The promises are not tried on moto: python3 has no moto with a server.');

describe('the promises of one cell', () => {
  it('hold on the sandbox, which is left unchanged, and skip the other tests by name', async () => {
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

  it.runIf(hasMoto)('hold on moto with the three operations that it lacks', async () => {
    const cell = ['--account', '123456789012', '--region', 'eu-west-1'];
    // moto has no ListRegions.
    const printed = await withMoto((env) => tried(env, ...cell, '--skip', 'ListRegions'));
    expect(printed).not.toMatch(/^FAIL/m);
    expect(printed).toMatch(/^8 passed, 0 failed/m);
  });
});
