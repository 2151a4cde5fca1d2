/** Narrows a report to some of its targets, as if the others were not in scope. */
import type { Report, TargetKey } from '../model/model.ts';
import { summaryOf } from './report.ts';

/** The report with only the targets that `keeps` selects, their accounts, and their counts. */
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
