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
  ['nothing skipped', [cell('1', 'a', 'would-change', null)], []],
  ['one account, one region closed', [cell('1', 'a', 'skipped', 'denied-by-scp')], ['a']],
  [
    'closed in one account and open in another',
    [cell('1', 'a', 'skipped', 'denied-by-scp'), cell('2', 'a', 'in-sync', null)],
    [],
  ],
  [
    'closed in one account and blocked in another',
    [cell('1', 'a', 'skipped', 'denied-by-scp'), cell('2', 'a', 'blocked', 'network')],
    [],
  ],
  [
    'closed everywhere',
    [
      cell('1', 'b', 'skipped', 'denied-by-scp'),
      cell('2', 'b', 'skipped', 'region-without-dhmc'),
      cell('2', 'a', 'skipped', 'region-without-dhmc'),
    ],
    ['a', 'b'],
  ],
  [
    'not enabled, which another account may be',
    [cell('1', 'a', 'skipped', 'region-not-enabled')],
    [],
  ],
  ['an account that was not entered', [cell('1', null, 'skipped', null)], []],
])('%s', (_, targets, regions) => {
  expect(regionsToExclude({ targets })).toEqual(regions);
});
