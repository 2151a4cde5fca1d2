/** The plan of a resume, by the end of each change, the live value, its writer and later runs. */
import { describe, expect, test } from 'vitest';
import { planEnable } from '../../../src/core/planning/enable.ts';
import { needsReread, planAsLeft, planResume } from '../../../src/core/replanning/resume.ts';
import type { RunHistory } from '../../../src/core/record/history.ts';
import type { RunEvent } from '../../../src/core/record/events.ts';
import {
  account,
  eventsOf,
  historyIn,
  otherTrust,
  ourRole,
  planned,
  policy,
  problem,
  readingsOf,
  rowText,
  runOf,
  sessionOf,
  type Change,
  type End,
  type Seen,
} from '../../support/histories.ts';
import { formatLine, parseLine } from '../../../src/journal/format.ts';
import { historyOf, roleName, settingsOf } from '../../support/run-engine.ts';

const ann = 'arn:aws:iam::111111111111:user/ann';
const later = '2026-01-05T00:00:00.000Z';
const setting = (region: string, end: End = 'changed', over: Partial<Change> = {}): Change => ({
  ...{ kind: 'setting', region, from: null, to: roleName, end },
  ...over,
});
const role = (end: End = 'changed'): Change => ({ kind: 'role', from: null, to: ourRole, end });
const grant = (end: End = 'changed'): Change => ({ kind: 'grant', from: null, to: policy, end });

const planOf = (
  history: RunHistory,
  seen: Seen,
  laterRuns: readonly RunHistory[] = [],
  isExcluded: (region: string) => boolean = () => false,
) => {
  const readings = readingsOf(seen);
  const confirmed = history.plans.get(account);
  if (confirmed === undefined) throw new Error('no plan');
  const fresh = planEnable(readings, { partition: 'aws', settings: settingsOf() });
  const found = readings.role.known ? readings.role.value : null;
  return planResume(confirmed, fresh, { history, laterRuns, role: found, isExcluded });
};
const rowsOf = (...given: Parameters<typeof planOf>): readonly string[] =>
  planOf(...given).targets.map(rowText);

const a = (value: string | null, by?: string | null, at?: string): Seen => ({
  settings: {
    a: { value, ...(by === undefined ? {} : { by }), ...(at === undefined ? {} : { at }) },
  },
});

describe('in a resume, a setting', () => {
  const todo = ['setting a: disabled → enabled, would-change'];
  const changed = ['setting a: enabled, changed'];
  const others = ['setting a: enabled, in-sync'];
  const moved = ['setting a: foreign, conflict, changed-since'];
  test.each<[End, string, Seen, readonly string[]]>([
    ['changed', 'as the run left it', a(roleName), changed],
    [
      'changed',
      'reset by a person',
      a(null, ann, later),
      ['setting a: disabled, conflict, changed-since'],
    ],
    ['changed', 'another role', a('Other', ann, later), moved],
    ['in-sync', 'as the run found it', a(roleName, ann, later), others],
    [
      'in-sync',
      'reset by a person',
      a(null, ann, later),
      ['setting a: disabled, conflict, changed-since'],
    ],
    ['refused', 'as before', a(null, null), todo],
    ['refused', 'set by a person', a(roleName, ann, later), others],
    ['refused', 'another role', a('Other', ann, later), moved],
    ['not-attempted', 'as before', a(null, null), todo],
    ['not-attempted', 'set by a person', a(roleName, ann, later), others],
    ['cut', 'as before', a(null, null), todo],
    ['cut', 'set by the run', a(roleName), changed],
    ['cut', 'set by a person', a(roleName, ann, later), others],
    ['cut', 'another role', a('Other', ann, later), moved],
    ['lost', 'as before', a(null, null), todo],
    ['lost', 'set by the run after all', a(roleName), changed],
    ['lost', 'set by a person', a(roleName, ann, later), others],
    ['unknown', 'set by the run', a(roleName), changed],
    ['not-read-back', 'set by the run', a(roleName), changed],
    [
      'conflict',
      'as the run saw it',
      a('Other', ann, later),
      ['setting a: disabled, conflict, changed-since'],
    ],
  ])('that ended %s and is now %s has the right row', (end, _, seen, rows) => {
    expect(rowsOf(historyIn(1, [setting('a', end)]), seen)).toEqual(rows);
  });

  const back = setting('a', 'changed', { from: roleName, to: null });
  test.each<[string, readonly RunHistory[], Seen, readonly string[]]>([
    [
      'rolled back by dhmc',
      [historyIn(2, [back], { rollsBack: runOf(1) })],
      a(null, 'System', later),
      ['setting a: disabled, skipped, superseded'],
    ],
    [
      'rolled back, and changed by a person since',
      [historyIn(2, [back], { rollsBack: runOf(1) })],
      a('Other', ann, later),
      moved,
    ],
    [
      'changed by a later run',
      [historyIn(2, [setting('a', 'changed', { from: roleName, to: 'Other' })])],
      a('Other', sessionOf(runOf(2)), later),
      ['setting a: foreign, conflict, superseded'],
    ],
  ])('that was %s has the right row', (_, laterRuns, seen, rows) => {
    expect(rowsOf(historyIn(1, [setting('a')]), seen, laterRuns)).toEqual(rows);
  });

  test('that was in-sync stays in-sync in every further resume', () => {
    const history = historyIn(1, [setting('a', 'in-sync')]);
    const once = planOf(history, a(roleName, ann, later));
    const events: RunEvent[] = [
      ...eventsOf(1, [setting('a', 'in-sync')]),
      { type: 'run-resumed', at: later, caller: history.started.caller, command: '' },
      { type: 'account-planned', plan: once },
    ];
    expect(rowsOf(historyOf(events), a(roleName, ann, later))).toEqual(others);
  });
});

describe('in a resume, role and grant', () => {
  const other = { tags: { 'dhmc:created-by': 'dhmc', 'dhmc:run': runOf(9) } };
  test.each<[End, End, string, Seen, readonly string[]]>([
    [
      'changed',
      'changed',
      'as the run left them',
      {},
      ['role: whole, changed', 'grant: attached, changed'],
    ],
    [
      'changed',
      'refused',
      'with the policy, attached by its owner',
      {},
      ['role: whole, changed', 'grant: attached, in-sync'],
    ],
    ['changed', 'cut', 'with the policy', {}, ['role: whole, changed', 'grant: attached, changed']],
    [
      'refused',
      'refused',
      'created by their owner',
      { role: { tags: {} } },
      ['role: whole, in-sync', 'grant: attached, in-sync'],
    ],
    [
      'cut',
      'refused',
      'created by another run',
      { role: other },
      ['role: whole, in-sync', 'grant: attached, in-sync'],
    ],
    [
      'changed',
      'changed',
      'with another trust',
      { role: { trust: otherTrust } },
      ['role: broken, conflict, changed-since', 'grant: attached, changed'],
    ],
    [
      'changed',
      'changed',
      'without the policy',
      { grants: [] },
      ['role: whole, changed', 'grant: absent, conflict, changed-since'],
    ],
  ])(
    'that ended %s and %s and are now %s have the right rows',
    (ofRole, ofGrant, _, seen, rows) => {
      expect(rowsOf(historyIn(1, [role(ofRole), grant(ofGrant)]), seen)).toEqual(rows);
    },
  );

  test('that were rolled back block the settings', () => {
    const history = historyIn(1, [role(), grant(), setting('a', 'refused')]);
    const undone = historyIn(
      2,
      [
        { kind: 'role', from: ourRole, to: null },
        { kind: 'grant', from: policy, to: null },
      ],
      { rollsBack: runOf(1) },
    );
    expect(rowsOf(history, { ...a(null, null), role: null }, [undone])).toEqual([
      'role: absent, skipped, superseded',
      'grant: absent, skipped, superseded',
      'setting a: disabled, blocked, superseded',
    ]);
  });
});

describe('a setting that a resume leaves out', () => {
  const changes = [setting('a', 'refused'), setting('b', 'refused'), setting('c')];
  const seen: Seen = {
    settings: {
      a: { value: null, by: null },
      b: { value: null, by: null },
      c: { value: roleName },
    },
  };
  test('stays not-attempted for another resume', () => {
    const history = historyIn(1, changes);
    const out = (region: string): boolean => region !== 'b';
    expect(rowsOf(history, seen, [], out)).toEqual([
      'setting a: disabled, not-attempted, denied',
      'setting b: disabled → enabled, would-change',
      'setting c: enabled, changed',
    ]);
  });
});

test('an account without open and changed targets is not read again', () => {
  const confirmed = (end: End) => {
    const history = historyIn(1, [setting('a', end)]);
    const plan = history.plans.get(account);
    if (plan === undefined) throw new Error('no plan');
    return {
      needs: needsReread(history, plan),
      rows: planAsLeft(history, plan).targets.map(rowText),
    };
  };
  expect(confirmed('in-sync')).toEqual({ needs: false, rows: ['setting a: enabled, in-sync'] });
  expect(confirmed('changed').needs).toBe(true);
  expect(confirmed('cut').needs).toBe(true);
  const blocked = planned(setting('b'), { verdict: 'blocked', problem: problem('denied') });
  const history = historyIn(1, [], { rows: [blocked] });
  expect(
    needsReread(history, {
      account: {
        id: account,
        name: 'one',
        path: '',
        state: 'ACTIVE',
        skipped: null,
        problem: null,
      },
      targets: [blocked],
    }),
  ).toBe(true);
});

test('a setting that the run reset has no owner, and its row can be read from a journal', () => {
  const owner = { kind: 'dhmc', name: 'earlier', evidence: 'journal' } as const;
  const reset: Change = setting('a', 'changed', { from: roleName, to: null });
  const history = historyIn(1, [reset], { plan: { targets: [planned(reset, { owner })] } });
  const plan = history.plans.get(account);
  if (plan === undefined) throw new Error('no plan');
  expect(plan.targets[0]?.owner).toEqual(owner);
  const left = planAsLeft(history, plan);
  expect(left.targets.map(rowText)).toEqual(['setting a: disabled, changed']);
  expect(left.targets[0]).not.toHaveProperty('owner');
  const line = formatLine({ type: 'account-planned', plan: left });
  expect(parseLine(line.trimEnd())).toEqual({
    ok: true,
    event: { type: 'account-planned', plan: left },
  });
});
