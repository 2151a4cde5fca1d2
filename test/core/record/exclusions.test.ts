import { expect, test } from 'vitest';
import { regionsToExclude } from '../../../src/core/record/exclusions.ts';
import type { ProblemCode, Target, Verdict } from '../../../src/core/model/model.ts';

const cell = (
  account: string,
  region: string | null,
  verdict: Verdict,
  code: ProblemCode | null,
): Target => ({
  kind: 'setting',
  account,
  region,
  state: code === null ? 'disabled' : 'unknown',
  verdict,
  from: null,
  to: null,
  modifiedBy: null,
  modifiedAt: null,
  problem: code === null ? null : { code, message: '', hint: '', requestId: null },
  attempts: 0,
  durationMs: 0,
});

test.each<[string, readonly Target[], readonly string[]]>([
  ['no cell is skipped', [cell('1', 'a', 'would-change', null)], []],
  ['a region is blocked in the only account', [cell('1', 'a', 'skipped', 'denied-by-scp')], ['a']],
  [
    'a region is blocked in one account and open in another',
    [cell('1', 'a', 'skipped', 'denied-by-scp'), cell('2', 'a', 'in-sync', null)],
    [],
  ],
  [
    'a region is blocked in one account and unreadable in another',
    [cell('1', 'a', 'skipped', 'denied-by-scp'), cell('2', 'a', 'blocked', 'network')],
    [],
  ],
  [
    'regions are blocked or without DHMC in every account',
    [
      cell('1', 'b', 'skipped', 'denied-by-scp'),
      cell('2', 'b', 'skipped', 'region-without-dhmc'),
      cell('2', 'a', 'skipped', 'region-without-dhmc'),
    ],
    ['a', 'b'],
  ],
  ['a region is not enabled', [cell('1', 'a', 'skipped', 'region-not-enabled')], []],
  ['an account was skipped', [cell('1', null, 'skipped', null)], []],
])('the regions to exclude are right where %s', (_, targets, regions) => {
  expect(regionsToExclude({ targets })).toEqual(regions);
});
