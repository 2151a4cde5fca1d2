import { describe, expect, it } from 'vitest';
import type { CoverageInstance } from '../../../src/core/coverage/model.ts';
import { tallyCell, tallyCoverage } from '../../../src/core/coverage/summary.ts';
import type { Problem } from '../../../src/core/model/model.ts';
import { cell, instance } from './instances.ts';

const problem: Problem = { code: 'denied', message: 'no', hint: 'ask', requestId: null };
const of = {
  account: '111111111111',
  region: 'eu-west-1',
  setting: 'enabled',
  role: 'whole',
} as const;

describe('a cell', () => {
  const tally = tallyCell();
  tally.add(instance('i-1', 'dhmc'));
  tally.add(instance('i-2', 'none', { state: 'stopped' }));
  it('counts running and stopped instances separately', () => {
    expect(tally.cell({ ...of, listed: true, problem: null })).toMatchObject({
      running: 1,
      stopped: 1,
      managedBy: { dhmc: 1, none: 0 },
    });
  });
  it('has no counts where not all instances were listed', () => {
    expect(tally.cell({ ...of, listed: false, problem })).toMatchObject({
      running: null,
      stopped: null,
      managedBy: null,
    });
  });
});

describe('the exit status', () => {
  const status = (
    instances: readonly CoverageInstance[],
    { check = false, unread = false, skipped = false } = {},
  ): number => {
    const tally = tallyCoverage();
    for (const one of instances) tally.addInstance(one);
    tally.addCell({ ...cell('eu-west-1'), problem: unread ? problem : null }, { skipped });
    return tally.exitStatus({ check });
  };
  const lost = instance('i-1', 'none', { reason: 'setting-unset' });
  it.each([
    ['every instance is managed', [instance('i-1', 'dhmc')], { check: true }, 0],
    ['an instance is not managed', [lost], {}, 0],
    ['an instance is not managed, with --check', [lost], { check: true }, 2],
    ['an instance is unknown, with --check', [instance('i-1', 'unknown')], { check: true }, 2],
    ['a stopped instance is not managed', [{ ...lost, state: 'stopped' }], { check: true }, 0],
    [
      'an instance is operated by AWS',
      [{ ...lost, reason: 'operated-by-aws' as const }],
      { check: true },
      0,
    ],
    ['a cell could not be read', [lost], { check: true, unread: true }, 1],
    ['a cell was skipped', [], { unread: true, skipped: true }, 0],
  ])('is right where %s', (_, instances, options, expected) => {
    expect(status(instances, options)).toBe(expected);
  });
});

it('adds up instances, confidence, reasons, and cells that have a region', () => {
  const tally = tallyCoverage();
  tally.addAccount();
  tally.addInstance(instance('i-1', 'dhmc', { confidence: 'likely' }));
  tally.addInstance(instance('i-2', 'none', { reason: 'setting-unset' }));
  tally.addCell(cell('eu-west-1', 2), { skipped: false });
  tally.addCell({ ...cell('x', null), region: null }, { skipped: false });
  expect(tally.summary({ calls: 3, throttled: 1 })).toEqual({
    accounts: 1,
    cells: 1,
    running: 2,
    stopped: 0,
    managedBy: { dhmc: 1, profile: 0, activation: 0, none: 1, unknown: 0 },
    confidence: { proven: 1, likely: 1, unknown: 0 },
    reasons: { 'setting-unset': 1 },
    calls: 3,
    throttled: 1,
  });
});

it('sorts cells by the order of accounts, then by region', () => {
  const tally = tallyCoverage();
  for (const [account, region] of [
    ['1', 'b'],
    ['2', 'a'],
    ['1', 'a'],
  ] as const)
    tally.addCell({ ...cell(region), account }, { skipped: false });
  const sorted = tally.sortedCells([{ id: '2' }, { id: '1' }]);
  expect(sorted.map(({ account, region }) => `${account} ${region ?? ''}`)).toEqual([
    '2 a',
    '1 a',
    '1 b',
  ]);
});
