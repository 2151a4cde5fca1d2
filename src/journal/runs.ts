/** The journaled runs of a state directory, and how much of each is still in force. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { RunStarted } from '../core/record/events.ts';
import { sameTargetValue } from '../core/iam/trust-policy.ts';
import type { Verdict } from '../core/model/model.ts';
import { UsageError } from '../core/model/errors.ts';
import { changeOutcome, foldHistory, orderOf, type RunHistory } from '../core/record/history.ts';
import { causalShifts } from '../core/record/order.ts';
import { reasonOf, systemCode } from './errors.ts';
import { isInForce, undoingsOf, type Undoing } from './in-force.ts';
import { summarizeRun, type RunOutcome } from './run-outcome.ts';
import {
  compressedEnding,
  journalEnding,
  nameOfJournal,
  organizationFolder,
  organizationIdPattern,
} from './location.ts';
import { runAtWork } from './lock.ts';
import { requireOwnFolder } from './ownership.ts';
import { readEnd, readHeader, readJournal, type Damage } from './reader.ts';

/** A run, as `dhmc runs` lists it. */
export interface RunSummary {
  readonly path: string;
  readonly header: RunStarted;
  /** Time of the last event. */
  readonly lastAt: string | null;
  readonly outcome: RunOutcome['outcome'];
  /** Whether a process of this machine is executing it now. */
  readonly running: boolean;
  readonly accounts: number;
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
  /** Changes that were made. */
  readonly changes: number;
  /** Changes that no rollback has undone. */
  readonly inForce: number;
  /** Changes that were begun and whose result neither the run nor a rollback has recorded. */
  readonly open: number;
  /** Changes that a rollback has undone and that are not in force again. */
  readonly undone: number;
  /** Cells handed over to stack sets, and taken back from them. */
  readonly handedOver: number;
  readonly takenBack: number;
  readonly damage: readonly Damage[];
}

/** A file among the journals that could not be read as one. */
export interface UnreadableRun {
  readonly path: string;
  readonly reason: string;
}

export interface RunList {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  readonly unreadable: readonly UnreadableRun[];
  /** Older runs that the limit left out. */
  readonly older: number;
}

export interface FoundRun {
  readonly path: string;
  readonly header: RunStarted;
}

/** The journals of a folder by their first lines, newest first; none if the folder does not exist. */
export async function runsIn(
  folder: string,
): Promise<{ found: FoundRun[]; unreadable: UnreadableRun[] }> {
  const found: FoundRun[] = [];
  const unreadable: UnreadableRun[] = [];
  const names = await namesIn(folder);
  for (const name of names) {
    const isPlain = name.endsWith(journalEnding);
    const isPacked = name.endsWith(compressedEnding);
    if (name.startsWith('.') || !(isPlain || isPacked)) continue;
    if (isPacked && names.includes(`${nameOfJournal(name)}${journalEnding}`)) continue;
    const file = path.join(folder, name);
    try {
      found.push({ path: file, header: await readHeader(file) });
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      unreadable.push({ path: file, reason: error.message });
    }
  }
  const shifts = causalShifts(found.map(({ header }) => header));
  found.sort(
    (one, other) =>
      placeOf(other.header, shifts) - placeOf(one.header, shifts) ||
      (one.header.run < other.header.run ? 1 : -1),
  );
  return { found, unreadable };
}

const placeOf = (header: RunStarted, shifts: ReadonlyMap<string, number>): number =>
  orderOf(header) + (shifts.get(header.run) ?? 0);

export async function namesIn(folder: string): Promise<string[]> {
  await requireOwnFolder(folder);
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    if (['ENOTDIR', 'EACCES', 'EPERM'].includes(systemCode(error))) {
      throw new UsageError(
        `The state directory ${folder} cannot be read: ${reasonOf(systemCode(error))}`,
        'Name another directory with --state-dir.',
      );
    }
    throw error;
  }
}

/** The organizations with runs in a state directory. */
export const organizationsOf = async (stateDir: string): Promise<string[]> =>
  (await namesIn(stateDir)).filter((name) => organizationIdPattern.test(name));

/** The newest runs of an organization; with `organization` null, of all organizations in the state directory. */
export async function listRuns(
  stateDir: string,
  organization: string | null,
  limit = Infinity,
): Promise<RunList> {
  const organizations = organization === null ? await organizationsOf(stateDir) : [organization];
  const lists = await Promise.all(
    organizations.map((id) => listFolder(organizationFolder(stateDir, id), limit)),
  );
  const runs = lists.flatMap((list) => list.runs);
  // The list of one folder is in order; lists of several folders are merged by the clock.
  if (lists.length > 1) {
    runs.sort((one, other) => orderOf(other.header) - orderOf(one.header));
  }
  const shown = runs.slice(0, limit);
  const left = lists.reduce((sum, list) => sum + list.older, runs.length - shown.length);
  return { runs: shown, unreadable: lists.flatMap((list) => list.unreadable), older: left };
}

/** Selects the runs that other runs undid, or may have undone, in part. For all others the last line is enough. */
function entangled(headers: readonly RunStarted[]): (header: RunStarted) => boolean {
  const undone = new Set(headers.flatMap(({ rollsBack }) => rollsBack ?? []));
  const isRollbackUndone = headers.some(
    ({ run, rollsBack }) => rollsBack !== null && undone.has(run),
  );
  return ({ run, rollsBack }) => isRollbackUndone || rollsBack !== null || undone.has(run);
}

/** Summarizes a run from its last line; null if that needs the whole journal. */
async function summaryByEnd({ path: file, header }: FoundRun): Promise<RunSummary | null> {
  const end = await readEnd(file);
  const counts = end?.event.counts;
  if (end === null || counts === undefined || counts.bytes !== end.begins) return null;
  const { accounts, verdicts, changes, open, outcome } = counts;
  const inForce = changes;
  const none = { running: false, undone: 0, handedOver: 0, takenBack: 0, damage: [] };
  const known = { outcome, accounts, verdicts, changes, inForce, open, ...none };
  return { path: file, header, lastAt: end.event.at, ...known };
}

/** Why a journal with a valid first line could not be read to its end, for example because of an endless line. */
function reasonNotRead(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  throw error;
}

async function listFolder(folder: string, limit: number): Promise<RunList> {
  const { found, unreadable } = await runsIn(folder);
  const runs: RunSummary[] = [];
  const shifts = causalShifts(found.map(({ header }) => header));
  const starts = new Map(found.map(({ header }) => [header.run, placeOf(header, shifts)]));
  const startOf = (run: string): number => starts.get(run) ?? 0;
  /**
   * By target: what newer rollbacks did to it or found. A rollback is newer than what it undoes, so it was listed
   * before.
   */
  const rollbacks = new Map<string, Undoing[]>();
  const isEntangled = entangled(found.map(({ header }) => header));
  const listed = found.slice(0, limit);
  let lockRead: Promise<string | null> | null = null;
  const atWork = (): Promise<string | null> => (lockRead ??= runAtWork(folder));
  for (const entry of listed) {
    const { path: file, header } = entry;
    const short = isEntangled(header) ? null : await summaryByEnd(entry);
    if (short !== null) {
      runs.push(short);
      continue;
    }
    const damage: Damage[] = [];
    const { run } = header;
    const shift = shifts.get(run) ?? 0;
    const ran = await summarizeRun(
      readJournal(file, { onDamage: (found) => damage.push(found) }),
    ).catch(reasonNotRead);
    if (typeof ran === 'string') {
      unreadable.push({ path: file, reason: ran });
      continue;
    }
    const count = { made: 0, inForce: 0, open: 0, undone: 0 };
    for (const [key, { order, to, ...change }] of ran.changes) {
      const outcome = changeOutcome(change);
      if (outcome === 'none' || outcome === 'doubtful') continue;
      // A proof restores what it changed, so nothing of it remains.
      if (header.action === 'prove' && sameTargetValue(change.from, to)) continue;
      if (outcome === 'made') count.made += 1;
      const entry = { run, order: order + shift, to, started: startOf(run) };
      if (!isInForce(entry, rollbacks.get(key) ?? [], startOf)) count.undone += 1;
      else if (outcome === 'made') count.inForce += 1;
      else count.open += 1;
    }
    for (const [key, undoing] of undoingsOf(header, ran, shift)) {
      const others = rollbacks.get(key);
      if (others === undefined) rollbacks.set(key, [undoing]);
      else others.push(undoing);
    }
    const verdicts: Partial<Record<Verdict, number>> = {};
    for (const verdict of ran.verdicts.values()) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    runs.push({
      path: file,
      header,
      lastAt: ran.lastAt,
      outcome: ran.outcome,
      running: ran.outcome === 'unfinished' && (await atWork()) === run,
      accounts: ran.accounts,
      verdicts,
      changes: count.made,
      inForce: count.inForce,
      open: count.open,
      undone: count.undone,
      handedOver: ran.handedOver,
      takenBack: ran.takenBack,
      damage,
    });
  }
  return { runs, unreadable, older: found.length - listed.length };
}

/** A run's history, for rollback and resume. Throws `UsageError` if its journal is damaged. */
export async function readHistory(file: string): Promise<RunHistory> {
  const fold = foldHistory();
  for await (const event of readJournal(file)) fold.add(event);
  const history = fold.history();
  if (history === null) throw new Error(`a journal without its first event: ${file}`);
  return history;
}
