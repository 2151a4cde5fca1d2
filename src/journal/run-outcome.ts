/** The result of a run in short: enough to list it and to say what is still in force. Pure. */
import { foldHistory, keyOf, type ChangeRecord } from '../core/record/history.ts';
import type { RunEvent } from '../core/record/events.ts';
import type { Verdict } from '../core/model/model.ts';

/** The result of a run: its changes, and the verdict of every target in its plan. */
export interface RunOutcome {
  readonly changes: ReadonlyMap<string, ChangeRecord>;
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** By target: the place of the run's part that read the target last; see `RunStarted.order`. */
  readonly seen: ReadonlyMap<string, number>;
  readonly accounts: number;
  /** Time of the last event that has one. */
  readonly lastAt: string | null;
  readonly outcome: 'finished' | 'stopped' | 'unfinished';
  /** Cells handed over to stack sets, and taken back from them. */
  readonly handedOver: number;
  readonly takenBack: number;
}

/** Folds a run's events. A target that was to change but has no ending counts as `not-attempted`. */
export async function summarizeRun(events: AsyncIterable<RunEvent>): Promise<RunOutcome> {
  const fold = foldHistory();
  const verdicts = new Map<string, Verdict>();
  const seen = new Map<string, number>();
  const accounts = new Set<string>();
  const [handedOver, takenBack] = [new Set<string>(), new Set<string>()];
  let lastAt: string | null = null;
  let outcome: RunOutcome['outcome'] = 'unfinished';
  let stopped = false;
  for await (const event of events) {
    fold.add(event);
    if ('at' in event) lastAt = event.at;
    switch (event.type) {
      case 'run-started':
        lastAt = event.startedAt;
        break;
      case 'account-planned':
        accounts.add(event.plan.account.id);
        for (const target of event.plan.targets) {
          const key = keyOf(target);
          verdicts.set(key, target.verdict === 'would-change' ? 'not-attempted' : target.verdict);
          if (target.verdict === 'in-sync') seen.set(key, fold.order());
        }
        break;
      case 'target-ended':
        verdicts.set(keyOf(event.target), event.verdict);
        seen.set(keyOf(event.target), fold.order());
        break;
      case 'run-resumed':
        stopped = false;
        outcome = 'unfinished';
        break;
      case 'run-stopped':
        stopped = true;
        outcome = 'stopped';
        break;
      case 'run-finished':
        outcome = stopped ? 'stopped' : 'finished';
        break;
      case 'cell-handed-over':
        handedOver.add(keyOf(event.target));
        accounts.add(event.target.account);
        break;
      case 'cell-taken-back':
        takenBack.add(keyOf(event.target));
        accounts.add(event.target.account);
        break;
      case 'role-taken-back':
        accounts.add(event.account);
        break;
      case 'change-begun':
      case 'role-handed-over':
      case 'role-tag-begun':
      case 'stack-set-call-begun':
      case 'stack-set-call-ended':
      case 'run-confirmed':
        break;
    }
  }
  const changes: ReadonlyMap<string, ChangeRecord> = fold.history()?.changes ?? new Map();
  return {
    changes,
    verdicts,
    seen,
    accounts: accounts.size,
    lastAt,
    outcome,
    handedOver: handedOver.size,
    takenBack: takenBack.size,
  };
}
