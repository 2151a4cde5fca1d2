/** What a rollback makes of a role and its policy. */
import { describe, expect, test } from 'vitest';
import type { RunHistory } from '../../../src/core/record/history.ts';
import {
  historyIn,
  otherTrust,
  planned,
  policy,
  runOf,
  sessionOf,
  type Change,
  type End,
  type Seen,
} from '../../support/histories.ts';
import { roleName } from '../../support/run-engine.ts';
import { ann, later, long, role, mended, grant, setting, rowsOf } from './rollbacks.ts';

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

  test('stays where it is not known how the clocks differ', () => {
    const seen = { elsewhere: { b: { value: roleName, by: ann, at: long } } };
    const rows = ['role: whole, skipped, role-in-use', 'grant: attached, skipped, role-in-use'];
    expect(rowsOf(historyIn(1, [role(), grant()]), seen)).toEqual(rows);
  });
});

describe('a role that the run repaired', () => {
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

test.each<[string, Change]>([
  ['role', role('refused')],
  ['policy', grant('refused')],
])('a %s that the run was refused, and that is there now, is not its own', (_, change) => {
  expect(rowsOf(historyIn(1, [change]), {})).toEqual([]);
});
