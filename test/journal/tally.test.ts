import { describe, expect, it } from 'vitest';
import { summarizeRun } from '../../src/journal/run-outcome.ts';
import { tallyRun } from '../../src/journal/tally.ts';
import type { RunEvent } from '../../src/core/record/events.ts';
import { changeOutcome } from '../../src/core/record/history.ts';
import { at, begun, ended, planOf, planned, run, setting, startedOf } from './sample.ts';

const [one, two, three] = ['eu-west-1', 'us-east-1', 'eu-north-1'].map((region) =>
  setting('222222222222', region),
) as [ReturnType<typeof setting>, ReturnType<typeof setting>, ReturnType<typeof setting>];
const opening: readonly RunEvent[] = [
  startedOf(run),
  planOf('222222222222', [planned(one), planned(two), planned(three, { verdict: 'conflict' })]),
  { type: 'run-confirmed', at, by: 'yes' },
];
const stopped: RunEvent = { type: 'run-stopped', at, reason: 'interrupted', message: 'm' };
const finished: RunEvent = { type: 'run-finished', at, calls: 1, throttled: 0 };

const countsOf = (events: readonly RunEvent[]) => {
  const tally = tallyRun();
  for (const event of events) tally.add(event);
  return tally.counts();
};

describe('the outcome of a run, counted while its journal is written,', () => {
  const cases: readonly [string, readonly RunEvent[]][] = [
    ['no change was begun', [...opening, stopped, finished]],
    [
      'one change was made and one is open',
      [...opening, begun(one, at), ended(one, at), begun(two, at), finished],
    ],
    [
      'one change failed',
      [...opening, begun(one, at), ended(one, at, { verdict: 'failed', value: null }), finished],
    ],
    [
      'one setting was found as wanted',
      [...opening, ended(one, at, { verdict: 'in-sync' }), finished],
    ],
  ];

  it.each(cases)('equals the outcome from the whole journal if %s', async (_, events) => {
    const whole = await summarizeRun(
      (async function* () {
        await Promise.resolve();
        yield* events;
      })(),
    );
    const verdicts: Record<string, number> = {};
    for (const verdict of whole.verdicts.values()) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    const outcomes = [...whole.changes.values()].map(changeOutcome);
    expect(countsOf(events)).toEqual({
      outcome: whole.outcome,
      accounts: whole.accounts,
      verdicts,
      changes: outcomes.filter((outcome) => outcome === 'made').length,
      open: outcomes.filter((outcome) => outcome === 'unrecorded').length,
    });
  });

  it('counts a target that was not tried as not attempted', () => {
    expect(countsOf([...opening, stopped])?.verdicts).toEqual({
      'in-sync': 1,
      'not-attempted': 2,
      conflict: 1,
    });
  });

  it.each([
    [
      'a run that was resumed',
      { type: 'run-resumed', at, caller: startedOf(run).caller, command: 'c' },
    ],
    ['a proof', startedOf(run, { action: 'prove' })],
    ['a run with stack sets', startedOf(run, { action: 'stackset-deploy' })],
  ] as const)('is null for %s, which needs the whole journal', (_, event) => {
    expect(countsOf([...opening, event, finished])).toBe(null);
  });

  it('is null where a target was changed twice', () => {
    expect(countsOf([...opening, begun(one, at), ended(one, at), begun(one, at)])).toBe(null);
  });
});
