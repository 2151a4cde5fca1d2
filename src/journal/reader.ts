/** Reads a journal line by line, with at most one block and one line in memory. */
import type { FileHandle } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import type { RunEvent, RunFinished, RunStarted } from '../core/record/events.ts';
import { UsageError } from '../core/model/errors.ts';
import { journalRules } from '../core/validation/journal-rules.ts';
import { blocksOf, isCompressed, UnpackError } from './blocks.ts';
import { systemCode } from './errors.ts';
import { journalSchema, parseLine, schemaOf } from './format.ts';
import {
  currentUser,
  linkError,
  objectionTo,
  ownershipError,
  refuseForeignLinks,
} from './ownership.ts';
import { shareTexts } from './shared-texts.ts';
import { FileRefused, openRegular } from './regular-file.ts';

/** A line that is not an event of this journal. A torn last line does not count: a crash leaves it. */
export interface Damage {
  /** Counted from 1. */
  readonly line: number;
  readonly reason: string;
}

/** Called for each damaged line. Without it, the first damaged line throws `UsageError`. */
export type OnDamage = (damage: Damage) => void;

/**
 * Yields the events of a journal; the first is `run-started`. Throws `UsageError` if the file does not exist, is not a
 * journal or has an unknown version, and at the first damaged line unless `onDamage` is given. Stops after a thousand
 * damaged lines.
 */
export async function* readJournal(
  file: string,
  { onDamage }: { onDamage?: OnDamage } = {},
): AsyncGenerator<RunEvent, void, undefined> {
  const rules = journalRules(Date.now());
  const share = shareTexts();
  let number = 0;
  let damages = 0;
  const report = (damage: Damage): void => {
    if (onDamage === undefined) throw damaged(file, damage);
    damages += 1;
    onDamage(
      damages < maxDamage
        ? damage
        : {
            ...damage,
            reason: `${damage.reason}, as ${String(maxDamage - 1)} lines before it; no more is read`,
          },
    );
  };
  const cutOff = (error: UnpackError): void => {
    if (number === 0) throw notAJournal(file, `it ${error.message}`);
    report({ line: number + 1, reason: error.message });
  };
  for await (const lines of linesOf(file, cutOff)) {
    for (const line of lines) {
      number += 1;
      if (number === 1) {
        const first = firstEvent(line, file);
        rules.problemOf(first);
        yield first;
        continue;
      }
      const parsed = parseLine(line);
      if (parsed.ok) share(parsed.event);
      const reason = !parsed.ok
        ? parsed.reason
        : parsed.event.type === 'run-started'
          ? 'starts a second run'
          : rules.problemOf(parsed.event);
      if (parsed.ok && reason === null) {
        yield parsed.event;
        continue;
      }
      report({ line: number, reason: reason ?? '' });
      if (damages >= maxDamage) return;
    }
  }
  if (number === 0) throw notAJournal(file, 'it holds no whole line');
}

/** A file with this many damaged lines is not read any further. */
const maxDamage = 1_000;

/** Reads only the first event: who ran what, and when. Throws as `readJournal` does. */
export async function readHeader(file: string): Promise<RunStarted> {
  const cutOff = (error: UnpackError): void => {
    throw notAJournal(file, `it ${error.message}`);
  };
  for await (const lines of linesOf(file, cutOff, headSize)) {
    const [first] = lines;
    if (first !== undefined) return firstEvent(first, file);
  }
  throw notAJournal(file, 'it holds no whole line');
}

/**
 * The last event of a finished run and the offset of its line, found without reading the other lines. Null if the
 * journal does not end with it.
 */
export async function readEnd(
  file: string,
): Promise<{ readonly event: RunFinished; readonly begins: number } | null> {
  const handle = await openForReading(file);
  try {
    const { tail, size } = (await isCompressed(handle))
      ? await unpackedTail(handle)
      : await tailOf(handle);
    if (tail.at(-1) !== 0x0a) return null;
    const before = tail.lastIndexOf(0x0a, tail.length - 2);
    if (before < 0) return null;
    const parsed = parseLine(tail.toString('utf8', before + 1, tail.length - 1));
    if (!parsed.ok || parsed.event.type !== 'run-finished') return null;
    return { event: parsed.event, begins: size - tail.length + before + 1 };
  } catch (error) {
    if (error instanceof UnpackError) return null;
    throw error;
  } finally {
    await handle.close();
  }
}

/** The last bytes of a journal, and the size of the whole. */
interface Tail {
  readonly tail: Buffer;
  readonly size: number;
}

async function tailOf(handle: FileHandle): Promise<Tail> {
  const { size } = await handle.stat();
  const tail = Buffer.alloc(Math.min(size, tailSize));
  const { bytesRead } = await handle.read(tail, 0, tail.length, size - tail.length);
  return { tail: tail.subarray(0, bytesRead), size: size - tail.length + bytesRead };
}

async function unpackedTail(handle: FileHandle): Promise<Tail> {
  let tail: Buffer = Buffer.alloc(0);
  let size = 0;
  for await (const block of blocksOf(handle)) {
    size += block.length;
    tail = Buffer.concat([tail, block]).subarray(-tailSize);
  }
  return { tail, size };
}

function firstEvent(line: string, file: string): RunStarted {
  const schema = schemaOf(line);
  if (schema !== null && schema !== journalSchema && schema.startsWith('dhmc.journal/')) {
    throw new UsageError(
      `The journal ${file} has version ${schema}, but this dhmc reads ${journalSchema}.`,
      'Use the version of dhmc that wrote it, or a newer one.',
    );
  }
  if (schema !== journalSchema)
    throw notAJournal(file, `its first line does not carry "schema": "${journalSchema}"`);
  const parsed = parseLine(line);
  if (!parsed.ok) throw damaged(file, { line: 1, reason: parsed.reason });
  if (parsed.event.type !== 'run-started')
    throw damaged(file, { line: 1, reason: 'does not start a run' });
  const problem = journalRules(Date.now()).problemOf(parsed.event);
  if (problem !== null) throw damaged(file, { line: 1, reason: problem });
  return parsed.event;
}

const notAJournal = (file: string, reason: string): UsageError =>
  new UsageError(
    `${file} is not a dhmc journal: ${reason}.`,
    'Name a run id that `dhmc runs` lists, or a journal file.',
  );

/** Throws `UsageError` if the journal is compressed, because nothing can be appended to it. */
export async function requireUnpacked(file: string): Promise<void> {
  const handle = await openForReading(file);
  try {
    if (!(await isCompressed(handle))) return;
  } finally {
    await handle.close();
  }
  throw new UsageError(
    `The journal ${file} is compressed, and a resumed run adds to its journal.`,
    `Unpack it first, with \`gunzip ${file}\`.`,
  );
}

export const damaged = (file: string, { line, reason }: Damage): UsageError =>
  new UsageError(
    `The journal ${file} is damaged: line ${String(line)} ${reason}.`,
    `\`dhmc runs show ${file}\` shows what can be read. Restore the file from a copy; dhmc changes nothing based on a damaged journal.`,
  );

/** First lines are rarely longer. */
const headSize = 16 * 1024;
const tailSize = 16 * 1024;
/** In characters; far above the plan of an account with every region. */
const maxLine = 4_000_000;

/**
 * Yields the complete lines of a file, block by block. Text after the last line end was torn off by a crash and is left
 * out.
 */
async function* linesOf(
  file: string,
  onCutOff: (error: UnpackError) => void,
  blockSize?: number,
): AsyncGenerator<readonly string[], void, undefined> {
  const handle = await openForReading(file);
  try {
    // Invalid UTF-8 becomes U+FFFD. If that makes the line invalid, it is reported by its number.
    const decoder = new StringDecoder('utf8');
    let rest = '';
    for await (const block of blocksOf(handle, blockSize)) {
      const lines = (rest + decoder.write(block)).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > maxLine)
        throw notAJournal(file, `it has a line of more than ${String(maxLine)} characters`);
      if (lines.length > 0) yield lines;
    }
  } catch (error) {
    if (!(error instanceof UnpackError)) throw error;
    onCutOff(error);
  } finally {
    await handle.close();
  }
}

async function openForReading(file: string): Promise<FileHandle> {
  await refuseForeignLinks('The journal', file);
  try {
    return await openRegular(file, {
      refuseLink: true,
      check(stats) {
        const objection = objectionTo(stats, currentUser());
        if (objection !== null) throw ownershipError('The journal', file, objection);
      },
    });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (error instanceof FileRefused) {
      if (error.message === 'is a symbolic link') throw linkError('The journal', file);
      throw notAJournal(file, `it ${error.message}`);
    }
    const code = systemCode(error);
    const reason =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EACCES' || code === 'EPERM'
          ? 'permission is denied'
          : String(error);
    throw new UsageError(
      `The journal ${file} cannot be read: ${reason}.`,
      'Name a run id that `dhmc runs` lists, or a journal file.',
    );
  }
}
