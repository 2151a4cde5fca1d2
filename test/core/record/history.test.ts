import { describe, expect, it } from 'vitest';
import type { RunEvent, RunStarted } from '../../../src/core/record/events.ts';
import {
  foldHistory,
  isUnfinished,
  keyOf,
  orderOf,
  type RunHistory,
} from '../../../src/core/record/history.ts';
import { account, eventsOf, planned, type Change } from '../../support/histories.ts';
import { roleName } from '../../support/run-engine.ts';

const change: Change = { kind: 'setting', region: 'a', from: null, to: roleName, end: 'changed' };
const key = { kind: 'setting', account, region: 'a' } as const;
const at = '2026-01-09T00:00:00.000Z';

function fold(events: readonly RunEvent[]): RunHistory {
  const history = foldHistory();
  for (const event of events) history.add(event);
  const found = history.history();
  if (found === null) throw new Error('no history');
  return found;
}
const [started] = eventsOf(1, []) as [RunStarted];
const caller = (arn: string) => ({ account: '1', arn });
const resumed = (arn: string, order?: number): RunEvent => ({
  type: 'run-resumed',
  at,
  caller: caller(arn),
  command: 'dhmc resume',
  ...(order === undefined ? {} : { order }),
});

it('a history is null before the run has started', () => {
  expect(foldHistory().history()).toBeNull();
});

it('a history keeps the first value and the last end of a target that was changed twice', () => {
  const events = eventsOf(1, [change]);
  const again: RunEvent = { type: 'change-begun', at, target: key, from: 'X', to: roleName };
  const { changes } = fold([...events, again]);
  expect(changes.get(keyOf(key))).toMatchObject({ from: null, to: roleName, ended: null });
});

it('a history takes the later value of a target where the first try changed nothing', () => {
  const events = eventsOf(1, [{ ...change, end: 'refused' }]);
  const again: RunEvent = { type: 'change-begun', at, target: key, from: 'X', to: roleName };
  expect(fold([...events, again]).changes.get(keyOf(key))?.from).toBe('X');
});

it.each(['changed', 'in-sync', 'conflict'] as const)(
  'a history ends a change that was cut off if a later plan finds it %s',
  (verdict) => {
    const events = eventsOf(1, [{ ...change, end: 'cut' }]);
    const [plan] = events.filter((event) => event.type === 'account-planned');
    if (plan === undefined) throw new Error('no plan');
    const row = planned({ ...change, from: roleName }, { verdict });
    const later: RunEvent = { ...plan, plan: { ...plan.plan, targets: [row] } };
    expect(fold([...events, later]).changes.get(keyOf(key))?.ended).toMatchObject({ verdict });
  },
);

describe('a run', () => {
  const stopped: RunEvent = { type: 'run-stopped', at, reason: 'interrupted', message: 'm' };
  const finished: RunEvent = { type: 'run-finished', at, calls: 1, throttled: 0 };
  it.each<[string, readonly RunEvent[], boolean]>([
    ['that has only started', [started], true],
    ['that finished', [started, finished], false],
    ['that was stopped', [started, stopped, finished], true],
    [
      'that was stopped and resumed to its end',
      [started, stopped, finished, resumed('x'), finished],
      false,
    ],
    ['that was resumed and cut off', [started, finished, resumed('x')], true],
  ])('%s is unfinished: %s', (_, events, unfinished) => {
    expect(isUnfinished(fold(events))).toBe(unfinished);
  });
  it('lists each principal that started or resumed it once', () => {
    expect(fold([started, resumed('x'), resumed('x')]).callers).toEqual([started.caller.arn, 'x']);
  });
  it('moves to a later place in the order when it is resumed', () => {
    const first = orderOf(started);
    expect(first).toBe(Date.parse(started.startedAt));
    expect(fold([started, resumed('x', first + 5)]).order).toBe(first + 5);
    expect(fold([{ ...started, order: 9e15 }, resumed('x', 3)]).order).toBe(9e15 + 1);
  });
});

it('a history knows whether a stack set or dhmc has a cell', () => {
  const arn = 'arn:aws:cloudformation:us-east-1:111111111111:stackset/s:u';
  const given: RunEvent = {
    type: 'cell-handed-over',
    at,
    target: key,
    stackSet: arn,
    operation: 'o',
  };
  const taken: RunEvent = {
    type: 'cell-taken-back',
    at,
    target: key,
    stackSet: arn,
    value: null,
    state: 'disabled',
  };
  expect(fold([started, given]).handOvers.get(keyOf(key))?.to).toBe('stackset');
  expect(fold([started, given, taken]).handOvers.get(keyOf(key))).toMatchObject({
    ...{ to: 'dhmc', operation: 'o', isGiven: true },
  });
});
