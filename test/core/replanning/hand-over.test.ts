/** The settings that a rollback leaves to a stack set that took them over since the run. */
import { describe, expect, test } from 'vitest';
import type { Owner } from '../../../src/core/model/model.ts';
import { begunByAwsClock } from '../../../src/core/record/order.ts';
import type { OwnerBook } from '../../../src/core/owners/book.ts';
import { changesByAccount, planRollback } from '../../../src/core/replanning/rollback.ts';
import {
  account,
  historyIn,
  ourRole,
  planned,
  policy,
  readingsOf,
  rowText,
  type Change,
  type Seen,
} from '../../support/histories.ts';
import { roleName, settingsOf } from '../../support/run-engine.ts';

const exec = 'arn:aws:sts::111111111111:assumed-role/stacksets-exec-0a/AWSCloudFormation';
const later = '2026-01-05T00:00:00.000Z';
const set: Change = { kind: 'setting', region: 'a', from: null, to: roleName };
const person: Owner = { kind: 'person', name: 'ann', evidence: 'writer' };
const stackSet: Owner = { kind: 'stackset', name: 'dhmc-setting', evidence: 'instances' };

const listed: Partial<OwnerBook> = { stackSetOf: () => 'dhmc-setting', isListed: true };
const handedOver: Partial<OwnerBook> = {
  journals: { ownerOf: () => ({ kind: 'stackset', name: 'dhmc-setting' }) },
};
const takenBack: Partial<OwnerBook> = {
  journals: { ownerOf: () => ({ kind: 'dhmc', name: 'later' }) },
};

const planOf = (
  book: Partial<OwnerBook>,
  seen: Seen['settings'],
  changes: readonly Change[] = [set],
  before: Owner | null = null,
) => {
  const [first = set] = changes;
  const history = historyIn(1, changes, {
    plan: {
      targets: changes.map((each) =>
        each === first && before !== null ? planned(each, { owner: before }) : planned(each),
      ),
    },
  });
  const owners: OwnerBook = {
    ...{ journals: { ownerOf: () => null }, stackSetOf: () => null, isListed: false },
    ...book,
  };
  return planRollback(
    readingsOf({ settings: seen ?? {} }),
    changesByAccount(history).get(account) ?? [],
    {
      partition: 'aws',
      settings: settingsOf(),
      history,
      begun: begunByAwsClock(history),
      laterRuns: [],
      owners,
    },
  );
};
const rowsOf = (...given: Parameters<typeof planOf>): readonly string[] =>
  planOf(...given).targets.map(rowText);

const left = ['setting a: enabled, skipped, superseded'];
const undone = ['setting a: enabled → disabled, would-change'];

describe('the rollback of a setting that the run set', () => {
  const own = { a: { value: roleName } };
  const written = { a: { value: roleName, by: exec, at: later } };
  test.each<[string, Parameters<typeof planOf>, readonly string[]]>([
    ['resets it if nobody took it over', [{}, own], undone],
    ['leaves it to a stack set that has an instance there', [listed, own], left],
    ['leaves it to a stack set that has it by a journal', [handedOver, own], left],
    ['leaves it to a stack set that wrote it since', [{}, written], left],
    [
      'leaves it to a stack set that wrote another value since',
      [{}, { a: { value: 'Other', by: exec, at: later } }],
      ['setting a: foreign, skipped, superseded'],
    ],
    ['leaves it alone if a stack set wrote it and gave it back', [takenBack, written], left],
    [
      'has nothing to do if the stack set reset it',
      [listed, { a: { value: null, by: exec, at: later } }],
      ['setting a: disabled, in-sync'],
    ],
    [
      'restores the former value if the stack set had it before the run',
      [listed, { a: { value: roleName } }, [{ ...set, from: 'Other' }], stackSet],
      ['setting a: enabled → foreign, would-change'],
    ],
  ])('%s', (_, given, expected) => {
    expect(rowsOf(...given)).toEqual(expected);
  });

  test('keeps the role that the run created as long as the stack set needs it', () => {
    const changes: readonly Change[] = [
      set,
      { kind: 'role', from: null, to: ourRole },
      { kind: 'grant', from: null, to: policy },
    ];
    expect(rowsOf(listed, own, changes)).toEqual([
      'role: whole, skipped, role-in-use',
      'grant: attached, skipped, role-in-use',
      ...left,
    ]);
  });
});

test('the rollback to a former value gives the setting back to its former owner', () => {
  const change = { ...set, from: 'Other' };
  const [row] = planOf({}, { a: { value: roleName } }, [change], person).targets;
  expect(row).toMatchObject({ to: 'Other', ownerAfter: person, owner: { kind: 'dhmc' } });
});

test('the former owner comes from the former value where the journal has none', () => {
  const change = { ...set, from: 'AWS-QuickSetup-Role' };
  const [row] = planOf({}, { a: { value: roleName } }, [change]).targets;
  expect(row?.ownerAfter).toEqual({
    ...{ kind: 'quick-setup', name: 'AWS-QuickSetup-Role', evidence: 'value' },
  });
});
