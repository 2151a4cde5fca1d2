import { expect, it } from 'vitest';
import type { State, Target } from '../../../src/core/model/model.ts';
import type { HandOver, RunHistory } from '../../../src/core/record/history.ts';
import { keyOf } from '../../../src/core/record/history.ts';
import { reasonToKeep, recordsOf } from '../../../src/core/stack-sets/take-over.ts';
import {
  account,
  historyIn,
  planned,
  runOf,
  sessionOf,
  type Change,
} from '../../support/histories.ts';
import { roleName } from '../../support/run-engine.ts';

const change: Change = { kind: 'setting', region: 'a', from: null, to: roleName };
const enabled = historyIn(1, [{ ...change, end: 'changed' }]);
const [record] = enabled.changes.values();
const time = '2026-01-02T00:00:00.000Z';
const target = (over: Partial<Target> = {}): Target => {
  const { stateAfter: _, notes: __, ...row } = planned({ ...change, from: roleName });
  const written = {
    modifiedBy: sessionOf(runOf(1)),
    modifiedAt: record?.ended?.modifiedAt ?? null,
  };
  return { ...row, state: 'enabled', ...written, ...over };
};

it.each<[string, Target, readonly RunHistory[], string | null]>([
  ['that a run set', target(), [enabled], null],
  ['that no run set', target(), [], 'No run in the state directory enabled it.'],
  [
    'that a person set again',
    target({ modifiedBy: 'ann', modifiedAt: '2026-02-01T00:00:00.000Z' }),
    [enabled],
    'Someone changed it',
  ],
  [
    'that a later run reset',
    target(),
    [enabled, historyIn(2, [{ ...change, to: null, end: 'changed' }])],
    'Someone changed it',
  ],
  ['whose change AWS refused', target(), [historyIn(1, [{ ...change, end: 'refused' }])], 'No run'],
])('reasonToKeep is right for a setting %s', (_, found, histories, reason) => {
  const why = reasonToKeep(found, recordsOf(histories));
  if (reason === null) expect(why).toBeNull();
  else expect(why).toContain(reason);
});

it.each<[State, string]>([
  ['disabled', "at AWS's default"],
  ['foreign', 'another role'],
  ['quick-setup', 'another role'],
  ['broken', 'missing or broken'],
  ['unknown', 'It could not be read.'],
])('reasonToKeep has a reason for a setting that is %s', (state, reason) => {
  expect(reasonToKeep(target({ state }), recordsOf([enabled]))).toContain(reason);
});

it.each<[string, Partial<HandOver>, boolean]>([
  ['gave back, and nobody changed since', {}, true],
  ['gave back, by a journal without the value', { found: null }, true],
  [
    'gave back, and someone changed since',
    { found: { value: roleName, modifiedBy: 'set', modifiedAt: null } },
    false,
  ],
  [
    'gave back with another value',
    { found: { value: 'Other', modifiedBy: 'someone', modifiedAt: time } },
    false,
  ],
  ['still has', { to: 'stackset' }, false],
])('reasonToKeep is right for a setting that a stack set %s', (_, over, isOurs) => {
  const handOver: HandOver = {
    target: { kind: 'setting', account, region: 'a' },
    stackSet: 'arn',
    operation: null,
    isGiven: false,
    at: '2026-01-03T00:00:00.000Z',
    order: (record?.order ?? 0) + 1,
    to: 'dhmc',
    found: { value: roleName, modifiedBy: 'someone', modifiedAt: time },
    ...over,
  };
  const handOvers = new Map([[keyOf(handOver.target), handOver]]);
  const found = target({ modifiedBy: 'someone', modifiedAt: time });
  const why = reasonToKeep(found, recordsOf([{ ...enabled, handOvers }]));
  expect(why === null).toBe(isOurs);
});
