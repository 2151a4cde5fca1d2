/**
 * The plan for applying a saved plan: its targets are read again. A target that already has the planned value is
 * `in-sync`, an unchanged one is changed as planned, and one that changed since is left alone, with everything that
 * depends on it.
 */
import type { RunSettings } from '../record/events.ts';
import { keyOf } from '../record/history.ts';
import type {
  AccountPlan,
  Partition,
  PlannedTarget,
  Problem,
  Role,
  RoleValue,
  TargetValue,
} from '../model/model.ts';
import { boundaryArn, createdByDhmc } from '../iam/role-names.ts';
import { isToChange } from '../planning/plan.ts';
import { changedSincePlanned, displayValue, kindChanged } from '../problems/problems.ts';
import { sameDocument, sameTargetValue } from '../iam/trust-policy.ts';
import { problemFor } from '../problems/hints.ts';

export interface SavedTerms {
  readonly action: 'enable' | 'disable' | 'rollback';
  readonly settings: RunSettings;
  readonly partition: Partition;
}

/** Whether anything of the account was seen when the plan was made, so that a look can bring anything. */
export const wasRead = (saved: AccountPlan): boolean =>
  saved.account.skipped === null && saved.targets.some(isSeen);

const isSeen = (target: PlannedTarget): boolean => target.state !== 'unknown';

/** The regions to read: those that were seen. */
export const regionsSeen = (saved: AccountPlan): readonly string[] =>
  saved.targets.flatMap((target) =>
    target.region !== null && isSeen(target) ? [target.region] : [],
  );

/** Whether a role is as a plan would have created it: by dhmc, with this trust policy and this boundary. */
export const isAsCreated = (role: Role, wanted: RoleValue, boundary: string | null): boolean =>
  role.arn === wanted.arn &&
  createdByDhmc(role) &&
  sameDocument(role.trust, wanted.trust) &&
  role.boundary === boundary;

const text = (value: TargetValue): string | null => (typeof value === 'string' ? value : null);

const movedRow = (saved: PlannedTarget, fresh: PlannedTarget): PlannedTarget => ({
  ...asSeen(fresh),
  verdict: 'conflict',
  problem:
    fresh.kind === 'setting'
      ? changedSincePlanned(displayValue(text(saved.from)), displayValue(text(fresh.from)), fresh)
      : kindChanged('changed-since-saved', fresh.kind),
});

/** What is there, and nothing to be done to it. */
const asSeen = (fresh: PlannedTarget): PlannedTarget => ({
  ...fresh,
  to: fresh.from,
  stateAfter: fresh.state,
});

/** A rollback also leaves alone what was written again with the same value. */
const writtenAgain = (saved: PlannedTarget, fresh: PlannedTarget): boolean =>
  fresh.kind === 'setting' &&
  (saved.modifiedBy !== fresh.modifiedBy || saved.modifiedAt !== fresh.modifiedAt);

/** A changing row of the saved plan, from a fresh reading of its target. */
function changingRow(
  saved: PlannedTarget,
  fresh: PlannedTarget,
  role: Role | null,
  terms: SavedTerms,
): PlannedTarget {
  if (fresh.state === 'unknown') return fresh;
  const isMade = sameTargetValue(fresh.from, saved.to);
  if (isMade && fresh.verdict === 'in-sync')
    return isOthersRole(saved, role, terms) ? movedRow(saved, fresh) : fresh;
  if (!isMade && !sameTargetValue(fresh.from, saved.from)) return movedRow(saved, fresh);
  if (!isMade && terms.action === 'rollback' && writtenAgain(saved, fresh))
    return movedRow(saved, fresh);
  if (fresh.verdict === 'in-sync') {
    // No setting is left that needs the role or grant: it is as it was, and stays so.
    return fresh.kind === 'setting' ? movedRow(saved, fresh) : fresh;
  }
  if (fresh.verdict !== 'would-change') return fresh;
  return sameTargetValue(fresh.to, saved.to) ? fresh : movedRow(saved, fresh);
}

/** Whether the role that the plan was to create was created meanwhile, and not by dhmc as the plan would have. */
function isOthersRole(
  saved: PlannedTarget,
  role: Role | null,
  { action, settings, partition }: SavedTerms,
): boolean {
  const { permissionsBoundary } = settings;
  const boundary =
    permissionsBoundary === null
      ? null
      : boundaryArn(partition, saved.account, permissionsBoundary);
  const wanted =
    saved.kind === 'role' && action === 'enable' && saved.from === null ? saved.to : null;
  return (
    role !== null &&
    wanted !== null &&
    typeof wanted !== 'string' &&
    !isAsCreated(role, wanted, boundary)
  );
}

/** A row of the saved plan that is to stay as it is. */
function unchangedRow(saved: PlannedTarget, fresh: PlannedTarget): PlannedTarget {
  if (!isSeen(saved)) return saved;
  if (fresh.state === 'unknown') return saved.verdict === 'in-sync' ? fresh : saved;
  if (!sameTargetValue(fresh.from, saved.from)) return movedRow(saved, fresh);
  if (saved.verdict !== 'in-sync')
    return { ...asSeen(fresh), verdict: saved.verdict, problem: saved.problem };
  return fresh.verdict === 'would-change'
    ? { ...asSeen(fresh), verdict: 'blocked', problem: notPlanned(fresh) }
    : fresh;
}

const notPlanned = (fresh: PlannedTarget): Problem =>
  problemFor(
    'not-in-plan',
    `The ${fresh.kind} is ${fresh.state} now, which the plan does not change.`,
    { kind: fresh.kind, state: fresh.state },
  );

/**
 * What keeps settings from being written that are to name the role: a role or grant that is not what it was, or that would
 * have to change first and is not among the plan's rows. A rollback's own planner has looked at that already.
 */
function missingPrerequisite(
  rows: readonly PlannedTarget[],
  fresh: AccountPlan,
  { action }: SavedTerms,
): Problem | null {
  if (action !== 'enable') return null;
  const base = rows.filter((row) => row.kind !== 'setting');
  const lost = base.find(
    (row) => (row.verdict === 'conflict' || row.verdict === 'blocked') && row.problem !== null,
  );
  if (lost !== undefined) return lost.problem;
  const planned = base.filter(isToChange).map(keyOf);
  const needed = fresh.targets.find(
    (row) => row.kind !== 'setting' && isToChange(row) && !planned.includes(keyOf(row)),
  );
  return needed === undefined ? null : notPlanned(needed);
}

/** Whether a setting keeps its value, and comes to another state with its role. */
const follows = ({ kind, from, to }: PlannedTarget): boolean => kind === 'setting' && from === to;

/** A setting that was to follow its role, which stays: for the reason that the role stays. */
function stays(saved: PlannedTarget, fresh: AccountPlan): PlannedTarget {
  const kept = fresh.targets.find(({ kind, problem }) => kind !== 'setting' && problem !== null);
  const { verdict, problem } = kept ?? { verdict: 'in-sync', problem: null };
  return { ...saved, stateAfter: saved.state, verdict, problem };
}

/** Combines an account of the saved plan with a fresh plan of it, and with the role as it was read: exactly the saved targets. */
export function planSaved(
  saved: AccountPlan,
  fresh: AccountPlan,
  role: Role | null,
  terms: SavedTerms,
): AccountPlan {
  const looked = new Map(fresh.targets.map((target) => [keyOf(target), target]));
  const rows = saved.targets.map((target): PlannedTarget => {
    const found = looked.get(keyOf(target));
    if (found !== undefined)
      return isToChange(target)
        ? changingRow(target, found, role, terms)
        : unchangedRow(target, found);
    if (isToChange(target) && follows(target)) return stays(target, fresh);
    return isToChange(target)
      ? { ...target, verdict: 'blocked', problem: fresh.account.problem ?? notPlanned(target) }
      : target;
  });
  const problem = missingPrerequisite(rows, fresh, terms);
  const targets = rows.map((target): PlannedTarget =>
    problem !== null && isToChange(target) && target.kind !== 'role'
      ? { ...target, stateAfter: target.state, verdict: 'blocked', problem }
      : target,
  );
  return { ...fresh, targets };
}
