/** Who made a change: whether a run's value is still there, who wrote it, and which later runs changed it again. */
import { changeOutcome, keyOf } from './history.ts';
import type { RunStarted } from './events.ts';
import type { ChangeRecord, RunHistory, TakeOver } from './history.ts';
import type { Role, TargetKey, TargetValue } from '../model/model.ts';
import { runTag } from '../iam/role-names.ts';
import { sameTargetValue } from '../iam/trust-policy.ts';

/** A setting's last writer and time, from AWS. */
export interface LastWrite {
  readonly modifiedBy: string | null;
  readonly modifiedAt: string | null;
}

/** A run's change of a target. */
export interface Entry {
  readonly change: ChangeRecord;
  readonly history: RunHistory;
}

/** A change, and the part of its run that is compared with the writer in AWS. */
interface AuthoredChange {
  readonly change: Pick<ChangeRecord, 'target' | 'from' | 'ended' | 'remadeWith'>;
  readonly history: {
    readonly started: Pick<RunStarted, 'run'>;
    readonly callers: readonly string[];
  };
}

/** A target's present value and writer. */
export interface Now {
  readonly value: TargetValue;
  /** For settings; null for roles and grants, for which AWS does not store it. */
  readonly written: LastWrite | null;
  /** For roles and grants: the account's role, or null if there is none. */
  readonly role: Pick<Role, 'tags'> | null;
}

/** Without a writer from AWS, only the value can decide. */
const namesNobody = (by: string | null): boolean => by === null || by === 'System';

/** An assumed-role ARN without the name of the session. */
const roleOfSession = (arn: string): string | undefined =>
  /^(arn:[\w-]+:sts::\d{12}:assumed-role\/[^/]+)\//.exec(arn)?.[1];

/**
 * - run: the run's session, or its caller.
 * - others: another principal.
 * - unclear: AWS shows no writer, or another session of the caller's role, as renewed credentials can have.
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

/** Whether the run wrote a setting last, given that the setting has the run's value. */
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
    // The setting had another value just before, so this write came after the change was begun.
    case 'unrecorded':
      return writer === 'run' || namesNobody(now.modifiedBy);
    case 'doubtful':
      return now.modifiedBy?.endsWith(`/dhmc-${run}`) === true;
    case 'none':
      return false;
  }
}

/** The run in the role's tag after the change. A rollback that creates a role again gives it its former tags. */
const expectedTag = ({ change, history }: AuthoredChange): string | undefined =>
  change.remadeWith === null ? history.started.run : change.remadeWith.tags[runTag];

/** Whether the run created a role, given that the role is as the run would create it. The role's tag names its run. */
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

/** Whether the run set the target's present value, as far as AWS shows, given that it is the run's value. */
export function isOwnWork(entry: AuthoredChange, now: Now): boolean {
  const { change } = entry;
  if (change.target.kind === 'setting') {
    return now.written !== null && wroteSetting(entry, now.written);
  }
  if (change.target.kind === 'role' && change.from === null) return madeRole(entry, now.role);
  // AWS does not show who attached a policy or wrote a trust policy. The value was different just before, and the run
  // wrote it or was killed while writing.
  const outcome = changeOutcome(change);
  return outcome === 'made' || outcome === 'unrecorded';
}

const covers = ({ accounts, regions }: TakeOver, { account, region }: TargetKey): boolean =>
  accounts.has(account) && region !== null && regions.has(region);

/**
 * Whether a setting still has the run's value, although a stack set wrote it last: the set took it over as the run had
 * left it and gave it back with the same value, and no one wrote it since. If the set got the cell in another way,
 * anyone may have changed it before. `laterRuns`: oldest first.
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
  /** Whether the run's change of the target is still in effect, according to the journals and the live state. */
  readonly inForce: boolean;
  /** The latest later run with a change of the target that is in effect. */
  readonly above: RunHistory | null;
  /** The rollback that undid the run's change; null if the change is in effect. */
  readonly undoneBy: RunHistory | null;
  /** The change that wrote the target last, and its run. */
  readonly last: Entry;
}

/**
 * Whether a run's change after `before` was made. Its journal shows that; if the run was killed, the value that the
 * `next` run found shows it, or the present value.
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

/**
 * What later runs did to a target, according to their journals and the live state. A run and its rollback cancel out.
 */
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
