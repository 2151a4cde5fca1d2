/** Which runs came after a run, and the place of a new run in the order. */
import path from 'node:path';
import { UsageError } from '../core/model/errors.ts';
import {
  orderOf,
  type ChangeRecord,
  type HandOver,
  type RunHistory,
} from '../core/record/history.ts';
import { causalShifts } from '../core/record/order.ts';
import { nameOfJournal, runIdPattern } from './location.ts';
import { readEnd, readJournal } from './reader.ts';
import { readHistory, runsIn, type FoundRun } from './runs.ts';

/**
 * Other runs that changed something in the run's accounts after it did, or that worked with stack sets which took over
 * or gave back its cells; oldest first, reduced to these changes and cells. Searches the journals of the given folders,
 * each run once. A journal that ended before the run is not read in full. Throws `UsageError` if a journal that may
 * have a later change cannot be read.
 */
export async function laterHistories(
  run: RunHistory,
  folders: readonly string[],
): Promise<readonly RunHistory[]> {
  const byRun = new Map<string, FoundRun>();
  for (const folder of new Set(folders.map((name) => path.resolve(name)))) {
    const { found, unreadable } = await runsIn(folder);
    // A journal may have been copied to a folder with other files; only a file named like a run can have a later
    // change.
    const bad = unreadable.find((file) => runIdPattern.test(nameOfJournal(file.path)));
    if (bad !== undefined) {
      throw new UsageError(
        bad.reason,
        'It may hold later changes of the same targets: restore it from a copy, or move it elsewhere if it is not a journal.',
      );
    }
    for (const entry of found) {
      const { run: id, organization } = entry.header;
      if (id !== run.started.run && organization.id === run.started.organization.id)
        byRun.set(id, entry);
    }
  }
  const shifts = causalShifts([run.started, ...[...byRun.values()].map(({ header }) => header)]);
  const own = firstPlaces(run, shifts.get(run.started.run) ?? 0);
  const later: RunHistory[] = [];
  for (const { path: file, header } of byRun.values()) {
    const shift = shifts.get(header.run) ?? 0;
    const lastOrder = (await readEnd(file))?.event.order;
    // This run's last part came before the first change of the run in question, so it need not be read.
    if (lastOrder !== undefined && Math.max(lastOrder, orderOf(header)) + shift < own.first)
      continue;
    const other = await readHistory(file);
    const changes = new Map<string, ChangeRecord>();
    for (const [key, change] of other.changes) {
      const order = change.order + shift;
      const first = own.byTarget.get(key) ?? own.byAccount.get(change.target.account);
      if (first === undefined) continue;
      if (order < first || (order === first && header.run < run.started.run)) continue;
      changes.set(key, { ...change, order });
    }
    const handOvers = new Map<string, HandOver>();
    for (const [key, handOver] of other.handOvers)
      if (own.byTarget.has(key)) handOvers.set(key, { ...handOver, order: handOver.order + shift });
    if (changes.size + handOvers.size + other.takeOvers.length === 0) continue;
    const { order } = other;
    later.push({
      ...other,
      ...{ plans: new Map(), endings: new Map(), changes, handOvers, order: order + shift },
    });
  }
  // Sort by the last change: a resumed run may have changed something after a run that started later.
  return later.sort(
    (one, other) =>
      lastPlace(one) - lastPlace(other) || (one.started.run < other.started.run ? -1 : 1),
  );
}

/** When the run changed each target, and when it first changed something in each account. */
function firstPlaces({ changes }: RunHistory, shift: number) {
  const byTarget = new Map<string, number>();
  const byAccount = new Map<string, number>();
  for (const [key, { target, order }] of changes) {
    byTarget.set(key, order + shift);
    byAccount.set(
      target.account,
      Math.min(order + shift, byAccount.get(target.account) ?? Infinity),
    );
  }
  return { byTarget, byAccount, first: Math.min(...byAccount.values()) };
}

const lastPlace = ({ changes, order }: RunHistory): number =>
  changes.size === 0 ? order : Math.max(...[...changes.values()].map((change) => change.order));

/**
 * The place of a run, or of a resumed part of one, that begins now: the clock's time, but later than everything on
 * record in the folder and later than `after`. Call it while the folder is locked. Journals that cannot be read are
 * ignored.
 */
export async function nextOrder(folder: string, now: number, after = 0): Promise<number> {
  const { found } = await runsIn(folder);
  const places = await Promise.all(found.map(lastPlaceIn));
  return Math.max(now, ...[after, ...places].map((place) => place + 1));
}

/** The place of the last part of a journaled run. */
async function lastPlaceIn({ path: file, header }: FoundRun): Promise<number> {
  const first = orderOf(header);
  const end = await readEnd(file);
  if (end !== null) return Math.max(first, end.event.order ?? Date.parse(end.event.at));
  // The journal was cut off: only its full text shows when the run was last resumed.
  let place = first;
  try {
    for await (const event of readJournal(file, { onDamage: () => undefined })) {
      if (event.type === 'run-resumed') place = Math.max(place + 1, orderOf(event));
      if (event.type === 'run-finished')
        place = Math.max(place, event.order ?? Date.parse(event.at));
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
  }
  return place;
}
