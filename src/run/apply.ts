/** Applies a plan: role → grant → settings in each account, and the reverse to undo; many accounts at once. */
import type { RecordEvent, RunResumed, RunSettings, RunStarted, RunStopped } from '../core/events.ts';
import type { Plan } from '../core/plan.ts';
import type { Clock, Cloud } from './cloud.ts';

export type Stopped = Pick<RunStopped, 'reason' | 'message'>;

/** A wave that has ended, for whoever decides whether the next may begin. */
export interface WaveOutcome {
  /** From 1. */
  readonly wave: number;
  readonly waves: number;
  /** Accounts done so far, of all that have something to do. */
  readonly accountsDone: number;
  readonly accounts: number;
  /** Accounts with a failed or blocked target so far. */
  readonly accountsFailed: number;
}

/** Asked between waves; false ends the run in order. */
export type WaveGate = (outcome: WaveOutcome) => Promise<boolean>;

export interface ApplyOptions {
  readonly cloud: Cloud;
  readonly clock: Clock;
  readonly plan: Plan;
  readonly run: string;
  /** Of a saved plan: the plan's own. A rollback also leaves alone what was written again with the same value. */
  readonly action: 'enable' | 'disable' | 'rollback';
  /** Its waves and tolerance (default: no limit, with waves 0) are followed here. */
  readonly settings: RunSettings;
  readonly record: RecordEvent;
  /** Aborted: nothing new is begun; what is in flight ends and is recorded. */
  readonly signal?: AbortSignal;
  readonly gate?: WaveGate;
}

/** Records the opening of a run: who, the plan as it was shown, and the yes. */
export async function recordStart(
  record: RecordEvent,
  opening: { readonly started: RunStarted; readonly plan: Plan; readonly at: string; readonly by: 'prompt' | 'yes' },
): Promise<void> {
  await record(opening.started);
  for (const plan of opening.plan.accounts) await record({ type: 'account-planned', plan });
  await record({ type: 'run-confirmed', at: opening.at, by: opening.by });
}

/** Records that a run goes on. */
export async function recordResume(
  record: RecordEvent,
  opening: { readonly resumed: RunResumed; readonly plan: Plan; readonly at: string; readonly by: 'prompt' | 'yes' },
): Promise<void> {
  await record(opening.resumed);
  for (const plan of opening.plan.accounts) await record({ type: 'account-planned', plan });
  await record({ type: 'run-confirmed', at: opening.at, by: opening.by });
}

/**
 * Applies the plan and records what happens, `run-stopped` and `run-finished` included. Resolves with why it stopped
 * before its end, or null. A `record` that throws stops the run in order; the error is not passed on.
 */
export async function applyPlan(options: ApplyOptions): Promise<Stopped | null> {
  await Promise.resolve(options);
  throw new Error('not built yet');
}
