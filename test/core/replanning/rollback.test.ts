/** What a rollback may undo: how the change ended, what is there now, who wrote it, what later runs did. */
import { describe, expect, test } from 'vitest';
import type { RunHistory } from '../../../src/core/record/history.ts';
import { changesByAccount, planRollback } from '../../../src/core/replanning/rollback.ts';
import {
  account,
  historyIn,
  otherTrust,
  ourRole,
  planned,
  policy,
  readingsOf,
  rowText,
  runOf,
  sessionOf,
  type Change,
  type End,
  type Seen,
} from '../../support/histories.ts';
import { roleName, settingsOf } from '../../support/run-engine.ts';

const ann = 'arn:aws:iam::111111111111:user/ann';
const later = '2026-01-05T00:00:00.000Z';
const long = '2025-01-01T00:00:00.000Z';
const role = (end: End = 'changed'): Change => ({ kind: 'role', from: null, to: ourRole, end });
const mended = (end: End = 'changed'): Change => ({
  ...{ kind: 'role', from: { ...ourRole, trust: otherTrust }, to: ourRole, end },
});
const grant = (end: End = 'changed'): Change => ({ kind: 'grant', from: null, to: policy, end });
const setting = (region: string, end: End = 'changed', over: Partial<Change> = {}): Change => ({
  ...{ kind: 'setting', region, from: null, to: roleName, end },
  ...over,
});

const planOf = (
  history: RunHistory,
  seen: Seen,
  laterRuns: readonly RunHistory[] = [],
  isChosen?: (region: string) => boolean,
) =>
  planRollback(readingsOf(seen), changesByAccount(history).get(account) ?? [], {
    ...{ partition: 'aws', settings: settingsOf(), history, laterRuns },
    ...(isChosen === undefined ? {} : { isChosen }),
  });
const rowsOf = (...given: Parameters<typeof planOf>): readonly string[] =>
  planOf(...given).targets.map(rowText);

describe('a setting', () => {
  const a = (value: string | null, by?: string | null, at?: string): Seen => ({
    settings: {
      a: { value, ...(by === undefined ? {} : { by }), ...(at === undefined ? {} : { at }) },
    },
  });
  const undone = ['setting a: enabled → disabled, would-change'];
  const settled = ['setting a: disabled, in-sync'];
  const moved = ['setting a: foreign, conflict, changed-since'];
  const again = ['setting a: enabled, conflict, changed-since'];
  test.each<[End, string, Seen, readonly string[]]>([
    ['changed', 'as the run left it', a(roleName), undone],
    ['changed', 'as it was before', a(null, ann, later), settled],
    ['changed', 'another role, by a person', a('Other', ann, later), moved],
    ['changed', 'the same, written again by a person', a(roleName, ann, later), again],
    [
      'changed',
      'the same, written again by another run',
      a(roleName, sessionOf(runOf(2)), later),
      again,
    ],
    ['cut', 'made by the run', a(roleName), undone],
    ['cut', 'as it was before', a(null, ann, long), settled],
    ['cut', 'made by a person', a(roleName, ann, later), again],
    ['cut', 'another role', a('Other', ann, later), moved],
    ['unknown', 'made by the run', a(roleName), undone],
    ['unknown', 'made by a person', a(roleName, ann, later), again],
    ['not-read-back', 'made by the run', a(roleName), undone],
    ['lost', 'made by the run after all', a(roleName), undone],
    ['lost', 'as it was before', a(null, ann, long), []],
    ['lost', 'made by a person', a(roleName, ann, later), []],
    ['refused', 'made by a person', a(roleName, ann, later), []],
    ['refused', 'as it was before', a(null, ann, long), []],
    ['conflict', 'made by a person', a(roleName, ann, later), []],
    ['in-sync', 'made by a person', a(roleName, ann, later), []],
    ['not-attempted', 'made by a person', a(roleName, ann, later), []],
  ])('change %s, now %s', (end, _, seen, rows) => {
    expect(rowsOf(historyIn(1, [setting('a', end)]), { ...seen, role: { tags: {} } })).toEqual(
      rows,
    );
  });

  const back = setting('a', 'changed', { from: roleName, to: null });
  const byRun2 = sessionOf(runOf(2));
  test.each<[string, readonly RunHistory[], Seen, readonly string[]]>([
    [
      'a later run took it over',
      [historyIn(2, [setting('a', 'changed', { from: roleName, to: roleName })])],
      a(roleName, byRun2),
      ['setting a: enabled, conflict, superseded'],
    ],
    [
      'a later run was refused',
      [historyIn(2, [setting('a', 'refused', { from: roleName, to: 'Other' })])],
      a(roleName),
      undone,
    ],
    [
      'it was rolled back, and a person made it again',
      [historyIn(2, [back], { rollsBack: runOf(1) })],
      a(roleName, ann, later),
      again,
    ],
    [
      'it was rolled back, and that was rolled back',
      [
        historyIn(2, [back], { rollsBack: runOf(1) }),
        historyIn(3, [setting('a')], { rollsBack: runOf(2) }),
      ],
      a(roleName, sessionOf(runOf(3)), '2026-01-03T00:01:00.000Z'),
      undone,
    ],
    [
      'it was rolled back',
      [historyIn(2, [back], { rollsBack: runOf(1) })],
      a(null, byRun2, later),
      settled,
    ],
  ])('%s', (_, laterRuns, seen, rows) => {
    expect(
      rowsOf(historyIn(1, [setting('a')]), { ...seen, role: { tags: {} } }, laterRuns),
    ).toEqual(rows);
  });

  test('that named a role which is gone is blocked', () => {
    const history = historyIn(1, [setting('a', 'changed', { from: 'Gone' })]);
    const readings = readingsOf(a(roleName));
    const plan = planRollback(
      { ...readings, others: new Map([['gone', { known: true, value: null }]]) },
      changesByAccount(history).get(account) ?? [],
      { partition: 'aws', settings: settingsOf(), history, laterRuns: [] },
    );
    expect(plan.targets.map(rowText)).toEqual(['setting a: enabled, blocked, former-role-gone']);
  });
});

describe('a role that the run made', () => {
  const goes = ['role: whole → absent, would-change', 'grant: attached → absent, would-change'];
  const other = { tags: { 'dhmc:created-by': 'dhmc', 'dhmc:run': runOf(9) } };
  test.each<[End, End | null, string, Seen, readonly string[]]>([
    ['changed', 'changed', 'as the run left them', {}, goes],
    ['cut', null, 'without a policy', { grants: [] }, ['role: whole → absent, would-change']],
    ['changed', 'cut', 'with the policy', {}, goes],
    [
      'changed',
      'cut',
      'without a policy',
      { grants: [] },
      [goes[0] ?? '', 'grant: absent, in-sync'],
    ],
    [
      'changed',
      'refused',
      'with the policy, by its owner',
      {},
      ['role: whole, skipped, role-in-use'],
    ],
    [
      'changed',
      'refused',
      'without a policy',
      { grants: [] },
      ['role: whole → absent, would-change'],
    ],
    ['changed', null, 'with the policy, by its owner', {}, ['role: whole, skipped, role-in-use']],
    [
      'changed',
      'changed',
      'with more on it',
      { grants: [policy, 'arn:x'] },
      ['role: whole, skipped, role-in-use', 'grant: attached, skipped, role-in-use'],
    ],
    [
      'changed',
      'changed',
      'made again by another run',
      { role: other },
      ['role: whole, conflict, changed-since', 'grant: attached, conflict, changed-since'],
    ],
    [
      'changed',
      'changed',
      'gone',
      { role: null },
      ['role: absent, in-sync', 'grant: absent, in-sync'],
    ],
    [
      'changed',
      'changed',
      'with another trust',
      { role: { trust: otherTrust } },
      ['role: broken, conflict, changed-since', 'grant: attached, conflict, changed-since'],
    ],
    ['conflict', 'refused', 'made by its owner', { role: { tags: {} } }, []],
    ['refused', null, 'made by another run', { role: other }, []],
    [
      'cut',
      null,
      'made by its owner',
      { role: { tags: {} }, grants: [] },
      ['role: whole, conflict, changed-since'],
    ],
    [
      'lost',
      null,
      'made by the run after all',
      { grants: [] },
      ['role: whole → absent, would-change'],
    ],
    ['lost', null, 'made by its owner', { role: { tags: {} } }, []],
  ])('creation %s, attachment %s, now %s', (ofRole, ofGrant, _, seen, rows) => {
    const changes = [role(ofRole), ...(ofGrant === null ? [] : [grant(ofGrant)])];
    expect(rowsOf(historyIn(1, changes), seen)).toEqual(rows);
  });

  const run = historyIn(1, [role(), grant(), setting('a')]);
  const ours = { a: { value: roleName } };
  test.each<[string, Seen, readonly RunHistory[], readonly string[]]>([
    [
      'nothing else',
      { settings: ours },
      [],
      [...goes, 'setting a: enabled → disabled, would-change'],
    ],
    [
      'another region, by a later run',
      { settings: ours, elsewhere: { b: { value: roleName, by: sessionOf(runOf(2)), at: long } } },
      [historyIn(2, [setting('b')])],
      [
        'role: whole, skipped, role-in-use',
        'grant: attached, skipped, role-in-use',
        'setting a: enabled → disabled, would-change',
      ],
    ],
    [
      'another region, by a person since',
      { settings: ours, elsewhere: { b: { value: roleName, by: ann, at: later } } },
      [],
      [
        'role: whole, skipped, role-in-use',
        'grant: attached, skipped, role-in-use',
        'setting a: enabled → disabled, would-change',
      ],
    ],
    [
      'another region, at a time that may be either side of the run',
      {
        settings: ours,
        elsewhere: { b: { value: roleName, by: ann, at: '2026-01-01T00:00:00.000Z' } },
      },
      [],
      [
        'role: whole, skipped, role-in-use',
        'grant: attached, skipped, role-in-use',
        'setting a: enabled → disabled, would-change',
      ],
    ],
    [
      'another region, long before the run: it is broken again',
      { settings: ours, elsewhere: { b: { value: roleName, by: ann, at: long } } },
      [],
      [
        ...goes,
        'setting a: enabled → disabled, would-change',
        'setting b: enabled → broken, would-change',
      ],
    ],
  ])('and %s names it', (_, seen, laterRuns, rows) => {
    expect(rowsOf(run, seen, laterRuns)).toEqual(rows);
  });

  test('stays where nothing tells how the clocks differ', () => {
    const seen = { elsewhere: { b: { value: roleName, by: ann, at: long } } };
    const rows = ['role: whole, skipped, role-in-use', 'grant: attached, skipped, role-in-use'];
    expect(rowsOf(historyIn(1, [role(), grant()]), seen)).toEqual(rows);
  });
});

describe('a role that the run mended', () => {
  const healed = planned(setting('a', 'changed', { from: roleName }), {
    ...{ state: 'broken', modifiedBy: ann, modifiedAt: long },
  });
  const seen = { settings: { a: { value: roleName, by: ann, at: long } } };
  test.each<[string, readonly Change[], Seen, readonly string[]]>([
    [
      'breaks the settings again that it healed',
      [mended()],
      seen,
      ['role: whole → broken, would-change', 'setting a: enabled → broken, would-change'],
    ],
    [
      'likewise for its policy',
      [grant()],
      seen,
      ['grant: attached → absent, would-change', 'setting a: enabled → broken, would-change'],
    ],
    ['is its owner’s where the run was refused', [mended('refused')], seen, []],
    ['is its owner’s policy where the run was refused', [grant('refused')], seen, []],
    [
      'stays where somebody wrote the setting again',
      [mended()],
      { settings: { a: { value: roleName, by: ann, at: later } } },
      ['role: whole, skipped, role-in-use'],
    ],
    [
      'is not what the run left',
      [mended()],
      { ...seen, role: { trust: '{"Statement":[]}' } },
      ['role: broken, conflict, changed-since'],
    ],
    [
      'is as before already',
      [mended()],
      { ...seen, role: { trust: otherTrust } },
      ['role: broken, in-sync'],
    ],
  ])('%s', (_, changes, now, rows) => {
    expect(rowsOf(historyIn(1, changes, { rows: [healed] }), now)).toEqual(rows);
  });

  test('stays for a region that is left out', () => {
    const history = historyIn(1, [mended()], { rows: [healed] });
    expect(rowsOf(history, seen, [], (region) => region !== 'a')).toEqual([
      'role: whole, skipped, role-in-use',
    ]);
  });
});

test('whatever happened, only what AWS shows as the run’s own, or nothing contradicts, is undone', () => {
  const ends: readonly End[] = [
    ...(['changed', 'cut', 'refused', 'lost', 'unknown', 'not-read-back'] as const),
    ...(['conflict', 'in-sync', 'not-attempted'] as const),
  ];
  const writers = [sessionOf(runOf(1)), sessionOf(runOf(2)), ann, null];
  let cases = 0;
  for (const ofSetting of ends)
    for (const ofRole of ends)
      for (const ofGrant of ends)
        for (const by of writers)
          for (const tag of [runOf(1), runOf(2), null]) {
            cases += 1;
            const seen: Seen = {
              settings: { a: { value: roleName, by } },
              role: { tags: tag === null ? {} : { 'dhmc:created-by': 'dhmc', 'dhmc:run': tag } },
            };
            const plan = planOf(
              historyIn(1, [role(ofRole), grant(ofGrant), setting('a', ofSetting)]),
              seen,
            );
            const undone = plan.targets.filter(({ verdict }) => verdict === 'would-change');
            const words = JSON.stringify({ ofSetting, ofRole, ofGrant, by, tag });
            const never = ['refused', 'conflict', 'in-sync', 'not-attempted'];
            const kinds = undone.filter(({ from, to }) => from !== to).map(({ kind }) => kind);
            if (never.includes(ofSetting) || by === ann || by === sessionOf(runOf(2)))
              expect(kinds, words).not.toContain('setting');
            if (never.includes(ofRole) || tag !== runOf(1))
              expect(kinds, words).not.toContain('role');
            if (never.includes(ofGrant)) expect(kinds, words).not.toContain('grant');
          }
  expect(cases).toBe(9 * 9 * 9 * 4 * 3);
});
