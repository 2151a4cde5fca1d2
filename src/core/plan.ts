/** A plan of a whole command, and questions that commands ask of it. */
import type { AccountPlan, PlannedTarget } from './model.ts';

export interface Plan {
  /** In the order of discovery; the management account last. */
  readonly accounts: readonly AccountPlan[];
  /** What to tell before the question, such as earlier runs that are still in force. */
  readonly notes: readonly string[];
}

/** Whether applying would do anything for the target: a call, or the target's share in its role's change. */
export const isToChange = (target: PlannedTarget): boolean => target.verdict === 'would-change';

export const hasChanges = (plan: AccountPlan): boolean => plan.targets.some(isToChange);

export const planHasChanges = (plan: Plan): boolean => plan.accounts.some(hasChanges);

/** The settings whose role `--overwrite` would take over. */
export const takenOver = (plan: Plan): readonly PlannedTarget[] =>
  plan.accounts.flatMap((account) =>
    account.targets.filter(
      (target) =>
        target.kind === 'setting' &&
        isToChange(target) &&
        target.from !== null &&
        target.from !== target.to &&
        (target.state === 'foreign' || target.state === 'quick-setup' || target.state === 'broken'),
    ),
  );
