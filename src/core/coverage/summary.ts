/** The totals of a coverage report, cell by cell, without keeping the instances in memory. */
import type { Problem, RoleState, SettingState } from '../model/model.ts';
import { isRunning } from './judge.ts';
import { confidences, managers } from './model.ts';
import type {
  Confidence,
  CoverageCell,
  CoverageInstance,
  CoverageSummary,
  ManagedBy,
  ManagerCounts,
} from './model.ts';

const noManagers = (): Record<ManagedBy, number> =>
  Object.fromEntries(managers.map((who) => [who, 0])) as Record<ManagedBy, number>;

/** A cell while its instances are judged. */
export interface CellTally {
  add(instance: CoverageInstance): void;
  cell(rest: {
    readonly account: string;
    readonly region: string;
    readonly setting: SettingState;
    readonly role: RoleState;
    /** Whether all instances of the cell were listed. */
    readonly listed: boolean;
    readonly problem: Problem | null;
  }): CoverageCell;
}

export function tallyCell(): CellTally {
  let running = 0;
  let stopped = 0;
  const managedBy = noManagers();
  return {
    add: (instance) => {
      if (isRunning(instance.state)) {
        running += 1;
        managedBy[instance.managedBy] += 1;
      } else stopped += 1;
    },
    cell: ({ listed, account, region, setting, role, problem }) => ({
      account,
      region,
      setting,
      role,
      running: listed ? running : null,
      stopped: listed ? stopped : null,
      managedBy: listed ? managedBy : null,
      problem,
    }),
  };
}

export interface CoverageTally {
  addInstance(instance: CoverageInstance): void;
  /** `skipped`: the cell is left out deliberately, which is not a failure. */
  addCell(cell: CoverageCell, options: { readonly skipped: boolean }): void;
  addAccount(): void;
  /** The cells that were added as skipped. */
  leftOut(): ReadonlySet<CoverageCell>;
  /** Sorted in the order of `accounts`, then by region. */
  sortedCells(accounts: readonly { readonly id: string }[]): readonly CoverageCell[];
  summary(usage: { readonly calls: number; readonly throttled: number }): CoverageSummary;
  /** 1 if something could not be read; with `check`, 2 if a running instance is not managed; else 0. */
  exitStatus(options: { readonly check: boolean }): 0 | 1 | 2;
}

/** Adds up instances and cells, one at a time. */
export function tallyCoverage(): CoverageTally {
  const managedBy = noManagers();
  const confidence = Object.fromEntries(confidences.map((how) => [how, 0])) as Record<
    Confidence,
    number
  >;
  const reasons: Record<string, number> = {};
  const cells: CoverageCell[] = [];
  const leftOut = new Set<CoverageCell>();
  const totals = { accounts: 0, running: 0, stopped: 0, unmanaged: 0 };
  let unread = false;
  return {
    sortedCells: (accounts) => {
      const order = new Map(accounts.map(({ id }, index) => [id, index]));
      const place = ({ account }: CoverageCell): number => order.get(account) ?? 0;
      return [...cells].sort(
        (one, other) =>
          place(one) - place(other) || ((one.region ?? '') < (other.region ?? '') ? -1 : 1),
      );
    },
    addInstance: (instance) => {
      if (!isRunning(instance.state)) return;
      managedBy[instance.managedBy] += 1;
      confidence[instance.confidence] += 1;
      const { reason } = instance;
      if (reason !== null) reasons[reason] = (reasons[reason] ?? 0) + 1;
      if (isUnmanaged(instance) && reason !== 'operated-by-aws') totals.unmanaged += 1;
    },
    addCell: (cell, { skipped }) => {
      cells.push(cell);
      totals.running += cell.running ?? 0;
      totals.stopped += cell.stopped ?? 0;
      if (skipped) leftOut.add(cell);
      else if (cell.problem !== null) unread = true;
    },
    leftOut: () => leftOut,
    addAccount: () => {
      totals.accounts += 1;
    },
    summary: ({ calls, throttled }) => ({
      accounts: totals.accounts,
      cells: cells.filter(({ region }) => region !== null).length,
      running: totals.running,
      stopped: totals.stopped,
      managedBy: { ...managedBy } satisfies ManagerCounts,
      confidence: { ...confidence },
      reasons: { ...reasons },
      calls,
      throttled,
    }),
    exitStatus: ({ check }) => (unread ? 1 : check && totals.unmanaged > 0 ? 2 : 0),
  };
}

/** Whether an instance is not managed, or not known to be managed. */
export const isUnmanaged = ({ managedBy }: Pick<CoverageInstance, 'managedBy'>): boolean =>
  managedBy === 'none' || managedBy === 'unknown';
