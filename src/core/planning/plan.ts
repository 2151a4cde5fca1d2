/** The plan of a whole command, and the questions that commands ask about it. */
import type { AccountPlan, PlannedTarget, Problem, TargetValue } from '../model/model.ts';
import { namesRole, parseRoleName } from '../iam/role-names.ts';

export interface Plan {
  /** In the order of discovery; the management account last. */
  readonly accounts: readonly AccountPlan[];
  /** What to tell before the question, such as earlier runs that are still in force. */
  readonly notes: readonly string[];
  /** What it puts at risk, in whole sentences; absent until somebody has looked. */
  readonly warnings?: readonly string[];
  /** Ids of accounts that `--wave-first` puts first; absent where no waves were made. */
  readonly leads?: readonly string[];
  /** Why the reading was cut short: the caller's credentials ran out, or nothing answers any more. What was not read is unknown. */
  readonly cut?: Problem;
}

/** Whether applying would do anything for the target: a call, or the target's share in its role's change. */
export const isToChange = (target: PlannedTarget): boolean => target.verdict === 'would-change';

export const hasChanges = (plan: AccountPlan): boolean => plan.targets.some(isToChange);

export const planHasChanges = (plan: Plan): boolean => plan.accounts.some(hasChanges);

/** The settings that `--overwrite` would take over: they name another role, and are to name ours. */
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
