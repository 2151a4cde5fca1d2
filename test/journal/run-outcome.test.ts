import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/core/record/events.ts';
import { keyOf } from '../../src/core/record/history.ts';
import { summarizeRun } from '../../src/journal/run-outcome.ts';
import { begun, cell, ended, planOf, planned, run, setting, startedOf } from './sample.ts';

const at = (second: number): string => `2026-11-22T10:00:0${String(second)}.000Z`;
const opening: readonly RunEvent[] = [
  startedOf(run),
  planOf('222222222222', [planned(cell)]),
  { type: 'run-confirmed', at: at(1), by: 'yes' },
];
const stopped: RunEvent = { type: 'run-stopped', at: at(5), reason: 'interrupted', message: 'm' };
const finished: RunEvent = { type: 'run-finished', at: at(6), calls: 1, throttled: 0 };
const resumed: RunEvent = {
  type: 'run-resumed',
  at: at(7),
  caller: startedOf(run).caller,
  command: 'dhmc resume',
};
const summary = (...events: readonly RunEvent[]) =>
  summarizeRun(
    (async function* () {
      await Promise.resolve();
      yield* [...opening, ...events];
    })(),
  );

describe('the outcome of a run', () => {
  it.each<[string, readonly RunEvent[]]>([
    ['unfinished', []],
    ['stopped', [stopped]],
    ['stopped', [stopped, finished]],
    ['finished', [finished]],
    ['unfinished', [stopped, finished, resumed]],
    ['finished', [stopped, finished, resumed, finished]],
  ])('is %s: %#', async (outcome, events) => {
    expect((await summary(...events)).outcome).toBe(outcome);
  });

  it('has the verdict not-attempted for a planned change without an end', async () => {
    expect((await summary()).verdicts.get(keyOf(cell))).toBe('not-attempted');
    const { verdicts, changes, lastAt } = await summary(begun(cell, at(2)), ended(cell, at(3)));
    expect(verdicts.get(keyOf(cell))).toBe('changed');
    expect([...changes.keys()]).toEqual([keyOf(cell)]);
    expect(lastAt).toBe(at(3));
  });

  it('counts each cell and account of stack sets once', async () => {
    const other = setting('333333333333', 'eu-west-1');
    const handed = { type: 'cell-handed-over', stackSet: 's', operation: null } as const;
    const { handedOver, takenBack, accounts } = await summary(
      { ...handed, at: at(2), target: cell },
      { ...handed, at: at(3), target: cell },
      { ...handed, at: at(3), target: other },
      {
        type: 'cell-taken-back',
        at: at(4),
        target: cell,
        stackSet: 's',
        value: null,
        state: 'enabled',
      },
    );
    expect({ handedOver, takenBack, accounts }).toEqual({
      handedOver: 2,
      takenBack: 1,
      accounts: 2,
    });
  });
});
