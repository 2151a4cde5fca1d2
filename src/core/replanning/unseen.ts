/** Changes that a run may have made, and of which AWS shows nothing. */
import type { AccountPlan } from '../model/model.ts';
import { changeOutcome, keyOf, type RunHistory } from '../record/history.ts';

/** The settings of a rollback's plan that are as they were before the run, which had begun to change them. */
const unseenSettings = (history: RunHistory, plans: readonly AccountPlan[]): number =>
  plans
    .flatMap(({ targets }) => targets)
    .filter((row) => {
      const change = history.changes.get(keyOf(row));
      return (
        row.kind === 'setting' &&
        row.verdict === 'in-sync' &&
        change !== undefined &&
        changeOutcome(change) === 'unrecorded'
      );
    }).length;

/**
 * What to say before a rollback of a run that was killed: AWS gives no bound for how late it shows a change, and a change
 * that shows up later is not undone. Null if there is none.
 */
export function unseenNote(history: RunHistory, plans: readonly AccountPlan[]): string | null {
  const count = unseenSettings(history, plans);
  if (count === 0) return null;
  const settings = count === 1 ? '1 setting' : `${String(count)} settings`;
  const [are, them] = count === 1 ? ['is', 'it'] : ['are', 'them'];
  return `${settings} that the run had begun to change ${are} as before the run, so this plan leaves ${them} alone. AWS can show a change late: if the run was killed less than a minute ago, wait a minute and plan again.`;
}
