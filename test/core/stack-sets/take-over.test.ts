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
const target = (over: Partial<Target> = {}): Target => {
  const { stateAfter: _, notes: __, ...row } = planned({ ...change, from: roleName });
  const written = {
    modifiedBy: sessionOf(runOf(1)),
    modifiedAt: record?.ended?.modifiedAt ?? null,
  };
  return { ...row, state: 'enabled', ...written, ...over };
};

it.each<[string, Target, readonly RunHistory[], string | null]>([
  ['made by a run', target(), [enabled], null],
  ['of no run', target(), [], 'No run in the state directory enabled it.'],
  [
    'written again by a person',
    target({ modifiedBy: 'ann', modifiedAt: '2026-02-01T00:00:00.000Z' }),
    [enabled],
    'Somebody changed it',
  ],
  [
    'that a later run reset',
    target(),
    [enabled, historyIn(2, [{ ...change, to: null, end: 'changed' }])],
    'Somebody changed it',
  ],
  ['that a run was refused', target(), [historyIn(1, [{ ...change, end: 'refused' }])], 'No run'],
])('a setting %s', (_, found, histories, reason) => {
  const why = reasonToKeep(found, recordsOf(histories));
  if (reason === null) expect(why).toBeNull();
  else expect(why).toContain(reason);
});

it.each<[State, string]>([
  ['disabled', "at AWS's default"],
  ['foreign', 'the role of others'],
  ['quick-setup', 'the role of others'],
  ['broken', 'missing or not'],
  ['unknown', 'It could not be read.'],
])('a setting that is %s stays', (state, reason) => {
  expect(reasonToKeep(target({ state }), recordsOf([enabled]))).toContain(reason);
});

it('a setting that a set gave back is ours, until a run changes it', () => {
  const handOver: HandOver = {
    target: { kind: 'setting', account, region: 'a' },
    stackSet: 'arn',
    operation: null,
    at: '2026-01-03T00:00:00.000Z',
    order: (record?.order ?? 0) + 1,
    to: 'dhmc',
  };
  const handOvers = new Map([[keyOf(handOver.target), handOver]]);
  const found = target({ modifiedBy: 'somebody' });
  expect(reasonToKeep(found, recordsOf([{ ...enabled, handOvers }]))).toBeNull();
  const given = new Map([[keyOf(handOver.target), { ...handOver, to: 'stackset' as const }]]);
  expect(reasonToKeep(found, recordsOf([{ ...enabled, handOvers: given }]))).not.toBeNull();
});
