/**
 * The engine: look at the cloud and plan, then apply a plan. Two effects over one port; all deciding is in `src/core`.
 *
 * A writing command: `planRun` (or `replanRollback`, `replanResume`, `replanSaved`), show, ask, `recordStart` (or
 * `recordResume`), `applyPlan`. A dry run and `status` stop after the plan. The report is a fold over the same events
 * (`src/core/record/report.ts`); a dry run's is folded from its `account-planned` rows alone.
 */
export { planRun } from './plan.ts';
export type { PlanOptions, PlanningProgress } from './plan.ts';
export { replanRollback, replanResume, replanSaved } from './replan.ts';
export type { Exclusions, RollbackOptions, ResumeOptions, SavedOptions } from './replan.ts';
export { applyPlan, recordResume, recordStart } from './apply.ts';
export type { ApplyOptions, Stopped, WaveGate, WaveOutcome } from './apply.ts';
export { listStackSetCells, openOwners } from './owners.ts';
export type { OwnerSource } from './owners.ts';
export { assessResets } from './reset-impact.ts';
export type { ResetReading } from './reset-impact.ts';
export { examine } from './doctor.ts';
export { observeCoverage } from './coverage.ts';
export type { CoverageOptions, Covered } from './coverage.ts';
export { observeAdvice } from './advice.ts';
export type { AdviceReading } from './advice.ts';
