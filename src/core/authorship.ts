/** Whose hand it was: whether what a run made is still what that run wrote, and which later runs stand on it. */
import { keyOf } from './history.ts';
import type { ChangeRecord, RunHistory } from './history.ts';
import type { Caller, TargetKey } from './model.ts';

/** As AWS names who wrote a setting last. */
interface Written {
  readonly modifiedBy: string | null;
  readonly modifiedAt: string | null;
}

/** Where AWS names nobody, the value alone must decide. */
const namesNobody = (by: string | null): boolean => by === null || by === 'System';

/** How far the clocks of this machine and AWS may be apart, in milliseconds. */
const clockSkew = 5 * 60_000;

/** Whether the setting, which holds what the run made, was last written by the run. */
export function isOwnHand(now: Written, change: ChangeRecord, run: string, caller: Caller): boolean {
  if (namesNobody(now.modifiedBy)) return true;
  const { ended } = change;
  if (ended !== null && ended.verdict === 'changed' && !namesNobody(ended.modifiedBy)) {
    const sameTime = ended.modifiedAt === null || now.modifiedAt === null || ended.modifiedAt === now.modifiedAt;
    return ended.modifiedBy === now.modifiedBy && sameTime;
  }
  // It was not read back: the session is named for the run, save in the caller's own account.
  if (now.modifiedBy?.endsWith(`/dhmc-${run}`) === true) return true;
  if (now.modifiedBy !== caller.arn || now.modifiedAt === null) return false;
  return Date.parse(now.modifiedAt) >= Date.parse(change.begunAt) - clockSkew;
}

const tookEffect = (change: ChangeRecord): boolean =>
  change.ended === null || change.ended.verdict === 'changed' || change.ended.state === 'unknown';

export interface Standing {
  /** Whether the run's change of the target is still in force, as far as the journals say. */
  readonly inForce: boolean;
  /** The newest later run whose own change of the target is in force. */
  readonly above: string | null;
  /** The change that wrote the target last, and its run. */
  readonly last: { readonly change: ChangeRecord; readonly history: RunHistory };
}

/** What later runs, oldest first, made of a target: a run and the rollback of it cancel each other. */
export function standingOf(
  target: TargetKey,
  own: { readonly change: ChangeRecord; readonly history: RunHistory },
  laterRuns: readonly RunHistory[],
): Standing {
  const key = keyOf(target);
  const force = new Map<string, boolean>([[own.history.started.run, true]]);
  const undoes = new Map<string, string | null>([[own.history.started.run, own.history.started.rollsBack]]);
  let last = own;
  for (const history of laterRuns) {
    const change = history.changes.get(key);
    if (change === undefined || !tookEffect(change)) continue;
    const { run, rollsBack } = history.started;
    last = { change, history };
    undoes.set(run, rollsBack);
    const undone = rollsBack !== null && force.has(rollsBack) ? rollsBack : null;
    force.set(run, true);
    if (undone === null) continue;
    force.set(undone, false);
    const restored = undoes.get(undone) ?? null;
    if (restored !== null && force.has(restored)) force.set(restored, true);
  }
  const above = [...force]
    .filter(([run, inForce]) => inForce && run !== own.history.started.run && !force.has(undoes.get(run) ?? ''))
    .map(([run]) => run);
  return { inForce: force.get(own.history.started.run) ?? false, above: above.at(-1) ?? null, last };
}
