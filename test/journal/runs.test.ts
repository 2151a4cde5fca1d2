import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/model/errors.ts';
import type { RunEvent } from '../../src/core/record/events.ts';
import {
  findRun,
  laterHistories,
  listRuns,
  nextOrder,
  organizationFolder,
  readHistory,
  requireUnpacked,
  runToRollBack,
} from '../../src/journal/index.ts';
import {
  begun,
  ended,
  organization,
  planned,
  planOf,
  problem,
  setting,
  startedOf,
  write,
} from './sample.ts';

import {
  account,
  enabling,
  finished,
  first,
  id,
  rollingBack,
  second,
  stateWith,
  time,
} from './hourly-runs.ts';

describe('the list of runs', () => {
  test('is newest first, with the outcome of each run', async () => {
    const failed: RunEvent[] = [
      startedOf(id(9)),
      planOf(account, [
        planned(first),
        planned(second),
        planned(setting(account, 'eu-north-1'), { verdict: 'skipped' }),
      ]),
      { type: 'run-confirmed', at: time(9, 10), by: 'prompt' },
      begun(first, time(9)),
      ended(first, time(9, 31), { verdict: 'failed', state: 'disabled', value: null, problem }),
      { type: 'run-stopped', at: time(9, 32), reason: 'interrupted', message: '' },
      finished(9),
    ];
    const { runs, unreadable } = await listRuns(
      await stateWith(enabling(8), failed),
      organization.id,
    );
    expect(unreadable).toEqual([]);
    expect(
      runs.map(({ header, outcome, accounts, verdicts, changes, lastAt }) => ({
        run: header.run,
        outcome,
        accounts,
        verdicts,
        changes,
        lastAt,
      })),
    ).toEqual([
      {
        run: id(9),
        outcome: 'stopped',
        accounts: 1,
        verdicts: { failed: 1, 'in-sync': 1, 'not-attempted': 1, skipped: 1 },
        changes: 0,
        lastAt: time(9, 59),
      },
      {
        run: id(8),
        outcome: 'finished',
        accounts: 1,
        verdicts: { changed: 2, 'in-sync': 1 },
        changes: 2,
        lastAt: time(8, 59),
      },
    ]);
  });

  test('is the same from last lines and from whole journals', async () => {
    const cutOff = enabling(7).slice(0, -3);
    const stopped: RunEvent[] = [
      ...enabling(6).slice(0, -1),
      { type: 'run-stopped', at: time(6, 32), reason: 'interrupted', message: '' },
      finished(6),
    ];
    const stateDir = await stateWith(
      enabling(5),
      stopped,
      cutOff,
      enabling(8),
      rollingBack(9, 8, [first]),
      [...cutOff.slice(0, -1), finished(10)].map((event, at) =>
        at === 0 ? startedOf(id(10)) : event,
      ),
    );
    const short = await listRuns(stateDir, organization.id);
    for (const { path: file } of short.runs) {
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replace(/,"counts":.*(?=\n$)/, '}'));
      expect(await readFile(file, 'utf8')).not.toContain('"counts"');
    }
    expect(short.runs).toHaveLength(6);
    expect(await listRuns(stateDir, organization.id)).toEqual(short);
  });

  test('reads a whole journal if its size differs from its last line', async () => {
    const stateDir = await stateWith(enabling(8));
    const file = path.join(organizationFolder(stateDir, organization.id), `${id(8)}.jsonl`);
    const lines = (await readFile(file, 'utf8')).split('\n');
    await writeFile(file, lines.filter((_, at) => at !== 4).join('\n'));
    expect((await listRuns(stateDir, organization.id)).runs).toMatchObject([{ changes: 1 }]);
  });

  test('ends at the limit, with the number of older runs', async () => {
    const stateDir = await stateWith(enabling(8), enabling(9), enabling(10));
    const { runs, older } = await listRuns(stateDir, organization.id, 2);
    expect(runs.map(({ header }) => header.run)).toEqual([id(10), id(9)]);
    expect(older).toBe(1);
    expect((await listRuns(stateDir, null, 1)).older).toBe(2);
  });

  test('has the runs of all organizations where none is named, and none without a state directory', async () => {
    const stateDir = await stateWith(enabling(8));
    const other = { id: 'o-otherorg1234', managementAccount: '999999999999' };
    await write(stateDir, [startedOf(id(9), { organization: other }), finished(9)]);
    expect(
      (await listRuns(stateDir, null)).runs.map(({ header }) => header.organization.id),
    ).toEqual([other.id, organization.id]);
    expect(await listRuns(path.join(stateDir, 'none'), null)).toEqual({
      runs: [],
      unreadable: [],
      older: 0,
    });
  });

  test('reports unreadable files, and lists a damaged run with its damage', async () => {
    const stateDir = await stateWith(enabling(8), enabling(9));
    const folder = organizationFolder(stateDir, organization.id);
    await writeFile(path.join(folder, 'x.jsonl'), 'hello\n');
    const file = path.join(folder, `${id(9)}.jsonl`);
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replace('"run-finished"', '"run-vanished"'),
    );
    const { runs, unreadable } = await listRuns(stateDir, organization.id);
    expect(unreadable).toEqual([
      {
        path: path.join(folder, 'x.jsonl'),
        reason: expect.stringContaining('is not a dhmc journal') as string,
      },
    ]);
    expect(
      runs.map(({ damage, outcome }) => ({ lines: damage.map(({ line }) => line), outcome })),
    ).toEqual([
      { lines: [8], outcome: 'unfinished' },
      { lines: [], outcome: 'finished' },
    ]);
    await expect(readHistory(file)).rejects.toThrow(/damaged: line 8/);
  });
});

describe('compressed journals', () => {
  const plain = (stateDir: string, run: string): string =>
    path.join(organizationFolder(stateDir, organization.id), `${run}.jsonl`);
  const compress = async (file: string, cut = 0): Promise<void> => {
    const packed = gzipSync(await readFile(file));
    await writeFile(`${file}.gz`, packed.subarray(0, packed.length - cut));
    await rm(file);
  };

  test('are listed and found by id like others, unless an uncompressed copy exists', async () => {
    const stateDir = await stateWith(enabling(8), enabling(9));
    const before = await listRuns(stateDir, organization.id);
    await compress(plain(stateDir, id(9)));
    const { runs } = await listRuns(stateDir, organization.id);
    expect(runs.map(({ header, inForce }) => [header.run, inForce])).toEqual(
      before.runs.map(({ header, inForce }) => [header.run, inForce]),
    );
    expect(await findRun(stateDir, null, id(9))).toMatchObject({
      path: `${plain(stateDir, id(9))}.gz`,
    });
    await writeFile(plain(stateDir, id(9)), 'the unpacked one counts');
    expect((await listRuns(stateDir, organization.id)).unreadable).toHaveLength(1);
  });

  test('count as later runs and in the order of runs', async () => {
    const stateDir = await stateWith(enabling(8), enabling(9));
    const folder = organizationFolder(stateDir, organization.id);
    const run = await readHistory(plain(stateDir, id(8)));
    const place = await nextOrder(folder, 0);
    await compress(plain(stateDir, id(9)));
    const later = await laterHistories(run, [folder]);
    expect(later.map(({ started }) => started.run)).toEqual([id(9)]);
    expect(await nextOrder(folder, 0)).toBe(place);
  });

  test('cannot be continued, and are refused if truncated', async () => {
    const stateDir = await stateWith(enabling(8), enabling(9));
    const file = plain(stateDir, id(9));
    await compress(file, 12);
    const run = await readHistory(plain(stateDir, id(8)));
    await expect(requireUnpacked(`${file}.gz`)).rejects.toThrow(/is compressed/);
    await expect(readHistory(`${file}.gz`)).rejects.toThrow(/cannot be unpacked/);
    await expect(laterHistories(run, [path.dirname(file)])).rejects.toThrow(UsageError);
    const { runs, unreadable } = await listRuns(stateDir, organization.id);
    expect(runs.length + unreadable.length).toBe(2);
    await expect(runToRollBack(stateDir, organization.id)).rejects.toThrow(/cannot be unpacked/);
  });
});
