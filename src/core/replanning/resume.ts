/**
 * The plan that finishes a run, from fresh readings of its confirmed targets. Finished targets keep their result,
 * unfinished ones are planned again, and targets that someone changed since are left alone.
 */
import { changeStatus, isOwnWork, type Now } from '../record/ownership.ts';
import { keyOf } from '../record/history.ts';
import type { RunHistory } from '../record/history.ts';
import type { AccountPlan, PlannedTarget, Problem, Role, TargetValue } from '../model/model.ts';
import { changedSincePlanned, displayValue, kindChanged } from '../problems/problems.ts';
import { ownerAfterChange } from '../owners/after.ts';
import { plannedTarget } from '../planning/planned-targets.ts';
import { sameTargetValue } from '../iam/trust-policy.ts';
import { problemFor } from '../problems/hints.ts';

/** The planned target with its recorded end, if any. */
export function rowAsLeft(history: RunHistory, planned: PlannedTarget): PlannedTarget {
  const ending = history.endings.get(keyOf(planned));
  // In a resumed run, the plan is newer than the recorded ends before it.
  if (ending === undefined || planned.verdict !== 'would-change') return planned;
  const { verdict, state, modifiedBy, modifiedAt, problem, attempts, durationMs } = ending;
  const { to, notes, ownerAfter } = planned;
  const row = plannedTarget(planned, {
    ...{ state, verdict, to, modifiedBy, modifiedAt, problem, notes, stateAfter: state },
    // Someone else was first: the target already had the value, so this is not a change of the run.
    from: verdict === 'in-sync' ? to : planned.from,
    owner:
      planned.kind === 'setting' ? ownerAfterChange(planned, ending, history.started.run) : null,
    ...(ownerAfter === undefined ? {} : { ownerAfter }),
  });
  return { ...row, attempts, durationMs };
}

const isUnfinished = (left: PlannedTarget): boolean =>
  left.verdict === 'would-change' ||
  left.verdict === 'not-attempted' ||
  left.verdict === 'failed' ||
  left.verdict === 'blocked';

/** Whether the account must be read: some target is unfinished, or was changed and may have been undone since. */
export const needsReread = (history: RunHistory, confirmed: AccountPlan): boolean =>
  confirmed.targets.some((planned) => {
    const left = rowAsLeft(history, planned);
    return isUnfinished(left) || left.verdict === 'changed';
  });

/** Whether the readings settle an unfinished target, even if the plan has nothing left to change. */
export const settlesUnfinished = (history: RunHistory, plans: readonly AccountPlan[]): boolean =>
  plans.some(({ account, targets }) => {
    const confirmed = history.plans.get(account.id)?.targets ?? [];
    const left = new Set(
      confirmed.filter((planned) => isUnfinished(rowAsLeft(history, planned))).map(keyOf),
    );
    return targets.some((target) => left.has(keyOf(target)) && !isUnfinished(target));
  });

/** The plan with its targets as the run left them. */
export const planAsLeft = (history: RunHistory, confirmed: AccountPlan): AccountPlan => ({
  ...confirmed,
  targets: confirmed.targets.map((planned) => rowAsLeft(history, planned)),
});

const moved = (was: TargetValue, fresh: PlannedTarget): Problem =>
  fresh.kind === 'setting'
    ? changedSincePlanned(
        displayValue(typeof was === 'string' ? was : null),
        displayValue(typeof fresh.from === 'string' ? fresh.from : null),
        fresh,
      )
    : kindChanged('changed-since-left', fresh.kind);

/** The target as it is, without a change. */
const asSeen = (fresh: PlannedTarget): PlannedTarget => ({
  ...fresh,
  to: fresh.from,
  stateAfter: fresh.state,
});

const conflict = (was: TargetValue, fresh: PlannedTarget): PlannedTarget => ({
  ...asSeen(fresh),
  verdict: 'conflict',
  problem: moved(was, fresh),
});

export interface ResumeCase {
  readonly history: RunHistory;
  /** Other runs that changed something in the account after the run did, oldest first. */
  readonly laterRuns: readonly RunHistory[];
  /** Our role; null if it is missing or unknown. */
  readonly role: Pick<Role, 'tags'> | null;
  /** Whether this resume leaves the region out. */
  readonly isExcluded: (region: string) => boolean;
}

/**
 * A target that is not as the run left it. The problem names a later run of dhmc, or else says that someone changed it.
 */
function movedRow(left: PlannedTarget, fresh: PlannedTarget, scene: ResumeCase): PlannedTarget {
  const { history, laterRuns } = scene;
  const change = history.changes.get(keyOf(left));
  if (change !== undefined) {
    const now = nowOf(fresh, scene);
    const { undoneBy, above } = changeStatus(left, { change, history }, laterRuns, now);
    if (undoneBy !== null && sameTargetValue(fresh.from, change.from)) {
      const { run } = undoneBy.started;
      const problem = problemFor('rolled-back-later', `The rollback ${run} put it back.`, { run });
      return { ...asSeen(fresh), verdict: 'skipped', problem };
    }
    if (above !== null) {
      const { run } = above.started;
      const problem = problemFor('changed-by-later-run', `The later run ${run} changed it.`, {
        run,
      });
      return { ...asSeen(fresh), verdict: 'conflict', problem };
    }
  }
  return conflict(left.to, fresh);
}

const nowOf = (fresh: PlannedTarget, { role }: ResumeCase): Now => ({
  value: fresh.from,
  written: fresh.kind === 'setting' ? fresh : null,
  role,
});

/** A target of the confirmed plan, after a fresh reading. */
function resumedRow(
  planned: PlannedTarget,
  fresh: PlannedTarget,
  scene: ResumeCase,
): PlannedTarget {
  const { history } = scene;
  const left = rowAsLeft(history, planned);
  const unread = fresh.state === 'unknown' && (fresh.kind !== 'setting' || fresh.from === null);
  if (!isUnfinished(left)) {
    // The target is finished, or was not to change.
    if (left.verdict === 'conflict' || left.verdict === 'skipped') return left;
    if (unread) return left.verdict === 'changed' ? fresh : left;
    return sameTargetValue(fresh.from, left.to) ? left : movedRow(left, fresh, scene);
  }
  if (unread) return fresh;
  const change = history.changes.get(keyOf(planned));
  if (change !== undefined) {
    if (sameTargetValue(fresh.from, change.from)) return fresh;
    if (!sameTargetValue(fresh.from, change.to)) return conflict(change.to, fresh);
    if (!isOwnWork({ change, history }, nowOf(fresh, scene))) {
      // Someone else set the value. At most, the state of the setting changes with the repair of the role.
      return fresh.verdict === 'would-change' && fresh.from === fresh.to
        ? fresh
        : { ...asSeen(fresh), verdict: 'in-sync', problem: null };
    }
    const state = fresh.kind === 'setting' && fresh.to !== null ? fresh.stateAfter : fresh.state;
    const attempts = Math.max(1, left.attempts);
    const { from, to } = change;
    return {
      ...fresh,
      from,
      to,
      state,
      stateAfter: state,
      verdict: 'changed',
      problem: null,
      attempts,
    };
  }
  // The target was not read for the confirmed plan, so no earlier value can be compared.
  if (planned.state === 'unknown' && planned.from === null) return fresh;
  if (sameTargetValue(fresh.from, planned.from) || sameTargetValue(fresh.from, planned.to))
    return fresh;
  return conflict(planned.from, fresh);
}

/** A target that this resume excludes. If it is unfinished, another resume can finish it. */
function excludedRow(history: RunHistory, planned: PlannedTarget): PlannedTarget {
  const left = rowAsLeft(history, planned);
  return isUnfinished(left) ? { ...left, verdict: 'not-attempted', stateAfter: left.state } : left;
}

/** Blocks settings that need a role or grant which must be left alone. */
function withoutRole(targets: readonly PlannedTarget[]): readonly PlannedTarget[] {
  const lost = targets.find(
    ({ kind, verdict, problem }) =>
      kind !== 'setting' &&
      (verdict === 'conflict' || (verdict === 'skipped' && problem?.code === 'superseded')),
  );
  if (lost === undefined) return targets;
  return targets.map((target) =>
    target.verdict === 'would-change' && (target.kind !== 'setting' || target.to !== null)
      ? { ...target, verdict: 'blocked', problem: lost.problem, stateAfter: target.state }
      : target,
  );
}

/** Combines the confirmed plan of an account with a fresh one. The result has exactly the confirmed targets. */
export function planResume(
  confirmed: AccountPlan,
  fresh: AccountPlan,
  scene: ResumeCase,
): AccountPlan {
  const { history, isExcluded } = scene;
  const isOut = ({ region }: PlannedTarget): boolean => region !== null && isExcluded(region);
  const find = (target: PlannedTarget): PlannedTarget | undefined =>
    fresh.targets.find((row) => row.kind === target.kind && row.region === target.region);
  const rows = confirmed.targets.flatMap((planned): readonly PlannedTarget[] => {
    if (planned.kind === 'setting' && planned.region === null) {
      // The account was unreachable: the regions of the confirmed scope are known only now.
      const cells = fresh.targets.filter((row) => row.kind === 'setting');
      if (!isUnfinished(planned) || cells.length === 0) return [planned];
      return cells.map((cell) => (isOut(cell) ? excludedRow(history, cell) : cell));
    }
    if (isOut(planned)) return [excludedRow(history, planned)];
    const found = find(planned);
    return [found === undefined ? rowAsLeft(history, planned) : resumedRow(planned, found, scene)];
  });
  return { ...fresh, targets: withoutRole(rows) };
}
