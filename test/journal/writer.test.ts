import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { RunEvent } from '../../src/core/record/events.ts';
import {
  createJournal,
  journalPath,
  lockFolder,
  JournalError,
  organizationFolder,
  readHeader,
  readJournal,
} from '../../src/journal/index.ts';
import {
  at,
  begun,
  cell,
  collect,
  confirmed,
  ended,
  everyEvent,
  organization,
  run,
  startedOf,
  stateDirectory,
  write,
} from './sample.ts';

const begin = (stateDir: string) => ({
  folder: organizationFolder(stateDir, organization.id),
  run,
});

describe('the journal writer', () => {
  test('writes events that are read back unchanged', async () => {
    const file = await write(await stateDirectory(), everyEvent(run));
    expect(await collect(readJournal(file))).toEqual(everyEvent(run));
    expect(await readHeader(file)).toEqual(everyEvent(run)[0]);
  });

  test('writes the schema into the first line', async () => {
    const file = await write(await stateDirectory(), everyEvent(run));
    expect(JSON.parse((await readFile(file, 'utf8')).split('\n')[0] ?? '')).toMatchObject({
      schema: 'dhmc.journal/v1',
      type: 'run-started',
      run,
    });
  });

  test('resolves once the event is in the file, and names the file once the plan is confirmed', async () => {
    const stateDir = await stateDirectory();
    const journal = createJournal(begin(stateDir));
    const written: RunEvent[] = [];
    for (const event of everyEvent(run)) {
      await journal.record(event);
      written.push(event);
      const confirmed = written.some(({ type }) => type === 'run-confirmed');
      const name = confirmed ? `${run}.jsonl` : `.${run}.jsonl.unfinished`;
      expect(await readdir(path.dirname(journal.path))).toEqual([name]);
      expect(await collect(readJournal(path.join(path.dirname(journal.path), name)))).toEqual(
        written,
      );
    }
    await journal.close();
  });

  test('names the file of a run without a plan when the run ends', async () => {
    const events: RunEvent[] = [
      startedOf(run),
      { type: 'run-finished', at, calls: 1, throttled: 0 },
    ];
    expect(await collect(readJournal(await write(await stateDirectory(), events)))).toMatchObject(
      events,
    );
  });

  test('keeps the order of events that are recorded together', async () => {
    const stateDir = await stateDirectory();
    const journal = createJournal(begin(stateDir));
    const events: RunEvent[] = [
      startedOf(run),
      confirmed,
      ...Array.from({ length: 500 }, (_, index) => ended(cell, at, { attempts: index })),
    ];
    await Promise.all(events.map((event) => journal.record(event)));
    await journal.close();
    expect(await collect(readJournal(journal.path))).toEqual(events);
  });

  test.skipIf(process.platform === 'win32')(
    'makes folder and file accessible to the user only',
    async () => {
      const stateDir = await stateDirectory();
      const folder = path.join(stateDir, organization.id);
      await mkdir(folder);
      await chmod(folder, 0o755);
      const file = await write(stateDir, everyEvent(run));
      expect((await stat(folder)).mode & 0o777).toBe(0o700);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      const deeper = path.join(stateDir, 'not', 'there');
      await write(deeper, everyEvent(run));
      for (const made of [path.dirname(deeper), deeper])
        expect((await stat(made)).mode & 0o777).toBe(0o700);
    },
  );

  test.skipIf(process.platform === 'win32')(
    'keeps the mode of a folder that is not dhmc’s',
    async () => {
      const folder = path.join(await stateDirectory(), 'shared');
      await mkdir(folder);
      await chmod(folder, 0o755);
      await (await lockFolder(folder, { run, since: '' })).release();
      expect((await stat(folder)).mode & 0o777).toBe(0o755);
    },
  );

  test('reports at the end that the journal was removed', async () => {
    const stateDir = await stateDirectory();
    const journal = createJournal({ folder: path.join(stateDir, organization.id), run });
    for (const event of everyEvent(run)) await journal.record(event);
    await rm(journal.path);
    await expect(journal.close()).rejects.toThrow(/was removed/);
  });

  test('refuses every event after a refused one, even if it could be written again', async () => {
    const stateDir = path.join(await stateDirectory(), 'file');
    await writeFile(stateDir, '');
    const journal = createJournal(begin(stateDir));
    await expect(journal.record(startedOf(run))).rejects.toThrow(JournalError);
    await rm(stateDir);
    await expect(journal.record(startedOf(run))).rejects.toThrow(JournalError);
    await journal.close();
  });

  test('waits for the disk only for events that must be durable', async () => {
    const stateDir = await stateDirectory();
    const some = await open(path.join(stateDir, 'some'), 'w');
    const handles = Object.getPrototypeOf(some) as { datasync(): Promise<void> };
    await some.close();
    const synced = vi.spyOn(handles, 'datasync');
    onTestFinished(() => synced.mockRestore());
    const journal = createJournal(begin(stateDir));
    await journal.record(startedOf(run));
    const before = synced.mock.calls.length;
    await journal.record(ended(cell, at));
    expect(synced.mock.calls.length).toBe(before);
    await journal.record(begun(cell, at));
    expect(synced.mock.calls.length).toBe(before + 1);
    await journal.close();
  });

  test('leaves no other file in the folder', async () => {
    const file = await write(await stateDirectory(), everyEvent(run));
    expect(await readdir(path.dirname(file))).toEqual([`${run}.jsonl`]);
  });

  test('never overwrites a journal', async () => {
    const stateDir = await stateDirectory();
    await write(stateDir, everyEvent(run));
    await expect(write(stateDir, [startedOf(run), confirmed])).rejects.toThrow(JournalError);
    expect(
      await collect(readJournal(journalPath(organizationFolder(stateDir, organization.id), run))),
    ).toHaveLength(8);
  });

  test('refuses every event where the state directory is a file', async () => {
    const stateDir = path.join(await stateDirectory(), 'file');
    await writeFile(stateDir, '');
    const journal = createJournal(begin(stateDir));
    await expect(journal.record(startedOf(run))).rejects.toMatchObject({
      name: 'JournalError',
      code: 'ENOTDIR',
    });
    await expect(journal.record(begun(cell, at))).rejects.toThrow(
      /a part of its path is not a directory/,
    );
    await journal.close();
  });

  test.skipIf(process.platform !== 'linux')(
    'refuses an event at once where no folder can be created',
    async () => {
      const journal = createJournal(begin('/proc/dhmc'));
      await expect(journal.record(startedOf(run))).rejects.toMatchObject({
        name: 'JournalError',
        code: 'ENOENT',
      });
    },
  );

  test.skipIf(process.platform === 'win32')(
    'refuses the first event that does not fit on the disk, and all later ones',
    async () => {
      const stateDir = await stateDirectory();
      const script = new URL('fill.ts', import.meta.url).pathname;
      // A file may not exceed 16 blocks of 512 (dash) or 1,024 (bash) bytes. To the program, this is a full disk.
      const child = spawn(
        'sh',
        [
          '-c',
          'ulimit -f 16; exec "$@"',
          'sh',
          process.execPath,
          '--import',
          'tsx',
          script,
          stateDir,
        ],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      child.stdout.setEncoding('utf8');
      let output = '';
      child.stdout.on('data', (chunk: string) => (output += chunk));
      const [status] = (await once(child, 'close')) as [number];
      expect(status).toBe(0);
      const { accepted, codes } = JSON.parse(output) as { accepted: number; codes: string[] };
      expect(new Set(codes)).toEqual(new Set(['EFBIG']));
      expect(accepted).toBeGreaterThan(5);
      const file = journalPath(
        organizationFolder(stateDir, organization.id),
        '20261122-100000-filled',
      );
      expect(await collect(readJournal(file))).toHaveLength(accepted);
      expect((await readFile(file)).at(-1)).toBe(0x0a);
    },
  );
});
