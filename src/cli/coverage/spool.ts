/** A file that holds the rows of a report, one a line, until the formats that need the whole are written. */
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Spool {
  add(lines: readonly string[]): Promise<void>;
  /** The lines so far, from the first. */
  lines(): AsyncIterable<string>;
  /** Removes the file. */
  close(): Promise<void>;
}

/** Opens one in the system's folder for temporary files, for this user alone. */
export async function openSpool(): Promise<Spool> {
  const folder = await mkdtemp(join(tmpdir(), 'dhmc-rows-'));
  const path = join(folder, 'rows');
  const file: FileHandle = await open(path, 'wx', 0o600);
  let last = Promise.resolve();
  return {
    add: (lines) => {
      const text = lines.map((line) => `${line}\n`).join('');
      // One after the other: writes to a handle must not overlap.
      last = last.then(() => file.appendFile(text));
      return last;
    },
    async *lines() {
      await last;
      yield* createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity });
    },
    close: async () => {
      await file.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
