/** What is different from an earlier coverage report. What could not be read is neither gone nor new. */
import { isRunning } from './judge.ts';
import type { CoverageCell, CoverageChanges, CoverageInstance, ManagedBy } from './model.ts';

/** An instance as an earlier report has it. */
export type EarlierInstance = Pick<
  CoverageInstance,
  'account' | 'region' | 'id' | 'state' | 'managedBy'
>;

/** The part of an earlier report that is compared. */
export interface EarlierCoverage {
  readonly cells: readonly Pick<CoverageCell, 'account' | 'region' | 'running'>[];
  readonly instances: Iterable<EarlierInstance>;
}

const cellOf = (account: string, region: string | null): string => `${account} ${region ?? ''}`;

const readCells = (cells: EarlierCoverage['cells']): ReadonlySet<string> =>
  new Set(
    cells
      .filter(({ running }) => running !== null)
      .map(({ account, region }) => cellOf(account, region)),
  );

const isManaged = (who: ManagedBy): boolean => who !== 'none' && who !== 'unknown';

export interface Comparison {
  /** Whether the instance is new, or managed by another role than before. */
  add(instance: CoverageInstance): boolean;
  /** Once all instances were added: `cells` are those of the new report. */
  changes(cells: readonly CoverageCell[]): CoverageChanges;
}

/** Compares the instances of a new report with an earlier one, as they come. */
export function compareCoverage(earlier: EarlierCoverage): Comparison {
  const readBefore = readCells(earlier.cells);
  const before = new Map<string, EarlierInstance>();
  for (const instance of earlier.instances) before.set(instance.id, instance);
  const managed: string[] = [];
  const lost: string[] = [];
  const otherwise: CoverageChanges['otherwise'][number][] = [];
  const fresh: string[] = [];
  return {
    add: (instance) => {
      const former = before.get(instance.id);
      before.delete(instance.id);
      if (former === undefined) {
        const isNew = readBefore.has(cellOf(instance.account, instance.region));
        if (isNew) fresh.push(instance.id);
        return isNew;
      }
      const { managedBy: from } = former;
      const { managedBy: to } = instance;
      if (from === to || !isRunning(instance.state)) return false;
      if (!isManaged(from) && isManaged(to)) managed.push(instance.id);
      else if (isManaged(from) && to === 'none') lost.push(instance.id);
      else if (isRunning(former.state)) otherwise.push({ id: instance.id, from, to });
      else return false;
      return true;
    },
    changes: (cells) => {
      const readNow = readCells(cells);
      const gone = [...before.values()].filter(({ account, region }) =>
        readNow.has(cellOf(account, region)),
      );
      return { managed, lost, otherwise, new: fresh, gone: gone.map(({ id }) => id) };
    },
  };
}
