import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/model/errors.ts';
import { compareReports } from '../../src/render/compare.ts';
import { buildReport } from '../support/reports.ts';

describe('comparing reports', () => {
  const before = buildReport({ accounts: 40, action: 'status' });
  const after = buildReport({ accounts: 40 });

  it('finds no difference between a report and itself', () => {
    expect(compareReports(after, after).summary).toEqual({
      new: 0,
      gone: 0,
      changed: 0,
      same: after.targets.length,
    });
  });

  it('finds what a run changed', () => {
    const { summary, differences } = compareReports(before, after);
    expect(summary).toMatchObject({ new: 0, gone: 0 });
    expect(summary.changed).toBe(after.summary.verdicts['changed']);
    expect(
      differences.every(
        ({ change, after: now }) => change === 'changed' && now?.verdict === 'changed',
      ),
    ).toBe(true);
  });

  it('reports new and missing accounts', () => {
    const fewer = {
      ...after,
      accounts: after.accounts.slice(1),
      targets: after.targets.filter(({ account }) => account !== '111111111111'),
    };
    expect(compareReports(after, fewer).summary).toMatchObject({ new: 0, gone: 19, changed: 0 });
    expect(compareReports(fewer, after).summary).toMatchObject({ new: 19, gone: 0, changed: 0 });
  });

  it('does not report unread accounts as gone', () => {
    const id = '111111111111';
    const locked = after.targets.find(
      ({ verdict, region, kind }) => verdict === 'blocked' && region === null && kind === 'setting',
    );
    expect(locked).toBeDefined();
    if (locked === undefined) return;
    const unread = {
      ...after,
      targets: [
        ...after.targets.filter(({ account, kind }) => account !== id || kind !== 'setting'),
        { ...locked, account: id },
      ],
    };
    const there = compareReports(after, unread);
    expect(there.summary).toMatchObject({ new: 0, gone: 0, changed: 17 });
    expect(there.differences[0]?.after?.state).toBe('unknown');
    expect(compareReports(unread, after).summary).toMatchObject({ new: 0, gone: 0, changed: 17 });
  });

  it('refuses reports from two organizations', () => {
    expect(() =>
      compareReports(before, {
        ...after,
        organization: { ...after.organization, id: 'o-other00000' },
      }),
    ).toThrow(UsageError);
  });
});
