import { open, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { caseSeed } from '../support/cases.ts';
import { UsageError } from '../../src/core/model/errors.ts';
import type { RunEvent } from '../../src/core/record/events.ts';
import {
  continueJournal,
  journalPath,
  organizationFolder,
  readHeader,
  readJournal,
  type Damage,
} from '../../src/journal/index.ts';
import { readEnd } from '../../src/journal/reader.ts';
import {
  at,
  begun,
  cell,
  collect,
  confirmed,
  ended,
  everyEvent,
  organization,
  roleValue,
  run,
  startedOf,
  stateDirectory,
  write,
} from './sample.ts';

describe('a damaged journal', () => {
  test('torn in its last line is read without that line, and repaired by the next append', async () => {
    const stateDir = await stateDirectory();
    const file = await write(stateDir, everyEvent(run));
    const whole = await readFile(file);
    const lastLine = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: lastLine, max: whole.length - 1 }), async (length) => {
        await writeFile(file, whole.subarray(0, length));
        expect(await collect(readJournal(file))).toEqual(everyEvent(run).slice(0, -1));
        const journal = continueJournal(file);
        await journal.record(ended(cell, at));
        await journal.record(begun(cell, at, roleValue, null));
        await journal.close();
        expect(await collect(readJournal(file))).toEqual([
          ...everyEvent(run).slice(0, -1),
          ended(cell, at),
          begun(cell, at, roleValue, null),
        ]);
      }),
      { numRuns: 25, ...caseSeed() },
    );
  });

  test('torn in a line longer than a block is repaired too', async () => {
    const file = await write(await stateDirectory(), everyEvent(run));
    const handle = await open(file, 'a');
    await handle.appendFile('x'.repeat(200_000));
    await handle.close();
    const journal = continueJournal(file);
    await journal.record(begun(cell, at, roleValue, null));
    await journal.close();
    expect(await collect(readJournal(file))).toEqual([
      ...everyEvent(run),
      begun(cell, at, roleValue, null),
    ]);
  });

  test('is not created again if it was deleted', async () => {
    const stateDir = await stateDirectory();
    const journal = continueJournal(
      journalPath(organizationFolder(stateDir, organization.id), run),
    );
    await expect(journal.record(begun(cell, at))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(stateDir)).toEqual([]);
  });

  test('damaged in other lines is refused by line, or read with a report on each', async () => {
    const file = await write(await stateDirectory(), everyEvent(run));
    const lines = (await readFile(file, 'utf8')).split('\n');
    lines[2] = '{"type":"run-confirmed","at":"x","by":"nobody"}';
    lines[4] = '\u0000\u0000\u0000';
    await writeFile(file, lines.join('\n'));
    await expect(collect(readJournal(file))).rejects.toThrow(/line 3 is not a journal event: by: /);
    await expect(collect(readJournal(file))).rejects.toThrow(UsageError);
    const damage: Damage[] = [];
    const events = await collect(readJournal(file, { onDamage: (found) => damage.push(found) }));
    expect(damage.map(({ line }) => line)).toEqual([3, 5]);
    expect(events).toEqual(everyEvent(run).filter((_, index) => index !== 2 && index !== 4));
  });

  test.each([
    ['an empty file', '', /holds no whole line/],
    ['only a torn first line', '{"schema":"dhmc.journal/v1","type":"run-st', /holds no whole line/],
    ['another JSON file', '{"hello":1}\n', /not a dhmc journal/],
    ['text', 'hello\nworld\n', /not a dhmc journal/],
    ['another schema', '{"schema":"dhmc.report/v1"}\n', /not a dhmc journal/],
    [
      'a later version',
      '{"schema":"dhmc.journal/v2","type":"run-started"}\n',
      /version dhmc\.journal\/v2, but this dhmc reads dhmc\.journal\/v1/,
    ],
    [
      'a first line without its members',
      '{"schema":"dhmc.journal/v1","type":"run-started"}\n',
      /line 1 is not a journal event/,
    ],
    [
      'a first line of another event',
      '{"schema":"dhmc.journal/v1","type":"run-confirmed","at":"x","by":"yes"}\n',
      /line 1 does not start a run/,
    ],
  ])('is refused if it is %s', async (_, content, message) => {
    const file = path.join(await stateDirectory(), 'run.jsonl');
    await writeFile(file, content);
    await expect(collect(readJournal(file))).rejects.toThrow(message);
    await expect(readHeader(file)).rejects.toThrow(UsageError);
  });

  test('is refused if it is missing or a directory', async () => {
    const folder = await stateDirectory();
    await expect(readHeader(path.join(folder, 'none.jsonl'))).rejects.toThrow(
      /there is no such file/,
    );
    await expect(readHeader(folder)).rejects.toThrow(/is a directory/);
  });

  test('keeps characters on the border of two blocks', async () => {
    const stateDir = await stateDirectory();
    const events: RunEvent[] = [
      startedOf(run),
      confirmed,
      ...Array.from({ length: 400 }, (_, index) =>
        ended(cell, at, { value: 'ü€🙂'.repeat(100 + (index % 7)) }),
      ),
    ];
    const file = await write(stateDir, events);
    expect((await stat(file)).size).toBeGreaterThan(300_000);
    expect(await collect(readJournal(file))).toEqual(events);
  });

  test('is not damaged if it was truncated at a line end', async () => {
    const file = await write(await stateDirectory(), everyEvent(run));
    const whole = await readFile(file);
    await truncate(file, whole.lastIndexOf(0x0a, whole.length - 2) + 1);
    expect(await collect(readJournal(file))).toEqual(everyEvent(run).slice(0, -1));
  });
});

describe('the last event of a journal', () => {
  /** More than a block, so that the tail spans several. */
  const events: readonly RunEvent[] = [
    ...everyEvent(run).slice(0, -1),
    ...Array.from({ length: 2_000 }, () => ended(cell, at)),
    ...everyEvent(run).slice(-1),
  ];
  test.each([
    ['that is unchanged', (content: Buffer) => content, true],
    ['that is compressed', (content: Buffer) => gzipSync(content), true],
    ['without the last line end', (content: Buffer) => content.subarray(0, -1), false],
    [
      'that is compressed without the last line end',
      (content: Buffer) => gzipSync(content.subarray(0, -1)),
      false,
    ],
    [
      'that is compressed and truncated',
      (content: Buffer) => gzipSync(content).subarray(0, -9),
      false,
    ],
    [
      'with only one line',
      (content: Buffer) => content.subarray(0, content.indexOf(0x0a) + 1),
      false,
    ],
    ['that is empty', () => Buffer.alloc(0), false],
  ])('is right for a journal %s', async (_, change, isFound) => {
    const file = await write(await stateDirectory(), events);
    const content = await readFile(file);
    await writeFile(file, change(content));
    const begins = content.lastIndexOf(0x0a, content.length - 2) + 1;
    const event = events.at(-1);
    expect(await readEnd(file)).toEqual(isFound ? { event, begins } : null);
  });
});
