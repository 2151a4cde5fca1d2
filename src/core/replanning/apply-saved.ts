/**
 * The plan for applying a saved plan, from fresh readings. A target that already has the planned value is `in-sync`, an
 * unchanged one is changed as planned, and one that changed since is left alone, with everything that depends on it.
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

/** Whether anything in the account was read for the saved plan. If not, it is not read again. */
export const wasRead = (saved: AccountPlan): boolean =>
  saved.account.skipped === null && saved.targets.some(isSeen);

const isSeen = (target: PlannedTarget): boolean => target.state !== 'unknown';

/** The regions to read: those that were read for the saved plan. */
export const regionsSeen = (saved: AccountPlan): readonly string[] =>
  saved.targets.flatMap((target) =>
    target.region !== null && isSeen(target) ? [target.region] : [],
  );

/** Whether a role is as the plan would have created it: by dhmc, with this trust policy and this boundary. */
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

/** The target as it is, without a change. */
const asSeen = (fresh: PlannedTarget): PlannedTarget => ({
  ...fresh,
  to: fresh.from,
  stateAfter: fresh.state,
});

/** Whether a setting was written again with the same value: a rollback leaves it alone. */
const writtenAgain = (saved: PlannedTarget, fresh: PlannedTarget): boolean =>
  fresh.kind === 'setting' &&
  (saved.modifiedBy !== fresh.modifiedBy || saved.modifiedAt !== fresh.modifiedAt);

/** A changing target of the saved plan, after a fresh reading. */
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
    // No setting needs the role or grant any more, so it stays as it is.
    return fresh.kind === 'setting' ? movedRow(saved, fresh) : fresh;
  }
  if (fresh.verdict !== 'would-change') return fresh;
  return sameTargetValue(fresh.to, saved.to) ? fresh : movedRow(saved, fresh);
}

/** Whether the role that the plan creates now exists, but not as the plan would have created it. */
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

/** A target that the saved plan does not change. */
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
 * Why settings cannot be set to the role: the role or grant changed since, or would need a change that is not in the
 * plan. Not for rollbacks, whose planner checks this.
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

/** Whether a setting keeps its value, and its state changes with its role. */
const follows = ({ kind, from, to }: PlannedTarget): boolean => kind === 'setting' && from === to;

/**
 * A setting whose state was to change with its role. The role stays, so the setting gets the role's verdict and
 * problem.
 */
function stays(saved: PlannedTarget, fresh: AccountPlan): PlannedTarget {
  const kept = fresh.targets.find(({ kind, problem }) => kind !== 'setting' && problem !== null);
  const { verdict, problem } = kept ?? { verdict: 'in-sync', problem: null };
  return { ...saved, stateAfter: saved.state, verdict, problem };
}

/**
 * Combines an account of the saved plan with a fresh plan and the role as it is. The result has exactly the saved
 * targets.
 */
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
