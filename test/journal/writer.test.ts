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

describe('writing', () => {
  test('what was recorded is read back, member by member', async () => {
    const file = await write(await stateDirectory(), everyEvent(run));
    expect(await collect(readJournal(file))).toEqual(everyEvent(run));
    expect(await readHeader(file)).toEqual(everyEvent(run)[0]);
  });

  test('the first line carries the schema', async () => {
    const file = await write(await stateDirectory(), everyEvent(run));
    expect(JSON.parse((await readFile(file, 'utf8')).split('\n')[0] ?? '')).toMatchObject({
      schema: 'dhmc.journal/v1',
      type: 'run-started',
      run,
    });
  });

  test('an event that has resolved is in the file, and the file has its name once the plan is confirmed', async () => {
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

  test('a run that had nothing to confirm has its name with its end', async () => {
    const events: RunEvent[] = [
      startedOf(run),
      { type: 'run-finished', at, calls: 1, throttled: 0 },
    ];
    expect(await collect(readJournal(await write(await stateDirectory(), events)))).toMatchObject(
      events,
    );
  });

  test('events recorded together keep their order', async () => {
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
    'folder and file are the user’s alone, whatever they were',
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
    'a folder that is not dhmc’s keeps its mode, for a journal that was copied there',
    async () => {
      const folder = path.join(await stateDirectory(), 'shared');
      await mkdir(folder);
      await chmod(folder, 0o755);
      await (await lockFolder(folder, { run, since: '' })).release();
      expect((await stat(folder)).mode & 0o777).toBe(0o755);
    },
  );

  test('a journal that was removed meanwhile is reported at the end', async () => {
    const stateDir = await stateDirectory();
    const journal = createJournal({ folder: path.join(stateDir, organization.id), run });
    for (const event of everyEvent(run)) await journal.record(event);
    await rm(journal.path);
    await expect(journal.close()).rejects.toThrow(/was removed/);
  });

  test('once an event was refused all later ones are, even where they would fit again', async () => {
    const stateDir = path.join(await stateDirectory(), 'file');
    await writeFile(stateDir, '');
    const journal = createJournal(begin(stateDir));
    await expect(journal.record(startedOf(run))).rejects.toThrow(JournalError);
    await rm(stateDir);
    await expect(journal.record(startedOf(run))).rejects.toThrow(JournalError);
    await journal.close();
  });

  test('an event that must be on the disk waits for the disk', async () => {
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

  test('nothing else is left in the folder', async () => {
    const file = await write(await stateDirectory(), everyEvent(run));
    expect(await readdir(path.dirname(file))).toEqual([`${run}.jsonl`]);
  });

  test('a journal that is there is not overwritten', async () => {
    const stateDir = await stateDirectory();
    await write(stateDir, everyEvent(run));
    await expect(write(stateDir, [startedOf(run), confirmed])).rejects.toThrow(JournalError);
    expect(
      await collect(readJournal(journalPath(organizationFolder(stateDir, organization.id), run))),
    ).toHaveLength(8);
  });

  test('a state directory that is a file: every event is refused, with the reason', async () => {
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
    'a file system that makes no directories: refused, and at once',
    async () => {
      const journal = createJournal(begin('/proc/dhmc'));
      await expect(journal.record(startedOf(run))).rejects.toMatchObject({
        name: 'JournalError',
        code: 'ENOENT',
      });
    },
  );

  test.skipIf(process.platform === 'win32')(
    'a disk that fills up: the first event that does not fit is refused, and all after it',
    async () => {
      const stateDir = await stateDirectory();
      const script = new URL('fill.ts', import.meta.url).pathname;
      // A file may not grow over 16 blocks of 512 (dash) or 1,024 (bash) bytes: to the program, a disk that is full.
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
