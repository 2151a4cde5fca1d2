/** Which cells dhmc may transfer to a stack set: those that one of its runs set and no one changed since. */
import type { Target } from '../model/model.ts';
import {
  changeOutcome,
  keyOf,
  type HandOver,
  type RoleHandOver,
  type RunHistory,
} from '../record/history.ts';
import { isOwnWork, type Entry } from '../record/ownership.ts';

export interface Records {
  /** The latest change of each setting, by `keyOf`. */
  readonly changes: ReadonlyMap<string, Entry>;
  /** The last transfer of each cell, by `keyOf`. */
  readonly handOvers: ReadonlyMap<string, HandOver>;
  /** The last transfer of a stack set's role, by account. */
  readonly roles: ReadonlyMap<string, RoleHandOver>;
}

/** The latest records of each setting and role in the journals. */
export function recordsOf(histories: readonly RunHistory[]): Records {
  const changes = new Map<string, Entry>();
  const handOvers = new Map<string, HandOver>();
  const roles = new Map<string, RoleHandOver>();
  for (const history of histories) {
    for (const [key, change] of history.changes) {
      if (change.target.kind !== 'setting' || changeOutcome(change) === 'none') continue;
      const known = changes.get(key);
      if (known === undefined || known.change.order < change.order)
        changes.set(key, { change, history });
    }
    for (const [key, handOver] of history.handOvers) {
      const known = handOvers.get(key);
      if (known === undefined || known.order < handOver.order) handOvers.set(key, handOver);
    }
    for (const [account, role] of history.roleHandOvers)
      if ((roles.get(account)?.order ?? -Infinity) < role.order) roles.set(account, role);
  }
  return { changes, handOvers, roles };
}

/** A sentence that says why a setting is not transferred; null if it can be. */
export function reasonToKeep(
  target: Target,
  { changes, handOvers }: Pick<Records, 'changes' | 'handOvers'>,
): string | null {
  switch (target.state) {
    case 'disabled':
      return "It is at AWS's default: dhmc does not enable it by a stack set.";
    case 'foreign':
    case 'quick-setup':
      return 'It names another role.';
    case 'broken':
      return 'It names a role that is missing or broken.';
    case 'enabled':
      break;
    default:
      return target.problem?.message ?? 'It could not be read.';
  }
  const handOver = handOvers.get(keyOf(target));
  const entry = changes.get(keyOf(target));
  const isBack =
    handOver?.to === 'dhmc' && (entry === undefined || entry.change.order < handOver.order);
  if (isBack)
    return isAsTakenBack(handOver, target)
      ? null
      : 'Someone changed it after the stack set gave it back.';
  if (entry === undefined) return 'No run in the state directory enabled it.';
  const now = {
    value: target.from,
    written: { modifiedBy: target.modifiedBy, modifiedAt: target.modifiedAt },
    role: null,
  };
  return entry.change.to === target.from && isOwnWork(entry, now)
    ? null
    : 'Someone changed it after the run that enabled it.';
}

/** Whether the cell is as it was taken back. Journals of 0.1.0 do not have its value, so it counts as unchanged. */
const isAsTakenBack = (
  { found }: HandOver,
  { from, modifiedBy, modifiedAt }: Pick<Target, 'from' | 'modifiedBy' | 'modifiedAt'>,
): boolean =>
  found === null ||
  (found.value === from && found.modifiedBy === modifiedBy && found.modifiedAt === modifiedAt);
