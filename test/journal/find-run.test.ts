import { copyFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/model/errors.ts';
import {
  findRun,
  organizationFolder,
  runToResume,
  runToRollBack,
} from '../../src/journal/index.ts';
import { rolledBackText } from '../../src/journal/find-run.ts';
import { formatLine } from '../../src/journal/format.ts';
import { organization, stateDirectory } from './sample.ts';

import { enabling, id, rollingBack, stateWith } from './hourly-runs.ts';

describe('the choice of a run', () => {
  test('to roll back is the newest run in force that is not a rollback, with the number of older ones', async () => {
    const stateDir = await stateWith(enabling(7), enabling(8), enabling(9), rollingBack(10, 9));
    const { run, earlier } = await runToRollBack(stateDir, organization.id);
    expect({ run: run.header.run, earlier }).toEqual({ run: id(8), earlier: 1 });
  });

  test('to roll back is a usage error where nothing is left', async () => {
    await expect(runToRollBack(await stateDirectory(), organization.id)).rejects.toThrow(
      /^No runs found in .* for organization o-exampleorg1: nothing to roll back/,
    );
    const stateDir = await stateWith(enabling(8), rollingBack(9, 8));
    await expect(runToRollBack(stateDir, organization.id)).rejects.toThrow(
      /Nothing is left to roll back/,
    );
    await expect(runToRollBack(stateDir, organization.id)).rejects.toThrow(UsageError);
  });

  test('is refused where a newer journal cannot be read', async () => {
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

  test('to resume is the newest run that was cut off or has open targets', async () => {
    const stateDir = await stateWith(enabling(7).slice(0, -1), enabling(8));
    expect((await runToResume(stateDir, organization.id)).header.run).toBe(id(7));
    await expect(runToResume(await stateWith(enabling(8)), organization.id)).rejects.toThrow(
      UsageError,
    );
  });

  test.each([
    [{ undone: 3, inForce: 0, open: 0 }, 'was rolled back'],
    [{ undone: 2, inForce: 15, open: 0 }, '2 of its 17 changes were rolled back'],
    [{ undone: 1, inForce: 0, open: 1 }, '1 of its 2 changes was rolled back'],
  ])('says which part of a run was rolled back: %j', (run, text) => {
    expect(rolledBackText(run)).toBe(text);
  });

  test('can be an id or a file in any folder', async () => {
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
    [id(9), /Run 20261122-090000-aaaaaa not found/],
    ['lastweek', /neither the id of a run nor a journal file/],
    ['./none.jsonl', /there is no such file/],
    ['', /neither the id of a run nor a journal file/],
  ])('refuses the name %j', async (name, message) => {
    const stateDir = await stateWith(enabling(8));
    await expect(findRun(stateDir, organization.id, name)).rejects.toThrow(message);
    await expect(findRun(stateDir, null, name)).rejects.toThrow(UsageError);
  });
});

describe('latest', () => {
  test('names the newest run, even a rollback, of one or of all organizations', async () => {
    const stateDir = await stateWith(enabling(1), rollingBack(3, 1), enabling(2));
    expect((await findRun(stateDir, null, 'latest')).header.run).toBe(id(3));
    expect((await findRun(stateDir, organization.id, 'latest')).header.run).toBe(id(3));
  });

  test('is a usage error where there is no run', async () => {
    await expect(findRun(await stateDirectory(), null, 'latest')).rejects.toThrow(UsageError);
  });

  test('is refused where a journal that may be newer cannot be read', async () => {
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
