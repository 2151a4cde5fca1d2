/** The plan of a rollback, by the end of each change, the live value, its writer and later runs. */
import { describe, expect, test } from 'vitest';
import { changesByAccount, planRollback } from '../../../src/core/replanning/rollback.ts';
import { begunByAwsClock } from '../../../src/core/record/order.ts';
import { unknown } from '../../../src/core/model/model.ts';
import type { RunHistory } from '../../../src/core/record/history.ts';
import {
  account,
  historyIn,
  readingsOf,
  rowText,
  runOf,
  sessionOf,
  type End,
  type Seen,
  ourRole,
  problem,
  type Change,
} from '../../support/histories.ts';
import { roleName, settingsOf } from '../../support/run-engine.ts';
import { ann, later, long, role, grant, setting, planOf, rowsOf } from './rollbacks.ts';

describe('in a rollback, a setting', () => {
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
    ['changed', 'at another role, set by a person', a('Other', ann, later), moved],
    ['changed', 'at the same value, set again by a person', a(roleName, ann, later), again],
    [
      'changed',
      'at the same value, set again by another run',
      a(roleName, sessionOf(runOf(2)), later),
      again,
    ],
    ['cut', 'set by the run', a(roleName), undone],
    ['cut', 'as it was before', a(null, ann, long), settled],
    ['cut', 'set by a person', a(roleName, ann, later), again],
    ['cut', 'at another role', a('Other', ann, later), moved],
    ['unknown', 'set by the run', a(roleName), undone],
    ['unknown', 'set by a person', a(roleName, ann, later), again],
    ['not-read-back', 'set by the run', a(roleName), undone],
    ['lost', 'set by the run after all', a(roleName), undone],
    ['lost', 'as it was before', a(null, ann, long), []],
    ['lost', 'set by a person', a(roleName, ann, later), []],
    ['refused', 'set by a person', a(roleName, ann, later), []],
    ['refused', 'as it was before', a(null, ann, long), []],
    ['conflict', 'set by a person', a(roleName, ann, later), []],
    ['in-sync', 'set by a person', a(roleName, ann, later), []],
    ['not-attempted', 'set by a person', a(roleName, ann, later), []],
  ])('that ended %s and is now %s has the right row', (end, _, seen, rows) => {
    expect(rowsOf(historyIn(1, [setting('a', end)]), { ...seen, role: { tags: {} } })).toEqual(
      rows,
    );
  });

  const back = setting('a', 'changed', { from: roleName, to: null });
  const byRun2 = sessionOf(runOf(2));
  test.each<[string, readonly RunHistory[], Seen, readonly string[]]>([
    [
      'a later run set it again',
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
      'it was rolled back, and a person set it again',
      [historyIn(2, [back], { rollsBack: runOf(1) })],
      a(roleName, ann, later),
      again,
    ],
    [
      'it was rolled back, and the rollback was rolled back',
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
  ])('has the right row if %s', (_, laterRuns, seen, rows) => {
    expect(
      rowsOf(historyIn(1, [setting('a')]), { ...seen, role: { tags: {} } }, laterRuns),
    ).toEqual(rows);
  });

  test('is blocked if the former role no longer exists', () => {
    const history = historyIn(1, [setting('a', 'changed', { from: 'Gone' })]);
    const readings = readingsOf(a(roleName));
    const plan = planRollback(
      { ...readings, others: new Map([['gone', { known: true, value: null }]]) },
      changesByAccount(history).get(account) ?? [],
      {
        partition: 'aws',
        settings: settingsOf(),
        history,
        begun: begunByAwsClock(history),
        laterRuns: [],
      },
    );
    expect(plan.targets.map(rowText)).toEqual(['setting a: enabled, blocked, former-role-gone']);
  });
});

test('for every end and writer, a rollback undoes only changes that are, or may be, the run’s own', () => {
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

test.each([
  ['denied', 'blocked'],
  ['region-not-enabled', 'skipped'],
] as const)('a setting that cannot be read because of %s is %s', (code, verdict) => {
  const history = historyIn(1, [setting('a')]);
  const readings = readingsOf({ settings: { a: { value: roleName } } });
  const cells = [{ region: 'a', named: false, setting: unknown(problem(code)) }];
  const plan = planRollback({ ...readings, cells }, changesByAccount(history).get(account) ?? [], {
    ...{
      partition: 'aws',
      settings: settingsOf(),
      history,
      begun: begunByAwsClock(history),
      laterRuns: [],
    },
  });
  expect(plan.targets.map(rowText)).toEqual([`setting a: unknown, ${verdict}, ${code}`]);
});

test('a setting that will name our role again does not block the change of the role', () => {
  const change: Change = { ...setting('a'), from: roleName, to: null };
  const history = historyIn(1, [change, { ...role(), from: ourRole, to: null }]);
  const seen: Seen = { role: null, settings: { a: { value: null } } };
  expect(planOf(history, seen).stillNaming).toEqual(['a']);
});
