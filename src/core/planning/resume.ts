/**
 * The plan that finishes a run: the targets of its confirmed plan, looked at again. What is done and still holds stays
 * as it ended; what is left is planned afresh; what no longer holds what it held is somebody else's decision: `conflict`.
 */
import { wasLastWrittenBy } from '../record/ownership.ts';
import { keyOf } from '../record/history.ts';
import type { RunHistory } from '../record/history.ts';
import type { AccountPlan, PlannedTarget, Problem, TargetValue } from '../model/model.ts';
import { changedSince, changedSincePlanned, displayValue } from '../problems/problems.ts';
import { sameTargetValue } from '../iam/trust-policy.ts';

/** The row as the run left it: planned, and ended where it has an ending. */
export function rowAsLeft(history: RunHistory, planned: PlannedTarget): PlannedTarget {
  const ending = history.endings.get(keyOf(planned));
  // A plan of a resumed run is newer than the endings before it.
  if (ending === undefined || planned.verdict !== 'would-change') return planned;
  const { verdict, state, modifiedBy, modifiedAt, problem, attempts, durationMs } = ending;
  return {
    ...planned,
    verdict,
    state,
    stateAfter: state,
    modifiedBy,
    modifiedAt,
    problem,
    attempts,
    durationMs,
  };
}

const isUnfinished = (left: PlannedTarget): boolean =>
  left.verdict === 'would-change' ||
  left.verdict === 'not-attempted' ||
  left.verdict === 'failed' ||
  left.verdict === 'blocked';

/** Whether a look at the account can bring anything: something is unfinished, or was done and may have been undone. */
export const needsReread = (history: RunHistory, confirmed: AccountPlan): boolean =>
  confirmed.targets.some((planned) => {
    const left = rowAsLeft(history, planned);
    return isUnfinished(left) || left.verdict === 'changed';
  });

/** Whether the look at the world found out how something ended that the run left unfinished, though nothing is to be done about it. */
export const settlesUnfinished = (history: RunHistory, plans: readonly AccountPlan[]): boolean =>
  plans.some(({ account, targets }) => {
    const confirmed = history.plans.get(account.id)?.targets ?? [];
    const left = new Set(
      confirmed.filter((planned) => isUnfinished(rowAsLeft(history, planned))).map(keyOf),
    );
    return targets.some((target) => left.has(keyOf(target)) && !isUnfinished(target));
  });

/** The plan with its rows as the run left them. */
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
    : changedSince(
        `The ${fresh.kind} is not what it was when the run left it.`,
        'Look at who changed it, and plan anew.',
      );

const conflict = (was: TargetValue, fresh: PlannedTarget): PlannedTarget => ({
  ...fresh,
  to: fresh.from,
  stateAfter: fresh.state,
  verdict: 'conflict',
  problem: moved(was, fresh),
});

/** What a target of the confirmed plan is to come to, from a fresh look at it. */
function resumedRow(
  history: RunHistory,
  planned: PlannedTarget,
  fresh: PlannedTarget,
): PlannedTarget {
  const left = rowAsLeft(history, planned);
  const unread = fresh.state === 'unknown' && (fresh.kind !== 'setting' || fresh.from === null);
  if (!isUnfinished(left)) {
    // Done, or nothing was to be done.
    if (left.verdict === 'conflict' || left.verdict === 'skipped') return left;
    if (unread) return left.verdict === 'changed' ? fresh : left;
    const holds = left.verdict === 'changed' ? left.to : left.from;
    return sameTargetValue(fresh.from, holds) ? left : conflict(holds, fresh);
  }
  if (unread) return fresh;
  const change = history.changes.get(keyOf(planned));
  if (change !== undefined) {
    if (sameTargetValue(fresh.from, change.from)) return fresh;
    if (!sameTargetValue(fresh.from, change.to)) return conflict(change.to, fresh);
    const { run, caller } = history.started;
    // What was certainly not made is another's, whoever that is.
    const own =
      change.ended?.verdict !== 'not-attempted' &&
      (fresh.kind !== 'setting' || wasLastWrittenBy(fresh, change, run, caller));
    const state = fresh.kind === 'setting' && fresh.to !== null ? fresh.stateAfter : fresh.state;
    return {
      ...fresh,
      from: change.from,
      to: change.to,
      state,
      stateAfter: state,
      verdict: own ? 'changed' : 'in-sync',
      problem: null,
      attempts: own ? 1 : 0,
    };
  }
  // Never looked at in the confirmed plan: nothing is known that could have moved.
  if (planned.state === 'unknown' && planned.from === null) return fresh;
  if (sameTargetValue(fresh.from, planned.from) || sameTargetValue(fresh.from, planned.to))
    return fresh;
  return conflict(planned.from, fresh);
}

/** Settings that lean on a role or grant which is not to be touched cannot be tried. */
function leaning(targets: readonly PlannedTarget[]): readonly PlannedTarget[] {
  const lost = targets.find((target) => target.kind !== 'setting' && target.verdict === 'conflict');
  if (lost === undefined) return targets;
  return targets.map((target) =>
    target.verdict === 'would-change' && (target.kind !== 'setting' || target.to !== null)
      ? { ...target, verdict: 'blocked', problem: lost.problem, stateAfter: target.state }
      : target,
  );
}

/** Combines the confirmed plan of an account with a fresh one: exactly the confirmed targets. */
export function planResume(
  history: RunHistory,
  confirmed: AccountPlan,
  fresh: AccountPlan,
): AccountPlan {
  const find = (target: PlannedTarget): PlannedTarget | undefined =>
    fresh.targets.find((row) => row.kind === target.kind && row.region === target.region);
  const rows = confirmed.targets.flatMap((planned): readonly PlannedTarget[] => {
    if (planned.kind === 'setting' && planned.region === null) {
      // The account was shut: the regions of the confirmed scope are known only now.
      const cells = fresh.targets.filter((row) => row.kind === 'setting');
      return isUnfinished(planned) && cells.length > 0 ? cells : [planned];
    }
    const found = find(planned);
    return [
      found === undefined ? rowAsLeft(history, planned) : resumedRow(history, planned, found),
    ];
  });
  return { ...fresh, targets: leaning(rows) };
}
