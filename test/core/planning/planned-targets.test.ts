import { describe, expect, it } from 'vitest';
import { known, unknown, type Problem } from '../../../src/core/model/model.ts';
import {
  accountRowOf,
  planUnreachable,
  unlistedRow,
  unreadCells,
} from '../../../src/core/planning/planned-targets.ts';
import { readings, setting, trouble } from './account-readings.ts';

const denied = unknown(trouble('denied'));
const byScp = unknown(trouble('denied-by-scp'));
const notEnabled = unknown(trouble('region-not-enabled'));
const without = unknown(trouble('region-without-dhmc'));
const open = setting(null);

describe('a setting that could not be read', () => {
  it.each([
    ['denied by a policy, where another region answers', { a: byScp, b: open }, false, 'skipped'],
    ['denied by a policy, where no region answers', { a: byScp }, false, 'blocked'],
    ['denied by a policy in a named region', { a: byScp, b: open }, true, 'blocked'],
    ['denied', { a: denied, b: open }, false, 'blocked'],
    ['in a region that is not enabled', { a: notEnabled }, true, 'skipped'],
    ['in a region without DHMC', { a: without }, false, 'skipped'],
    ['in a named region without DHMC', { a: without }, true, 'blocked'],
  ])('has the right verdict where it is %s', (_, cells, named, verdict) => {
    expect(unreadCells(readings(cells, {}, named)).get('a')).toMatchObject({
      state: 'unknown',
      verdict,
    });
  });
  it('is missing where every setting could be read', () => {
    expect(unreadCells(readings({ a: open })).size).toBe(0);
  });
});

describe('an account', () => {
  const account = { id: '1', name: 'one', path: '', state: 'SUSPENDED' } as const;
  const problem: Problem = trouble('role-not-assumable');
  it.each([
    ['that was left out is skipped', { kind: 'skipped', reason: 'suspended' } as const, 'skipped'],
    ['that could not be entered is blocked', { kind: 'unreachable', problem } as const, 'blocked'],
  ])('%s in every named region', (_, found, verdict) => {
    const plan = planUnreachable({ account, named: ['b', 'a'], ...found });
    expect(plan.targets.map((row) => [row.kind, row.region, row.verdict])).toEqual([
      ['role', null, verdict],
      ['grant', null, verdict],
      ['setting', 'a', verdict],
      ['setting', 'b', verdict],
    ]);
  });

  const regions = unknown(trouble('denied'));
  it('whose regions could not be listed has one blocked setting without a region', () => {
    const found = readings({}, { regions });
    expect(unlistedRow(found)).toMatchObject([{ region: null, verdict: 'blocked' }]);
    expect(accountRowOf(found).problem?.message).toBe('it is denied');
  });
  it('whose default regions were tried instead has a problem that says so', () => {
    const found = readings({ a: open }, { regions, assumedRegions: true });
    expect(unlistedRow(found)).toEqual([]);
    expect(accountRowOf(found).problem?.message).toContain('default regions were tried');
  });
  it('whose regions were named or listed has no problem', () => {
    expect(accountRowOf(readings({ a: open }, { regions }, true)).problem).toBeNull();
    expect(accountRowOf(readings({}, { regions: known([]) })).problem).toBeNull();
  });
});
