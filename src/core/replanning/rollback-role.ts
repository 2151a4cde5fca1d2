/** The rollback of an account's role and grant, if the run changed them. */
import { changeStatus, isOwnWork } from '../record/ownership.ts';
import type { ChangeStatus, Now } from '../record/ownership.ts';
import { changeOutcome, isUnfinished, keyOf } from '../record/history.ts';
import type { ChangeRecord, RunHistory } from '../record/history.ts';
import type { AccountReadings } from '../model/readings.ts';
import type { PlannedTarget, Problem, RoleDetails, TargetValue, Setting } from '../model/model.ts';
import { roleValueOf, runTag } from '../iam/role-names.ts';
import { sameTargetValue } from '../iam/trust-policy.ts';
import { formerRoleGone, keptRole, kindChanged, madeAgain } from '../problems/problems.ts';
import type { PlannerOptions } from '../planning/enable.ts';
import { plannedTarget } from '../planning/planned-targets.ts';
import { roleRemoval, usersOf, type RemovalTerms } from '../planning/role-removal.ts';
import { grantState, roleState, trustsSystemsManager } from '../planning/states.ts';
import type { Subject } from '../planning/states.ts';
import { asRole, asText } from '../model/values.ts';
import { problemFor } from '../problems/hints.ts';

export interface RollbackPlanner extends PlannerOptions {
  /** The history of the run that is rolled back. */
  readonly history: RunHistory;
  /** The result of `begunByAwsClock` for that history. */
  readonly begun: number | null;
  /** Later runs, oldest first. */
  readonly laterRuns: readonly RunHistory[];
  /** Whether a region is in the part of the run that is rolled back. By default, every region is. */
  readonly isChosen?: (region: string) => boolean;
}

export interface RollbackCase {
  readonly readings: AccountReadings;
  readonly planner: RollbackPlanner;
  readonly subject: Subject;
  readonly policy: string;
  readonly roleChange: ChangeRecord | null;
  readonly grantChange: ChangeRecord | null;
  /** Whether our role will exist after the plan, so that settings can name it again. */
  readonly roleComes: boolean;
}

function rollBackFirst(later: RunHistory): Problem {
  const { run } = later.started;
  return isUnfinished(later)
    ? problemFor(
        'later-run-unfinished',
        `The later run ${run}, which did not finish, changed it too.`,
        { run },
      )
    : problemFor('later-run', `The later run ${run} changed it too.`, { run });
}

/** Why later runs prevent undoing a change; null if they do not. `writer` is the last writer of a setting. */
export function laterRunOn(
  { inForce, above }: ChangeStatus,
  writer: Pick<Setting, 'modifiedBy' | 'modifiedAt'> | null,
): Problem | null {
  if (above !== null) return rollBackFirst(above);
  return inForce ? null : madeAgain(writer);
}

/** Why the role or the grant stays as it is. */
interface Kept {
  readonly verdict: 'skipped' | 'blocked' | 'conflict';
  readonly problem: Problem;
}

const keptBy = (removal: {
  readonly kind: 'keep' | 'blocked';
  readonly problem: Problem;
}): Kept => ({
  verdict: removal.kind === 'keep' ? 'skipped' : 'blocked',
  problem: removal.problem,
});

const conflict = (problem: Problem): Kept => ({ verdict: 'conflict', problem });

/**
 * What a rollback does with a run's change of a role or grant.
 *
 * - nothing: AWS does not show the change.
 * - settled: the former value is already back.
 * - kept: the present value stays.
 * - undo: the former value is restored.
 */
type Undoing =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'settled' }
  | { readonly kind: 'kept'; readonly kept: Kept }
  | { readonly kind: 'undo' };

/** Whether a change that AWS did not refuse may be undone, depending on who set the present value. */
function undoingOf(change: ChangeRecord, value: TargetValue, scene: RollbackCase): Undoing {
  const { history, laterRuns } = scene.planner;
  const role = scene.readings.role.known ? scene.readings.role.value : null;
  const now: Now = { value, written: null, role };
  const own = { change, history };
  const outcome = changeOutcome(change);
  const isMade = sameTargetValue(value, change.to);
  if (outcome === 'doubtful' && !(isMade && isOwnWork(own, now))) return { kind: 'nothing' };
  if (sameTargetValue(value, change.from)) return { kind: 'settled' };
  const { kind } = change.target;
  if (!isMade) {
    return {
      kind: 'kept',
      kept: conflict(kindChanged('not-as-left', kind)),
    };
  }
  const status = changeStatus(change.target, own, laterRuns, now);
  const later = laterRunOn(status, null);
  if (later !== null) return { kind: 'kept', kept: conflict(later) };
  if (isOwnWork(status.last, now)) return { kind: 'undo' };
  const maker = role?.tags[runTag];
  return {
    kind: 'kept',
    kept: conflict(
      problemFor(
        'made-again',
        `The ${kind} was made again since the run${maker === undefined ? '' : `: its tag ${runTag} names ${maker}`}.`,
        { kind, maker },
      ),
    ),
  };
}

/** Why the role cannot be deleted: its grant stays, because others attached it. Null if the grant is not in the way. */
function grantOfOthers(scene: RollbackCase, grant: Undoing | null): Problem | null {
  const { readings, planner, policy, subject } = scene;
  if (grantState(readings.role, readings.grants, policy) !== 'attached') return null;
  if (grant?.kind === 'undo') return null;
  if (grant?.kind === 'kept') return grant.kept.problem;
  const key = keyOf({ kind: 'grant', account: subject.account, region: null });
  const later = planner.laterRuns.findLast((run) => {
    const change = run.changes.get(key);
    return change?.to === policy && changeOutcome(change) === 'made';
  });
  return later === undefined
    ? keptRole('role-has-policy', `the policy ${policy} is attached to it, but not by the run`, {
        policy,
      })
    : rollBackFirst(later);
}

/** The targets of the role and the grant, if the run changed them. */
export function roleRows(
  scene: RollbackCase,
  settings: Pick<RemovalTerms, 'toBeReset' | 'stillNaming'>,
): { readonly rows: readonly PlannedTarget[]; readonly formerRole: RoleDetails | null } {
  const { readings, planner, subject, policy, roleChange, grantChange } = scene;
  const { account } = subject;
  const role = readings.role.known ? readings.role.value : null;
  const value = role === null ? null : roleValueOf(role);
  const state = {
    role: roleState(readings.role, subject),
    grant: grantState(readings.role, readings.grants, policy),
  };
  const attached = state.grant === 'attached' ? policy : null;
  const grant = grantChange === null ? null : undoingOf(grantChange, attached, scene);
  const terms: RemovalTerms = {
    ...settings,
    partition: subject.partition,
    role: subject.role,
    grantGoes: true,
    assumeUnused: planner.settings.assumeUnused,
  };

  /** Why the role stays; null if it is deleted or restored. */
  const roleKept = (change: ChangeRecord): Kept | null => {
    const former = asRole(change.from);
    if (former !== null && role === null) return null;
    if (former !== null) {
      const users = usersOf(readings, terms);
      return users === null ? null : keptBy(users);
    }
    const removal = roleRemoval(readings, terms);
    if (removal.kind === 'keep' || removal.kind === 'blocked') return keptBy(removal);
    const others = grantOfOthers(scene, grant);
    return others === null ? null : { verdict: 'skipped', problem: others };
  };

  const rows: PlannedTarget[] = [];
  let formerRole: RoleDetails | null = null;
  let kept: Kept | null = null;
  let removed = false;
  if (roleChange !== null) {
    const key = { kind: 'role', account } as const;
    const rest = { state: state.role, from: value, to: value };
    const undoing: Undoing = readings.role.known
      ? undoingOf(roleChange, value, scene)
      : { kind: 'kept', kept: { verdict: 'blocked', problem: readings.role.problem } };
    if (undoing.kind === 'kept') kept = undoing.kept;
    else if (undoing.kind === 'settled')
      rows.push(plannedTarget(key, { ...rest, verdict: 'in-sync' }));
    else if (undoing.kind === 'undo') {
      kept = roleKept(roleChange);
      const former = asRole(roleChange.from);
      if (kept === null) {
        removed = former === null;
        if (former !== null && role === null) {
          formerRole = roleChange.formerRole ?? { tags: {}, boundary: null };
        }
        const users = subject.regions?.filter((region) => !settings.toBeReset.has(region)) ?? [];
        const after = { ...subject, regions: [...new Set([...users, ...settings.stillNaming])] };
        const isWhole = former !== null && trustsSystemsManager(former.trust, after);
        const stateAfter = former === null ? 'absent' : isWhole ? 'whole' : 'broken';
        rows.push(plannedTarget(key, { ...rest, to: former, verdict: 'would-change', stateAfter }));
      }
    }
    if (kept !== null) rows.push(plannedTarget(key, { ...rest, ...kept }));
  }
  if (grantChange !== null && grant !== null && grant.kind !== 'nothing') {
    rows.push(grantRow(grantChange, { scene, grant, attached, kept, removed, terms }));
  }
  return { rows, formerRole };
}

function grantRow(
  change: ChangeRecord,
  {
    scene,
    grant,
    attached,
    kept,
    removed,
    terms,
  }: {
    readonly scene: RollbackCase;
    readonly grant: Undoing;
    readonly attached: string | null;
    /** Why the role stays, if the run changed it. */
    readonly kept: Kept | null;
    /** Whether the role is deleted. */
    readonly removed: boolean;
    readonly terms: RemovalTerms;
  },
): PlannedTarget {
  const { readings, subject, policy } = scene;
  const key = { kind: 'grant', account: subject.account } as const;
  const state = grantState(readings.role, readings.grants, policy);
  const rest = { state, from: attached, to: attached };
  const former = asText(change.from);
  const stays = (why: Kept): PlannedTarget => plannedTarget(key, { ...rest, ...why });
  const goesTo = (to: string | null): PlannedTarget =>
    plannedTarget(key, {
      ...rest,
      to,
      verdict: 'would-change',
      stateAfter: to === null ? 'absent' : 'attached',
    });
  if (!readings.role.known) return stays({ verdict: 'blocked', problem: readings.role.problem });
  if (readings.role.value !== null && !readings.grants.known)
    return stays({ verdict: 'blocked', problem: readings.grants.problem });
  if (grant.kind === 'settled') return plannedTarget(key, { ...rest, verdict: 'in-sync' });
  if (grant.kind === 'kept') return stays(grant.kept);
  if (former !== null) {
    return scene.roleComes
      ? goesTo(former)
      : plannedTarget(key, {
          ...rest,
          to: former,
          verdict: 'blocked',
          problem: formerRoleGone(subject.role.name),
        });
  }
  if (removed) return goesTo(null);
  if (kept !== null) return stays(kept);
  const users = usersOf(readings, terms);
  return users === null ? goesTo(null) : stays(keptBy(users));
}
