/** Who owns which setting, according to the journals of a folder. */
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
  /** Why a journal or the folder could not be read; its claims are missing. */
  readonly unread: readonly string[];
}

export interface ClaimsOptions {
  /** Version of dhmc: another version may interpret journals differently. */
  readonly version: string;
  /** How many bytes of unindexed journals make writing the index worthwhile. */
  readonly indexFrom?: number;
}

/** A journal and its shift in the order of runs. */
interface Entry extends FoundRun {
  readonly shift: number;
}

/** In bytes. Reading journals takes some milliseconds per megabyte. */
const worthAnIndex = 1_000_000;

/** Journals compress to about a thirtieth. */
const unpackedBytes = (file: string, size: number): number =>
  file.endsWith(compressedEnding) ? size * 30 : size;

/**
 * The claims in the journals of the folders, each run once. The result is cached in an index beside the journals. Never
 * throws for the content of journals and folders.
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

/** Does the work. Errors about a file or folder are collected; any other error is thrown. */
async function reportTo(unread: string[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    unread.push(error.message);
  }
}

/** The claims in the journals of one folder. Journals in the index are not read again. */
async function claimsIn(
  folder: string,
  entries: readonly Entry[],
  { version, indexFrom = worthAnIndex, unread }: ClaimsOptions & { readonly unread: string[] },
): Promise<OwnerClaims> {
  const former = mayHaveIndex(folder) ? await readIndex(folder, version) : null;
  const isCurrent = former !== null && (await agrees(former, entries));
  const journals = isCurrent ? [...former.journals] : [];
  const known = new Set(journals.map(({ name }) => name));
  /** For journals that go into the index, and for those that do not. */
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
      // Indexing an unfinished run would be useless: its next event invalidates the index.
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
 * Whether all journals of an index exist unchanged. The index keeps only the newest claim of each setting, so after one
 * journal has changed it proves nothing about the others either.
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

/** The claims of one journal. A damaged journal throws: it proves nothing, whatever can be read of it. */
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
