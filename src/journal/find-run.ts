/** Finds a run: by id, by file, the newest, the one to roll back or the one to resume. */
import path from 'node:path';
import { number } from '../core/model/counted.ts';
import { UsageError } from '../core/model/errors.ts';
import type { Verdict } from '../core/model/model.ts';
import { isStackSetRun, type RunStarted } from '../core/record/events.ts';
import { orderOf } from '../core/record/history.ts';
import {
  compressedEnding,
  journalEnding,
  latestRun,
  nameOfJournal,
  organizationFolder,
  runIdPattern,
} from './location.ts';
import { damaged, readHeader } from './reader.ts';
import {
  listRuns,
  namesIn,
  organizationsOf,
  runsIn,
  type FoundRun,
  type RunList,
  type RunSummary,
  type UnreadableRun,
} from './runs.ts';

/**
 * The newest run, by the first lines of the journals. Throws `UsageError` if a journal that may be newer cannot be
 * read.
 */
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
    `No runs found in ${stateDir}${organization === null ? '' : ` for organization ${organization}`}.`,
    'Name another state directory with --state-dir, or a run by its journal file.',
  );
}

/**
 * The journal that a run's id, `latest` or a file's path names. With `organization` null, an id is searched in all
 * organizations of the state directory.
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
    `Run ${name} not found in ${stateDir}${organization === null ? '' : ` for organization ${organization}`}.`,
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

/** Throws `UsageError` if a journal that may be the run in question cannot be read. */
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

/**
 * The newest run that is neither a rollback nor completely rolled back, and how many earlier ones are still in force.
 */
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
      ? `No runs found in ${stateDir} for organization ${organization}: nothing to roll back.`
      : `Nothing is left to roll back: every run of the organization ${organization} in ${stateDir} is rolled back, or changed nothing.`,
    'See `dhmc runs`. You can name a run by its journal file; to roll back a rollback, name it.',
  );
}

/** The newest run that was cut off or stopped, or has targets to retry, and was not rolled back. */
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
      `The run ${id} has targets to retry, but ${rolledBackText(rolledBack)}; no other run of the organization ${organization} in ${stateDir} has.`,
      `Name it to retry anyway: dhmc resume ${id}.`,
    );
  }
  throw new UsageError(
    `No run of the organization ${organization} in ${stateDir} was interrupted or has targets to retry.`,
    'See `dhmc runs`. You can name a run by its journal file.',
  );
}

const unfinishedVerdicts: readonly Verdict[] = ['failed', 'blocked', 'not-attempted'];

/** How much of a run was rolled back, as the end of a sentence. */
export const rolledBackText = ({
  undone,
  inForce,
  open,
}: Pick<RunSummary, 'undone' | 'inForce' | 'open'>): string => {
  const left = inForce + open;
  if (left === 0) return 'was rolled back';
  const all = undone + left;
  return `${number(undone)} of its ${number(all)} changes ${undone === 1 ? 'was' : 'were'} rolled back`;
};
