/** A temporary file with the rows of a report, one a line, until the formats that need all of them are written. */
import { rmSync } from 'node:fs';
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { CommandError, UsageError } from '../../core/model/errors.ts';
import { problemFor } from '../../core/problems/hints.ts';
import { systemCode } from '../../journal/errors.ts';
import { causeOf } from '../terminal/streams.ts';

export interface Spool {
  /** `cell`: what the lines are found by again. */
  add(lines: readonly string[], cell?: string): Promise<void>;
  /** The lines so far, from the first. */
  lines(): AsyncIterable<string>;
  /** The lines of one cell, in the order in which they came. */
  linesOf(cell: string): AsyncIterable<string>;
  /** Gives the file's place free. */
  close(): Promise<void>;
}

/** Bytes of the file that are read at once. */
const blockSize = 64 * 1024;

/** What a report of a million roles takes. */
const space = '4 GB for a million rows';

const full = (folder: string, error: unknown): CommandError =>
  new CommandError(
    problemFor(
      'spool-full',
      `The rows of the report cannot be stored in ${folder}: ${causeOf(error)}.`,
      { space },
    ),
  );

/**
 * Opens one in the system's folder for temporary files, for this user alone. Its name is removed at once, so that nothing
 * is left of it however the process ends; where a system cannot do that, when the process ends.
 */
export async function openSpool(): Promise<Spool> {
  const place = tmpdir();
  let folder: string;
  let file: FileHandle;
  try {
    folder = await mkdtemp(join(place, 'dhmc-rows-'));
    file = await open(join(folder, 'rows'), 'wx+', 0o600);
  } catch (error) {
    if (['ENOSPC', 'EDQUOT', 'EIO'].includes(systemCode(error))) throw full(place, error);
    throw new UsageError(
      `The folder for temporary files, ${place}, cannot be used: ${causeOf(error)}.`,
      'Set TMPDIR to a folder that you can write to.',
    );
  }
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const isRemoved = await rm(folder, { recursive: true, force: true }).then(
    () => true,
    () => false,
  );
  if (!isRemoved) process.once('exit', remove);
  let last = Promise.resolve();
  let size = 0;
  /** By cell: where its lines begin in the file, and how many bytes they take. */
  const parts = new Map<string, [at: number, bytes: number][]>();
  return {
    add: (lines, cell = '') => {
      const text = lines.map((line) => `${line}\n`).join('');
      const bytes = Buffer.byteLength(text);
      const ofCell = parts.get(cell);
      if (ofCell === undefined) parts.set(cell, [[size, bytes]]);
      else ofCell.push([size, bytes]);
      size += bytes;
      // One after the other: writes to a handle must not overlap.
      last = last.then(async () => {
        try {
          await file.appendFile(text);
        } catch (error) {
          throw full(place, error);
        }
      });
      return last;
    },
    async *lines() {
      await last;
      // A stream of the handle would leave a listener on it, and the rows are read many times.
      const decoder = new StringDecoder('utf8');
      const block = Buffer.alloc(blockSize);
      let begun = '';
      for (let at = 0; ;) {
        const { bytesRead } = await file.read(block, 0, blockSize, at);
        if (bytesRead === 0) return;
        at += bytesRead;
        const found = (begun + decoder.write(block.subarray(0, bytesRead))).split('\n');
        begun = found.pop() ?? '';
        yield* found;
      }
    },
    async *linesOf(cell) {
      await last;
      for (const [at, bytes] of parts.get(cell) ?? []) {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, at);
        yield* buffer.toString('utf8', 0, bytesRead).split('\n').filter(Boolean);
      }
    },
    close: async () => {
      await file.close();
      if (isRemoved) return;
      process.off('exit', remove);
      remove();
    },
  };
}
