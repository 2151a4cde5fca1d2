/**
 * One writer per organization and state directory. The lock is a file that names its holder; a hard link creates it
 * complete. To take over the lock of a dead process, a process must first create a claim file named after exactly that
 * lock. So if two processes find it at the same time, only one gets it, and neither can remove the other's new lock.
 */
import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { CommandError, UsageError } from '../core/model/errors.ts';
import { problemFor } from '../core/problems/hints.ts';
import { systemCode } from './errors.ts';
import { alsoNamed, makePrivateFolder, replacePrivately, writeNew } from './files.ts';
import { unfinishedEnding } from './location.ts';
import { currentUser, objectionTo, ownershipError } from './ownership.ts';
import { holderLiveness, identifyThisProcess } from './process-identity.ts';
import { FileRefused, readRegular } from './regular-file.ts';

const lockFile = v.object({
  schema: v.literal('dhmc.lock/v1'),
  /** Distinguishes this lock from any other in the same file. */
  nonce: v.pipe(v.string(), v.regex(/^[0-9a-f-]{36}$/)),
  run: v.string(),
  since: v.string(),
  host: v.string(),
  machine: v.nullable(v.string()),
  boot: v.nullable(v.string()),
  processSpace: v.nullable(v.string()),
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  started: v.nullable(v.string()),
});

/** The holder of a lock, and since when it holds it. */
export type LockHolder = v.InferOutput<typeof lockFile>;

export interface Lock {
  readonly path: string;
  /** Releases the lock. It is not an error if someone has deleted the file. */
  release(): Promise<void>;
}

/**
 * Takes the lock of a folder of journals. Throws `CommandError` (`concurrent-update`), which names the holder and the
 * next step. System errors (no space, no permission) are passed on.
 */
export async function lockFolder(
  folder: string,
  { run, since }: { run: string; since: string },
): Promise<Lock> {
  const self = await identifyThisProcess();
  const mine: LockHolder = { schema: 'dhmc.lock/v1', nonce: randomUUID(), run, since, ...self };
  await makePrivateFolder(folder);
  const unfinished = path.join(folder, `.lock.${mine.nonce}`);
  await writeNew(unfinished, [`${JSON.stringify(mine)}\n`]);
  try {
    const lock = await take(path.join(folder, 'lock'), { mine, unfinished });
    await removeUnfinished(folder);
    return lock;
  } finally {
    await rm(unfinished, { force: true });
  }
}

/**
 * The run that a live process of this machine is executing in the folder; null if there is none or it cannot be known.
 */
export async function runAtWork(folder: string): Promise<string | null> {
  try {
    const holder = await readHolder(path.join(folder, 'lock'));
    if (typeof holder === 'string') return null;
    const fate = await holderLiveness(holder, await identifyThisProcess());
    return fate === 'alive' ? holder.run : null;
  } catch {
    // A command that writes reports the problem with the lock.
    return null;
  }
}

/**
 * Removes what a crash left: journals whose plan was not confirmed, so that nothing was changed, and indexes that were
 * not put in place.
 */
async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith('.') && name.endsWith(unfinishedEnding))
      await rm(path.join(folder, name), { force: true });
  }
}

interface Claim {
  readonly mine: LockHolder;
  /** The file that the lock is linked from. */
  readonly unfinished: string;
}

async function take(file: string, claim: Claim): Promise<Lock> {
  for (;;) {
    if (await alsoNamed(claim.unfinished, file)) return held(file, claim.mine);
    const holder = await readHolder(file);
    if (holder === 'gone') continue;
    const fate = holder === 'unreadable' ? 'unknown' : await holderLiveness(holder, claim.mine);
    if (holder === 'unreadable' || fate !== 'dead') throw refusal(file, holder, fate);
    // A process may have died during its takeover and left its claim: take over that claim in the same way.
    const takingOver = await take(`${file}.${holder.nonce}`, claim);
    try {
      const now = await readHolder(file);
      if (now !== 'gone' && (now === 'unreadable' || now.nonce !== holder.nonce)) continue;
      await replacePrivately(file, [`${JSON.stringify(claim.mine)}\n`]);
      return held(file, claim.mine);
    } finally {
      await takingOver.release();
    }
  }
}

/** In bytes: a lock names one process. */
const maxLock = 10_000;

async function readHolder(file: string): Promise<LockHolder | 'gone' | 'unreadable'> {
  let text: string;
  try {
    text = await readRegular(file, {
      refuseLink: true,
      most: maxLock,
      check(stats) {
        const objection = objectionTo(stats, currentUser());
        if (objection !== null) throw ownershipError('The lock', file, objection);
      },
    });
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 'gone';
    if (error instanceof FileRefused)
      throw new UsageError(
        `The lock ${file} ${error.message}, not a lock of dhmc.`,
        `If no other dhmc is running on this organization, remove ${file} and try again.`,
      );
    throw error;
  }
  try {
    return v.parse(lockFile, JSON.parse(text));
  } catch {
    return 'unreadable';
  }
}

const held = (file: string, mine: LockHolder): Lock => ({
  path: file,
  async release() {
    const holder = await readHolder(file);
    if (typeof holder === 'object' && holder.nonce === mine.nonce) await rm(file, { force: true });
  },
});

function refusal(
  file: string,
  holder: LockHolder | 'unreadable',
  fate: 'alive' | 'dead' | 'unknown',
): CommandError {
  if (holder === 'unreadable') {
    return new CommandError(
      problemFor('lock-unreadable', `The lock ${file} exists but does not name its owner.`, {
        file,
      }),
    );
  }
  const { run, since, host, pid } = holder;
  return new CommandError(
    problemFor(
      fate === 'alive' ? 'lock-held' : 'lock-held-elsewhere',
      `Another dhmc is running on this organization: process ${String(pid)} on ${host}, run ${run}, since ${since}.`,
      { file },
    ),
  );
}
