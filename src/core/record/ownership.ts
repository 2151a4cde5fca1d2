/** Who made a change: what a run changed, whether its value is still there, and which later runs changed it again. */
import { changeOutcome, keyOf } from './history.ts';
import type { RunStarted } from './events.ts';
import type { ChangeRecord, RunHistory, TakeOver } from './history.ts';
import type { Role, TargetKey, TargetValue } from '../model/model.ts';
import { runTag } from '../iam/role-names.ts';
import { sameTargetValue } from '../iam/trust-policy.ts';

/** As AWS names who wrote a setting last. */
export interface LastWrite {
  readonly modifiedBy: string | null;
  readonly modifiedAt: string | null;
}

/** A run's change of a target. */
export interface Entry {
  readonly change: ChangeRecord;
  readonly history: RunHistory;
}

/** A change, and of its run what AWS's names of writers are compared with. */
interface AuthoredChange {
  readonly change: Pick<ChangeRecord, 'target' | 'from' | 'ended' | 'remadeWith'>;
  readonly history: {
    readonly started: Pick<RunStarted, 'run'>;
    readonly callers: readonly string[];
  };
}

/** What a target holds now. */
export interface Now {
  readonly value: TargetValue;
  /** Of a setting; null for role and grant, of which AWS does not keep it. */
  readonly written: LastWrite | null;
  /** The role, of the account's role and grant; null if there is none. */
  readonly role: Pick<Role, 'tags'> | null;
}

/** Where AWS names nobody, the value alone must decide. */
const namesNobody = (by: string | null): boolean => by === null || by === 'System';

/** The role of an assumed-role ARN, without the name of the session. */
const roleOfSession = (arn: string): string | undefined =>
  /^(arn:[\w-]+:sts::\d{12}:assumed-role\/[^/]+)\//.exec(arn)?.[1];

/**
 * - run: by its session, or by its caller.
 * - others: by another principal.
 * - unclear: AWS does not say, or names another session of the caller's own role, which renewed credentials can have.
 */
export function writerOf(
  by: string | null,
  run: string,
  callers: readonly string[],
): 'run' | 'others' | 'unclear' {
  if (by === null || namesNobody(by)) return 'unclear';
  if (by.endsWith(`/dhmc-${run}`) || callers.includes(by)) return 'run';
  const role = roleOfSession(by);
  if (role !== undefined && callers.some((caller) => roleOfSession(caller) === role)) {
    return 'unclear';
  }
  return /^arn:[\w-]+:(sts|iam)::\d{12}:/.test(by) ? 'others' : 'unclear';
}

/** Whether a setting, which holds what the run made, was last written by the run. */
function wroteSetting({ change, history }: AuthoredChange, now: LastWrite): boolean {
  const { run } = history.started;
  const { ended } = change;
  const writer = writerOf(now.modifiedBy, run, history.callers);
  const outcome = changeOutcome(change);
  switch (outcome) {
    case 'made': {
      if (writer === 'others') return false;
      const namedThen = !namesNobody(ended?.modifiedBy ?? null);
      if (namesNobody(now.modifiedBy)) return now.modifiedBy === null || !namedThen;
      if (ended === null || !namedThen) return writer === 'run';
      const sameTime =
        ended.modifiedAt === null || now.modifiedAt === null || ended.modifiedAt === now.modifiedAt;
      return ended.modifiedBy === now.modifiedBy && sameTime;
    }
    // It had another value directly before, so any later write came after the change was begun.
    case 'unrecorded':
      return writer === 'run' || namesNobody(now.modifiedBy);
    case 'doubtful':
      return now.modifiedBy?.endsWith(`/dhmc-${run}`) === true;
    case 'none':
      return false;
  }
}

/** The run that the role's tag names after the change: a rollback that makes a role again gives it the tags that it had. */
const expectedTag = ({ change, history }: AuthoredChange): string | undefined =>
  change.remadeWith === null ? history.started.run : change.remadeWith.tags[runTag];

/** Whether a role, which is as the run made it, was made by the run: its tag says which run made it. */
function madeRole(entry: AuthoredChange, role: Now['role']): boolean {
  const tag = role?.tags[runTag];
  const expected = expectedTag(entry);
  switch (changeOutcome(entry.change)) {
    case 'made':
      return tag === undefined || expected === undefined || tag === expected;
    case 'unrecorded':
      return tag === expected;
    case 'doubtful':
      return tag !== undefined && tag === expected;
    case 'none':
      return false;
  }
}

/** Whether what the target holds now, which is what the run was to make, is the run's own work as far as AWS shows. */
export function isOwnWork(entry: AuthoredChange, now: Now): boolean {
  const { change } = entry;
  if (change.target.kind === 'setting') {
    return now.written !== null && wroteSetting(entry, now.written);
  }
  if (change.target.kind === 'role' && change.from === null) return madeRole(entry, now.role);
  // AWS does not say who attached a policy or wrote a trust: it was not so directly before, and the run wrote it or died over it.
  const outcome = changeOutcome(change);
  return outcome === 'made' || outcome === 'unrecorded';
}

const covers = ({ accounts, regions }: TakeOver, { account, region }: TargetKey): boolean =>
  accounts.has(account) && region !== null && regions.has(region);

/**
 * Whether a setting holds what the run made of it, though a stack set wrote it last: the set took it over as the run had
 * left it, gave it back with the same value, and nobody wrote it since. A cell that a set has in another way may have been
 * changed by anybody before. `laterRuns`: oldest first.
 */
export function isAsGivenBack(
  { change }: Entry,
  laterRuns: readonly RunHistory[],
  now: Now,
): boolean {
  const { target, to, order } = change;
  const key = keyOf(target);
  const takeOvers = new Map<string, TakeOver>();
  let found: Now['written'] = null;
  for (const history of laterRuns) {
    for (const takeOver of history.takeOvers) takeOvers.set(takeOver.operation, takeOver);
    const handOver = history.handOvers.get(key);
    if (handOver === undefined || handOver.order < order) continue;
    if (handOver.isGiven) {
      const takeOver = takeOvers.get(handOver.operation ?? '');
      if (takeOver === undefined || !covers(takeOver, target)) return false;
    }
    if (handOver.to === 'dhmc' && !sameTargetValue(handOver.found?.value ?? null, to)) return false;
    found = handOver.to === 'dhmc' ? handOver.found : null;
  }
  return (
    found !== null &&
    found.modifiedAt !== null &&
    sameTargetValue(now.value, to) &&
    found.modifiedAt === now.written?.modifiedAt &&
    found.modifiedBy === now.written.modifiedBy
  );
}

export interface ChangeStatus {
  /** Whether the run's change of the target is still in force, as far as the journals and the world say. */
  readonly inForce: boolean;
  /** The newest later run whose own change of the target is in force. */
  readonly above: RunHistory | null;
  /** The rollback that took the run's change back; null if the change is in force. */
  readonly undoneBy: RunHistory | null;
  /** The change that wrote the target last, and its run. */
  readonly last: Entry;
}

/**
 * Whether the change of a run that came after `before` was made: as its journal has it, or, where the run was cut off, as it
 * was seen: by the `next` run that changed the target, or now.
 */
function wasMade(entry: Entry, before: Entry, next: Entry | undefined, now: Now): boolean {
  const { to } = entry.change;
  const outcome = changeOutcome(entry.change);
  if (outcome === 'made') return true;
  if (outcome === 'none') return false;
  if (!sameTargetValue(next === undefined ? now.value : next.change.from, to)) return false;
  if (outcome === 'doubtful') return next === undefined && isOwnWork(entry, now);
  if (!sameTargetValue(to, before.change.to)) return true;
  return (
    next === undefined && now.written !== null && isOwnWork(entry, now) && !isOwnWork(before, now)
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
  const ownRun = own.history.started.run;
  const runs = new Map<string, RunHistory>([[ownRun, own.history]]);
  const force = new Map<string, boolean>([[ownRun, true]]);
  const later = laterRuns
    .flatMap((history): readonly Entry[] => {
      const change = history.changes.get(key);
      return change === undefined || changeOutcome(change) === 'none' ? [] : [{ change, history }];
    })
    .sort((one, other) => one.change.order - other.change.order);
  let last = own;
  let undoneBy: RunHistory | null = null;
  for (const [index, entry] of later.entries()) {
    if (!wasMade(entry, last, later[index + 1], now)) continue;
    const { run, rollsBack } = entry.history.started;
    last = entry;
    runs.set(run, entry.history);
    force.set(run, true);
    if (rollsBack === null || !force.has(rollsBack)) continue;
    force.set(rollsBack, false);
    if (rollsBack === ownRun) undoneBy = entry.history;
    const restored = runs.get(rollsBack)?.started.rollsBack ?? null;
    if (restored !== null && force.has(restored)) force.set(restored, true);
  }
  const above = [...runs.values()].filter(
    ({ started: { run, rollsBack } }) =>
      force.get(run) === true && run !== ownRun && !force.has(rollsBack ?? ''),
  );
  const inForce = force.get(ownRun) ?? false;
  return { inForce, above: above.at(-1) ?? null, undoneBy: inForce ? null : undoneBy, last };
}
