/** The plan of applying a saved plan: the planned changes, the live state, and the creator of the role. */
import { describe, expect, test } from 'vitest';
import { planSaved, regionsSeen, wasRead } from '../../../src/core/replanning/apply-saved.ts';
import { planEnable } from '../../../src/core/planning/enable.ts';
import { planUnreachable } from '../../../src/core/planning/planned-targets.ts';
import type { AccountPlan, PlannedTarget } from '../../../src/core/model/model.ts';
import {
  accountRow,
  otherTrust,
  planned,
  policy,
  problem,
  readingsOf,
  rowText,
  runOf,
  type Seen,
} from '../../support/histories.ts';
import { roleName, settingsOf } from '../../support/run-engine.ts';

const ann = 'arn:aws:iam::111111111111:user/ann';
const later = '2026-01-05T00:00:00.000Z';
const options = { partition: 'aws', settings: settingsOf() } as const;
const freshOf = (seen: Seen): AccountPlan => planEnable(readingsOf(seen), options);
const rowsOf = (saved: AccountPlan, seen: Seen): readonly string[] => {
  const readings = readingsOf(seen);
  const role = readings.role.known ? readings.role.value : null;
  const plan = planSaved(saved, freshOf(seen), role, { action: 'enable', ...options });
  return plan.targets.map(rowText);
};

const unset = { a: { value: null, by: null, at: null } };
const ours = { a: { value: roleName, by: ann, at: later } };
const theirs = { a: { value: 'Other', by: ann, at: later } };
const nothing: Seen = { role: null, settings: unset };
const person = { tags: {} };
const byDhmc = { tags: { 'dhmc:created-by': 'dhmc', 'dhmc:run': runOf(9) } };

describe('a saved plan that creates the role, attaches the policy and sets a region', () => {
  const todo = [
    'role: absent → whole, would-change',
    'grant: absent → attached, would-change',
    'setting a: disabled → enabled, would-change',
  ];
  test.each<[string, Seen, readonly string[]]>([
    ['changes everything if nothing changed since', nothing, todo],
    [
      'changes nothing if everything is in place already',
      { role: byDhmc, settings: ours },
      ['role: whole, in-sync', 'grant: attached, in-sync', 'setting a: enabled, in-sync'],
    ],
    [
      'accepts a role that another run created',
      { role: byDhmc, settings: unset },
      [
        'role: whole, in-sync',
        'grant: attached, in-sync',
        'setting a: disabled → enabled, would-change',
      ],
    ],
    [
      'refuses a role that a person created',
      { role: person, settings: unset },
      [
        'role: whole, conflict, changed-since',
        'grant: attached, in-sync',
        'setting a: disabled, blocked, changed-since',
      ],
    ],
    [
      'refuses a role with another trust that a person created',
      { role: { ...person, trust: otherTrust }, grants: [], settings: unset },
      [
        'role: broken, conflict, changed-since',
        'grant: absent, blocked, changed-since',
        'setting a: disabled, blocked, changed-since',
      ],
    ],
    [
      'creates no role if a person set the region to another role',
      { role: null, settings: theirs },
      [
        'role: absent, in-sync',
        'grant: absent, in-sync',
        'setting a: foreign, conflict, changed-since',
      ],
    ],
  ])('%s', (_, seen, rows) => {
    expect(rowsOf(freshOf(nothing), seen)).toEqual(rows);
  });
});

describe('a saved plan that attaches the policy and so repairs a region', () => {
  const saved = freshOf({ role: person, grants: [], settings: ours });
  test.each<[string, Seen, readonly string[]]>([
    [
      'changes the grant if nothing changed since',
      { role: person, grants: [], settings: ours },
      [
        'role: whole, in-sync',
        'grant: absent → attached, would-change',
        'setting a: broken → enabled, would-change',
      ],
    ],
    [
      'changes nothing if the owner attached the policy',
      { role: person, grants: [policy], settings: ours },
      ['role: whole, in-sync', 'grant: attached, in-sync', 'setting a: enabled, in-sync'],
    ],
    [
      'leaves the region alone if the owner reset it',
      { role: person, grants: [], settings: unset },
      [
        'role: whole, in-sync',
        'grant: absent → attached, would-change',
        'setting a: disabled, conflict, changed-since',
      ],
    ],
    [
      'refuses everything if the owner changed the trust',
      { role: { ...person, trust: otherTrust }, grants: [], settings: ours },
      [
        'role: broken, conflict, changed-since',
        'grant: absent, blocked, changed-since',
        'setting a: broken, blocked, changed-since',
      ],
    ],
  ])('%s', (_, seen, rows) => {
    expect(rowsOf(saved, seen)).toEqual(rows);
  });
});

test.each<[string, Parameters<typeof planUnreachable>[0], readonly string[]]>([
  [
    'is no longer active',
    {
      ...{ kind: 'skipped', reason: 'The account is not active (SUSPENDED).', named: ['a'] },
      account: { ...accountRow, state: 'SUSPENDED' },
    },
    ['role: unknown, skipped', 'grant: unknown, skipped', 'setting a: unknown, skipped'],
  ],
  [
    'has left the organization',
    {
      kind: 'unreachable',
      account: accountRow,
      problem: problem('role-not-assumable'),
      named: ['a'],
    },
    [
      'role: unknown, blocked, role-not-assumable',
      'grant: unknown, blocked, role-not-assumable',
      'setting a: unknown, blocked, role-not-assumable',
    ],
  ],
])('a saved plan leaves an account alone that %s', (_, found, rows) => {
  const plan = planSaved(freshOf(nothing), planUnreachable(found), null, {
    action: 'enable',
    ...options,
  });
  expect(plan.targets.map(rowText)).toEqual(rows);
});

test('only regions that were read for the saved plan are read again', () => {
  const saved = freshOf(nothing);
  expect([wasRead(saved), regionsSeen(saved)]).toEqual([true, ['a']]);
  const unread = planned(
    { kind: 'setting', region: 'a', from: null, to: null },
    { state: 'unknown', verdict: 'blocked' },
  );
  const shut = { account: accountRow, targets: [unread] };
  expect([wasRead(shut), regionsSeen(shut)]).toEqual([false, []]);
});

describe('a row of a saved plan', () => {
  const key = { kind: 'setting', region: 'a', from: null, to: roleName } as const;
  const saved: AccountPlan = { account: accountRow, targets: [planned(key)] };
  const planWith = (
    over: Partial<PlannedTarget>,
    action: 'enable' | 'rollback' = 'enable',
  ): readonly string[] => {
    const fresh: AccountPlan = { account: accountRow, targets: [planned(key, over)] };
    return planSaved(saved, fresh, null, { action, ...options }).targets.map(rowText);
  };
  const blocked = { verdict: 'blocked', problem: problem('denied') } as const;
  test.each<[string, Parameters<typeof planWith>, string]>([
    ['would change if nothing changed since', [{}], 'setting a: disabled → enabled, would-change'],
    [
      'is blocked if it cannot be read',
      [{ ...blocked, state: 'unknown', stateAfter: 'unknown', from: 'X' }],
      'setting a: unknown, blocked, denied',
    ],
    [
      'is blocked if it cannot be changed now',
      [{ ...blocked, to: null, stateAfter: 'disabled' }],
      'setting a: disabled, blocked, denied',
    ],
    [
      'is a conflict in a rollback if the same value was written again',
      [{ modifiedBy: ann, modifiedAt: later }, 'rollback'],
      'setting a: disabled, conflict, changed-since',
    ],
    [
      'would change in an enable if the same value was written again',
      [{ modifiedBy: ann, modifiedAt: later }],
      'setting a: disabled → enabled, would-change',
    ],
  ])('%s', (_, given, row) => {
    expect(planWith(...given)).toEqual([row]);
  });
});
