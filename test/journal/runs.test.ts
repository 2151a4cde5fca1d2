import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/model/errors.ts';
import type { RunEvent } from '../../src/core/record/events.ts';
import {
  defaultStateDir,
  findRun,
  laterHistories,
  listRuns,
  nextOrder,
  organizationFolder,
  readHistory,
  requireUnpacked,
  runToResume,
  runToRollBack,
} from '../../src/journal/index.ts';
import { formatLine } from '../../src/journal/format.ts';
import {
  begun,
  ended,
  organization,
  planned,
  planOf,
  problem,
  roleValue,
  setting,
  startedOf,
  stateDirectory,
  write,
} from './sample.ts';

const account = '222222222222';
const cells = ['eu-west-1', 'us-east-1'].map((region) => setting(account, region));
const [first, second] = cells as [(typeof cells)[0], (typeof cells)[0]];

const id = (hour: number): string => `20261122-${String(hour).padStart(2, '0')}0000-aaaaaa`;
const time = (hour: number, second = 30): string =>
  `2026-11-22T${String(hour).padStart(2, '0')}:00:${String(second)}.000Z`;

const finished = (hour: number): RunEvent => ({
  type: 'run-finished',
  at: time(hour, 59),
  calls: 1,
  throttled: 0,
});

/** A run that changed the given cells. */
const enabling = (hour: number, changed = cells): RunEvent[] => [
  startedOf(id(hour)),
  planOf(
    account,
    changed.map((cell) => planned(cell)),
  ),
  { type: 'run-confirmed', at: time(hour, 10), by: 'yes' },
  ...changed.flatMap((cell) => [begun(cell, time(hour)), ended(cell, time(hour, 31))]),
  finished(hour),
];

const rollingBack = (
  hour: number,
  rolledBack: number,
  changed = cells,
  settled: typeof cells = [],
): RunEvent[] => [
  startedOf(id(hour), { action: 'rollback', rollsBack: id(rolledBack) }),
  planOf(account, [
    ...changed.map((cell) => planned(cell, { from: roleValue, to: null })),
    ...settled.map((cell) => planned(cell, { verdict: 'in-sync' })),
  ]),
  { type: 'run-confirmed', at: time(hour, 10), by: 'yes' },
  ...changed.flatMap((cell) => [
    begun(cell, time(hour), roleValue, null),
    ended(cell, time(hour, 31), { value: null }),
  ]),
  finished(hour),
];

async function stateWith(...runs: RunEvent[][]): Promise<string> {
  const stateDir = await stateDirectory();
  for (const events of runs) await write(stateDir, events);
  return stateDir;
}

const inForce = async (stateDir: string): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await listRuns(stateDir, organization.id)).runs.map((run) => [run.header.run, run.inForce]),
  );

describe('the list of runs', () => {
  test('is newest first, with what each came to', async () => {
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

  test('is the same from the last lines alone as from whole journals', async () => {
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

  test('reads a journal whole whose size is not what its last line says', async () => {
    const stateDir = await stateWith(enabling(8));
    const file = path.join(organizationFolder(stateDir, organization.id), `${id(8)}.jsonl`);
    const lines = (await readFile(file, 'utf8')).split('\n');
    await writeFile(file, lines.filter((_, at) => at !== 4).join('\n'));
    expect((await listRuns(stateDir, organization.id)).runs).toMatchObject([{ changes: 1 }]);
  });

  test('ends after as many runs as are wanted, and says how many are left', async () => {
    const stateDir = await stateWith(enabling(8), enabling(9), enabling(10));
    const { runs, older } = await listRuns(stateDir, organization.id, 2);
    expect(runs.map(({ header }) => header.run)).toEqual([id(10), id(9)]);
    expect(older).toBe(1);
    expect((await listRuns(stateDir, null, 1)).older).toBe(2);
  });

  test('holds runs of all organizations where none is named, and is empty where there is no state directory', async () => {
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

  test('says what it cannot read, and shows what it can of a damaged run', async () => {
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

describe('what is in force', () => {
  test('a run until it is rolled back, in part or wholly', async () => {
    expect(await inForce(await stateWith(enabling(8)))).toEqual({ [id(8)]: 2 });
    expect(await inForce(await stateWith(enabling(8), rollingBack(9, 8, [first])))).toEqual({
      [id(8)]: 1,
      [id(9)]: 1,
    });
    expect(
      await inForce(await stateWith(enabling(8), rollingBack(9, 8, [first], [second]))),
    ).toEqual({ [id(8)]: 0, [id(9)]: 1 });
    expect(
      await inForce(
        await stateWith(enabling(8), rollingBack(9, 8, [first]), rollingBack(10, 8, [second])),
      ),
    ).toMatchObject({
      [id(8)]: 0,
    });
  });

  test('a run again whose rollback was rolled back', async () => {
    const runs = [enabling(8), rollingBack(9, 8), rollingBack(10, 9, [first])];
    expect(await inForce(await stateWith(...runs))).toEqual({
      [id(8)]: 1,
      [id(9)]: 1,
      [id(10)]: 1,
    });
    expect(await inForce(await stateWith(...runs, rollingBack(11, 10, [first])))).toMatchObject({
      [id(8)]: 0,
      [id(9)]: 2,
      [id(10)]: 0,
    });
  });

  test('a change that a resumed run made after its rollback', async () => {
    const resumed: RunEvent[] = [
      ...enabling(8, [first]),
      {
        type: 'run-resumed',
        at: time(10),
        caller: startedOf(id(8)).caller,
        command: 'dhmc resume',
      },
      planOf(account, [planned(first, { verdict: 'changed' }), planned(second)]),
      begun(second, time(10)),
      ended(second, time(10, 31)),
      finished(10),
    ];
    const stateDir = await stateWith(enabling(7), resumed, rollingBack(9, 8, [first], [second]));
    expect(await inForce(stateDir)).toMatchObject({ [id(7)]: 2, [id(8)]: 1 });
    expect((await runToRollBack(stateDir, organization.id)).run.header.run).toBe(id(8));
  });

  test('a run again that was found undone by a later one, which was rolled back since', async () => {
    const disabling = (hour: number): RunEvent[] => [
      startedOf(id(hour), { action: 'disable' }),
      planOf(account, [planned(first, { from: roleValue, to: null })]),
      { type: 'run-confirmed', at: time(hour, 10), by: 'yes' },
      begun(first, time(hour), roleValue, null),
      ended(first, time(hour, 31), { value: null }),
      finished(hour),
    ];
    const restoring = rollingBack(11, 9, [first]).map((event): RunEvent => {
      if (event.type === 'account-planned') return planOf(account, [planned(first)]);
      return event.type === 'change-begun' ? begun(first, time(11)) : event;
    });
    const runs = [enabling(8, [first]), disabling(9), rollingBack(10, 8, [], [first])];
    expect(await inForce(await stateWith(...runs))).toMatchObject({ [id(8)]: 0, [id(9)]: 1 });
    expect(await inForce(await stateWith(...runs, restoring))).toMatchObject({
      [id(8)]: 1,
      [id(9)]: 0,
    });
  });

  test('a run again whose rollback was rolled back, though it was rolled back a second time in between', async () => {
    const runs = [
      enabling(8, [first]),
      rollingBack(9, 8, [first]),
      rollingBack(10, 8, [], [first]),
    ];
    expect(await inForce(await stateWith(...runs))).toMatchObject({ [id(8)]: 0 });
    expect(await inForce(await stateWith(...runs, rollingBack(11, 9, [first])))).toMatchObject({
      [id(8)]: 1,
      [id(9)]: 0,
    });
  });

  test('a change that was begun and has no end is counted apart, one that AWS refused is not', async () => {
    const cutOff = [
      ...enabling(8).slice(0, 3),
      begun(first, time(8)),
      begun(second, time(8)),
      ended(second, time(8), { verdict: 'failed', state: 'disabled', value: null }),
    ];
    const stateDir = await stateWith(cutOff);
    expect((await listRuns(stateDir, organization.id)).runs[0]).toMatchObject({
      outcome: 'unfinished',
      changes: 0,
      inForce: 0,
      open: 1,
    });
    expect((await runToRollBack(stateDir, organization.id)).run.header.run).toBe(id(8));
    await write(stateDir, rollingBack(9, 8, [], [first]));
    expect((await listRuns(stateDir, organization.id)).runs[1]).toMatchObject({
      changes: 0,
      open: 0,
    });
  });

  test('a change whose end a resumed run found out is made', async () => {
    const resumed: RunEvent[] = [
      ...enabling(8, [first]).slice(0, -2),
      { type: 'run-resumed', at: time(9), caller: startedOf(id(8)).caller, command: 'dhmc resume' },
      planOf(account, [planned(first, { verdict: 'changed' })]),
      finished(9),
    ];
    expect((await listRuns(await stateWith(resumed), organization.id)).runs[0]).toMatchObject({
      changes: 1,
      inForce: 1,
      open: 0,
    });
  });

  test('a saved rollback that was applied is not a run to roll back by default', async () => {
    const [started, ...rest] = rollingBack(9, 8);
    if (started?.type !== 'run-started') throw new Error('a run starts with its start');
    const stateDir = await stateWith(enabling(8), [
      { ...started, action: 'apply', applies: 'rollback' },
      ...rest,
    ]);
    await expect(runToRollBack(stateDir, organization.id)).rejects.toThrow(
      /Nothing is left to roll back/,
    );
  });

  test('a change begun again after a failure was what it became', async () => {
    const again: RunEvent[] = [
      ...enabling(8, [first]).slice(0, -2),
      ended(first, time(8), { verdict: 'failed', state: 'disabled', value: null }),
      finished(8),
      { type: 'run-resumed', at: time(9), caller: startedOf(id(8)).caller, command: 'dhmc resume' },
      begun(first, time(9)),
      ended(first, time(9, 31)),
      finished(9),
    ];
    const stateDir = await stateWith(again);
    expect(await inForce(stateDir)).toEqual({ [id(8)]: 1 });
  });
});

describe('which run is meant', () => {
  test('to roll back: the newest in force that is not a rollback, and how many are before it', async () => {
    const stateDir = await stateWith(enabling(7), enabling(8), enabling(9), rollingBack(10, 9));
    const { run, earlier } = await runToRollBack(stateDir, organization.id);
    expect({ run: run.header.run, earlier }).toEqual({ run: id(8), earlier: 1 });
  });

  test('nothing left to roll back is a usage error that says so', async () => {
    await expect(runToRollBack(await stateDirectory(), organization.id)).rejects.toThrow(
      /no run of the organization/,
    );
    const stateDir = await stateWith(enabling(8), rollingBack(9, 8));
    await expect(runToRollBack(stateDir, organization.id)).rejects.toThrow(
      /Nothing is left to roll back/,
    );
    await expect(runToRollBack(stateDir, organization.id)).rejects.toThrow(UsageError);
  });

  test('none is taken for another that cannot be read', async () => {
    const stateDir = await stateWith(enabling(7).slice(0, -1), enabling(8));
    const folder = organizationFolder(stateDir, organization.id);
    const newest = path.join(folder, `${id(9)}.jsonl`);
    for (const choose of [runToRollBack, runToResume]) {
      await writeFile(newest, 'hello\n');
      await expect(choose(stateDir, organization.id)).rejects.toThrow(newest);
      await writeFile(
        newest,
        enabling(9)
          .slice(0, 1)
          .map((event) => `${formatLine(event)}{\n`)
          .join(''),
      );
      await expect(choose(stateDir, organization.id)).rejects.toThrow(/damaged: line 2/);
    }
  });

  test('to resume: the newest that was cut off or has something left', async () => {
    const stateDir = await stateWith(enabling(7).slice(0, -1), enabling(8));
    expect((await runToResume(stateDir, organization.id)).header.run).toBe(id(7));
    await expect(runToResume(await stateWith(enabling(8)), organization.id)).rejects.toThrow(
      UsageError,
    );
  });

  test('by id, or by a file wherever it lies', async () => {
    const stateDir = await stateWith(enabling(8));
    const file = path.join(organizationFolder(stateDir, organization.id), `${id(8)}.jsonl`);
    expect((await findRun(stateDir, organization.id, id(8))).path).toBe(file);
    expect((await findRun(stateDir, null, id(8))).path).toBe(file);
    const copy = path.join(await stateDirectory(), 'copy.txt');
    await copyFile(file, copy);
    expect(await findRun(stateDir, organization.id, copy)).toMatchObject({
      path: copy,
      header: { run: id(8) },
    });
  });

  test.each([
    [id(9), /There is no run 20261122-090000-aaaaaa/],
    ['lastweek', /neither the id of a run nor a journal file/],
    ['./none.jsonl', /there is no such file/],
    ['', /neither the id of a run nor a journal file/],
  ])('%j is refused', async (name, message) => {
    const stateDir = await stateWith(enabling(8));
    await expect(findRun(stateDir, organization.id, name)).rejects.toThrow(message);
    await expect(findRun(stateDir, null, name)).rejects.toThrow(UsageError);
  });
});

describe('later runs', () => {
  test('are those that changed something in the same accounts after it, oldest first', async () => {
    const stateDir = await stateWith(
      enabling(7),
      enabling(8, [first]),
      enabling(9, [second]),
      enabling(10),
      enabling(11, [setting(account, 'eu-north-1')]),
    );
    const folder = organizationFolder(stateDir, organization.id);
    const run = await readHistory(path.join(folder, `${id(8)}.jsonl`));
    const later = await laterHistories(run, [folder, folder]);
    expect(
      later.map(({ started, changes }) => [
        started.run,
        [...changes.values()].map(({ target }) => target),
      ]),
    ).toEqual([
      [id(9), [second]],
      [id(10), [first, second]],
      [id(11), [setting(account, 'eu-north-1')]],
    ]);
  });

  test('include an earlier one that was resumed after it', async () => {
    const resumed: RunEvent[] = [
      ...enabling(7, [second]).slice(0, -1),
      { type: 'run-resumed', at: time(9), caller: startedOf(id(7)).caller, command: '' },
      planOf(
        account,
        cells.map((cell) => planned(cell)),
      ),
      begun(first, time(9)),
    ];
    const stateDir = await stateWith(resumed, enabling(8));
    const folder = organizationFolder(stateDir, organization.id);
    const later = await laterHistories(await readHistory(path.join(folder, `${id(8)}.jsonl`)), [
      folder,
    ]);
    expect(later.map(({ started }) => started.run)).toEqual([id(7)]);
  });

  test('that cannot be read stop the rollback', async () => {
    const stateDir = await stateWith(enabling(8));
    const folder = organizationFolder(stateDir, organization.id);
    const run = await readHistory(path.join(folder, `${id(8)}.jsonl`));
    await writeFile(path.join(folder, 'x.jsonl'), '');
    expect(await laterHistories(run, [folder])).toEqual([]);
    await writeFile(path.join(folder, `${id(9)}.jsonl`), '');
    await expect(laterHistories(run, [folder])).rejects.toThrow(UsageError);
  });
});

test('the default state directory is the platform’s', () => {
  const home = '/home/jo';
  expect(defaultStateDir({ platform: 'linux', environment: {}, home })).toBe(
    '/home/jo/.local/state/dhmc',
  );
  expect(
    defaultStateDir({ platform: 'linux', environment: { XDG_STATE_HOME: '/var/s' }, home }),
  ).toBe('/var/s/dhmc');
  expect(
    defaultStateDir({ platform: 'linux', environment: { XDG_STATE_HOME: 'relative' }, home }),
  ).toBe('/home/jo/.local/state/dhmc');
  expect(defaultStateDir({ platform: 'darwin', environment: {}, home })).toBe(
    '/home/jo/Library/Application Support/dhmc',
  );
});

describe('latest', () => {
  test('names the newest run, a rollback too, of the organization or of all', async () => {
    const stateDir = await stateWith(enabling(1), rollingBack(3, 1), enabling(2));
    expect((await findRun(stateDir, null, 'latest')).header.run).toBe(id(3));
    expect((await findRun(stateDir, organization.id, 'latest')).header.run).toBe(id(3));
  });

  test('is a usage error where there is no run', async () => {
    await expect(findRun(await stateDirectory(), null, 'latest')).rejects.toThrow(UsageError);
  });

  test('is refused while a journal cannot be read that may be newer', async () => {
    const stateDir = await stateWith(enabling(1));
    await writeFile(
      path.join(organizationFolder(stateDir, organization.id), `${id(4)}.jsonl`),
      '{',
      {
        mode: 0o600,
      },
    );
    await expect(findRun(stateDir, null, 'latest')).rejects.toThrow(UsageError);
  });
});

describe('journals that were compressed', () => {
  const plain = (stateDir: string, run: string): string =>
    path.join(organizationFolder(stateDir, organization.id), `${run}.jsonl`);
  const compress = async (file: string, cut = 0): Promise<void> => {
    const packed = gzipSync(await readFile(file));
    await writeFile(`${file}.gz`, packed.subarray(0, packed.length - cut));
    await rm(file);
  };

  test('are listed, found by id and read like others', async () => {
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

  test('hold later changes of the same targets, and later places', async () => {
    const stateDir = await stateWith(enabling(8), enabling(9));
    const folder = organizationFolder(stateDir, organization.id);
    const run = await readHistory(plain(stateDir, id(8)));
    const place = await nextOrder(folder, 0);
    await compress(plain(stateDir, id(9)));
    const later = await laterHistories(run, [folder]);
    expect(later.map(({ started }) => started.run)).toEqual([id(9)]);
    expect(await nextOrder(folder, 0)).toBe(place);
  });

  test('cannot be added to, and are refused where they are cut off', async () => {
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
