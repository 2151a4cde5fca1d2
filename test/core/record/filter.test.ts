import { describe, expect, it } from 'vitest';
import { filterReport, rowFilters } from '../../../src/core/record/filter.ts';
import { buildReport } from '../../support/reports.ts';

describe('filterReport', () => {
  const report = buildReport({ accounts: 40 });
  const verdicts = (filter: (typeof rowFilters)[number]): readonly string[] =>
    [...new Set(filterReport(report, filter).targets.map(({ verdict }) => verdict))].sort();

  it('keeps the rows of a filter', () => {
    expect(verdicts('problems')).toEqual([
      'blocked',
      'conflict',
      'failed',
      'not-attempted',
      'skipped',
    ]);
    expect(verdicts('changes')).toEqual(['changed', 'failed', 'not-attempted']);
    expect(filterReport(report, 'all')).toBe(report);
  });

  it('never changes the summary', () => {
    for (const filter of rowFilters)
      expect(filterReport(report, filter).summary).toEqual(report.summary);
  });

  it('keeps the accounts that have rows', () => {
    for (const filter of ['problems', 'changes'] as const) {
      const { accounts, targets } = filterReport(report, filter);
      expect(accounts.map(({ id }) => id)).toEqual([
        ...new Set(targets.map(({ account }) => account)),
      ]);
    }
  });
});
