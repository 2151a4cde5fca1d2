/**
 * The order of runs. It does not depend only on clocks: runs in one folder may come from machines with different
 * clocks.
 */
import type { RunStarted } from './events.ts';
import { orderOf, type RunHistory } from './history.ts';

/**
 * How much to add to the order of each run, so that a rollback comes after the run that it rolls back, whatever the
 * clocks showed. Runs that need no correction are not in the map.
 */
export function causalShifts(headers: Iterable<RunStarted>): ReadonlyMap<string, number> {
  const byRun = new Map([...headers].map((header) => [header.run, header]));
  const shifts = new Map<string, number>();
  const places = new Map<string, number>();
  const placeOf = (header: RunStarted): number => {
    const known = places.get(header.run);
    if (known !== undefined) return known;
    const own = orderOf(header);
    places.set(header.run, own);
    const before = header.rollsBack === null ? undefined : byRun.get(header.rollsBack);
    if (before === undefined) return own;
    const place = Math.max(own, placeOf(before) + 1);
    places.set(header.run, place);
    if (place > own) shifts.set(header.run, place - own);
    return place;
  };
  for (const header of byRun.values()) placeOf(header);
  return shifts;
}

/** How much clocks may differ beyond the measured difference, in milliseconds. */
const margin = 60_000;

/**
 * A time by AWS's clock, in milliseconds, before which the run cannot have done anything. Null if the journal does not
 * show how this machine's clock and AWS's differ. It does if the run measured that, or wrote a setting and read its
 * date.
 */
export function begunByAwsClock({ started, changes }: RunHistory): number | null {
  const first = orderOf(started);
  let ahead = Infinity;
  for (const { target, order, ended } of changes.values()) {
    if (target.kind !== 'setting' || order !== first || ended?.verdict !== 'changed') continue;
    if (ended.at === null || ended.modifiedAt === null) continue;
    ahead = Math.min(ahead, Date.parse(ended.at) - Date.parse(ended.modifiedAt));
  }
  const known = ahead === Infinity ? (started.clockAheadMs ?? null) : ahead;
  return known === null ? null : Date.parse(started.startedAt) - known - margin;
}
