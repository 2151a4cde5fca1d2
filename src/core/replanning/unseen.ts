/** Changes that a run may have made and that AWS does not show yet. */
import type { AccountPlan } from '../model/model.ts';
import { changeOutcome, keyOf, type RunHistory } from '../record/history.ts';

/** The number of settings that the run began to change and that still have their former value. */
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
 * A note before the rollback of a killed run. AWS does not document how late it can show a change, and a change that
 * appears later is not undone. Null if no setting is affected.
 */
export function unseenNote(history: RunHistory, plans: readonly AccountPlan[]): string | null {
  const count = unseenSettings(history, plans);
  if (count === 0) return null;
  const settings = count === 1 ? '1 setting' : `${String(count)} settings`;
  const [are, them] = count === 1 ? ['is', 'it'] : ['are', 'them'];
  return `${settings} that the run had begun to change ${are} as before the run, so this plan leaves ${them} alone. AWS can show a change late: if the run was killed less than a minute ago, wait a minute and plan again.`;
}
