/** Candidates from this machine: ids of journaled runs, profiles of the AWS configuration. Makes no network calls. */
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Candidate } from './suggest.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Run ids, newest first; none if something cannot be read, since a completion must not print errors. `withStackSets`:
 * include runs with stack sets, which only some commands accept.
 */
export async function runIds(
  environment: Environment,
  { withStackSets = true }: { readonly withStackSets?: boolean } = {},
): Promise<readonly Candidate[]> {
  const { defaultStateDir, findRun, latestRun, organizationFolder, organizationsOf } =
    await import('../../journal/index.ts');
  const { isStackSetRun } = await import('../../core/record/events.ts');
  const named = environment['DHMC_STATE_DIR'] ?? '';
  const stateDir = named === '' ? defaultStateDir() : named;
  try {
    const folders = (await organizationsOf(stateDir)).map((id) => organizationFolder(stateDir, id));
    const names = (await Promise.all(folders.map((folder) => readdir(folder)))).flat();
    const ids = names.flatMap(
      (name) => /^(\d{8}-\d{6}-[a-z0-9]{6})\.jsonl(?:\.gz)?$/.exec(name)?.[1] ?? [],
    );
    const newestFirst = ids.sort().reverse();
    const isTaken = async (run: string): Promise<boolean> =>
      withStackSets ||
      !(await findRun(stateDir, null, run).then(
        ({ header }) => isStackSetRun(header),
        () => false,
      ));
    const taken = await Promise.all(newestFirst.slice(0, maxLookedAt).map(isTaken));
    const words = newestFirst.filter((_, index) => taken[index] ?? true);
    return [
      ...(words.length > 0 && words[0] === newestFirst[0]
        ? [{ word: latestRun, about: 'the newest run' }]
        : []),
      ...words.map((word) => ({ word, about: '' })),
    ];
  } catch {
    return [];
  }
}

/** How many runs are checked for stack sets; older runs are offered unchecked. */
const maxLookedAt = 100;

/** Profile names that need no quotes. */
export async function profiles(environment: Environment): Promise<readonly Candidate[]> {
  const aws = join(homedir(), '.aws');
  const files = [
    environment['AWS_CONFIG_FILE'] ?? join(aws, 'config'),
    environment['AWS_SHARED_CREDENTIALS_FILE'] ?? join(aws, 'credentials'),
  ];
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  const names = texts.flatMap((text) =>
    [...text.matchAll(/^\[(?:profile\s+)?([\w.@+-]+)\]/gm)].map((match) => match[1] ?? ''),
  );
  return [...new Set(names)].sort().map((word) => ({ word, about: '' }));
}
