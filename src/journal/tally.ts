/** The result of a run, counted while it is written, so that its last line can contain it. */
import { isStackSetRun, type RunCounts, type RunEvent } from '../core/record/events.ts';
import { changeOutcome, keyOf, type ChangeRecord } from '../core/record/history.ts';
import type { Verdict } from '../core/model/model.ts';

type Change = Pick<ChangeRecord, 'from' | 'ended'>;

export interface Tally {
  add(event: RunEvent): void;
  /** Null if it takes the whole journal: for a proof, a run with stack sets, and a resumed run. */
  counts(): Omit<RunCounts, 'bytes'> | null;
}

/** Counts the events of a new run as `summarizeRun` does. */
export function tallyRun(): Tally {
  const verdicts = new Map<string, Verdict>();
  const changes = new Map<string, Change>();
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
        // The result of a second change of the same target needs the full fold.
        if (changes.has(key)) isPlain = false;
        changes.set(key, { from: event.from, ended: null });
      } else if (event.type === 'target-ended') {
        const key = keyOf(event.target);
        verdicts.set(key, event.verdict);
        const change = changes.get(key);
        if (change?.ended === null) changes.set(key, { ...change, ended: event });
      }
    },
    counts() {
      if (!isPlain) return null;
      const outcomes = [...changes.values()].map(changeOutcome);
      const byVerdict: Partial<Record<Verdict, number>> = {};
      for (const verdict of verdicts.values()) byVerdict[verdict] = (byVerdict[verdict] ?? 0) + 1;
      return {
        outcome: isStopped ? 'stopped' : 'finished',
        accounts: accounts.size,
        verdicts: byVerdict,
        changes: outcomes.filter((outcome) => outcome === 'made').length,
        open: outcomes.filter((outcome) => outcome === 'unrecorded').length,
      };
    },
  };
}
