/** Selects the targets of a report that are shown. The summary always counts all targets. */
import type { Owner, Report, Verdict } from '../model/model.ts';

export const rowFilters = ['problems', 'changes', 'all'] as const;
export type RowFilter = (typeof rowFilters)[number];

const kept: Readonly<Record<Exclude<RowFilter, 'all'>, ReadonlySet<Verdict>>> = {
  problems: new Set(['failed', 'blocked', 'conflict', 'not-attempted', 'skipped']),
  changes: new Set(['would-change', 'changed', 'failed', 'not-attempted']),
};

/** The selection: by verdict, and for settings by owner. */
export interface ShownRows {
  readonly only: RowFilter;
  /** Null for any owner. */
  readonly owners: readonly Owner['kind'][] | null;
}

/**
 * The report with only the selected targets, and their accounts. With `problems` and any owner, it also keeps accounts
 * that have a problem themselves.
 */
export function filterReport(report: Report, { only, owners }: ShownRows): Report {
  if (only === 'all' && owners === null) return report;
  const targets = report.targets.filter(
    ({ verdict, owner }) =>
      (only === 'all' || kept[only].has(verdict)) &&
      (owners === null || owners.some((kind) => kind === owner?.kind)),
  );
  const named = new Set(targets.map(({ account }) => account));
  const accounts = report.accounts.filter(
    ({ id, problem }) =>
      named.has(id) || (only === 'problems' && owners === null && problem !== null),
  );
  return { ...report, accounts, targets };
}
