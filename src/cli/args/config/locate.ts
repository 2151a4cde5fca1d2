/** Finds the configuration file: the one that was named, or the one in the working directory. */
import { lstat } from 'node:fs/promises';
import { UsageError } from '../../../core/model/errors.ts';

const names = ['dhmc.config.json', 'dhmc.config.yaml', 'dhmc.config.yml'] as const;

export interface ConfigLocation {
  readonly path: string;
  /** Whether it was found in the working directory without being named; such a file may set fewer options. */
  readonly found: boolean;
}

/**
 * Null if none was named and none exists. Throws `UsageError` if there are several, so that none of them wins by
 * chance.
 */
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
