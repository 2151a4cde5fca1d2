/**
 * An account's plan in its file format: notes as texts, and beside them their kinds and facts, which 0.1.0 does not
 * write.
 */
import type { AccountPlan, PlanNote, PlannedTarget } from '../core/model/model.ts';
import { noteText, planNote } from '../core/problems/notes.ts';

export interface FiledTarget extends Omit<PlannedTarget, 'notes'> {
  readonly notes: readonly string[];
  readonly noted?: readonly PlanNote[];
}

export interface FiledPlan extends Omit<AccountPlan, 'targets'> {
  readonly targets: readonly FiledTarget[];
}

export const targetForFile = (target: PlannedTarget): PlannedTarget | FiledTarget =>
  target.notes.length === 0
    ? target
    : { ...target, notes: target.notes.map(noteText), noted: target.notes };

export const planForFile = (plan: AccountPlan) => ({
  ...plan,
  targets: plan.targets.map(targetForFile),
});

const noteOfText = (text: string): PlanNote => planNote('text', { text });

/**
 * Most rows have no notes. Omitting a member from a copy would give each row a hidden class of its own, which takes
 * much memory.
 */
function targetFromFile(filed: FiledTarget): PlannedTarget {
  if (filed.noted === undefined) return { ...filed, notes: filed.notes.map(noteOfText) };
  const { noted, ...target } = filed;
  return { ...target, notes: noted };
}

export const planFromFile = (plan: FiledPlan): AccountPlan => ({
  ...plan,
  targets: plan.targets.map(targetFromFile),
});
