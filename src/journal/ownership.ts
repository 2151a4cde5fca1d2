/**
 * Whose a file or folder is, and who else may write it. dhmc does what these files say with an administrator's rights, so
 * they have to be the user's own, or root's, as for ssh and sudo.
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

/** Null where the platform has no such ids. */
export function currentUser(): User | null {
  const [uid, gid] = [process.geteuid?.(), process.getegid?.()];
  return uid === undefined || gid === undefined ? null : { uid, gid };
}

/** Why it cannot be relied on, as the end of a sentence, and the command that mends it. */
export interface Objection {
  readonly reason: string;
  readonly fix: string;
}

/** Null where only the user, root, and the user's own group can write it. */
export function objectionTo(
  { uid, gid, mode }: Pick<Stats, 'uid' | 'gid' | 'mode'>,
  user: User | null,
): Objection | null {
  if (user === null) return null;
  if (uid !== user.uid && uid !== 0)
    return {
      reason: `is owned by another user (uid ${String(uid)})`,
      fix: `chown ${String(user.uid)}`,
    };
  if ((mode & 0o002) !== 0) return { reason: 'can be written by everybody', fix: 'chmod go-w' };
  if ((mode & 0o020) !== 0 && gid !== user.gid)
    return { reason: `can be written by the group ${String(gid)}`, fix: 'chmod g-w' };
  return null;
}

/** `what` names it in a sentence: `The state directory`. */
export const ownershipError = (
  what: string,
  file: string,
  { reason, fix }: Objection,
): UsageError =>
  new UsageError(
    `${what} ${file} ${reason}: whoever can write it could decide what dhmc does.`,
    `Look at what is in it; if it is yours, run: ${fix} '${file}'`,
  );

export const linkError = (what: string, file: string): UsageError =>
  new UsageError(
    `${what} ${file} is a symbolic link, which dhmc does not follow there.`,
    'Remove the link, and name the real place instead, such as with --state-dir.',
  );

const mostLinks = 40;

/** Throws `UsageError` where a part of the path is a link that another user owns. */
export async function refuseForeignLinks(what: string, file: string): Promise<void> {
  const user = currentUser();
  if (user === null) return;
  const parts = path.resolve(file).split(path.sep).filter(Boolean);
  let at = '/';
  for (let links = 0; parts.length > 0;) {
    const next = path.join(at, parts.shift() ?? '');
    const found = await lstat(next).catch(() => null);
    // What is missing, or cannot be looked at, fails where it is opened.
    if (found === null) return;
    if (!found.isSymbolicLink()) {
      at = next;
      continue;
    }
    links += 1;
    if (links > mostLinks) return;
    if (found.uid !== user.uid && found.uid !== 0)
      throw new UsageError(
        `${what} ${file} is reached through the symbolic link ${next}, which another user owns (uid ${String(found.uid)}).`,
        'Name the real place instead.',
      );
    const target = await readlink(next);
    if (path.isAbsolute(target)) at = '/';
    parts.unshift(...target.split(path.sep).filter(Boolean));
  }
}

/**
 * Throws `UsageError` where the folder is not the user's own. One that is named for an organization may be no link, and the
 * state directory that it is in is held to the same. A folder that is not there yet is no error.
 */
export async function requireOwnFolder(folder: string): Promise<void> {
  const place = path.resolve(folder);
  const isOrganizations = organizationIdPattern.test(path.basename(place));
  if (isOrganizations) await requireOwnFolder(path.dirname(place));
  const what = isOrganizations ? 'The folder' : 'The state directory';
  const found = await statOf(place, isOrganizations);
  if (found === null) return;
  if (found.isSymbolicLink()) throw linkError(what, place);
  await refuseForeignLinks(what, place);
  const objection = objectionTo(found, currentUser());
  if (objection !== null) throw ownershipError(what, place, objection);
}

/** Null where it cannot be looked at: then it cannot be used either, and whoever tries says why. */
async function statOf(place: string, ofLink: boolean): Promise<Stats | null> {
  try {
    return await (ofLink ? lstat(place) : stat(place));
  } catch (error) {
    if (systemCode(error) === 'unknown') throw error;
    return null;
  }
}
