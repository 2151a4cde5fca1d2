import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/model/errors.ts';
import type { RunEvent } from '../../src/core/record/events.ts';
import { laterHistories, organizationFolder, readHistory } from '../../src/journal/index.ts';
import { begun, organization, planned, planOf, setting, startedOf } from './sample.ts';

import { account, cells, enabling, first, id, second, stateWith, time } from './hourly-runs.ts';

describe('later runs', () => {
  test('are the runs that changed something in the same accounts afterwards, oldest first', async () => {
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

  test('include an earlier run that was resumed afterwards', async () => {
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

  test('are an error where one cannot be read', async () => {
    const stateDir = await stateWith(enabling(8));
    const folder = organizationFolder(stateDir, organization.id);
    const run = await readHistory(path.join(folder, `${id(8)}.jsonl`));
    await writeFile(path.join(folder, 'x.jsonl'), '');
    expect(await laterHistories(run, [folder])).toEqual([]);
    await writeFile(path.join(folder, `${id(9)}.jsonl`), '');
    await expect(laterHistories(run, [folder])).rejects.toThrow(UsageError);
  });
});
