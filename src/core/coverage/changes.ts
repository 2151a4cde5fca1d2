/** What changed since an earlier coverage report. Instances that could not be read count as neither gone nor new. */
import { plural } from '../model/counted.ts';
import { isRunning } from './judge.ts';
import { managers } from './model.ts';
import type { CoverageCell, CoverageChanges, CoverageInstance, ManagedBy } from './model.ts';

/** An instance from an earlier report. */
export type EarlierInstance = Pick<
  CoverageInstance,
  'account' | 'region' | 'id' | 'state' | 'managedBy'
>;

/** The instances of an earlier report, each held as its id and one number. */
export interface EarlierCoverage {
  addCell(cell: Pick<CoverageCell, 'account' | 'region' | 'running'>): void;
  addInstance(instance: EarlierInstance): void;
  /** The number of instances. */
  count(): number;
  /** Whether the cell's instances were listed. */
  wasRead(account: string, region: string | null): boolean;
  /** Returns the instance and removes it. */
  take(id: string): Former | undefined;
  /** Ids of the instances in these cells that were not taken. */
  left(cells: ReadonlySet<string>): readonly string[];
  /** The number of listed cells that are not among these. */
  without(cells: ReadonlySet<string>): number;
}

interface Former {
  readonly managedBy: ManagedBy;
  readonly ran: boolean;
}

const cellOf = (account: string, region: string | null): string => `${account} ${region ?? ''}`;

const readCells = (cells: readonly CoverageCell[]): ReadonlySet<string> =>
  new Set(
    cells
      .filter(({ running }) => running !== null)
      .map(({ account, region }) => cellOf(account, region)),
  );

/** Shared objects, since a report can have a million instances. */
const formers: readonly Former[] = managers.flatMap((managedBy) => [
  { managedBy, ran: false },
  { managedBy, ran: true },
]);

export function openEarlier(): EarlierCoverage {
  const read = new Set<string>();
  const cellNumbers = new Map<string, number>();
  const cellNames: string[] = [];
  /** By instance id: the cell's number × the length of `formers` + the index in `formers`. */
  const numbers = new Map<string, number>();

  const numberOf = (cell: string): number => {
    let number = cellNumbers.get(cell);
    if (number === undefined) {
      number = cellNames.push(cell) - 1;
      cellNumbers.set(cell, number);
    }
    return number;
  };

  return {
    addCell: ({ account, region, running }) => {
      if (running !== null) read.add(cellOf(account, region));
    },
    addInstance: ({ account, region, id, state, managedBy }) => {
      const former = 2 * managers.indexOf(managedBy) + (isRunning(state) ? 1 : 0);
      numbers.set(id, numberOf(cellOf(account, region)) * formers.length + former);
    },
    count: () => numbers.size,
    wasRead: (account, region) => read.has(cellOf(account, region)),
    take: (id) => {
      const number = numbers.get(id);
      if (number === undefined) return undefined;
      numbers.delete(id);
      return formers[number % formers.length];
    },
    left: (cells) =>
      [...numbers].flatMap(([id, number]) =>
        cells.has(cellNames[Math.floor(number / formers.length)] ?? '') ? [id] : [],
      ),
    without: (cells) => [...read].filter((cell) => !cells.has(cell)).length,
  };
}

const isManaged = (who: ManagedBy): boolean => who !== 'none' && who !== 'unknown';

export interface CoverageComparison {
  /** Returns whether the instance is new or managed by another role than before. */
  add(instance: CoverageInstance): boolean;
  /** Call it after all instances were added. `cells` are those of the new report. */
  changes(cells: readonly CoverageCell[]): CoverageChanges;
  /** The cells that only one of the reports could read: their instances are not compared. */
  uncompared(cells: readonly CoverageCell[]): Uncompared;
}

export interface Uncompared {
  /** Cells that only the earlier report read. */
  readonly earlier: number;
  /** Cells that only the new report read. */
  readonly now: number;
}

/** A sentence about the cells that were not compared; empty if both reports read the same cells. */
export function describeUncompared({ earlier, now }: Uncompared): string {
  const parts = [
    ...(now > 0 ? [`${plural(now, 'cell')} only in this report`] : []),
    ...(earlier > 0 ? [`${plural(earlier, 'cell')} only in the earlier one`] : []),
  ];
  return parts.length === 0
    ? ''
    : `Not compared, because the scopes differ or a cell could not be read: ${parts.join(', ')}.`;
}

/** Compares the instances of a new report with an earlier one, one at a time. */
export function compareCoverage(earlier: EarlierCoverage): CoverageComparison {
  const managed: string[] = [];
  const lost: string[] = [];
  const otherwise: CoverageChanges['otherwise'][number][] = [];
  const fresh: string[] = [];
  return {
    add: (instance) => {
      const former = earlier.take(instance.id);
      if (former === undefined) {
        const isNew = earlier.wasRead(instance.account, instance.region);
        if (isNew) fresh.push(instance.id);
        return isNew;
      }
      const { managedBy: from } = former;
      const { managedBy: to } = instance;
      if (from === to || !isRunning(instance.state)) return false;
      if (!isManaged(from) && isManaged(to)) managed.push(instance.id);
      else if (isManaged(from) && to === 'none') lost.push(instance.id);
      else if (former.ran) otherwise.push({ id: instance.id, from, to });
      else return false;
      return true;
    },
    changes: (cells) => ({
      managed,
      lost,
      otherwise,
      new: fresh,
      gone: earlier.left(readCells(cells)),
    }),
    uncompared: (cells) => ({
      earlier: earlier.without(readCells(cells)),
      now: [...cells].filter(
        ({ account, region, running }) => running !== null && !earlier.wasRead(account, region),
      ).length,
    }),
  };
}
