/** Finds the configuration file: the one that is named, or the one in the working directory. */
import { lstat } from 'node:fs/promises';
import { UsageError } from '../../../core/model/errors.ts';

const names = ['dhmc.config.json', 'dhmc.config.yaml', 'dhmc.config.yml'] as const;

export interface ConfigLocation {
  readonly path: string;
  /** It was found in the working directory and was not named, so it may do less. */
  readonly found: boolean;
}

/** Null if none is named and none is there. Throws `UsageError` where there are several: neither should win by chance. */
export async function locateConfig(named: string | null): Promise<ConfigLocation | null> {
  if (named !== null) return { path: named, found: false };
  const there = await Promise.all(names.map(isThere));
  const [first, second] = names.filter((_, index) => there[index]);
  if (first !== undefined && second !== undefined) {
    throw new UsageError(
      `There are two configuration files here: ${first} and ${second}.`,
      'Keep one of them, or name one with --config.',
    );
  }
  return first === undefined ? null : { path: first, found: true };
}

async function isThere(name: string): Promise<boolean> {
  try {
    await lstat(name);
    return true;
  } catch {
    return false;
  }
}
