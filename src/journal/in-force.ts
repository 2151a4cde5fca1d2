/** What of a run's changes is still in force, as far as the journals of later rollbacks say. */
import type { RunStarted } from '../core/record/events.ts';
import type { TargetValue } from '../core/model/model.ts';
import { sameTargetValue } from '../core/iam/trust-policy.ts';
import type { RunOutcome } from './run-outcome.ts';

/** What a rollback made of a target, or that it found the target as it had been before. */
export interface Undoing {
  readonly run: string;
  readonly rollsBack: string;
  /** Its place among all runs. */
  readonly order: number;
  /** What it put back; undefined: it had nothing to do. */
  readonly to: TargetValue | undefined;
}

/** By target: what a run that is a rollback undid. */
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
 * Whether a change is in force still: no rollback of its run came after it; or that one was rolled back in turn, or found the
 * target changed by a later run, which was rolled back since.
 */
export function isInForce(
  change: {
    readonly order: number;
    readonly to: TargetValue;
    readonly run: string;
    /** The place of the run's beginning. */
    readonly started: number;
  },
  rollbacks: readonly Undoing[],
  startOf: (run: string) => number,
): boolean {
  /** Runs that took the change away; and those that brought it back. */
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
