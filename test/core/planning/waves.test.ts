import { describe, expect, it, test } from 'vitest';
import {
  assignWaves,
  orderForWaves,
  parseShare,
  resolveFirst,
  toleratedAccounts,
  waveEnds,
} from '../../../src/core/planning/waves.ts';
import type { AccountPlan, Verdict } from '../../../src/core/model/model.ts';
import { plannedTarget } from '../../../src/core/planning/planned-targets.ts';

const row = (id: string, path: string, name = id) => ({
  id,
  name,
  path,
  state: 'ACTIVE',
  skipped: null,
  problem: null,
});

/** An account with that many cells to change; with 0, its one cell is blocked. */
const at = (id: string, path: string, cells = 1): AccountPlan => {
  const cell = (verdict: Verdict) =>
    plannedTarget({ kind: 'setting', account: id }, { state: 'disabled', verdict });
  return {
    account: row(id, path),
    targets:
      cells === 0 ? [cell('blocked')] : Array.from({ length: cells }, () => cell('would-change')),
  };
};

const idsOf = (plans: readonly AccountPlan[]) => plans.map(({ account: { id } }) => id);

describe('the order of accounts in waves', () => {
  it('alternates between the OUs and puts the management account last', () => {
    const plans = [
      at('m', ''),
      at('a1', 'A'),
      at('a2', 'A'),
      at('a3', 'A'),
      at('b1', 'B'),
      at('c1', 'C'),
    ];
    expect(idsOf(orderForWaves(plans, 'm'))).toEqual(['a1', 'b1', 'c1', 'a2', 'a3', 'm']);
  });

  it('begins with the fewest cells to change, and puts accounts without changes last', () => {
    const plans = [
      at('p1', 'Prod', 17),
      at('p2', 'Prod', 9),
      at('d1', 'Dev', 20),
      at('d2', 'Dev', 2),
      at('x', 'Dev', 0),
    ];
    expect(idsOf(orderForWaves(plans, 'm'))).toEqual(['d2', 'p2', 'd1', 'p1', 'x']);
  });

  it('begins with the accounts that are named first, whatever their size', () => {
    const plans = [at('a', 'A', 1), at('b', 'B', 9), at('c', 'C', 5), at('m', '', 1)];
    expect(idsOf(orderForWaves(plans, 'm', ['b', 'c', 'm']))).toEqual(['c', 'b', 'a', 'm']);
  });

  it('sets the wave number of each account in the plan', () => {
    const plans = [at('a', 'A', 9), at('b', 'B', 1), at('c', 'C', 5)];
    const waves = (given: readonly string[] | null) =>
      assignWaves(plans, { waves: given, managementAccount: 'm' }).map(({ wave }) => wave ?? null);
    expect(waves(['1', '2', '100%'])).toEqual([3, 1, 2]);
    expect(waves(null)).toEqual([null, null, null]);
  });
});

describe('resolveFirst', () => {
  const rows = [
    row('111111111111', 'Workloads/Dev', 'shop'),
    row('222222222222', 'Workloads/Dev/Team', 'Acme, Inc.'),
    row('333333333333', 'Workloads/Prod', 'twin'),
    row('444444444444', 'Sandbox', 'twin'),
  ];
  it.each([
    [['111111111111'], ['111111111111']],
    [['shop'], ['111111111111']],
    [['Acme, Inc.'], ['222222222222']],
    [['shop,333333333333'], ['111111111111', '333333333333']],
    [['Workloads/Dev'], ['111111111111', '222222222222']],
    [
      ['Workloads', 'shop'],
      ['111111111111', '222222222222', '333333333333'],
    ],
  ])('finds the accounts of %j', (given, ids) => {
    expect(resolveFirst(rows, given)).toEqual({ ids, unknown: [], ambiguous: [] });
  });

  it('reports names that match no account or several', () => {
    expect(resolveFirst(rows, ['nobody', 'Work'])).toMatchObject({ unknown: ['nobody', 'Work'] });
    expect(resolveFirst(rows, ['twin']).ambiguous).toEqual([
      { name: 'twin', ids: ['333333333333', '444444444444'] },
    ]);
  });
});

describe('waves', () => {
  test.each([
    ['1', { kind: 'count', count: 1 }],
    ['10%', { kind: 'percent', percent: 10 }],
    ['12.5%', { kind: 'percent', percent: 12.5 }],
    ['101%', null],
    ['-1', null],
    ['1.5', null],
    ['many', null],
    ['', null],
  ])('read the share %j', (text, share) => {
    expect(parseShare(text)).toEqual(share);
  });

  test('grow, are never empty, and end with all accounts', () => {
    const shares = (...texts: readonly string[]) =>
      texts.map((text) => parseShare(text) ?? { kind: 'count' as const, count: 0 });
    expect(waveEnds(shares('1', '10%', '100%'), 40)).toEqual([1, 4, 40]);
    expect(waveEnds(shares('1', '10%'), 40)).toEqual([1, 4, 40]);
    expect(waveEnds(shares('10%', '100%'), 41)).toEqual([5, 41]);
    expect(waveEnds(shares('1', '10%', '100%'), 3)).toEqual([1, 3]);
    expect(waveEnds(shares('5'), 0)).toEqual([]);
  });

  test('round the failure tolerance down', () => {
    expect([
      toleratedAccounts({ kind: 'percent', percent: 10 }, 19),
      toleratedAccounts({ kind: 'count', count: 3 }, 1),
    ]).toEqual([1, 3]);
  });
});
