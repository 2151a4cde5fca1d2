/** Applies a plan wave by wave, many accounts at once, until all are done or the run stops gracefully. */
import type {
  ChangeBegun,
  RecordEvent,
  RunEvent,
  RunResumed,
  RunSettings,
  RunStarted,
} from '../core/record/events.ts';
import type { AccountPlan, AccountRow, PlannedTarget } from '../core/model/model.ts';
import { hasChanges } from '../core/planning/plan.ts';
import type { Plan } from '../core/planning/plan.ts';
import {
  assignedWaves,
  cellsToChange,
  needsWork,
  shareOf,
  toleratedAccounts,
  wavesOf,
} from '../core/planning/waves.ts';
import { applyAccount } from './apply-account.ts';
import { endedEvent } from './applying.ts';
import type { Applying } from './applying.ts';
import type { Clock, Cloud } from './cloud.ts';
import { haltOn } from './halt.ts';
import type { Halt, Stopped } from './halt.ts';
import { accountConcurrency, forEachConcurrent } from './pool.ts';
import { trackConnectivity, type OnOutage } from './connectivity.ts';
import type { Ending } from './execute.ts';

export type { Stopped } from './halt.ts';

/** A wave that has ended: what decides whether the next one may start. */
export interface WaveOutcome {
  /** Counted from 1. */
  readonly wave: number;
  readonly waves: number;
  /** Accounts done so far, of all accounts that need work. */
  readonly accountsDone: number;
  readonly accounts: number;
  /** Accounts with a failed or blocked target so far. */
  readonly accountsFailed: number;
  /** Ids of the accounts done so far. */
  readonly accountIds: readonly string[];
  /** The accounts of this wave, and whether they have a failed or blocked target. */
  readonly done: readonly { readonly account: AccountRow; readonly failed: boolean }[];
  /** The accounts of the next wave, and how many of their cells change. */
  readonly next: { readonly accounts: readonly AccountRow[]; readonly cells: number };
}

/** Called between waves; false stops the run gracefully. */
export type WaveGate = (outcome: WaveOutcome) => Promise<boolean>;

export interface ApplyOptions {
  readonly cloud: Cloud;
  readonly clock: Clock;
  readonly plan: Plan;
  readonly run: string;
  /**
   * For a saved plan, the plan's action. A rollback also leaves alone a setting that was written again with the same
   * value.
   */
  readonly action: 'enable' | 'disable' | 'rollback';
  /** Waves and failure tolerance are applied here. Default: no tolerance limit without waves, 0 with them. */
  readonly settings: RunSettings;
  readonly record: RecordEvent;
  /** When it is aborted, nothing new is begun; calls in flight finish and are recorded. */
  readonly signal?: AbortSignal;
  readonly gate?: WaveGate;
  readonly onOutage?: OnOutage;
}

interface Opening {
  readonly plan: Plan;
  readonly at: string;
  readonly by: 'prompt' | 'yes';
}

async function recordPlan(record: RecordEvent, opening: Opening): Promise<void> {
  for (const plan of opening.plan.accounts) await record({ type: 'account-planned', plan });
  const { warnings = [], notes } = opening.plan;
  await record({
    type: 'run-confirmed',
    at: opening.at,
    by: opening.by,
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(notes.length === 0 ? {} : { notes }),
  });
}

/** Records the start of a run: the caller, the plan as it was shown, and the confirmation. */
export async function recordStart(
  record: RecordEvent,
  opening: Opening & { readonly started: RunStarted },
): Promise<void> {
  await record(opening.started);
  await recordPlan(record, opening);
}

/** Records that a run continues. */
export async function recordResume(
  record: RecordEvent,
  opening: Opening & { readonly resumed: RunResumed },
): Promise<void> {
  await record(opening.resumed);
  await recordPlan(record, opening);
}

const failsAccount = (verdict: string): boolean => verdict === 'failed' || verdict === 'blocked';

/** The only way to record an event of the run. An event that cannot be recorded stops the run gracefully. */
function outlet(record: RecordEvent, halt: Halt): (event: RunEvent) => Promise<boolean> {
  return async (event) => {
    try {
      await record(event);
      return true;
    } catch (error) {
      halt.stop(
        'journal',
        `The journal cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      );
      return false;
    }
  };
}

/** How many accounts may fail before no more are started; Infinity without a limit. */
function tolerance(settings: RunSettings, accounts: number): number {
  if (settings.failureTolerance !== null)
    return toleratedAccounts(shareOf(settings.failureTolerance), accounts);
  return settings.waves === null ? Infinity : 0;
}

/**
 * Applies the plan and records every event, including `run-stopped` and `run-finished`. Resolves with the reason for
 * stopping early, or null. If `record` throws, the run stops gracefully and the error is not passed on.
 */
export async function applyPlan(options: ApplyOptions): Promise<Stopped | null> {
  const { cloud, clock, settings } = options;
  const halt = haltOn(options.signal);
  const tell = outlet(options.record, halt);
  const now = (): string => new Date(clock.now()).toISOString();
  const failedAccounts = new Set<string>();

  const applying: Applying = {
    cloud,
    clock,
    run: options.run,
    strict: options.action === 'rollback',
    judgesRole: options.action === 'enable',
    settings,
    halt,
    reach: trackConnectivity(clock, cloud, options.onOutage),
    begin: (change: Pick<ChangeBegun, 'target' | 'from' | 'to' | 'formerRole'>) =>
      tell({ type: 'change-begun', at: now(), ...change }),
    async end(target: PlannedTarget, ending: Ending, startedAt: number) {
      if (failsAccount(ending.verdict)) failedAccounts.add(target.account);
      await tell(
        endedEvent(target, ending, { at: now(), durationMs: Math.max(0, clock.now() - startedAt) }),
      );
    },
  };

  const active = options.plan.accounts.filter(needsWork);
  const assigned = assignedWaves(active);
  // Keep the waves that the plan was shown with.
  const waves =
    assigned.flat().length === active.length
      ? assigned
      : wavesOf(active, {
          waves: settings.waves,
          managementAccount: cloud.organization.managementAccount,
        });
  const ordered = waves.flat();
  const limit = tolerance(settings, active.length);

  let begun = 0;
  const applyOne = async (plan: AccountPlan): Promise<void> => {
    begun += 1;
    if (plan.targets.some((target) => failsAccount(target.verdict)))
      failedAccounts.add(plan.account.id);
    if (hasChanges(plan)) await applyAccount(applying, plan);
    // After the last account there is nothing left to stop.
    if (failedAccounts.size > limit && begun < ordered.length) {
      halt.stopAccounts(
        'failure-tolerance',
        `${failedAccounts.size} ${failedAccounts.size === 1 ? 'account has' : 'accounts have'} failed or blocked targets; --failure-tolerance allows ${limit}.`,
      );
    }
  };

  let end = 0;
  for (const [index, wave] of waves.entries()) {
    end += wave.length;
    const isLastOfAll = (plan: AccountPlan): boolean =>
      plan.account.id === cloud.organization.managementAccount;
    // The management account starts after all others have ended, when their failures are known.
    for (const plans of [wave.filter((plan) => !isLastOfAll(plan)), wave.filter(isLastOfAll)]) {
      await forEachConcurrent(
        plans,
        accountConcurrency(settings.concurrency),
        applyOne,
        () => halt.stopped() !== null,
      );
    }
    if (halt.stopped() !== null) break;
    const next = waves[index + 1];
    if (next === undefined || options.gate === undefined) continue;
    const outcome = {
      wave: index + 1,
      waves: waves.length,
      accountsDone: end,
      accounts: ordered.length,
      accountsFailed: failedAccounts.size,
      accountIds: ordered.slice(0, end).map(({ account }) => account.id),
      done: wave.map(({ account }) => ({ account, failed: failedAccounts.has(account.id) })),
      next: {
        accounts: next.map(({ account }) => account),
        cells: next.reduce((sum, plan) => sum + cellsToChange(plan), 0),
      },
    };
    if (!(await options.gate(outcome)))
      halt.stopAccounts('declined', `Wave ${index + 2} of ${waves.length} was declined.`);
    if (halt.stopped() !== null) break;
  }

  const stopped = halt.stopped();
  if (stopped !== null) await tell({ type: 'run-stopped', at: now(), ...stopped });
  await tell({ type: 'run-finished', at: now(), ...cloud.usage() });
  halt.release();
  return halt.stopped();
}
