/** AWS at its documented limits: a rollout to 500 accounts slows down and no cell fails. */
import { afterEach, expect, it } from 'vitest';
import type { Report } from '../../src/core/model/model.ts';
import { generateWorld } from '../../src/sandbox/worlds/generate.ts';
import { caseCount } from '../support/cases.ts';
import { openConsole, type Console } from '../support/in-process.ts';

let bench: Console | null = null;
afterEach(async () => {
  await bench?.stop();
  bench = null;
});

const rollOut = async (console: Console): Promise<Report> => {
  const { status, stdout, stderr } = await console.run([
    'enable',
    '--org',
    '--yes',
    '--quiet',
    '-o',
    'json',
  ]);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return JSON.parse(stdout) as Report;
};
const shareOf = ({ summary }: Report): number => summary.throttled / summary.calls;

it('at the limits of AWS at most 5 % of the calls are throttled, and no cell fails', async () => {
  const world = generateWorld({
    accounts: caseCount(500),
    seed: 11,
    regions: ['eu-west-1', 'us-east-1'],
  });
  bench = await openConsole({ ...world, behavior: { rateLimits: true } });
  const report = await rollOut(bench);
  const { calls, throttled, verdicts } = report.summary;
  process.stdout.write(
    `limits: ${String(world.accounts.length - 1)} accounts, ${String(calls)} calls, ${String(throttled)} throttled (${(shareOf(report) * 100).toFixed(2)} %)\n`,
  );
  expect(verdicts).toEqual({ changed: 4 * world.accounts.length });
  expect(shareOf(report)).toBeLessThanOrEqual(0.05);
  expect(bench.sandbox.requests().total).toBe(calls);
});

it('with one call in fifty throttled by any service no cell fails', async () => {
  const world = generateWorld({ accounts: 40, seed: 12, regions: ['eu-west-1', 'us-east-1'] });
  bench = await openConsole({
    ...world,
    behavior: { faults: [{ kind: 'throttle', share: 0.02 }] },
  });
  const report = await rollOut(bench);
  expect(report.summary.verdicts).toEqual({ changed: 160 });
  expect(report.summary.throttled).toBeGreaterThan(0);
});
