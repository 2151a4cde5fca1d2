import { describe, expect, it } from 'vitest';
import type { AccountRow, Report, Target } from '../../src/core/model/model.ts';
import {
  countCellStates,
  formerly,
  isException,
  targetLabel,
  problemOfTarget,
  targetsByAccount,
  accountOnlyProblems,
  valueNow,
  valueText,
  wouldBeDenied,
} from '../../src/render/targets.ts';
import { buildReport } from '../support/reports.ts';

const problem = { code: 'denied', message: 'No.', hint: '', requestId: null } as const;
const row = (over: Partial<Target> = {}): Target =>
  ({
    kind: 'setting',
    account: '1',
    region: 'eu-west-1',
    state: 'disabled',
    verdict: 'would-change',
    from: 'Before',
    to: 'After',
    problem: null,
    attempts: 0,
    ...over,
  }) as Target;
const account = (over: Partial<AccountRow> = {}): AccountRow => ({
  id: '1',
  name: 'n',
  path: '',
  state: 'ACTIVE',
  skipped: null,
  problem: null,
  ...over,
});

describe('a row', () => {
  it('shows a value as text', () => {
    expect([null, 'Role', { arn: 'arn:x', trust: '{}' }].map(valueText)).toEqual([
      '',
      'Role',
      'arn:x',
    ]);
  });

  it.each([
    [{ from: 'Before' }, 'Before'],
    [{ from: null }, 'none'],
    [{ from: null, state: 'unknown' }, 'not read'],
    [{ from: null, state: 'unknown', attempts: 1 }, 'none'],
  ] as const)('with %j shows as its former value %s', (over, text) => {
    expect(formerly(row(over))).toBe(text);
  });

  it('has the new value once it is changed, and not before', () => {
    expect(valueNow(row({ verdict: 'changed' }))).toBe('After');
    for (const verdict of ['would-change', 'failed', 'in-sync'] as const)
      expect(valueNow(row({ verdict }))).toBe('Before');
  });

  it('takes the problem of its account if it has none but needs one', () => {
    const locked = account({ problem });
    expect(problemOfTarget(row({ verdict: 'blocked' }), locked)).toEqual(problem);
    expect(problemOfTarget(row({ verdict: 'in-sync' }), locked)).toBe(null);
    expect(problemOfTarget(row({ verdict: 'changed' }), locked)).toBe(null);
    expect(problemOfTarget(row({ verdict: 'blocked' }), undefined)).toBe(null);
  });

  it('is labeled with its kind, and a cell also with its region', () => {
    expect(targetLabel(row())).toBe('setting eu-west-1');
    expect(targetLabel({ kind: 'grant', region: null })).toBe('grant');
  });

  it('would be denied only if it would change', () => {
    expect(wouldBeDenied({ verdict: 'would-change', problem })).toBe(true);
    expect(wouldBeDenied({ verdict: 'failed', problem })).toBe(false);
    expect(
      wouldBeDenied({ verdict: 'would-change', problem: { ...problem, code: 'throttled' } }),
    ).toBe(false);
  });

  it.each([
    ['failed', true],
    ['blocked', true],
    ['not-attempted', true],
    ['conflict', true],
    ['skipped', false],
    ['would-change', false],
    ['changed', false],
    ['in-sync', false],
  ] as const)('with verdict %s needs attention: %s', (verdict, expected) => {
    expect(isException(verdict)).toBe(expected);
  });
});

describe('the accounts of a report', () => {
  const reportOf = (accounts: readonly AccountRow[], targets: readonly Target[]): Report => ({
    ...buildReport({ accounts: 0 }),
    accounts,
    targets,
  });

  it('have their rows in order, and an empty list without rows', () => {
    const rows = targetsByAccount(
      reportOf([account(), account({ id: '2' })], [row(), row({ account: '3' })]),
    );
    expect([...rows].map(([id, list]) => [id, list.length])).toEqual([
      ['1', 1],
      ['2', 0],
      ['3', 1],
    ]);
  });

  it.each([
    ['no row has it', [row({ verdict: 'in-sync' })], 1],
    ['a row has the same message', [row({ verdict: 'failed', problem })], 0],
    ['a row without a problem shows it', [row({ verdict: 'blocked' })], 0],
    [
      'only a row of another account has it',
      [row({ account: '2', verdict: 'failed', problem })],
      1,
    ],
  ])('report a problem of their own only if no row shows it: %s', (_, targets, count) => {
    expect(accountOnlyProblems(reportOf([account({ problem })], targets))).toHaveLength(count);
  });
});

it('the states of cells, and of nothing else, are counted in the order of the states', () => {
  expect(
    countCellStates([
      row({ state: 'broken' }),
      row({ state: 'enabled' }),
      row({ state: 'broken' }),
      row({ kind: 'role', region: null, state: 'broken' }),
      row({ region: null, state: 'unknown' }),
    ]),
  ).toEqual({ enabled: 1, broken: 2 });
});
