/** From a command's options to its plan: accounts are read as they are found, and planned as they are read. */
import type { RunHistory } from '../core/history.ts';
import type { Plan } from '../core/plan.ts';
import type { RunSettings } from '../core/events.ts';
import type { Scope } from '../core/scope.ts';
import type { Clock, Cloud } from './cloud.ts';

/** For a live bar: totals so far. */
export interface PlanningProgress {
  readonly accountsListed: number;
  /** Whether the listing has come to its end, so that `accountsListed` is the total. */
  readonly listed: boolean;
  readonly accountsRead: number;
  readonly cellsRead: number;
}

export interface PlanOptions {
  readonly cloud: Cloud;
  readonly clock: Clock;
  /** `status` is the enable plan that nobody will apply: sessions are ended as soon as an account is read. */
  readonly action: 'enable' | 'disable' | 'status';
  readonly scope: Scope;
  readonly settings: RunSettings;
  /** Aborted: nothing more is read, and the plan's promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PlanningProgress) => void;
}

export interface RollbackOptions extends Omit<PlanOptions, 'action' | 'scope'> {
  /** Of the run to roll back. */
  readonly history: RunHistory;
  /** The part of the run to roll back; null: all of it. */
  readonly scope: Scope | null;
  /** Events of the later runs of the same organization, oldest first: targets that they changed are theirs. */
  readonly laterRuns: readonly RunHistory[];
}

export interface ResumeOptions extends Omit<PlanOptions, 'action' | 'scope' | 'settings'> {
  /** Of the run to resume; its options are the run's own. */
  readonly history: RunHistory;
  /** Of the run that a rollback undoes, where the resumed run is a rollback. */
  readonly rolledBack: RunHistory | null;
  readonly laterRuns: readonly RunHistory[];
}

/** Reads the scope and plans it. Throws `UsageError` and `CommandError` as the cloud does. */
export async function planRun(options: PlanOptions): Promise<Plan> {
  await Promise.resolve(options);
  throw new Error('not built yet');
}

/** Reads what a run changed, and plans to put it back. */
export async function planRollback(options: RollbackOptions): Promise<Plan> {
  await Promise.resolve(options);
  throw new Error('not built yet');
}

/** Reads what a run's plan named, and plans to finish it. Rows of accounts that need nothing more are the run's own. */
export async function planResume(options: ResumeOptions): Promise<Plan> {
  await Promise.resolve(options);
  throw new Error('not built yet');
}
