/** The plan of a rollback for a role and its policy. */
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

describe('the rollback of a role that the run created', () => {
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
      'with the policy, attached by its owner',
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
    [
      'changed',
      null,
      'with the policy, attached by its owner',
      {},
      ['role: whole, skipped, role-in-use'],
    ],
    [
      'changed',
      'changed',
      'with another policy',
      { grants: [policy, 'arn:x'] },
      ['role: whole, skipped, role-in-use', 'grant: attached, skipped, role-in-use'],
    ],
    [
      'changed',
      'changed',
      'created again by another run',
      { role: other },
      ['role: whole, conflict, changed-since', 'grant: attached, conflict, changed-since'],
    ],
    [
      'changed',
      'changed',
      'missing',
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
    ['conflict', 'refused', 'created by its owner', { role: { tags: {} } }, []],
    ['refused', null, 'created by another run', { role: other }, []],
    [
      'cut',
      null,
      'created by its owner',
      { role: { tags: {} }, grants: [] },
      ['role: whole, conflict, changed-since'],
    ],
    [
      'lost',
      null,
      'created by the run after all',
      { grants: [] },
      ['role: whole → absent, would-change'],
    ],
    ['lost', null, 'created by its owner', { role: { tags: {} } }, []],
  ])(
    'has the right rows if creation and attachment ended %s and %s, and the role is now %s',
    (ofRole, ofGrant, _, seen, rows) => {
      const changes = [role(ofRole), ...(ofGrant === null ? [] : [grant(ofGrant)])];
      expect(rowsOf(historyIn(1, changes), seen)).toEqual(rows);
    },
  );

  const run = historyIn(1, [role(), grant(), setting('a')]);
  const ours = { a: { value: roleName } };
  test.each<[string, Seen, readonly RunHistory[], readonly string[]]>([
    [
      'no other region',
      { settings: ours },
      [],
      [...goes, 'setting a: enabled → disabled, would-change'],
    ],
    [
      'another region, set by a later run,',
      { settings: ours, elsewhere: { b: { value: roleName, by: sessionOf(runOf(2)), at: long } } },
      [historyIn(2, [setting('b')])],
      [
        'role: whole, skipped, role-in-use',
        'grant: attached, skipped, role-in-use',
        'setting a: enabled → disabled, would-change',
      ],
    ],
    [
      'another region, set by a person since,',
      { settings: ours, elsewhere: { b: { value: roleName, by: ann, at: later } } },
      [],
      [
        'role: whole, skipped, role-in-use',
        'grant: attached, skipped, role-in-use',
        'setting a: enabled → disabled, would-change',
      ],
    ],
    [
      'another region, set perhaps before and perhaps after the run,',
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
      'another region, set long before the run and broken again,',
      { settings: ours, elsewhere: { b: { value: roleName, by: ann, at: long } } },
      [],
      [
        ...goes,
        'setting a: enabled → disabled, would-change',
        'setting b: enabled → broken, would-change',
      ],
    ],
  ])('has the right rows if %s names the role', (_, seen, laterRuns, rows) => {
    expect(rowsOf(run, seen, laterRuns)).toEqual(rows);
  });

  test('keeps the role if the clock difference is unknown', () => {
    const seen = { elsewhere: { b: { value: roleName, by: ann, at: long } } };
    const rows = ['role: whole, skipped, role-in-use', 'grant: attached, skipped, role-in-use'];
    expect(rowsOf(historyIn(1, [role(), grant()]), seen)).toEqual(rows);
  });
});

describe('the rollback of a role or policy that the run repaired', () => {
  const healed = planned(setting('a', 'changed', { from: roleName }), {
    ...{ state: 'broken', modifiedBy: ann, modifiedAt: long },
  });
  const seen = { settings: { a: { value: roleName, by: ann, at: long } } };
  test.each<[string, readonly Change[], Seen, readonly string[]]>([
    [
      'breaks the settings again that the trust had repaired',
      [mended()],
      seen,
      ['role: whole → broken, would-change', 'setting a: enabled → broken, would-change'],
    ],
    [
      'breaks the settings again that the policy had repaired',
      [grant()],
      seen,
      ['grant: attached → absent, would-change', 'setting a: enabled → broken, would-change'],
    ],
    ['leaves the trust alone if AWS had refused the change', [mended('refused')], seen, []],
    ['leaves the policy alone if AWS had refused the change', [grant('refused')], seen, []],
    [
      'keeps the trust if someone wrote the setting again',
      [mended()],
      { settings: { a: { value: roleName, by: ann, at: later } } },
      ['role: whole, skipped, role-in-use'],
    ],
    [
      'leaves the trust alone if it is not as the run left it',
      [mended()],
      { ...seen, role: { trust: '{"Statement":[]}' } },
      ['role: broken, conflict, changed-since'],
    ],
    [
      'has nothing to do if the trust is already as before',
      [mended()],
      { ...seen, role: { trust: otherTrust } },
      ['role: broken, in-sync'],
    ],
  ])('%s', (_, changes, now, rows) => {
    expect(rowsOf(historyIn(1, changes, { rows: [healed] }), now)).toEqual(rows);
  });

  test('keeps the trust if a region that needs it is left out', () => {
    const history = historyIn(1, [mended()], { rows: [healed] });
    expect(rowsOf(history, seen, [], (region) => region !== 'a')).toEqual([
      'role: whole, skipped, role-in-use',
    ]);
  });
});

test.each<[string, Change]>([
  ['role', role('refused')],
  ['policy', grant('refused')],
])('the rollback leaves a %s alone whose creation AWS had refused', (_, change) => {
  expect(rowsOf(historyIn(1, [change]), {})).toEqual([]);
});
