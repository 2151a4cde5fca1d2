/** Shared by the steps that apply an account: how a change is made, recorded and abandoned. */
import type { ChangeBegun, RunSettings, TargetEnded } from '../core/record/events.ts';
import type { AccountPlan, PlannedTarget, Problem, Verdict } from '../core/model/model.ts';
import type { RoleName } from '../core/iam/role-names.ts';
import { type Subject } from '../core/planning/states.ts';
import type { AccountAccess, Clock, Cloud } from './cloud.ts';
import type { Halt } from './halt.ts';
import type { Connectivity } from './connectivity.ts';
import { executeChange } from './execute.ts';
import type { Ending, Step, StepContext } from './execute.ts';

/** What applying a plan needs besides the account. */
export interface Applying {
  readonly cloud: Cloud;
  readonly clock: Clock;
  readonly run: string;
  readonly strict: boolean;
  /** Whether the role's rights are checked again before a setting names it. */
  readonly judgesRole: boolean;
  readonly settings: RunSettings;
  readonly halt: Halt;
  readonly reach: Connectivity;
  begin(change: Pick<ChangeBegun, 'target' | 'from' | 'to' | 'formerRole'>): Promise<boolean>;
  end(target: PlannedTarget, ending: Ending, startedAt: number): Promise<void>;
}

/** The result of a target; null if the run stopped first. */
export type TargetOutcome = { readonly verdict: Verdict; readonly problem: Problem | null } | null;

export const good = (outcome: TargetOutcome): boolean =>
  outcome !== null && (outcome.verdict === 'changed' || outcome.verdict === 'in-sync');

export interface Work {
  readonly applying: Applying;
  readonly plan: AccountPlan;
  readonly access: AccountAccess;
  readonly context: StepContext;
  readonly subject: Subject;
  readonly role: RoleName;
  /** Completes the problem of a denied change with the other rights that are missing. */
  readonly withOtherDenials: (problem: Problem) => Promise<Problem>;
}

export const isoTime = (clock: Clock): string => new Date(clock.now()).toISOString();

/** Makes the change and records how it ended. */
export async function make<T>(work: Work, step: Step<T>): Promise<TargetOutcome> {
  const startedAt = work.applying.clock.now();
  const made = await executeChange(work.context, step);
  if (made === null) return null;
  const ending =
    made.verdict === 'failed' && made.problem !== null
      ? { ...made, problem: await work.withOtherDenials(made.problem) }
      : made;
  await work.applying.end(step.target, ending, startedAt);
  return ending;
}

/** Records a target that was not tried because another one did not succeed. */
export async function giveUp(
  applying: Applying,
  target: PlannedTarget,
  outcome: TargetOutcome,
  verdict: Verdict = 'blocked',
): Promise<TargetOutcome> {
  if (outcome === null || outcome.verdict === 'not-attempted') return null;
  const ending: Ending = {
    verdict,
    state: target.state,
    value: target.from,
    modifiedBy: target.modifiedBy,
    modifiedAt: target.modifiedAt,
    problem: outcome.problem,
    attempts: 0,
  };
  await applying.end(target, ending, applying.clock.now());
  return { verdict, problem: outcome.problem };
}

export const asPlanned: TargetOutcome = { verdict: 'in-sync', problem: null };
export const changed: TargetOutcome = { verdict: 'changed', problem: null };

/** Combines the outcomes of role and grant, in this order: the later one, unless it was in sync already. */
export const together = (before: TargetOutcome, next: TargetOutcome): TargetOutcome =>
  next?.verdict === 'in-sync' ? before : next;

/** An ending as an event. */
export const endedEvent = (
  target: PlannedTarget,
  ending: Ending,
  times: { readonly at: string; readonly durationMs: number },
): TargetEnded => ({
  type: 'target-ended',
  target: { kind: target.kind, account: target.account, region: target.region },
  at: times.at,
  ...ending,
  durationMs: times.durationMs,
});
