/** A file that holds the rows of a report, one a line, until the formats that need the whole are written. */
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Spool {
  /** `cell`: what the lines are found by again. */
  add(lines: readonly string[], cell?: string): Promise<void>;
  /** The lines so far, from the first. */
  lines(): AsyncIterable<string>;
  /** The lines of one cell, in the order in which they came. */
  linesOf(cell: string): AsyncIterable<string>;
  /** Removes the file. */
  close(): Promise<void>;
}

/** Opens one in the system's folder for temporary files, for this user alone. */
export async function openSpool(): Promise<Spool> {
  const folder = await mkdtemp(join(tmpdir(), 'dhmc-rows-'));
  const path = join(folder, 'rows');
  const file: FileHandle = await open(path, 'wx+', 0o600);
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
      last = last.then(() => file.appendFile(text));
      return last;
    },
    async *lines() {
      await last;
      yield* createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity });
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
      await rm(folder, { recursive: true, force: true });
    },
  };
}
