/** Which configuration file is meant: the one that is named, or the one of the working directory. */
import { stat } from 'node:fs/promises';
import { UsageError } from '../../../core/model/errors.ts';

const names = ['dhmc.config.json', 'dhmc.config.yaml', 'dhmc.config.yml'] as const;

/** Null where none is named and none is there. Throws `UsageError` where there are several: neither should win by chance. */
export async function locateConfig(named: string | null): Promise<string | null> {
  if (named !== null) return named;
  const there = await Promise.all(names.map(isThere));
  const [first, second] = names.filter((_, index) => there[index]);
  if (first !== undefined && second !== undefined) {
    throw new UsageError(
      `There are two configuration files here: ${first} and ${second}.`,
      'Keep one of them, or name one with --config.',
    );
  }
  return first ?? null;
}

async function isThere(name: string): Promise<boolean> {
  try {
    await stat(name);
    return true;
  } catch {
    return false;
  }
}
