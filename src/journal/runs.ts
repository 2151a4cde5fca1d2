/** The journalled runs of a state directory: which there are, which one is meant, and what of each is still in force. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { RunStarted } from '../core/record/events.ts';
import type { TargetValue, Verdict } from '../core/model/model.ts';
import { UsageError } from '../core/model/errors.ts';
import { foldHistory, type RunHistory } from '../core/record/history.ts';
import { sameTargetValue } from '../core/iam/trust-policy.ts';
import { systemCode } from './errors.ts';
import { summarizeRun, outcomeOf, type RunOutcome } from './run-outcome.ts';
import {
  journalEnding,
  journalPath,
  organizationFolder,
  organizationIdPattern,
  runIdPattern,
} from './location.ts';
import { requireOwnFolder } from './ownership.ts';
import { damaged, readHeader, readJournal, type Damage } from './reader.ts';

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
}

interface FoundRun {
  readonly path: string;
  readonly header: RunStarted;
}

/** The journals of a folder by their first lines, newest first; a folder that is not there has none. */
async function runsOf(folder: string): Promise<{ found: FoundRun[]; unreadable: UnreadableRun[] }> {
  const found: FoundRun[] = [];
  const unreadable: UnreadableRun[] = [];
  for (const name of await namesIn(folder)) {
    if (!name.endsWith(journalEnding) || name.startsWith('.')) continue;
    const file = path.join(folder, name);
    try {
      found.push({ path: file, header: await readHeader(file) });
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      unreadable.push({ path: file, reason: error.message });
    }
  }
  found.sort(
    (one, other) =>
      compare(other.header.startedAt, one.header.startedAt) ||
      compare(other.header.run, one.header.run),
  );
  return { found, unreadable };
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

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

/** Every run of an organization, or, without one, of all that the state directory knows. */
export async function listRuns(stateDir: string, organization: string | null): Promise<RunList> {
  const organizations = organization === null ? await organizationsOf(stateDir) : [organization];
  const lists = await Promise.all(
    organizations.map((id) => listFolder(organizationFolder(stateDir, id))),
  );
  return {
    runs: lists
      .flatMap((list) => list.runs)
      .sort(
        (one, other) =>
          compare(other.header.startedAt, one.header.startedAt) ||
          compare(other.header.run, one.header.run),
      ),
    unreadable: lists.flatMap((list) => list.unreadable),
  };
}

async function listFolder(folder: string): Promise<RunList> {
  const { found, unreadable } = await runsOf(folder);
  const runs: RunSummary[] = [];
  const startedAt = new Map(found.map(({ header }) => [header.run, header.startedAt]));
  /** By target: what newer rollbacks made of it, or found of it. A rollback is newer than what it undoes, so it came before. */
  const rollbacks = new Map<string, Undoing[]>();
  for (const { path: file, header } of found) {
    const damage: Damage[] = [];
    const deeds = await summarizeRun(
      readJournal(file, { onDamage: (found) => damage.push(found) }),
    );
    const count = { made: 0, inForce: 0, open: 0 };
    for (const [key, change] of deeds.changes) {
      const outcome = outcomeOf(change);
      if (outcome === 'made') count.made += 1;
      if (
        outcome === 'none' ||
        !isInForce({ ...change, header }, rollbacks.get(key) ?? [], startedAt)
      )
        continue;
      if (outcome === 'made') count.inForce += 1;
      else count.open += 1;
    }
    for (const [key, undoing] of undoingsOf(header, deeds)) {
      const others = rollbacks.get(key);
      if (others === undefined) rollbacks.set(key, [undoing]);
      else others.push(undoing);
    }
    const verdicts: Partial<Record<Verdict, number>> = {};
    for (const verdict of deeds.verdicts.values()) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    runs.push({
      path: file,
      header,
      lastAt: deeds.lastAt,
      outcome: deeds.outcome,
      accounts: deeds.accounts,
      verdicts,
      changes: count.made,
      inForce: count.inForce,
      open: count.open,
      damage,
    });
  }
  return { runs, unreadable };
}

/** What a rollback made of a target, or that it found the target as it had been before. */
interface Undoing {
  readonly run: string;
  readonly rollsBack: string;
  readonly at: string;
  /** What it put back; undefined: it had nothing to do. */
  readonly to: TargetValue | undefined;
}

function* undoingsOf(
  { run, rollsBack }: RunStarted,
  { changes, verdicts, seenAt }: RunOutcome,
): Generator<readonly [string, Undoing]> {
  if (rollsBack === null) return;
  for (const [key, verdict] of verdicts) {
    const change = changes.get(key);
    if (verdict !== 'changed' && verdict !== 'in-sync') continue;
    yield [
      key,
      {
        run,
        rollsBack,
        at: seenAt.get(key) ?? change?.at ?? '',
        to: verdict === 'changed' ? change?.to : undefined,
      },
    ];
  }
}

/**
 * Whether a change is in force still: no rollback of its run came after it; or that one was rolled back in turn, or found the
 * target changed by a later run, which was rolled back since.
 */
function isInForce(
  change: { readonly at: string; readonly to: TargetValue; readonly header: RunStarted },
  rollbacks: readonly Undoing[],
  startedAt: ReadonlyMap<string, string>,
): boolean {
  /** Runs that took the change away; and those that brought it back. */
  const [against, instead] = [new Set<string>(), new Set<string>()];
  let inForce = true;
  for (const { run, rollsBack, to } of rollbacks
    .filter(({ at }) => at > change.at)
    .sort((one, other) => compare(one.at, other.at))) {
    if (rollsBack === change.header.run || instead.has(rollsBack)) {
      inForce = false;
      against.add(run);
      continue;
    }
    const isLater = (startedAt.get(rollsBack) ?? '') > change.header.startedAt;
    if (!against.has(rollsBack) && !(isLater && to !== undefined && sameTargetValue(to, change.to)))
      continue;
    inForce = true;
    instead.add(run);
  }
  return inForce;
}

/** The journal that a run's id or a file's path names. `organization` null: of whichever organization the id is found in. */
export async function findRun(
  stateDir: string,
  organization: string | null,
  name: string,
): Promise<{ readonly path: string; readonly header: RunStarted }> {
  if (!runIdPattern.test(name))
    return { path: path.resolve(name), header: await headerOfFile(name) };
  const organizations = organization === null ? await organizationsOf(stateDir) : [organization];
  for (const id of organizations) {
    const file = journalPath(organizationFolder(stateDir, id), name);
    if ((await namesIn(organizationFolder(stateDir, id))).includes(path.basename(file)))
      return { path: file, header: await readHeader(file) };
  }
  throw new UsageError(
    `There is no run ${name}${organization === null ? '' : ` of the organization ${organization}`} in ${stateDir}.`,
    'See `dhmc runs` for those that there are; --state-dir names another directory, and a journal file can stand in place of an id.',
  );
}

async function headerOfFile(name: string): Promise<RunStarted> {
  const looksLikeFile =
    name.includes('/') || name.includes(path.sep) || name.endsWith(journalEnding);
  try {
    return await readHeader(name);
  } catch (error) {
    if (looksLikeFile || !(error instanceof UsageError)) throw error;
    throw new UsageError(
      `${JSON.stringify(name)} is neither the id of a run nor a journal file.`,
      'A run id looks like 20261122-143015-k3x9ab; see `dhmc runs`.',
    );
  }
}

/** Which run is meant cannot be told while a journal cannot be read that may be the one. Throws `UsageError`. */
function refuseIfDoubtful({ runs, unreadable }: RunList, chosen: RunSummary | null): void {
  const bad = unreadable.find((file) => runIdPattern.test(path.basename(file.path, journalEnding)));
  if (bad !== undefined) {
    throw new UsageError(
      bad.reason,
      'It may be the run that is meant: restore it from a copy, or name another run; or move it elsewhere if it is no journal.',
    );
  }
  const doubtful = runs
    .slice(0, chosen === null ? runs.length : runs.indexOf(chosen) + 1)
    .find(({ damage }) => damage.length > 0);
  const [damage] = doubtful?.damage ?? [];
  if (doubtful !== undefined && damage !== undefined) throw damaged(doubtful.path, damage);
}

/** The newest run that is no rollback and is not wholly rolled back, and how many before it are still in force. */
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
    'See `dhmc runs`; a run elsewhere can be named by its journal file, and a rollback is rolled back by naming it.',
  );
}

/** The newest run that was cut off, stopped, or has something left to try. */
export async function runToResume(stateDir: string, organization: string): Promise<RunSummary> {
  const list = await listRuns(stateDir, organization);
  const { runs } = list;
  const run = runs.find(
    ({ outcome, verdicts }) =>
      outcome !== 'finished' || unfinishedVerdicts.some((verdict) => (verdicts[verdict] ?? 0) > 0),
  );
  refuseIfDoubtful(list, run ?? null);
  if (run !== undefined) return run;
  throw new UsageError(
    `No run of the organization ${organization} in ${stateDir} was interrupted or has anything left to try.`,
    'See `dhmc runs`; a run elsewhere can be named by its journal file.',
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

/**
 * Other runs that wrote targets of the run after it did, oldest first, with those targets alone. Looks through the journals of
 * the given folders, each run once. Throws `UsageError` where one cannot be read: it might hold a later change.
 */
export async function laterHistories(
  run: RunHistory,
  folders: readonly string[],
): Promise<readonly RunHistory[]> {
  const byRun = new Map<string, FoundRun>();
  for (const folder of new Set(folders.map((name) => path.resolve(name)))) {
    const { found, unreadable } = await runsOf(folder);
    // Other files may lie beside a journal that was copied somewhere; one that is named for a run may hold a later change.
    const bad = unreadable.find((file) =>
      runIdPattern.test(path.basename(file.path, journalEnding)),
    );
    if (bad !== undefined) {
      throw new UsageError(
        bad.reason,
        'It may hold later changes of the same targets: restore it from a copy, or move it elsewhere if it is no journal.',
      );
    }
    for (const entry of found) {
      const { run: id, organization } = entry.header;
      if (id !== run.started.run && organization.id === run.started.organization.id)
        byRun.set(id, entry);
    }
  }
  const later: RunHistory[] = [];
  for (const { path: file } of byRun.values()) {
    const other = await readHistory(file);
    const changes = new Map(
      [...other.changes].filter(
        ([key, change]) => change.begunAt >= (run.changes.get(key)?.begunAt ?? forever),
      ),
    );
    if (changes.size > 0) later.push({ ...other, plans: new Map(), endings: new Map(), changes });
  }
  // By what they changed last: a run that was resumed may have done so after one that was started later.
  return later.sort(
    (one, other) =>
      compare(lastChange(one), lastChange(other)) || compare(one.started.run, other.started.run),
  );
}

const lastChange = ({ changes }: RunHistory): string =>
  [...changes.values()].reduce((last, { begunAt }) => (begunAt > last ? begunAt : last), '');

/** After every time in ISO 8601. */
const forever = '~';
