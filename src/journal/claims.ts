/** Whose settings are by the journals of a folder. */
import path from 'node:path';
import { UsageError } from '../core/model/errors.ts';
import { collectClaims, type OwnerClaims } from '../core/record/owner-claims.ts';
import { isStackSetRun } from '../core/record/events.ts';
import { causalShifts } from '../core/record/order.ts';
import { readEnd, readJournal } from './reader.ts';
import { runsIn, type FoundRun } from './runs.ts';

export interface FolderClaims {
  readonly claims: OwnerClaims;
  /** Why a journal, or the folder, says nothing: what it knows is left out. */
  readonly unread: readonly string[];
}

/** Reads every journal of the folders that changed something, each run once. Never throws for what it finds there. */
export async function readClaims(folders: readonly string[]): Promise<FolderClaims> {
  const claims = collectClaims();
  const unread: string[] = [];
  const reported = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      unread.push(error.message);
    }
  };
  const runs = new Map<string, FoundRun>();
  for (const folder of new Set(folders.map((name) => path.resolve(name))))
    await reported(async () => {
      const { found, unreadable } = await runsIn(folder);
      unread.push(...unreadable.map(({ reason }) => reason));
      for (const entry of found) runs.set(entry.header.run, entry);
    });
  const shifts = causalShifts([...runs.values()].map(({ header }) => header));
  for (const { path: file, header } of runs.values())
    await reported(async () => {
      const counts = (await readEnd(file))?.event.counts;
      const isIdle = counts !== undefined && counts.changes + counts.open === 0;
      if (isIdle && !isStackSetRun(header)) return;
      // A damaged journal proves nothing, whatever can be read of it.
      const events = claims.follow(shifts.get(header.run) ?? 0);
      for await (const event of readJournal(file)) events.add(event);
      events.end();
    });
  return { claims, unread };
}
