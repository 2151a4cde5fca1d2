/** Appends a run's events to its journal, with one write and one fsync for all events that wait at the same time. */
import { constants } from 'node:fs';
import { open, rm, lstat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { RecordEvent, RunEvent } from '../core/record/events.ts';
import { JournalError } from './errors.ts';
import { alsoNamed, endOfWholeLines, makePrivateFolder, syncFolder } from './files.ts';
import { formatLine } from './format.ts';
import { tallyRun } from './tally.ts';
import { journalPath, unfinishedName } from './location.ts';

export interface Journal {
  readonly path: string;
  /**
   * Resolves when the event is on disk. Events that nothing depends on, such as `account-planned` and `target-ended`,
   * only have to reach the system: that survives a killed process, but maybe not a power failure (README.md says why
   * this is enough). Rejects with `JournalError`, also for every event after the first that could not be written.
   */
  readonly record: RecordEvent;
  /** Writes and syncs what remains. Rejects with `JournalError` if that fails. */
  close(): Promise<void>;
}

/**
 * The journal of a new run. The file gets its name once it contains the confirmed plan (or the end of a run without
 * anything to confirm). Until then it is named `unfinishedName`, since an unconfirmed plan is not a run.
 */
export function createJournal({
  folder,
  run,
}: {
  readonly folder: string;
  readonly run: string;
}): Journal {
  const file = journalPath(folder, run);
  return appender(file, (first) => createFile(file, first), countingLines());
}

/** The journal of a resumed run. An incomplete last line is cut off before the first event is added. */
export function continueJournal(file: string): Journal {
  return appender(file, (first) => mendFile(file, first));
}

/** Formats events as lines; the last line contains the run's result. */
function countingLines(): (event: RunEvent) => string {
  const tally = tallyRun();
  let bytes = 0;
  return (event) => {
    tally.add(event);
    const counts = event.type === 'run-finished' ? tally.counts() : null;
    const line = formatLine(
      event.type === 'run-finished' && counts !== null
        ? { ...event, counts: { bytes, ...counts } }
        : event,
    );
    bytes += Buffer.byteLength(line);
    return line;
  };
}

/** A file that is appended to: `end` is the offset after the last complete line. */
interface OpenFile {
  readonly handle: FileHandle;
  readonly end: number;
  /** Its temporary name until the plan is confirmed; null once it has its own. */
  readonly unfinished: string | null;
}

interface Waiting {
  readonly type: RunEvent['type'];
  readonly line: string;
  readonly durable: boolean;
  readonly resolve: () => void;
  readonly reject: (error: JournalError) => void;
}

const needsDisk: Readonly<Record<RunEvent['type'], boolean>> = {
  'run-started': true,
  'account-planned': false,
  'run-confirmed': true,
  'change-begun': true,
  'target-ended': false,
  'run-stopped': true,
  'run-resumed': true,
  'run-finished': true,
  'stack-set-call-begun': true,
  'stack-set-call-ended': false,
  'cell-handed-over': false,
  'cell-taken-back': false,
  'role-handed-over': false,
  'role-tag-begun': true,
  'role-taken-back': false,
};

function appender(
  file: string,
  start: (first: string) => Promise<OpenFile>,
  lineOf: (event: RunEvent) => string = formatLine,
): Journal {
  let waiting: Waiting[] = [];
  let working: Promise<void> | null = null;
  let failure: JournalError | null = null;
  let opened: OpenFile | null = null;
  let unsynced = false;
  let closed = false;

  /** One write for the batch and, if an event waits for the disk, one fsync for everything since the last. */
  async function writeBatch(batch: readonly Waiting[]): Promise<void> {
    const text = batch.map((entry) => entry.line).join('');
    if (opened === null) {
      opened = await start(text);
    } else {
      await opened.handle.appendFile(text);
      opened = { ...opened, end: opened.end + Buffer.byteLength(text) };
      unsynced = true;
    }
    for (const entry of batch) if (!entry.durable) entry.resolve();
    if (batch.some((entry) => entry.durable)) await sync();
    if (
      opened.unfinished !== null &&
      batch.some(({ type }) => type === 'run-confirmed' || type === 'run-finished')
    ) {
      opened = await publish(file, opened, opened.unfinished);
    }
    for (const entry of batch) if (entry.durable) entry.resolve();
  }

  async function sync(): Promise<void> {
    if (!unsynced || opened === null) return;
    await opened.handle.datasync();
    unsynced = false;
  }

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await writeBatch(batch);
      } catch (error) {
        failure = new JournalError(file, error);
        // Remove a partly written line: the file should end with a complete line, if the disk still allows it.
        await opened?.handle.truncate(opened.end).catch(() => undefined);
        for (const entry of [...batch, ...waiting]) entry.reject(failure);
        waiting = [];
      }
    }
    working = null;
  }

  return {
    path: file,
    record: (event) =>
      new Promise((resolve, reject) => {
        if (closed) throw new Error(`An event came after the journal was closed: ${event.type}`);
        if (failure !== null) return reject(failure);
        waiting.push({
          type: event.type,
          line: lineOf(event),
          durable: needsDisk[event.type],
          resolve,
          reject,
        });
        working ??= work();
      }),
    async close() {
      closed = true;
      await working;
      const last = opened;
      if (last === null) return;
      try {
        if (failure === null) await sync();
        if (
          failure === null &&
          last.unfinished === null &&
          !(await isStillNamed(last.handle, file))
        )
          throw new Error(
            'it was removed, or replaced, during the run. Only the report has what was changed.',
          );
      } catch (error) {
        failure = new JournalError(file, error);
        throw failure;
      } finally {
        opened = null;
        await last.handle.close();
      }
    },
  };
}

async function isStillNamed(handle: FileHandle, file: string): Promise<boolean> {
  const [mine, named] = await Promise.all([handle.stat(), lstat(file).catch(() => null)]);
  return named !== null && named.ino === mine.ino && named.dev === mine.dev;
}

async function createFile(file: string, first: string): Promise<OpenFile> {
  await makePrivateFolder(path.dirname(file));
  const unfinished = unfinishedName(file);
  const handle = await open(unfinished, 'ax', 0o600);
  try {
    await handle.appendFile(first);
    await handle.sync();
    return { handle, end: Buffer.byteLength(first), unfinished };
  } catch (error) {
    await handle.close();
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** Do not follow a link in place of the file. */
const noFollow = constants.O_NOFOLLOW ?? 0;
const appending = constants.O_WRONLY | constants.O_APPEND | noFollow;

async function publish(
  file: string,
  { handle, end }: OpenFile,
  unfinished: string,
): Promise<OpenFile> {
  if (!(await alsoNamed(unfinished, file))) throw new Error('a file of its name is there.');
  const adding = await open(file, appending);
  try {
    await rm(unfinished, { force: true });
    await syncFolder(path.dirname(file));
  } catch (error) {
    await adding.close();
    throw error;
  }
  await handle.close();
  return { handle: adding, end, unfinished: null };
}

async function mendFile(file: string, first: string): Promise<OpenFile> {
  // Open for reading and writing, not appending: a torn line is cut off first. The file must exist, so no flag creates
  // it.
  const handle = await open(file, constants.O_RDWR | noFollow);
  let adding: FileHandle | null = null;
  try {
    const whole = await endOfWholeLines(handle);
    await handle.truncate(whole);
    await handle.sync();
    adding = await open(file, appending);
    await adding.appendFile(first);
    await adding.datasync();
    return { handle: adding, end: whole + Buffer.byteLength(first), unfinished: null };
  } catch (error) {
    await adding?.close();
    throw error;
  } finally {
    await handle.close();
  }
}
