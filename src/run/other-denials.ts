/** After a denied change: which other rights the account's plan lacks, so that all can be granted at once. */
import { actionsOf } from '../core/doctor/needed.ts';
import { tagsOfNewRole } from '../core/iam/role-names.ts';
import type { AccountPlan, Problem } from '../core/model/model.ts';
import type { RunSettings } from '../core/record/events.ts';
import { isToChange } from '../core/planning/plan.ts';
import type { Cloud } from './cloud.ts';
import { withFacts } from '../core/problems/hints.ts';

export interface DenialContext {
  readonly cloud: Cloud;
  readonly plan: AccountPlan;
  readonly settings: RunSettings;
  readonly run: string;
  readonly now: () => string;
}

const byIdentity: ReadonlySet<string> = new Set(['denied', 'denied-by-boundary', 'denied-by-scp']);

/** Completes the problems of one account. IAM's simulator is called once, at the first denial. */
export function otherDenials({
  cloud,
  plan,
  settings,
  run,
  now,
}: DenialContext): (problem: Problem) => Promise<Problem> {
  let asked: Promise<readonly string[]> | undefined;
  const ask = (): Promise<readonly string[]> =>
    cloud.deniedOf(plan.account.id, {
      actions: [...actionsOf(plan)],
      region:
        plan.targets.find((target) => target.region !== null && isToChange(target))?.region ?? null,
      permissionsBoundary: settings.permissionsBoundary,
      newRoleTags: tagsOfNewRole(run, now(), settings.roleTags),
    });
  return async (problem) => {
    if (!byIdentity.has(problem.code)) return problem;
    const denied = await (asked ??= ask());
    const others = denied.filter((action) => action !== problem.facts?.['action']);
    if (others.length === 0) return problem;
    return withFacts(problem, { also: others.join(', ') });
  };
}
