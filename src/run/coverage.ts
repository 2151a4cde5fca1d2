/**
 * Coverage: reads accounts as they are listed, and judges their instances page by page. No instances are kept in
 * memory.
 */
import type { CoverageInstance } from '../core/coverage/model.ts';
import type { CoverageTally } from '../core/coverage/summary.ts';
import type { RunSettings } from '../core/record/events.ts';
import type { Account, AccountRow, Problem, Reading } from '../core/model/model.ts';
import { unknown } from '../core/model/model.ts';
import type { Scope } from '../core/model/scope.ts';
import { isCallerProblem } from '../core/problems/problems.ts';
import type { AccountAccess, Clock, Cloud } from './cloud.ts';
import { trackConnectivity, type Connectivity } from './connectivity.ts';
import { readCoverage, unreadCell, type CloudTime, type ReadCell } from './coverage-account.ts';
import { requireRegionsLeft } from '../core/planning/unknown-regions.ts';
import { reasonToSkip } from './observe.ts';
import { managementLast } from './order.ts';
import { reportOutage, type Counting, type PlanningProgress } from './plan.ts';
import { accountConcurrency, forEachConcurrent } from './pool.ts';

export interface CoverageOptions {
  readonly cloud: Cloud;
  readonly clock: Clock;
  readonly scope: Scope;
  readonly settings: RunSettings;
  readonly tally: CoverageTally;
  /** Takes a page of judged instances. The next page is read once this resolves. */
  readonly onInstances: (instances: readonly CoverageInstance[]) => Promise<void>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PlanningProgress) => void;
}

export interface Covered {
  readonly accounts: readonly AccountRow[];
  /** What ended the reading before all accounts were read. */
  readonly cut: Problem | null;
}

/** AWS's time, from the newest session and heartbeat so far: this machine's clock may be behind it. */
function cloudTime(clock: Clock): CloudTime {
  let newest = 0;
  return {
    seen: (time) => {
      newest = Math.max(newest, time);
    },
    now: () => Math.max(newest, clock.now()),
  };
}

interface Cut {
  problem: Problem | null;
}

/** Enters an account; tries again while nothing answers at all. */
async function enter(
  { cloud, signal }: VisitOptions,
  cut: Cut,
  reach: Connectivity,
  account: Account,
): Promise<Reading<AccountAccess>> {
  for (;;) {
    if (cut.problem !== null) return unknown(cut.problem);
    const entered = await cloud.enter(account.id);
    if (entered.known) {
      reach.saw(null);
      return entered;
    }
    const { problem } = entered;
    reach.saw(problem);
    if (isCallerProblem(problem)) cut.problem ??= problem;
    if (problem.code !== 'network') return entered;
    const next = await reach.afterNetworkError(signal);
    if (next === 'unreachable') cut.problem ??= problem;
    if (next === 'give-up') return entered;
  }
}

/** What to do with each account of a scope. */
export interface AccountVisit {
  /** Called for an account that was entered. */
  readonly read: (
    access: AccountAccess,
    account: Account,
    time: CloudTime,
  ) => Promise<VisitedAccount>;
  /** Called for an account that could not be entered. */
  readonly unread: (account: Account, problem: Problem) => void;
  readonly done: () => void;
}

export interface VisitedAccount {
  readonly row: AccountRow;
  readonly cells: readonly ReadCell[];
  /** How many of its regions are reported; default: the number of cells. */
  readonly shown?: number;
}

export type VisitOptions = Pick<
  CoverageOptions,
  'cloud' | 'clock' | 'scope' | 'settings' | 'signal' | 'onProgress'
>;

/** Reads and judges the scope. Throws `UsageError` and `CommandError` like `Cloud.accounts`. */
export function observeCoverage(options: CoverageOptions): Promise<Covered> {
  const { cloud, scope, settings, tally } = options;
  return visitAccounts(options, {
    read: async (access, account, time) => {
      const read = await readCoverage({
        cloud,
        access,
        account,
        regions: scope.regions,
        dhmcRole: settings.dhmcRole,
        time,
        onInstances: options.onInstances,
      });
      for (const { cell, skipped: leftOut } of read.cells)
        tally.addCell(cell, { skipped: leftOut });
      return read;
    },
    unread: ({ id }, problem) => {
      tally.addCell(unreadCell(id, problem), { skipped: false });
    },
    done: () => {
      tally.addAccount();
    },
  });
}

/** Visits the accounts of the scope, many at once. Throws `UsageError` and `CommandError` like `Cloud.accounts`. */
export async function visitAccounts(options: VisitOptions, visit: AccountVisit): Promise<Covered> {
  const { cloud, clock, scope, settings, signal } = options;
  const rows: AccountRow[] = [];
  const progress: Counting = { accountsListed: 0, listed: false, accountsRead: 0, cellsRead: 0 };
  const entries = { accounts: 0, regions: 0 };
  const tell = (): void => options.onProgress?.({ ...progress });
  const reach = trackConnectivity(clock, cloud, reportOutage(progress, tell));
  const cut: Cut = { problem: null };
  const time = cloudTime(clock);

  const lookAt = async (account: Account): Promise<AccountRow> => {
    const skipped = reasonToSkip(cloud, account, scope.accounts.accounts);
    if (skipped !== null) return { ...account, skipped, problem: null };
    const entered = await enter(options, cut, reach, account);
    if (!entered.known) {
      visit.unread(account, entered.problem);
      entries.regions += 1;
      return { ...account, skipped: null, problem: entered.problem };
    }
    try {
      const read = await visit.read(entered.value, account, time);
      for (const { cell } of read.cells)
        if (cell.problem !== null && isCallerProblem(cell.problem)) cut.problem ??= cell.problem;
      progress.cellsRead += read.cells.length;
      entries.accounts += 1;
      entries.regions += read.shown ?? read.cells.length;
      return read.row;
    } finally {
      entered.value.leave();
    }
  };

  await forEachConcurrent(
    managementLast(cloud.accounts(scope.accounts), cloud.organization.managementAccount, progress),
    accountConcurrency(settings.concurrency),
    async ({ account, index }) => {
      rows[index] = await lookAt(account);
      visit.done();
      progress.accountsRead += 1;
      tell();
    },
    () => signal?.aborted === true,
  );
  signal?.throwIfAborted();
  tell();
  requireRegionsLeft(scope.regions.excludeRegions, entries);
  return {
    accounts: rows.filter((row) => (row as AccountRow | undefined) !== undefined),
    cut: cut.problem,
  };
}
