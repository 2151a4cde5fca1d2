/** Servers that never respond: no command hangs, and a silent account delays no other. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/model/model.ts';
import type { World } from '../../src/sandbox/world.ts';
import { openConsole, type Console } from '../support/in-process.ts';
import { accountId, managementAccount, simpleWorld } from '../support/simple-world.ts';

let bench: Console | null = null;
afterEach(async () => {
  await bench?.stop();
  bench = null;
});
const opened = async (world: World): Promise<Console> => (bench = await openConsole(world));
const names = Array.from({ length: 12 }, (_, n) => `account-${String(n)}`);
const allButManagement = ['--org', '--exclude-account', managementAccount];

describe('a server that never responds', () => {
  it('delays no other account and is reported in time', async () => {
    const silent = accountId(3);
    const console = await opened(
      simpleWorld({
        accounts: names,
        behavior: {
          faults: [
            { service: 'ssm', account: silent, kind: 'hang' },
            { service: 'iam', account: silent, kind: 'hang' },
          ],
        },
      }),
    );
    const { status, stdout } = await console.run([
      'enable',
      ...allButManagement,
      '--concurrency',
      '4',
      '--yes',
      '--quiet',
      '-o',
      'json',
    ]);
    const report = JSON.parse(stdout) as Report;
    expect(status).toBe(1);
    for (const { account, verdict, state, problem } of report.targets) {
      if (account !== silent) expect(verdict).toBe('changed');
      else
        expect({ verdict, state, code: problem?.code }).toEqual({
          verdict: 'blocked',
          state: 'unknown',
          code: 'network',
        });
    }
    // An account whose server is silent ends within two minutes.
  }, 120_000);
  it('ends the command if it lists the organization', async () => {
    const console = await opened(
      simpleWorld({ behavior: { faults: [{ operation: 'ListAccounts', kind: 'hang' }] } }),
    );
    process.env['AWS_MAX_ATTEMPTS'] = '1';
    const { status, stdout } = await console.run(['status', '--org', '--quiet', '-o', 'json']);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'dhmc.error/v1',
      error: { code: 'network', message: expect.stringContaining('20 seconds') as string },
    });
  }, 60_000);
});
