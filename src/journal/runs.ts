/** The journaled runs of a state directory: which there are, which one is meant, and what of each is still in force. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isStackSetRun, type RunStarted } from '../core/record/events.ts';
import { sameTargetValue } from '../core/iam/trust-policy.ts';
import type { Verdict } from '../core/model/model.ts';
import { UsageError } from '../core/model/errors.ts';
import { changeOutcome, foldHistory, orderOf, type RunHistory } from '../core/record/history.ts';
import { causalShifts } from '../core/record/order.ts';
import { systemCode } from './errors.ts';
import { isInForce, undoingsOf, type Undoing } from './in-force.ts';
import { summarizeRun, type RunOutcome } from './run-outcome.ts';
import {
  compressedEnding,
  journalEnding,
  latestRun,
  nameOfJournal,
  organizationFolder,
  organizationIdPattern,
  runIdPattern,
} from './location.ts';
import { requireOwnFolder } from './ownership.ts';
import { damaged, readEnd, readHeader, readJournal, type Damage } from './reader.ts';

/** A run, as `dhmc runs` lists it. */
export interface RunSummary {
  readonly path: string;
  readonly header: RunStarted;
  /** When the last thing happened in it. */
  readonly lastAt: string | null;
  readonly outcome: RunOutcome['outcome'];
  readonly accounts: number;
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
  /** Changes that were made. */
  readonly changes: number;
  /** Those of them that no rollback has undone. */
  readonly inForce: number;
  /** Changes that were begun, and of which neither the run nor a rollback has recorded what came of them. */
  readonly open: number;
  /** Changes that a rollback has undone, and that are not in force again. */
  readonly undone: number;
  /** Cells that it handed over to stack sets, and took back from them. */
  readonly handedOver: number;
  readonly takenBack: number;
  readonly damage: readonly Damage[];
}

/** A file among the journals that none could be read from. */
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

/** The journals of a folder by their first lines, newest first; a folder that is not there has none. */
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

async function namesIn(folder: string): Promise<string[]> {
  await requireOwnFolder(folder);
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    if (['ENOTDIR', 'EACCES', 'EPERM'].includes(systemCode(error))) {
      throw new UsageError(
        `The state directory ${folder} cannot be read: ${systemCode(error)}.`,
        'Name another one with --state-dir.',
      );
    }
    throw error;
  }
}

/** The organizations that a state directory holds runs of. */
export const organizationsOf = async (stateDir: string): Promise<string[]> =>
  (await namesIn(stateDir)).filter((name) => organizationIdPattern.test(name));

/** The newest runs of an organization, or, without one, of all that the state directory knows; all, without a limit. */
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
  // The list of one folder is in order; those of several are put together by the clock.
  if (lists.length > 1) {
    runs.sort((one, other) => orderOf(other.header) - orderOf(one.header));
  }
  const shown = runs.slice(0, limit);
  const left = lists.reduce((sum, list) => sum + list.older, runs.length - shown.length);
  return { runs: shown, unreadable: lists.flatMap((list) => list.unreadable), older: left };
}

/** The runs of which other runs undid something, or may have; of the others, the last line says enough. */
function entangled(headers: readonly RunStarted[]): (header: RunStarted) => boolean {
  const undone = new Set(headers.flatMap(({ rollsBack }) => rollsBack ?? []));
  const isRollbackUndone = headers.some(
    ({ run, rollsBack }) => rollsBack !== null && undone.has(run),
  );
  return ({ run, rollsBack }) => isRollbackUndone || rollsBack !== null || undone.has(run);
}

/** A run by its last line; null where only the whole journal says what it came to. */
async function summaryByEnd({ path: file, header }: FoundRun): Promise<RunSummary | null> {
  const end = await readEnd(file);
  const counts = end?.event.counts;
  if (end === null || counts === undefined || counts.bytes !== end.begins) return null;
  const { accounts, verdicts, changes, open, outcome } = counts;
  const inForce = changes;
  const none = { undone: 0, handedOver: 0, takenBack: 0, damage: [] };
  const known = { outcome, accounts, verdicts, changes, inForce, open, ...none };
  return { path: file, header, lastAt: end.event.at, ...known };
}

/** Why a journal whose first line is whole is not read on, such as for a line without end. */
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
  /** By target: what newer rollbacks made of it, or found of it. A rollback is newer than what it undoes, so it came before. */
  const rollbacks = new Map<string, Undoing[]>();
  const isEntangled = entangled(found.map(({ header }) => header));
  const listed = found.slice(0, limit);
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
      // A proof takes back what it made: nothing of it is left.
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

/** The newest run, by the first lines of the journals. Throws `UsageError` where one cannot be read that may be newer. */
async function newestRun(stateDir: string, organization: string | null): Promise<FoundRun> {
  const organizations = organization === null ? await organizationsOf(stateDir) : [organization];
  const folders = await Promise.all(
    organizations.map((id) => runsIn(organizationFolder(stateDir, id))),
  );
  refuseIfUnreadable(folders.flatMap(({ unreadable }) => unreadable));
  const [newest] = folders
    .flatMap(({ found }) => found.slice(0, 1))
    .sort((one, other) => orderOf(other.header) - orderOf(one.header));
  if (newest !== undefined) return newest;
  throw new UsageError(
    `There are no runs${organization === null ? '' : ` of the organization ${organization}`} in ${stateDir}.`,
    'Name another state directory with --state-dir, or a run by its journal file.',
  );
}

/**
 * The journal that a run's id, `latest` or a file's path names. `organization` null: of whichever organization the id
 * is found in.
 */
export async function findRun(
  stateDir: string,
  organization: string | null,
  name: string,
): Promise<FoundRun> {
  if (name === latestRun) return newestRun(stateDir, organization);
  if (!runIdPattern.test(name))
    return { path: path.resolve(name), header: await headerOfFile(name) };
  const organizations = organization === null ? await organizationsOf(stateDir) : [organization];
  for (const id of organizations) {
    const folder = organizationFolder(stateDir, id);
    const names = await namesIn(folder);
    for (const ending of [journalEnding, compressedEnding]) {
      if (!names.includes(`${name}${ending}`)) continue;
      const file = path.join(folder, `${name}${ending}`);
      return { path: file, header: await readHeader(file) };
    }
  }
  throw new UsageError(
    `There is no run ${name}${organization === null ? '' : ` of the organization ${organization}`} in ${stateDir}.`,
    '`dhmc runs` lists the runs. Use --state-dir for another directory, or a journal file instead of an id.',
  );
}

async function headerOfFile(name: string): Promise<RunStarted> {
  const looksLikeFile =
    name.includes('/') || name.includes(path.sep) || /\.jsonl(\.gz)?$/.test(name);
  try {
    return await readHeader(name);
  } catch (error) {
    if (looksLikeFile || !(error instanceof UsageError)) throw error;
    throw new UsageError(
      `${JSON.stringify(name)} is neither the id of a run nor a journal file.`,
      'A run id looks like 20261122-143015-k3x9ab, and `latest` names the newest run; see `dhmc runs`.',
    );
  }
}

/** Which run is meant cannot be known while a journal cannot be read that may be the one. Throws `UsageError`. */
function refuseIfDoubtful({ runs, unreadable }: RunList, chosen: RunSummary | null): void {
  refuseIfUnreadable(unreadable);
  const doubtful = runs
    .slice(0, chosen === null ? runs.length : runs.indexOf(chosen) + 1)
    .find(({ damage }) => damage.length > 0);
  const [damage] = doubtful?.damage ?? [];
  if (doubtful !== undefined && damage !== undefined) throw damaged(doubtful.path, damage);
}

function refuseIfUnreadable(unreadable: readonly UnreadableRun[]): void {
  const bad = unreadable.find((file) => runIdPattern.test(nameOfJournal(file.path)));
  if (bad !== undefined) {
    throw new UsageError(
      bad.reason,
      'It may be the run you mean: restore it from a copy, or name another run; or move it elsewhere if it is not a journal.',
    );
  }
}

/** The newest run that is not a rollback and is not wholly rolled back, and how many before it are still in force. */
export async function runToRollBack(
  stateDir: string,
  organization: string,
): Promise<{ run: RunSummary; earlier: number }> {
  const list = await listRuns(stateDir, organization);
  const { runs } = list;
  const [run, ...earlier] = runs.filter(
    ({ header, inForce, open }) => header.rollsBack === null && inForce + open > 0,
  );
  refuseIfDoubtful(list, run ?? null);
  if (run !== undefined) return { run, earlier: earlier.length };
  throw new UsageError(
    runs.length === 0
      ? `There is no run of the organization ${organization} in ${stateDir}: nothing to roll back.`
      : `Nothing is left to roll back: every run of the organization ${organization} in ${stateDir} is rolled back, or changed nothing.`,
    'See `dhmc runs`. You can name a run by its journal file; to roll back a rollback, name it.',
  );
}

/** The newest run that was cut off, stopped, or has something left to try, and was not rolled back. */
export async function runToResume(stateDir: string, organization: string): Promise<RunSummary> {
  const list = await listRuns(stateDir, organization);
  const left = list.runs.filter(
    ({ header, outcome, verdicts }) =>
      !isStackSetRun(header) &&
      (outcome !== 'finished' ||
        unfinishedVerdicts.some((verdict) => (verdicts[verdict] ?? 0) > 0)),
  );
  const run = left.find(({ undone }) => undone === 0);
  refuseIfDoubtful(list, run ?? null);
  if (run !== undefined) return run;
  const [rolledBack] = left;
  if (rolledBack !== undefined) {
    const { run: id } = rolledBack.header;
    throw new UsageError(
      `The run ${id} has targets to retry, but was rolled back; no other run of the organization ${organization} in ${stateDir} has.`,
      `Name it to retry anyway: dhmc resume ${id}.`,
    );
  }
  throw new UsageError(
    `No run of the organization ${organization} in ${stateDir} was interrupted or has targets to retry.`,
    'See `dhmc runs`. You can name a run by its journal file.',
  );
}

const unfinishedVerdicts: readonly Verdict[] = ['failed', 'blocked', 'not-attempted'];

/** A run as rollback and resume need it. Throws `UsageError` where its journal is damaged. */
export async function readHistory(file: string): Promise<RunHistory> {
  const fold = foldHistory();
  for await (const event of readJournal(file)) fold.add(event);
  const history = fold.history();
  if (history === null) throw new Error(`a journal without its first event: ${file}`);
  return history;
}
