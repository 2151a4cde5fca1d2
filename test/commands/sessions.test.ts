/** Sessions that expire during a run, and slow accounts. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/model/model.ts';
import type { World } from '../../src/sandbox/world.ts';
import { dhmcRole } from '../../src/sandbox/worlds/fixtures.ts';
import { openConsole, type Console } from '../support/in-process.ts';
import { accountId, managementAccount, simpleWorld } from '../support/simple-world.ts';

let bench: Console | null = null;
const warnings: Error[] = [];
const warned = (warning: Error): void => void warnings.push(warning);
beforeEach(() => void process.on('warning', warned));
afterEach(async () => {
  process.off('warning', warned);
  expect(warnings.splice(0)).toEqual([]);
  await bench?.stop();
  bench = null;
});
const opened = async (world: World): Promise<Console> => (bench = await openConsole(world));
const names = Array.from({ length: 12 }, (_, n) => `account-${String(n)}`);
const allButManagement = ['--org', '--exclude-account', managementAccount];

describe('sessions that expire during a run', () => {
  it('are renewed, and no cell fails', async () => {
    // A session lasts two seconds; an account takes longer, because IAM propagates its role late.
    const console = await opened(
      simpleWorld({
        accounts: names,
        behavior: { sessionSeconds: 2, latencyMs: 150, iamPropagationMs: 2500 },
      }),
    );
    const { status, stdout } = await console.run([
      'enable',
      ...allButManagement,
      '--yes',
      '--quiet',
      '-o',
      'json',
    ]);
    const report = JSON.parse(stdout) as Report;
    expect(report.summary.verdicts).toEqual({ changed: 4 * names.length });
    expect(status).toBe(0);
    expect(console.sandbox.requests().byOperation['sts:AssumeRole']).toBeGreaterThan(names.length);
  });
  it('are renewed even if only AWS knows that they have expired', async () => {
    const message = 'The security token included in the request is expired';
    const faults = names.flatMap((_, n) => [
      {
        service: 'ssm',
        account: accountId(n + 1),
        kind: 'error' as const,
        error: { code: 'ExpiredTokenException', message },
        skip: n % 6,
        times: 1,
      },
      {
        service: 'iam',
        account: accountId(n + 1),
        kind: 'error' as const,
        error: { code: 'ExpiredToken', message, status: 403 },
        skip: n % 5,
        times: 1,
      },
    ]);
    const console = await opened(simpleWorld({ accounts: names, behavior: { faults } }));
    const { status, stdout } = await console.run([
      'enable',
      ...allButManagement,
      '--yes',
      '--quiet',
      '-o',
      'json',
    ]);
    expect((JSON.parse(stdout) as Report).summary.verdicts).toEqual({ changed: 4 * names.length });
    expect(status).toBe(0);
  });
});

it('a session that AWS keeps refusing affects only its own account', async () => {
  const message = 'The security token included in the request is expired';
  const refuse = (service: string, code: string, account: number) => ({
    service,
    account: accountId(account),
    kind: 'error' as const,
    error: { code, message },
    skip: 2,
  });
  const faults = [
    refuse('ssm', 'ExpiredTokenException', 1),
    refuse('ssm', 'UnrecognizedClientException', 2),
  ];
  const console = await opened(simpleWorld({ accounts: names.slice(0, 4), behavior: { faults } }));
  const args = ['enable', ...allButManagement, '--yes', '--quiet', '-o', 'json'];
  const { status, stdout } = await console.run([...args, '--concurrency', '1']);
  const { targets } = JSON.parse(stdout) as Report;
  const codes = (account: number) => [
    ...new Set(
      targets
        .filter((target) => target.account === accountId(account))
        .map(({ verdict, problem }) => `${verdict} ${problem?.code ?? ''}`),
    ),
  ];
  expect(status).toBe(1);
  expect(codes(1).some((code) => /^(failed|blocked) credentials-expired$/.test(code))).toBe(true);
  expect(codes(2).some((code) => /^(failed|blocked) credentials-invalid$/.test(code))).toBe(true);
  for (const account of [3, 4]) expect(codes(account)).toEqual(['changed ']);
  expect(targets.some(({ verdict }) => verdict === 'not-attempted')).toBe(false);
});

it('slow accounts do not delay others', async () => {
  const slow = [1, 2, 3, 4].map((n) => ({ account: accountId(n), latencyMs: 1500 }));
  const console = await opened(
    simpleWorld({
      accounts: names.map((name) => ({ name, moreRoles: [dhmcRole] })),
      behavior: { slow },
    }),
  );
  console.sandbox.switchLog(true);
  const { status } = await console.run([
    'status',
    ...allButManagement,
    '--concurrency',
    '16',
    '--quiet',
    '-o',
    'json',
  ]);
  expect(status).toBe(0);
  const last = (account: string): number =>
    console.sandbox.log().findLastIndex((request) => request.account === account);
  for (const n of [5, 8, 12])
    expect(last(accountId(n))).toBeLessThan(
      Math.max(...[1, 2, 3, 4].map((at) => last(accountId(at)))),
    );
});
