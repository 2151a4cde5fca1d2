/** Runs of one account, one an hour, for tests of the effect of later runs. */
import type { RunEvent } from '../../src/core/record/events.ts';
import {
  begun,
  ended,
  planned,
  planOf,
  roleValue,
  setting,
  startedOf,
  stateDirectory,
  write,
} from './sample.ts';

export const account = '222222222222';
export const cells = ['eu-west-1', 'us-east-1'].map((region) => setting(account, region));
export const [first, second] = cells as [(typeof cells)[0], (typeof cells)[0]];

export const id = (hour: number): string => `20261122-${String(hour).padStart(2, '0')}0000-aaaaaa`;
export const time = (hour: number, second = 30): string =>
  `2026-11-22T${String(hour).padStart(2, '0')}:00:${String(second)}.000Z`;

export const finished = (hour: number): RunEvent => ({
  type: 'run-finished',
  at: time(hour, 59),
  calls: 1,
  throttled: 0,
});

/** A run that changed the given cells. */
export const enabling = (hour: number, changed = cells): RunEvent[] => [
  startedOf(id(hour)),
  planOf(
    account,
    changed.map((cell) => planned(cell)),
  ),
  { type: 'run-confirmed', at: time(hour, 10), by: 'yes' },
  ...changed.flatMap((cell) => [begun(cell, time(hour)), ended(cell, time(hour, 31))]),
  finished(hour),
];

export const rollingBack = (
  hour: number,
  rolledBack: number,
  changed = cells,
  settled: typeof cells = [],
): RunEvent[] => [
  startedOf(id(hour), { action: 'rollback', rollsBack: id(rolledBack) }),
  planOf(account, [
    ...changed.map((cell) => planned(cell, { from: roleValue, to: null })),
    ...settled.map((cell) => planned(cell, { verdict: 'in-sync' })),
  ]),
  { type: 'run-confirmed', at: time(hour, 10), by: 'yes' },
  ...changed.flatMap((cell) => [
    begun(cell, time(hour), roleValue, null),
    ended(cell, time(hour, 31), { value: null }),
  ]),
  finished(hour),
];

export async function stateWith(...runs: RunEvent[][]): Promise<string> {
  const stateDir = await stateDirectory();
  for (const events of runs) await write(stateDir, events);
  return stateDir;
}
