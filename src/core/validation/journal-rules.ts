/**
 * Whether the events of a journal can come from a run of dhmc. `rollback` and `resume` write values from a journal to
 * AWS, so a journal with anything else is refused.
 */
import {
  isStackSetRun,
  type ChangeBegun,
  type RunEvent,
  type RunStarted,
} from '../record/events.ts';
import {
  verdicts,
  type AccountPlan,
  type PlannedTarget,
  type RoleDetails,
  type TargetValue,
} from '../model/model.ts';
import { createdByDhmc, isBoundary } from '../iam/role-names.ts';
import { isPolicyText } from '../iam/trust-policy.ts';
import {
  describeTarget,
  problemOfAccount,
  problemOfOrigin,
  problemOfSettings,
  type ChangeContext,
} from './change-rules.ts';
import { isToChange } from '../planning/plan.ts';
import { problemOfProof, problemOfProofPlan, proofValues } from './proof-changes.ts';
import { isRole } from '../model/values.ts';
import { problemOfStackSetEvent, problemOfStackSetRun } from './stack-set-rules.ts';

export interface JournalRules {
  /** What is wrong with the next event, as the end of a sentence that begins with its line; null if it is valid. */
  problemOf(event: RunEvent): string | null;
}

const runIdPattern = /^\d{8}-\d{6}-[a-z0-9]{6}$/;
/** The times that dhmc writes: sorting them as text sorts them by time. */
const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
const day = 24 * 60 * 60 * 1000;

/** Whether two values are written in the same way. */
const isVerbatim = (
  one: TargetValue | RoleDetails | undefined,
  other: TargetValue | RoleDetails | undefined,
): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The part of a plan that is compared with the journal's changes. The rest is not kept, since plans are large. */
type PlannedChange = Pick<PlannedTarget, 'kind' | 'region' | 'from' | 'to'>;

const changesOf = ({ targets }: AccountPlan): readonly PlannedChange[] =>
  targets.flatMap((target) => {
    if (!isToChange(target)) return [];
    const { kind, region, from, to } = target;
    return [{ kind, region, from, to }];
  });

/** The action of a run; for `apply`, the action of its saved plan. */
function actionOf({ action, applies }: RunStarted): ChangeContext['action'] {
  switch (action) {
    case 'apply':
      return applies ?? 'enable';
    case 'prove':
    case 'stackset-deploy':
    case 'stackset-remove':
      return 'enable';
    default:
      return action;
  }
}

/** Checks a journal event by event. `now` is in milliseconds since 1970. */
export function journalRules(now: number): JournalRules {
  let context: ChangeContext | null = null;
  let isProof = false;
  let started: RunStarted | null = null;
  /** The planned changes, by account. */
  const planned = new Map<string, readonly PlannedChange[]>();

  const problemOfTime = (time: string): string | null => {
    if (!timePattern.test(time) || Number.isNaN(Date.parse(time)))
      return `has ${JSON.stringify(time)}, which is not a time`;
    return Date.parse(time) > now + day
      ? `is dated ${time}, more than 24 hours in the future`
      : null;
  };

  const problemOfStart = (event: RunStarted): string | null => {
    isProof = event.action === 'prove';
    started = event;
    context = { action: actionOf(event), settings: event.settings, partition: event.partition };
    const ids = [event.run, ...(event.rollsBack === null ? [] : [event.rollsBack])];
    const wrong = ids.find((id) => !runIdPattern.test(id));
    if (wrong !== undefined) return `names ${JSON.stringify(wrong)}, which cannot be a run`;
    const unlike = isProof
      ? problemOfProof(event)
      : isStackSetRun(event)
        ? problemOfStackSetRun(event)
        : null;
    if (unlike !== null) return unlike;
    const problem = problemOfOrigin(event) ?? problemOfSettings(event.settings, event.partition);
    return problem === null
      ? problemOfTime(event.startedAt)
      : `says something impossible: ${problem}`;
  };

  const problemOfPlan = (plan: AccountPlan, terms: ChangeContext): string | null => {
    const problem = problemOfAccount(plan, terms, { verdicts });
    planned.set(plan.account.id, changesOf(plan));
    if (problem === null && isProof) return problemOfProofPlan(plan);
    return problem === null ? null : `plans what dhmc never does: ${problem.replace(/\.$/, '')}`;
  };

  const problemOfBegun = ({ target, from, to, formerRole }: ChangeBegun): string | null => {
    const row = planned
      .get(target.account)
      ?.find(({ kind, region }) => kind === target.kind && region === target.region);
    const where = `${describeTarget(target)} of account ${target.account}`;
    if (row === undefined) return `begins a change of ${where}, which the run did not plan`;
    const values = isProof ? proofValues(target.account, row.to) : [row.to];
    if (!isVerbatim(row.from, from) || !values.some((value) => isVerbatim(value, to)))
      return `begins another change of ${where} than the run planned`;
    if (formerRole === undefined) return null;
    if (target.kind !== 'role' || to !== null)
      return `says what ${where} had, which is not deleted`;
    if (!createdByDhmc(formerRole)) return `deletes ${where}, which dhmc did not make`;
    return formerRole.boundary === null || isBoundary(formerRole.boundary)
      ? null
      : `has ${JSON.stringify(formerRole.boundary)}, which cannot be a permissions boundary`;
  };

  return {
    problemOf(event) {
      if (event.type === 'run-started') return problemOfStart(event);
      if (context === null || started === null) return 'comes before the start of the run';
      const fault = problemOfStackSetEvent(event, started);
      if (fault !== null) return fault;
      if (event.type === 'account-planned') return problemOfPlan(event.plan, context);
      const problem = problemOfTime(event.at);
      if (problem !== null) return problem;
      if (event.type === 'change-begun') return problemOfBegun(event);
      if (event.type === 'target-ended' && isRole(event.value) && !isPolicyText(event.value.trust))
        return 'has a trust policy that is not valid';
      return null;
    },
  };
}
