/** The result of a run, counted while it is written, so that its last line can contain it. */
import { isStackSetRun, type RunCounts, type RunEvent } from '../core/record/events.ts';
import { changeOutcome, keyOf, type ChangeOutcome } from '../core/record/history.ts';
import type { TargetValue, Verdict } from '../core/model/model.ts';

export interface Tally {
  add(event: RunEvent): void;
  /** Null if it takes the whole journal: for a proof, a run with stack sets, and a resumed run. */
  counts(): Omit<RunCounts, 'bytes'> | null;
}

/** Counts the events of a new run as `summarizeRun` does. */
export function tallyRun(): Tally {
  const verdicts = new Map<string, Verdict>();
  /** The former values of changes without a recorded end. Whole events would take much memory. */
  const begun = new Map<string, TargetValue>();
  const ended = new Set<string>();
  const outcomes: Partial<Record<ChangeOutcome, number>> = {};
  const accounts = new Set<string>();
  let [isPlain, isStopped] = [true, false];
  return {
    add(event) {
      if (event.type === 'run-resumed') isPlain = false;
      else if (event.type === 'run-started')
        isPlain &&= event.action !== 'prove' && !isStackSetRun(event);
      else if (event.type === 'run-stopped') isStopped = true;
      else if (event.type === 'account-planned') {
        accounts.add(event.plan.account.id);
        for (const row of event.plan.targets)
          verdicts.set(keyOf(row), row.verdict === 'would-change' ? 'not-attempted' : row.verdict);
      } else if (event.type === 'change-begun') {
        const key = keyOf(event.target);
        // Only the whole fold can say what a second change of a target came to.
        if (begun.has(key) || ended.has(key)) isPlain = false;
        begun.set(key, event.from);
      } else if (event.type === 'target-ended') {
        const key = keyOf(event.target);
        verdicts.set(key, event.verdict);
        const from = begun.get(key);
        if (from === undefined) return;
        begun.delete(key);
        ended.add(key);
        const outcome = changeOutcome({ from, ended: event });
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      }
    },
    counts() {
      if (!isPlain) return null;
      const byVerdict: Partial<Record<Verdict, number>> = {};
      for (const verdict of verdicts.values()) byVerdict[verdict] = (byVerdict[verdict] ?? 0) + 1;
      return {
        outcome: isStopped ? 'stopped' : 'finished',
        accounts: accounts.size,
        verdicts: byVerdict,
        changes: outcomes.made ?? 0,
        open: (outcomes.unrecorded ?? 0) + begun.size,
      };
    },
  };
}
