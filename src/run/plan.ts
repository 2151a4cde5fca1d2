/**
 * From a command's options to its plan: accounts are read as they are listed, and planned as they are read.
 *
 * A writing command calls `planRun` (or `replanRollback`, `replanResume`, `replanSaved`), shows the plan, asks, and
 * calls `recordStart` (or `recordResume`) and `applyPlan`. A dry run and `status` stop after the plan. The report is a
 * fold over the same events (`src/core/record/report.ts`); the report of a dry run is folded from its `account-planned`
 * rows alone.
 */
import type { RunSettings } from '../core/record/events.ts';
import {
  unknown,
  type Account,
  type AccountPlan,
  type PlannedTarget,
  type Problem,
} from '../core/model/model.ts';
import { isCallerProblem } from '../core/problems/problems.ts';
import { hasChanges } from '../core/planning/plan.ts';
import type { Plan } from '../core/planning/plan.ts';
import { planDisable } from '../core/planning/disable.ts';
import { planEnable, type PlannerOptions } from '../core/planning/enable.ts';
import type { AccountFound } from '../core/model/readings.ts';
import { planUnreachable } from '../core/planning/planned-targets.ts';
import { collectListedRegions, requireRegionsLeft } from '../core/planning/unknown-regions.ts';
import type { RegionSelection, Scope } from '../core/model/scope.ts';
import type { Clock, Cloud } from './cloud.ts';
import { observeAccount, reasonToSkip, unreachable } from './observe.ts';
import type { ReadOptions, Observed } from './observe.ts';
import type { OwnerSource } from './owners.ts';
import { managementLast } from './order.ts';
import { accountConcurrency, forEachConcurrent } from './pool.ts';
import { trackConnectivity } from './connectivity.ts';
import type { Connectivity, OnOutage } from './connectivity.ts';

/** Totals so far, for a progress bar. */
export interface PlanningProgress {
  readonly accountsListed: number;
  /** Whether the listing has ended, so that `accountsListed` is the total. */
  readonly listed: boolean;
  readonly accountsRead: number;
  readonly cellsRead: number;
  /** Since when nothing has answered; left out while something does. */
  readonly silentSince?: number;
}

/** The same, writable while it is counted. */
export type Counting = { -readonly [Member in keyof PlanningProgress]: PlanningProgress[Member] };

/** Passes an outage and its end on to `onProgress`, with the counts. */
export const reportOutage =
  (progress: Counting, tell: () => void): OnOutage =>
  (since) => {
    if (since === null) delete progress.silentSince;
    else progress.silentSince = since;
    tell();
  };

export interface PlanOptions {
  readonly cloud: Cloud;
  readonly clock: Clock;
  /** `status` is an enable plan that is never applied: each session ends as soon as its account is read. */
  readonly action: 'enable' | 'disable' | 'status';
  readonly scope: Scope;
  readonly settings: RunSettings;
  /** What journals and stack sets say about owners; left out: nothing. */
  readonly owners?: OwnerSource;
  /** When it is aborted, reading stops and the plan's promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PlanningProgress) => void;
}

/** How the accounts of a plan are listed, read and planned. */
export interface Planning {
  readonly cloud: Cloud;
  readonly clock: Clock;
  readonly concurrency: number;
  readonly accounts: AsyncIterable<Account>;
  /** What to read in the account, or its plan if nothing has to be read, or null if it is not part of the plan. */
  readonly lookAt: (account: Account) => ReadOptions | AccountPlan | null;
  readonly decide: (found: AccountFound) => AccountPlan;
  readonly owners?: OwnerSource | undefined;
  /** Whether to keep the sessions of accounts with changes, for applying. */
  readonly keepSessions: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: PlanningProgress) => void) | undefined;
}

/** The problem that ends the reading of all accounts, once there is one. */
interface Cut {
  problem: Problem | null;
}

/**
 * Reads an account; tries again while nothing answers at all. Expired credentials and an unreachable AWS end the
 * reading of all accounts.
 */
async function observe(
  planning: Planning,
  { cut, reach }: { readonly cut: Cut; readonly reach: Connectivity },
  account: Account,
  look: ReadOptions,
): Promise<Observed> {
  for (;;) {
    if (cut.problem !== null) return unreachable(cut.problem, account, look);
    const observed = await observeAccount(planning.cloud, account, look);
    const { found } = observed;
    if (found.kind !== 'unreachable') {
      reach.saw(null);
      return observed;
    }
    reach.saw(found.problem);
    if (isCallerProblem(found.problem)) cut.problem ??= found.problem;
    if (found.problem.code !== 'network') return observed;
    const next = await reach.afterNetworkError(planning.signal);
    if (next === 'unreachable') cut.problem ??= found.problem;
    if (next === 'give-up') return observed;
  }
}

/** Accounts whose owners became better known after they were planned. */
function missedAccounts(
  { owners }: Planning,
  plans: readonly AccountPlan[],
  progress: { accountsRead: number; cellsRead: number },
): readonly { readonly account: Account; readonly index: number }[] {
  const missed = owners?.missed() ?? noAccounts;
  if (missed.size === 0) return [];
  return [...plans.entries()].flatMap(([index, plan]: [number, AccountPlan | undefined]) => {
    if (plan === undefined || !missed.has(plan.account.id)) return [];
    progress.accountsRead -= 1;
    progress.cellsRead -= plan.targets.length - 2;
    const { id, name, path, state } = plan.account;
    return [{ account: { id, name, path, state }, index }];
  });
}

const noAccounts: ReadonlySet<string> = new Set();

/** Reads and plans all accounts, the management account last, a limited number at a time. */
export async function planAccounts(planning: Planning): Promise<Pick<Plan, 'accounts' | 'cut'>> {
  const { cloud, signal } = planning;
  const plans: AccountPlan[] = [];
  const progress: Counting = { accountsListed: 0, listed: false, accountsRead: 0, cellsRead: 0 };
  const tell = (): void => planning.onProgress?.({ ...progress });
  const reach = trackConnectivity(planning.clock, cloud, reportOutage(progress, tell));
  const cut: Cut = { problem: null };

  const planOne = async ({
    account,
    index,
  }: {
    readonly account: Account;
    readonly index: number;
  }): Promise<void> => {
    const look = planning.lookAt(account);
    if (look === null) return;
    if ('targets' in look) plans[index] = look;
    else {
      const { found, leave } = await observe(planning, { cut, reach }, account, look);
      await planning.owners?.see(found);
      const plan = planning.decide(found);
      if (!planning.keepSessions || !hasChanges(plan)) leave();
      plans[index] = plan;
      progress.cellsRead += plan.targets.length - 2;
    }
    progress.accountsRead += 1;
    tell();
  };

  await forEachConcurrent(
    managementLast(planning.accounts, cloud.organization.managementAccount, progress),
    accountConcurrency(planning.concurrency),
    planOne,
    () => signal?.aborted === true,
  );
  signal?.throwIfAborted();
  await forEachConcurrent(
    missedAccounts(planning, plans, progress),
    accountConcurrency(planning.concurrency),
    planOne,
    () => signal?.aborted === true,
  );
  signal?.throwIfAborted();
  tell();
  // Accounts that were not reached before the reading ended early have left holes.
  const accounts = plans.flatMap((plan) => plan);
  return cut.problem === null ? { accounts } : { accounts, cut: cut.problem };
}

/** What enable and disable read in an account; a rollback has its own options. */
export const readOptionsFor = (
  action: PlanOptions['action'] | 'rollback',
  settings: RunSettings,
  regions: RegionSelection,
): ReadOptions => ({
  regions,
  dhmcRole: settings.dhmcRole,
  permissionsBoundary:
    action === 'enable' || action === 'status' ? settings.permissionsBoundary : null,
  readPolicies: action !== 'disable',
  forRemoval: action === 'disable' && settings.deleteRole,
  readOtherRoles: true,
  roles: [],
});

/** Plans an account for enable or disable. */
export function planFound(
  found: AccountFound,
  action: PlanOptions['action'] | 'rollback',
  planner: PlannerOptions,
): AccountPlan {
  if (found.kind !== 'read') return planUnreachable(found);
  return action === 'disable'
    ? planDisable(found.readings, planner)
    : planEnable(found.readings, planner);
}

/** Reads the scope and plans it. Throws `UsageError` and `CommandError` like `Cloud.accounts`. */
export async function planRun(options: PlanOptions): Promise<Plan> {
  const { cloud, scope, settings, action } = options;
  const look = readOptionsFor(action, settings, scope.regions);
  const { owners } = options;
  const planner = {
    partition: cloud.partition,
    organization: cloud.organization.id,
    settings,
    ...(owners === undefined ? {} : { owners: owners.book }),
  };
  const listed = collectListedRegions();
  const planned = await planAccounts({
    cloud,
    clock: options.clock,
    concurrency: settings.concurrency,
    accounts: cloud.accounts(scope.accounts),
    lookAt(account) {
      const reason = reasonToSkip(cloud, account, scope.accounts.accounts);
      if (reason === null) return look;
      const named =
        scope.regions.regions?.filter((region) => !scope.regions.excludeRegions.includes(region)) ??
        [];
      return planUnreachable({ kind: 'skipped', account, reason, named });
    },
    decide(found) {
      if (found.kind !== 'skipped')
        listed.add(found.kind === 'read' ? found.readings.regions : unknown(found.problem));
      return planFound(found, action, planner);
    },
    owners,
    keepSessions: action !== 'status',
    signal: options.signal,
    onProgress: options.onProgress,
  });
  const read = planned.accounts.filter(({ account }) => account.skipped === null);
  requireRegionsLeft(scope.regions.excludeRegions, {
    accounts: read.length,
    regions: read.flatMap(({ targets }) => targets.filter(isSetting)).length,
  });
  const notes = listed.check([
    { option: '--exclude-region', regions: scope.regions.excludeRegions },
    { option: '--assume-unused', regions: settings.assumeUnused },
  ]);
  return { ...planned, notes: [...notes, ...(owners?.notes() ?? [])] };
}

const isSetting = ({ kind }: PlannedTarget): boolean => kind === 'setting';
