/**
 * One writer per organization and state directory. The lock is a file that names its holder; it appears whole, by a hard
 * link. A dead process's lock is taken over by whoever first makes the claim file named after that very lock, so that two
 * who find it at the same time cannot both get it, and neither can remove the other's new lock.
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
  /** Tells this lock from every other of the same file. */
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

/** Who holds a lock, and since when. */
export type LockHolder = v.InferOutput<typeof lockFile>;

export interface Lock {
  readonly path: string;
  /** Gives the lock up. A lock that somebody removed by hand is not an error. */
  release(): Promise<void>;
}

/**
 * Takes the lock of a folder of journals, or throws `CommandError` `concurrent-update`, which names the holder and says
 * how to go on. System errors (no space, no permission) come as they are.
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

/** The run that a live process of this machine is at work on in the folder; null: none, or it cannot be known. */
export async function runAtWork(folder: string): Promise<string | null> {
  try {
    const holder = await readHolder(path.join(folder, 'lock'));
    if (typeof holder === 'string') return null;
    const fate = await holderLiveness(holder, await identifyThisProcess());
    return fate === 'alive' ? holder.run : null;
  } catch {
    // Whoever wants to write says what is wrong with the lock.
    return null;
  }
}

/** What a crash left: journals whose plan was not confirmed, so that nothing was changed, and indexes that were not put in place. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith('.') && name.endsWith(unfinishedEnding))
      await rm(path.join(folder, name), { force: true });
  }
}

interface Claim {
  readonly mine: LockHolder;
  /** The file that the lock is a link of. */
  readonly unfinished: string;
}

async function take(file: string, claim: Claim): Promise<Lock> {
  for (;;) {
    if (await alsoNamed(claim.unfinished, file)) return held(file, claim.mine);
    const holder = await readHolder(file);
    if (holder === 'gone') continue;
    const fate = holder === 'unreadable' ? 'unknown' : await holderLiveness(holder, claim.mine);
    if (holder === 'unreadable' || fate !== 'dead') throw refusal(file, holder, fate);
    // The claim may have been left by somebody who died while taking over: then it is taken over in the same way.
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
