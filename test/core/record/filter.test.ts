import { describe, expect, it } from 'vitest';
import { filterReport, rowFilters } from '../../../src/core/record/filter.ts';
import { buildReport } from '../../support/reports.ts';

describe('filterReport', () => {
  const report = buildReport({ accounts: 40 });
  const verdicts = (filter: (typeof rowFilters)[number]): readonly string[] =>
    [
      ...new Set(
        filterReport(report, { only: filter, owners: null }).targets.map(({ verdict }) => verdict),
      ),
    ].sort();

  it('keeps the rows of a filter', () => {
    expect(verdicts('problems')).toEqual([
      'blocked',
      'conflict',
      'failed',
      'not-attempted',
      'skipped',
    ]);
    expect(verdicts('changes')).toEqual(['changed', 'failed', 'not-attempted']);
    expect(filterReport(report, { only: 'all', owners: null })).toBe(report);
  });

  it('never changes the summary', () => {
    for (const filter of rowFilters)
      expect(filterReport(report, { only: filter, owners: null }).summary).toEqual(report.summary);
  });

  it('keeps the settings of the chosen owners and their accounts, and the whole summary', () => {
    const shown = filterReport(report, { only: 'all', owners: ['quick-setup', 'stackset'] });
    expect(new Set(shown.targets.map(({ owner }) => owner?.kind))).toEqual(
      new Set(['quick-setup', 'stackset']),
    );
    expect(shown.accounts.length).toBeGreaterThan(0);
    expect(shown.accounts.map(({ id }) => id)).toEqual([
      ...new Set(shown.targets.map(({ account }) => account)),
    ]);
    expect(shown.summary).toBe(report.summary);
    expect(filterReport(report, { only: 'all', owners: ['stack'] }).targets).toEqual([]);
    const both = filterReport(report, { only: 'changes', owners: ['dhmc'] }).targets;
    expect(new Set(both.map(({ verdict }) => verdict))).toEqual(new Set(['changed']));
  });

  it('keeps only accounts that have rows', () => {
    for (const filter of ['problems', 'changes'] as const) {
      const { accounts, targets } = filterReport(report, { only: filter, owners: null });
      expect(accounts.map(({ id }) => id)).toEqual([
        ...new Set(targets.map(({ account }) => account)),
      ]);
    }
  });
});
