/** Whose settings are by the journals of a folder. */
import path from 'node:path';
import { UsageError } from '../core/model/errors.ts';
import { collectClaims, type OwnerClaims } from '../core/record/owner-claims.ts';
import { isStackSetRun } from '../core/record/events.ts';
import { causalShifts } from '../core/record/order.ts';
import { compressedEnding } from './location.ts';
import {
  fileStamp,
  mayHaveIndex,
  readIndex,
  writeIndex,
  type OwnersIndex,
} from './owners-index.ts';
import { readEnd, readJournal } from './reader.ts';
import { runsIn, type FoundRun } from './runs.ts';

export interface FolderClaims {
  readonly claims: OwnerClaims;
  /** Why a journal, or the folder, says nothing: what it knows is left out. */
  readonly unread: readonly string[];
}

export interface ClaimsOptions {
  /** Of dhmc: another one may have read the journals in another way. */
  readonly version: string;
  /** From how many bytes of journals on it is worth to keep what they say. */
  readonly indexFrom?: number;
}

/** A journal, and its place in the order. */
interface Entry extends FoundRun {
  readonly shift: number;
}

/** Journals take some milliseconds a megabyte. */
const worthAnIndex = 1_000_000;

/** Journals shrink to a thirtieth. */
const unpackedBytes = (file: string, size: number): number =>
  file.endsWith(compressedEnding) ? size * 30 : size;

/**
 * What the journals of the folders say, each run once; what was found there before is kept beside them. Never throws for
 * what it finds there.
 */
export async function readClaims(
  folders: readonly string[],
  options: ClaimsOptions,
): Promise<FolderClaims> {
  const unread: string[] = [];
  const runs = new Map<string, FoundRun>();
  for (const folder of new Set(folders.map((name) => path.resolve(name))))
    await reportTo(unread, async () => {
      const { found, unreadable } = await runsIn(folder);
      unread.push(...unreadable.map(({ reason }) => reason));
      for (const entry of found) runs.set(entry.header.run, entry);
    });
  const shifts = causalShifts([...runs.values()].map(({ header }) => header));
  const byFolder = new Map<string, Entry[]>();
  for (const found of runs.values()) {
    const folder = path.dirname(found.path);
    const entry = { ...found, shift: shifts.get(found.header.run) ?? 0 };
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), entry]);
  }
  const claims = collectClaims();
  for (const [folder, entries] of byFolder)
    claims.add((await claimsIn(folder, entries, { ...options, unread })).byAccount);
  return { claims, unread };
}

/** Does the work; what is wrong with a file or folder is kept, and anything else thrown. */
async function reportTo(unread: string[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    unread.push(error.message);
  }
}

/** What the journals of a folder say: those that its index knows are not read again. */
async function claimsIn(
  folder: string,
  entries: readonly Entry[],
  { version, indexFrom = worthAnIndex, unread }: ClaimsOptions & { readonly unread: string[] },
): Promise<OwnerClaims> {
  const former = mayHaveIndex(folder) ? await readIndex(folder, version) : null;
  const isCurrent = former !== null && (await agrees(former, entries));
  const journals = isCurrent ? [...former.journals] : [];
  const known = new Set(journals.map(({ name }) => name));
  /** Of journals that are to be in the index, and of those that are not. */
  const [kept, passing] = [collectClaims(), collectClaims()];
  if (isCurrent) kept.add(former.claims);
  let bytes = 0;
  for (const { path: file, header, shift } of entries) {
    const name = path.basename(file);
    if (known.has(name)) continue;
    await reportTo(unread, async () => {
      const before = await fileStamp(file);
      const { claims, isEnded } = await readRun({ path: file, header, shift });
      const isSame = before !== null && before.stamp === (await fileStamp(file))?.stamp;
      // The next event of a run that goes on would make the index worthless.
      (isEnded && isSame ? kept : passing).add(claims.byAccount);
      if (!isEnded || !isSame) return;
      journals.push({ name, run: header.run, shift, stamp: before.stamp });
      bytes += unpackedBytes(file, before.size);
    });
  }
  const isOutdated = former !== null && !isCurrent;
  if (mayHaveIndex(folder) && (isOutdated || bytes >= indexFrom))
    await writeIndex(folder, version, { journals, claims: kept.byAccount });
  kept.add(passing.byAccount);
  return kept;
}

/**
 * Whether all journals of an index are there as they were. It has the newest claims of all of them together: where one has
 * changed, it says nothing of the others.
 */
async function agrees(index: OwnersIndex, entries: readonly Entry[]): Promise<boolean> {
  const byName = new Map(entries.map((entry) => [path.basename(entry.path), entry]));
  for (const { name, run, shift, stamp } of index.journals) {
    const entry = byName.get(name);
    if (entry?.header.run !== run || entry.shift !== shift) return false;
    if ((await fileStamp(entry.path))?.stamp !== stamp) return false;
  }
  return true;
}

/** What a journal says. A damaged one proves nothing, whatever can be read of it. */
async function readRun({
  path: file,
  header,
  shift,
}: Entry): Promise<{ claims: OwnerClaims; isEnded: boolean }> {
  const claims = collectClaims();
  const counts = (await readEnd(file))?.event.counts;
  const isIdle = counts !== undefined && counts.changes + counts.open === 0;
  if (isIdle && !isStackSetRun(header)) return { claims, isEnded: true };
  const events = claims.follow(shift);
  let isEnded = false;
  for await (const event of readJournal(file)) {
    events.add(event);
    isEnded = event.type === 'run-finished';
  }
  events.end();
  return { claims, isEnded };
}
