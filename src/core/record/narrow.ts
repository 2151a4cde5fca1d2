/** The report of a part, as if the rest were not in scope. */
import type { Report, TargetKey } from '../model/model.ts';
import { summaryOf } from './report.ts';

/** The report with the targets that are kept, the accounts that have any, and the counts of these. */
export function narrowReport(report: Report, keeps: (target: TargetKey) => boolean): Report {
  const targets = report.targets.filter(keeps);
  const named = new Set(targets.map(({ account }) => account));
  const accounts = report.accounts.filter(({ id }) => named.has(id));
  const summary = {
    ...report.summary,
    ...summaryOf({ action: report.action, accounts, targets }),
  };
  return { ...report, summary, accounts, targets };
}
