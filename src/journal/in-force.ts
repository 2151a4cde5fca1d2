/** Which of a run's changes are still in force, according to the journals of later rollbacks. */
import type { RunStarted } from '../core/record/events.ts';
import type { TargetValue } from '../core/model/model.ts';
import { sameTargetValue } from '../core/iam/trust-policy.ts';
import type { RunOutcome } from './run-outcome.ts';

/** What a rollback did to a target; or that it found the target with its previous value already. */
export interface Undoing {
  readonly run: string;
  readonly rollsBack: string;
  /** Its place in the order of all runs. */
  readonly order: number;
  /** The value that it restored; undefined if there was nothing to do. */
  readonly to: TargetValue | undefined;
}

/** By target: what a run undid, if it is a rollback. */
export function* undoingsOf(
  { run, rollsBack }: RunStarted,
  { changes, verdicts, seen }: RunOutcome,
  shift: number,
): Generator<readonly [string, Undoing]> {
  if (rollsBack === null) return;
  for (const [key, verdict] of verdicts) {
    const change = changes.get(key);
    if (verdict !== 'changed' && verdict !== 'in-sync') continue;
    const order = shift + (seen.get(key) ?? change?.order ?? 0);
    const to = verdict === 'changed' ? change?.to : undefined;
    yield [key, { run, rollsBack, order, to }];
  }
}

/**
 * Whether a change is still in force. It is not if a later rollback of its run undid it, unless that rollback was
 * rolled back in turn, or the rollback of a later run has restored the change's value since.
 */
export function isInForce(
  change: {
    readonly order: number;
    readonly to: TargetValue;
    readonly run: string;
    /** The place of the run's start in the order of runs. */
    readonly started: number;
  },
  rollbacks: readonly Undoing[],
  startOf: (run: string) => number,
): boolean {
  /** Runs that undid the change, and runs that restored it. */
  const [against, instead] = [new Set<string>(), new Set<string>()];
  let inForce = true;
  for (const { run, rollsBack, to } of rollbacks
    .filter(({ order }) => order > change.order)
    .sort((one, other) => one.order - other.order)) {
    if (rollsBack === change.run || instead.has(rollsBack)) {
      inForce = false;
      against.add(run);
      continue;
    }
    const isLater = startOf(rollsBack) > change.started;
    if (!against.has(rollsBack) && !(isLater && to !== undefined && sameTargetValue(to, change.to)))
      continue;
    inForce = true;
    instead.add(run);
  }
  return inForce;
}
