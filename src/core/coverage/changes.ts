/** What changed since an earlier coverage report. Anything that could not be read is neither gone nor new. */
import { plural } from '../model/counted.ts';
import { isRunning } from './judge.ts';
import { managers } from './model.ts';
import type { CoverageCell, CoverageChanges, CoverageInstance, ManagedBy } from './model.ts';

/** An instance as an earlier report has it. */
export type EarlierInstance = Pick<
  CoverageInstance,
  'account' | 'region' | 'id' | 'state' | 'managedBy'
>;

/** The instances of an earlier report: of each only its id and a number. */
export interface EarlierCoverage {
  addCell(cell: Pick<CoverageCell, 'account' | 'region' | 'running'>): void;
  addInstance(instance: EarlierInstance): void;
  /** Instances so far. */
  count(): number;
  /** Whether the cell's instances were listed. */
  wasRead(account: string, region: string | null): boolean;
  /** Gives the instance out once. */
  take(id: string): Former | undefined;
  /** Ids of what was not taken, in the cells. */
  left(cells: ReadonlySet<string>): readonly string[];
  /** Cells that were listed, and are not among these. */
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

/** One of each, since a report can have a million instances. */
const formers: readonly Former[] = managers.flatMap((managedBy) => [
  { managedBy, ran: false },
  { managedBy, ran: true },
]);

export function openEarlier(): EarlierCoverage {
  const read = new Set<string>();
  const cellNumbers = new Map<string, number>();
  const cellNames: string[] = [];
  /** By id: the number of its cell, times how many formers there are, and the number of its former. */
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
  /** Whether the instance is new, or managed by another role than before. */
  add(instance: CoverageInstance): boolean;
  /** Once all instances were added: `cells` are those of the new report. */
  changes(cells: readonly CoverageCell[]): CoverageChanges;
  /** Cells that only one of the reports could read: their instances are not compared. */
  uncompared(cells: readonly CoverageCell[]): Uncompared;
}

export interface Uncompared {
  /** Only the earlier report read them. */
  readonly earlier: number;
  /** Only the new one did. */
  readonly now: number;
}

/** What a comparison leaves out, in a sentence; empty if both reports read the same cells. */
export function describeUncompared({ earlier, now }: Uncompared): string {
  const parts = [
    ...(now > 0 ? [`${plural(now, 'cell')} only in this report`] : []),
    ...(earlier > 0 ? [`${plural(earlier, 'cell')} only in the earlier one`] : []),
  ];
  return parts.length === 0
    ? ''
    : `Not compared, because the scopes differ or a cell could not be read: ${parts.join(', ')}.`;
}

/** Compares the instances of a new report with an earlier one, as they come. */
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
