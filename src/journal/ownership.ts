/**
 * Who owns a file or folder, and who else can write it. dhmc acts on these files with an administrator's rights, so
 * they must belong to the user or root, as for ssh and sudo.
 */
import type { Stats } from 'node:fs';
import { lstat, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../core/model/errors.ts';
import { systemCode } from './errors.ts';
import { organizationIdPattern } from './location.ts';

/** The user and primary group that dhmc runs as. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Null if the platform has no such ids. */
export function currentUser(): User | null {
  const [uid, gid] = [process.geteuid?.(), process.getegid?.()];
  return uid === undefined || gid === undefined ? null : { uid, gid };
}

/** Why a file or folder cannot be trusted, as the end of a sentence, and the command that repairs it. */
export interface Objection {
  readonly reason: string;
  readonly fix: string;
}

/**
 * Null if only the user, root, and the user's own group can write it. The fix for a folder also covers its contents.
 */
export function objectionTo(
  { uid, gid, mode }: Pick<Stats, 'uid' | 'gid' | 'mode'>,
  user: User | null,
  { isFolder = false }: { readonly isFolder?: boolean } = {},
): Objection | null {
  if (user === null) return null;
  if (uid !== user.uid && uid !== 0)
    return {
      reason: `is owned by another user (uid ${String(uid)})`,
      fix: `${isFolder ? 'chown -R' : 'chown'} ${String(user.uid)}`,
    };
  if ((mode & 0o002) !== 0) return { reason: 'can be written by everybody', fix: 'chmod go-w' };
  if ((mode & 0o020) !== 0 && gid !== user.gid)
    return { reason: `can be written by the group ${String(gid)}`, fix: 'chmod g-w' };
  return null;
}

/** `what` names the file in a sentence: `The state directory`. */
export const ownershipError = (
  what: string,
  file: string,
  { reason, fix }: Objection,
): UsageError =>
  new UsageError(
    `${what} ${file} ${reason}: whoever can write it could decide what dhmc does.`,
    `Check what is in it; if it is yours, run: ${fix} '${file}'`,
  );

export const linkError = (what: string, file: string): UsageError =>
  new UsageError(
    `${what} ${file} is a symbolic link, which dhmc does not follow there.`,
    'Remove the link, and name the real path instead, for example with --state-dir.',
  );

const maxLinks = 40;

interface PathPart {
  readonly place: string;
  readonly stats: Stats;
  /** Whether this is the end of the path. */
  readonly last: boolean;
}

/**
 * Everything a path passes through, from the root down: every folder and every link, including the targets of links.
 * Stops at a part that is missing or cannot be examined: opening the path then fails there.
 */
async function* partsOf(file: string): AsyncGenerator<PathPart, void, undefined> {
  const parts = path.resolve(file).split(path.sep).filter(Boolean);
  let at = path.parse(path.resolve(file)).root;
  for (let links = 0; links <= maxLinks;) {
    const stats = await lstat(at).catch(() => null);
    if (stats === null) return;
    const isLink = stats.isSymbolicLink();
    yield { place: at, stats, last: parts.length === 0 && !isLink };
    if (isLink) {
      links += 1;
      const target = await readlink(at);
      parts.unshift(...target.split(path.sep).filter(Boolean));
      at = path.isAbsolute(target) ? path.parse(target).root : path.dirname(at);
    }
    const next = parts.shift();
    if (next === undefined) return;
    at = path.join(at, next);
  }
}

const isOthers = ({ uid }: Stats, user: User): boolean => uid !== user.uid && uid !== 0;

/** Throws `UsageError` if a part of the path is a link that another user owns. */
export async function refuseForeignLinks(what: string, file: string): Promise<void> {
  const user = currentUser();
  if (user === null) return;
  for await (const { place, stats } of partsOf(file))
    if (stats.isSymbolicLink() && isOthers(stats, user))
      throw new UsageError(
        `${what} ${file} is reached through the symbolic link ${place}, which another user owns (uid ${String(stats.uid)}).`,
        'Name the real path instead.',
      );
}

/** Null if only the user, root and the user's own group can replace what the folder contains. */
export function objectionToParent(
  { uid, gid, mode }: Pick<Stats, 'uid' | 'gid' | 'mode'>,
  user: User | null,
): Objection | null {
  const isSticky = (mode & 0o1000) !== 0;
  return objectionTo({ uid, gid, mode: isSticky ? mode & ~0o022 : mode }, user);
}

/** Throws `UsageError` if others could replace a folder on the path. */
async function requireSafePath(what: string, folder: string): Promise<void> {
  await refuseForeignLinks(what, folder);
  const user = currentUser();
  if (user === null) return;
  for await (const { place, stats, last } of partsOf(folder)) {
    if (last || stats.isSymbolicLink()) continue;
    const objection = objectionToParent(stats, user);
    if (objection === null) continue;
    throw new UsageError(
      `${what} ${folder} is in ${place}, which ${objection.reason}: whoever can write there could put another folder in its place.`,
      `Name a directory of your own with --state-dir; or, if ${place} is yours, run: ${objection.fix} '${place}'`,
    );
  }
}

/**
 * Throws `UsageError` if the folder does not belong to the user, or if others could replace it. A folder named after an
 * organization must not be a link, and its state directory must meet the same rules. A missing folder is not an error.
 */
export async function requireOwnFolder(folder: string): Promise<void> {
  const place = path.resolve(folder);
  const isOrganizations = organizationIdPattern.test(path.basename(place));
  const what = isOrganizations ? 'The folder' : 'The state directory';
  if (isOrganizations) await requireOwnFolder(path.dirname(place));
  else await requireSafePath(what, place);
  const found = await statOf(place, isOrganizations);
  if (found === null) return;
  if (found.isSymbolicLink()) throw linkError(what, place);
  const objection = objectionTo(found, currentUser(), { isFolder: true });
  if (objection !== null) throw ownershipError(what, place, objection);
}

/** Null if it cannot be examined: then it cannot be used either, and the caller who tries reports why. */
async function statOf(place: string, ofLink: boolean): Promise<Stats | null> {
  try {
    return await (ofLink ? lstat(place) : stat(place));
  } catch (error) {
    if (systemCode(error) === 'unknown') throw error;
    return null;
  }
}
