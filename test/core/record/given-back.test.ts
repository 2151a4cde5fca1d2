/** Whether the journals prove that a stack set took a setting over and gave it back unchanged. */
import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/core/record/events.ts';
import { isAsGivenBack } from '../../../src/core/record/ownership.ts';
import { account, eventsOf, historyIn, runOf, type Change } from '../../support/histories.ts';
import { historyOf, roleName } from '../../support/run-engine.ts';

const set: Change = { kind: 'setting', region: 'a', from: null, to: roleName };
const target = { kind: 'setting', account, region: 'a' } as const;
const stackSet = 'arn:aws:cloudformation:us-east-1:000000000001:stackset/dhmc-setting:0a';
const exec = `arn:aws:sts::${account}:assumed-role/stacksets-exec-0a/AWSCloudFormation`;
const at = '2026-01-05T00:00:00.000Z';

const call = (takesOver: boolean, over: { regions?: readonly string[] } = {}): RunEvent => ({
  ...{ type: 'stack-set-call-begun', at, call: 'CreateStackInstances', stackSet: 'dhmc-setting' },
  ...{ operation: 'op-1', units: ['r-ab12'], accounts: [account], accountFilter: 'INTERSECTION' },
  regions: over.regions ?? ['a'],
  ...(takesOver ? { takesOver } : {}),
});
const given = (operation: string | null = 'op-1'): RunEvent => ({
  ...{ type: 'cell-handed-over', at, target, stackSet, operation },
});
const back = (over: { value?: string; modifiedAt?: string | null } = {}): RunEvent => {
  const { value = roleName, modifiedAt = at } = over;
  return {
    ...{ type: 'cell-taken-back', at, target, stackSet, value, state: 'enabled' },
    written: { modifiedBy: exec, modifiedAt },
  };
};
const unread: RunEvent = {
  ...{ type: 'cell-taken-back', at, target, stackSet, value: null, state: 'unknown' },
};

/** A run with stack sets after the run that set the setting. */
const stackSetRun = (n: number, events: readonly RunEvent[]) => {
  const [started, ...rest] = eventsOf(n, []);
  if (started === undefined) throw new Error('no start');
  return historyOf([started, ...events, ...rest.slice(-1)]);
};

const first = historyIn(1, [set]);
const entryOf = (history = first) => {
  const [change] = history.changes.values();
  if (change === undefined) throw new Error('no change');
  return { change, history };
};
const now = { value: roleName, written: { modifiedBy: exec, modifiedAt: at }, role: null };

test.each<[string, readonly (readonly RunEvent[])[], boolean]>([
  ['taken over and given back', [[call(true), given()], [back()]], true],
  [
    'taken over and given back twice',
    [[call(true), given()], [back()], [call(true), given()], [back()]],
    true,
  ],
  [
    'taken over by a run that was cut off, then given back',
    [[call(true)], [given(), back()]],
    true,
  ],
  ['given back, though no journal has its transfer', [[back()]], true],
  ['taken over, and not given back', [[call(true), given()]], false],
  [
    'taken over, given back, and taken over again',
    [[call(true), given()], [back()], [call(true), given()]],
    false,
  ],
  ['transferred without being taken over', [[call(false), given()], [back()]], false],
  [
    'transferred by an operation of automatic deployment',
    [[call(true)], [given('auto'), back()]],
    false,
  ],
  ['found in a stack set without a known operation', [[call(true)], [given(null), back()]], false],
  ['taken over in another region', [[call(true, { regions: ['b'] }), given()], [back()]], false],
  ['given back with another value', [[call(true), given()], [back({ value: 'Other' })]], false],
  ['given back, but not read then', [[call(true), given()], [unread]], false],
  [
    'given back, and written at another time',
    [[call(true), given()], [back({ modifiedAt: '2026-01-04' })]],
    false,
  ],
  [
    'given back without a date from AWS',
    [[call(true), given()], [back({ modifiedAt: null })]],
    false,
  ],
  ['never in a stack set', [], false],
])('isAsGivenBack is right for a setting that was %s', (_, runs, isBack) => {
  const later = runs.map((events, index) => stackSetRun(index + 2, events));
  expect(isAsGivenBack(entryOf(), later, now)).toBe(isBack);
});

test('isAsGivenBack ignores a transfer before the change', () => {
  const later = historyIn(5, [set]);
  const runs = [stackSetRun(2, [call(true), given()]), stackSetRun(3, [back()]), later];
  expect(isAsGivenBack(entryOf(later), runs, now)).toBe(false);
  expect(runOf(5)).toBe(later.started.run);
});
