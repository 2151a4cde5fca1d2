/** A temporary file with the rows of a report, one per line, for formats that need all rows at once. */
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
  /** `cell`: the key for `linesOf`. */
  add(lines: readonly string[], cell?: string): Promise<void>;
  /** All lines so far. */
  lines(): AsyncIterable<string>;
  /** The lines of one cell, in the order in which they were added. */
  linesOf(cell: string): AsyncIterable<string>;
  /** Releases the file's disk space. */
  close(): Promise<void>;
}

/** How many bytes of the file are read at a time. */
const blockSize = 64 * 1024;

/** The size of a report of a million roles. */
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
 * Opens a file in the system's temporary folder, readable only by the user. Its name is removed at once, so that
 * nothing remains however the process ends; if the system cannot do that, it is removed when the process exits.
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
  /** By cell: the offsets and sizes of its parts of the file, in bytes. */
  const parts = new Map<string, [at: number, bytes: number][]>();
  return {
    add: (lines, cell = '') => {
      const text = lines.map((line) => `${line}\n`).join('');
      const bytes = Buffer.byteLength(text);
      const ofCell = parts.get(cell);
      if (ofCell === undefined) parts.set(cell, [[size, bytes]]);
      else ofCell.push([size, bytes]);
      size += bytes;
      // Write one after another: writes to a handle must not overlap.
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
      // Do not use a stream of the handle: it leaves a listener, and the rows are read many times.
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
