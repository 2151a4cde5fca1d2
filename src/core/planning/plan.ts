/** The plan of a whole command, and functions that query it. */
import type { AccountPlan, PlannedTarget, Problem, TargetValue } from '../model/model.ts';
import { namesRole, parseRoleName } from '../iam/role-names.ts';

export interface Plan {
  /** In the order in which they were found; the management account last. */
  readonly accounts: readonly AccountPlan[];
  /** Remarks to print before the prompt, such as earlier runs that are still in effect. */
  readonly notes: readonly string[];
  /** The risks of the plan, in whole sentences; absent until they were read. */
  readonly warnings?: readonly string[];
  /** Ids of the accounts in `--wave-first`; absent without waves. */
  readonly leads?: readonly string[];
  /**
   * Why reading ended early: expired credentials of the caller, or no connection. The remaining targets are unknown.
   */
  readonly cut?: Problem;
}

/** Whether applying the plan would change the target, by a call of its own or with its role. */
export const isToChange = (target: PlannedTarget): boolean => target.verdict === 'would-change';

export const hasChanges = (plan: AccountPlan): boolean => plan.targets.some(isToChange);

export const planHasChanges = (plan: Plan): boolean => plan.accounts.some(hasChanges);

/** The settings that `--overwrite` would take over: they name another role, and will name ours. */
export function takenOver(plan: Plan, dhmcRole: string): readonly PlannedTarget[] {
  const role = parseRoleName(dhmcRole);
  const names = (value: TargetValue): boolean =>
    typeof value === 'string' && namesRole(value, role);
  return plan.accounts.flatMap((account) =>
    account.targets.filter(
      (target) =>
        target.kind === 'setting' &&
        isToChange(target) &&
        target.from !== null &&
        !names(target.from) &&
        names(target.to),
    ),
  );
}
