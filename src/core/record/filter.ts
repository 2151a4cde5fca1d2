/** Which rows of a report are shown. The summary always counts all of them. */
import type { Owner, Report, Verdict } from '../model/model.ts';

export const rowFilters = ['problems', 'changes', 'all'] as const;
export type RowFilter = (typeof rowFilters)[number];

const kept: Readonly<Record<Exclude<RowFilter, 'all'>, ReadonlySet<Verdict>>> = {
  problems: new Set(['failed', 'blocked', 'conflict', 'not-attempted', 'skipped']),
  changes: new Set(['would-change', 'changed', 'failed', 'not-attempted']),
};

/** Which rows are shown: by verdict, and of settings by whose they are. */
export interface ShownRows {
  readonly only: RowFilter;
  /** Null: whatever the owner. */
  readonly owners: readonly Owner['kind'][] | null;
}

/**
 * The report with those of its rows that are shown, and the accounts that have such rows; under `problems`, and with
 * whatever owner, also the accounts that have a problem of their own.
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
