/**
 * The limits of a configuration file that was not named with --config. Someone else may have put it into the working
 * directory, and must gain nothing by that.
 */
import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, normalize, relative, resolve } from 'node:path';
import { UsageError } from '../../../core/model/errors.ts';
import {
  currentUser,
  objectionTo,
  objectionToParent,
  refuseForeignLinks,
} from '../../../journal/ownership.ts';
import type { OptionName } from '../options.ts';

const unnamed: readonly OptionName[] = ['state-dir', 'no-session-policy', 'quiet'];

/** Why an option is not allowed in a file that was not named; null if it is allowed. */
export const whyNotInFound = (name: OptionName): string | null =>
  unnamed.includes(name)
    ? `not allowed in a file that was not named with --config. Give --${name} on the command line, or name the file with --config.`
    : null;

/** Throws `UsageError` if others can write the file or replace it. */
export async function requireOwnConfig(file: string): Promise<void> {
  const user = currentUser();
  if (user === null) return;
  const folder = dirname(resolve(file));
  await refuseForeignLinks('The configuration file', file);
  const found = await stat(file).catch(() => null);
  for (const [what, place, objection] of [
    ['The configuration file', file, found === null ? null : objectionTo(found, user)],
    ['The folder of the configuration file', folder, objectionToParent(await stat(folder), user)],
  ] as const) {
    if (objection !== null)
      throw new UsageError(
        `${what} ${place} ${objection.reason}, and the file was not named with --config.`,
        `Look at the contents of the file. If you trust it, name it with --config ${file}; otherwise run dhmc in another directory.`,
      );
  }
}

/** A path with its links resolved; null if a link leads nowhere. */
async function placeOf(path: string): Promise<string | null> {
  if ((await lstat(path).catch(() => null)) !== null) return realpath(path).catch(() => null);
  const above = dirname(path);
  const place = above === path ? path : await placeOf(above);
  return place === null ? null : join(place, basename(path));
}

/** Whether an output path is inside the file's folder. */
export async function staysInFolder(file: string, path: string): Promise<boolean> {
  const place = await placeOf(resolve(normalize(path)));
  if (place === null) return false;
  const inside = relative(await realpath(dirname(resolve(file))), place);
  return inside !== '' && !isAbsolute(inside) && inside.split(/[/\\]/, 1)[0] !== '..';
}
