/** Which rows of a report are shown. The summary always counts all of them. */
import type { Report, Verdict } from '../model/model.ts';

export const rowFilters = ['problems', 'changes', 'all'] as const;
export type RowFilter = (typeof rowFilters)[number];

const kept: Readonly<Record<Exclude<RowFilter, 'all'>, ReadonlySet<Verdict>>> = {
  problems: new Set(['failed', 'blocked', 'conflict', 'not-attempted', 'skipped']),
  changes: new Set(['would-change', 'changed', 'failed', 'not-attempted']),
};

/**
 * The report with those of its rows that the filter keeps, and the accounts that have such rows; under `problems` also
 * the accounts that have a problem of their own.
 */
export function filterReport(report: Report, filter: RowFilter): Report {
  if (filter === 'all') return report;
  const targets = report.targets.filter(({ verdict }) => kept[filter].has(verdict));
  const named = new Set(targets.map(({ account }) => account));
  const accounts = report.accounts.filter(
    ({ id, problem }) => named.has(id) || (filter === 'problems' && problem !== null),
  );
  return { ...report, accounts, targets };
}
