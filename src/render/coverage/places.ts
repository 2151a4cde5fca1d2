/** Counts of a coverage report by account and by organizational unit. */
import { managers, type ManagedBy } from '../../core/coverage/model.ts';
import type { AccountRow } from '../../core/model/model.ts';
import type { CoverageParts } from './format.ts';

export interface CoverageCounts {
  readonly account: AccountRow;
  readonly running: number;
  readonly stopped: number;
  readonly managedBy: Readonly<Record<ManagedBy, number>>;
  /** Cells that could not be read. */
  readonly unread: number;
}

export interface UnitCounts {
  /** Empty for the root. */
  readonly path: string;
  readonly accounts: readonly CoverageCounts[];
}

type Counts = Record<ManagedBy, number>;

const none = (): Counts => Object.fromEntries(managers.map((who) => [who, 0])) as Counts;

/** Counts by unit, with the accounts in the order of the report. */
export function countPlaces({
  report: { accounts, cells },
  leftOut,
}: Pick<CoverageParts, 'report' | 'leftOut'>): readonly UnitCounts[] {
  const counts = new Map(
    accounts.map((account) => [
      account.id,
      { account, running: 0, stopped: 0, unread: 0, managedBy: none() },
    ]),
  );
  for (const cell of cells) {
    const count = counts.get(cell.account);
    if (count === undefined) continue;
    count.running += cell.running ?? 0;
    count.stopped += cell.stopped ?? 0;
    if (cell.running === null && !leftOut.has(cell)) count.unread += 1;
    for (const who of managers) count.managedBy[who] += cell.managedBy?.[who] ?? 0;
  }
  const units = new Map<string, CoverageCounts[]>();
  for (const count of counts.values()) {
    const path = count.account.path ?? '';
    const unit = units.get(path);
    if (unit === undefined) units.set(path, [count]);
    else unit.push(count);
  }
  return [...units]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([path, list]) => ({ path, accounts: list }));
}

export const totalOf = (accounts: readonly CoverageCounts[]): Omit<CoverageCounts, 'account'> => {
  const managedBy = none();
  let [running, stopped, unread] = [0, 0, 0];
  for (const count of accounts) {
    running += count.running;
    stopped += count.stopped;
    unread += count.unread;
    for (const who of managers) managedBy[who] += count.managedBy[who];
  }
  return { running, stopped, unread, managedBy };
};
