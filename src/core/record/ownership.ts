/** Whose hand it was: whether what a run made is still what that run wrote, and which later runs stand on it. */
import { keyOf } from './history.ts';
import type { ChangeRecord, RunHistory } from './history.ts';
import type { Caller, TargetKey, TargetValue } from '../model/model.ts';
import { sameTargetValue } from '../iam/trust-policy.ts';

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
export function wasLastWrittenBy(
  now: Written,
  change: ChangeRecord,
  run: string,
  caller: Caller,
): boolean {
  const { ended } = change;
  const namedThen = ended !== null && ended.verdict === 'changed' && !namesNobody(ended.modifiedBy);
  if (namesNobody(now.modifiedBy)) return now.modifiedBy === null || !namedThen;
  if (namedThen) {
    const sameTime =
      ended.modifiedAt === null || now.modifiedAt === null || ended.modifiedAt === now.modifiedAt;
    return ended.modifiedBy === now.modifiedBy && sameTime;
  }
  // It was not read back: the session is named for the run, save in the caller's own account.
  if (now.modifiedBy?.endsWith(`/dhmc-${run}`) === true) return true;
  if (now.modifiedBy !== caller.arn || now.modifiedAt === null) return false;
  return Date.parse(now.modifiedAt) >= Date.parse(change.begunAt) - clockSkew;
}

/** A run's change of a target. */
interface Entry {
  readonly change: ChangeRecord;
  readonly history: RunHistory;
}

export interface ChangeStatus {
  /** Whether the run's change of the target is still in force, as far as the journals and the world say. */
  readonly inForce: boolean;
  /** The newest later run whose own change of the target is in force. */
  readonly above: RunHistory | null;
  /** The change that wrote the target last, and its run. */
  readonly last: Entry;
}

/** What a target holds now; `hand` is null where AWS does not keep it. */
interface Now {
  readonly value: TargetValue;
  readonly hand: Written | null;
}

const wrote = ({ change, history: { started } }: Entry, hand: Written): boolean =>
  wasLastWrittenBy(hand, change, started.run, started.caller);

/**
 * Whether the change of a run that came after `before` was made: as its journal has it, or, where the run was cut off, as it
 * was seen: by the `next` run that changed the target, or now.
 */
function wasMade(entry: Entry, before: Entry, next: Entry | undefined, now: Now): boolean {
  const { to, ended } = entry.change;
  if (ended?.verdict === 'changed') return true;
  if (!sameTargetValue(next === undefined ? now.value : next.change.from, to)) return false;
  if (!sameTargetValue(to, before.change.to)) return true;
  return (
    next === undefined && now.hand !== null && wrote(entry, now.hand) && !wrote(before, now.hand)
  );
}

/** What later runs made of a target, as their journals and the world say: a run and the rollback of it cancel each other. */
export function changeStatus(
  target: TargetKey,
  own: Entry,
  laterRuns: readonly RunHistory[],
  now: Now,
): ChangeStatus {
  const key = keyOf(target);
  const runs = new Map<string, RunHistory>([[own.history.started.run, own.history]]);
  const force = new Map<string, boolean>([[own.history.started.run, true]]);
  const later = laterRuns
    .flatMap((history): readonly Entry[] => {
      const change = history.changes.get(key);
      return change === undefined ? [] : [{ change, history }];
    })
    .sort((one, other) =>
      one.change.begunAt < other.change.begunAt
        ? -1
        : one.change.begunAt > other.change.begunAt
          ? 1
          : 0,
    );
  let last = own;
  for (const [index, entry] of later.entries()) {
    if (!wasMade(entry, last, later[index + 1], now)) continue;
    const { run, rollsBack } = entry.history.started;
    last = entry;
    runs.set(run, entry.history);
    force.set(run, true);
    if (rollsBack === null || !force.has(rollsBack)) continue;
    force.set(rollsBack, false);
    const restored = runs.get(rollsBack)?.started.rollsBack ?? null;
    if (restored !== null && force.has(restored)) force.set(restored, true);
  }
  const above = [...runs.values()].filter(
    ({ started: { run, rollsBack } }) =>
      force.get(run) === true && run !== own.history.started.run && !force.has(rollsBack ?? ''),
  );
  return {
    inForce: force.get(own.history.started.run) ?? false,
    above: above.at(-1) ?? null,
    last,
  };
}
