/** The owners of settings by the journals of a folder, with and without the index. */
import {
  appendFile,
  chmod,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readClaims } from '../../src/journal/claims.ts';
import { organizationFolder } from '../../src/journal/index.ts';
import { readIndex, writeIndex, type OwnersIndex } from '../../src/journal/owners-index.ts';
import { formatLine } from '../../src/journal/format.ts';
import type { RunEvent } from '../../src/core/record/events.ts';
import {
  cells,
  enabling,
  finished,
  first,
  id,
  rollingBack,
  second,
  stateWith,
  time,
} from './hourly-runs.ts';
import { begun, organization, roleValue, startedOf } from './sample.ts';

const version = '1.2.3';

/** The owners of the two cells by the journals. AWS names no writer here, so only the value decides. */
async function ownersIn(
  folder: string,
  { indexFrom = 0, value = roleValue }: { indexFrom?: number; value?: string | null } = {},
): Promise<(string | null)[]> {
  const { claims } = await readClaims([folder], { version, indexFrom });
  const now = { value, modifiedBy: null, modifiedAt: null };
  return cells.map((cell) => claims.ownerOf(cell, now)?.name ?? null);
}

const indexIn = (folder: string): string => path.join(folder, '.owners.index');
const journalOf = (folder: string, hour: number): string => path.join(folder, `${id(hour)}.jsonl`);

/** Two runs with an index that names another owner, so that an answer shows whether it came from the index. */
async function withMarkedIndex(): Promise<string> {
  const folder = organizationFolder(
    await stateWith(enabling(8), enabling(9, [second])),
    organization.id,
  );
  expect(await ownersIn(folder)).toEqual([id(8), id(9)]);
  const index = await readIndex(folder, version);
  if (index === null) throw new Error('no index was written');
  await writeIndex(folder, version, marked(index));
  expect(await ownersIn(folder)).toEqual(['marked', 'marked']);
  return folder;
}

const marked = ({ journals, claims }: OwnersIndex): OwnersIndex => ({
  journals,
  claims: new Map(
    [...claims].map(([key, regions]) => [
      key,
      new Map(
        [...regions].map(([region, claim]) => [
          region,
          { ...claim, owner: { kind: 'dhmc', name: 'marked' } },
        ]),
      ),
    ]),
  ),
});

describe('an owners index', () => {
  test('is still used for its journals when runs are added', async () => {
    const folder = await withMarkedIndex();
    const added = enabling(10, [second]).map(formatLine).join('');
    await writeFile(journalOf(folder, 10), added, { mode: 0o600 });
    expect(await ownersIn(folder)).toEqual(['marked', id(10)]);
    expect((await readIndex(folder, version))?.journals.map(({ run }) => run).sort()).toEqual(
      [8, 9, 10].map(id),
    );
  });

  test.each<[string, (folder: string) => Promise<void>]>([
    ['grew', (folder) => appendFile(journalOf(folder, 8), formatLine(finished(8)))],
    [
      'was edited and keeps its former date',
      async (folder) => {
        const { atime, mtime } = await stat(journalOf(folder, 8));
        const content = await readFile(journalOf(folder, 8), 'utf8');
        await writeFile(journalOf(folder, 8), content.replace('plätform', 'plätfarm'));
        await utimes(journalOf(folder, 8), atime, mtime);
      },
    ],
    [
      'was replaced by a copy',
      async (folder) => {
        await copyFile(journalOf(folder, 8), path.join(folder, 'copy'));
        await rename(path.join(folder, 'copy'), journalOf(folder, 8));
      },
    ],
    [
      'was compressed',
      async (folder) => {
        const content = await readFile(journalOf(folder, 8));
        await writeFile(`${journalOf(folder, 8)}.gz`, gzipSync(content), { mode: 0o600 });
        await rm(journalOf(folder, 8));
      },
    ],
  ])('is ignored once a journal %s', async (_, change) => {
    const folder = await withMarkedIndex();
    await change(folder);
    expect(await ownersIn(folder)).toEqual([id(8), id(9)]);
    // A new index has replaced it.
    expect((await readIndex(folder, version))?.journals).toHaveLength(2);
  });

  test('is ignored once a journal is deleted, whose claims are dropped', async () => {
    const folder = await withMarkedIndex();
    await rm(journalOf(folder, 9));
    expect(await ownersIn(folder)).toEqual([id(8), id(8)]);
  });

  test('is ignored once the order of its runs differs', async () => {
    const folder = await withMarkedIndex();
    const put = (hour: number, events: RunEvent[]): Promise<void> =>
      writeFile(journalOf(folder, hour), events.map(formatLine).join(''), { mode: 0o600 });
    // By its clock, this rollback comes first. Beside the run that it rolls back, it comes last.
    await put(6, rollingBack(6, 9, [second]));
    await rm(journalOf(folder, 9));
    expect(await ownersIn(folder)).toEqual([id(8), id(8)]);
    await put(9, enabling(9, [second]));
    expect(await ownersIn(folder, { value: null })).toEqual([null, id(6)]);
  });

  test.each<[string, (file: string) => Promise<void>]>([
    [
      'is damaged',
      async (file) => writeFile(file, (await readFile(file, 'utf8')).replace('change', 'chance')),
    ],
    ['is truncated', async (file) => writeFile(file, (await readFile(file, 'utf8')).slice(0, 300))],
    ['is empty', (file) => writeFile(file, '')],
    ['can be written by others', (file) => chmod(file, 0o666)],
    [
      'is a symbolic link',
      async (file) => {
        await rename(file, `${file}.real`);
        await symlink(`${file}.real`, file);
      },
    ],
    [
      'is a folder',
      async (file) => {
        await rm(file);
        await mkdir(file);
      },
    ],
  ])('that %s is ignored', async (_, change) => {
    const folder = await withMarkedIndex();
    await change(indexIn(folder));
    expect(await ownersIn(folder)).toEqual([id(8), id(9)]);
  });

  test('of another version of dhmc is ignored', async () => {
    const folder = await withMarkedIndex();
    const { claims } = await readClaims([folder], { version: '1.2.4' });
    const now = { value: roleValue, modifiedBy: null, modifiedAt: null };
    expect(claims.ownerOf(second, now)?.name).toBe(id(9));
  });

  test('that names a run without a journal is ignored', async () => {
    const folder = await withMarkedIndex();
    const index = await readIndex(folder, version);
    if (index === null) throw new Error('no index');
    await writeIndex(folder, version, {
      ...index,
      journals: index.journals.filter(({ run }) => run !== id(9)),
    });
    expect(await ownersIn(folder)).toEqual([id(8), id(9)]);
  });

  test('is readable by the user only, and leaves no temporary file', async () => {
    const folder = await withMarkedIndex();
    expect((await stat(indexIn(folder))).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).sort()).toEqual([
      '.owners.index',
      `${id(8)}.jsonl`,
      `${id(9)}.jsonl`,
    ]);
  });
});

describe('without an owners index', () => {
  test('none is written for a few small journals', async () => {
    const folder = organizationFolder(await stateWith(enabling(8)), organization.id);
    expect(await ownersIn(folder, { indexFrom: 1_000_000 })).toEqual([id(8), id(8)]);
    expect(await readdir(folder)).toEqual([`${id(8)}.jsonl`]);
  });

  test("none is written in a folder that is not an organization's", async () => {
    const stateDir = await stateWith(enabling(8));
    const folder = path.join(stateDir, 'copied');
    await rename(organizationFolder(stateDir, organization.id), folder);
    expect(await ownersIn(folder)).toEqual([id(8), id(8)]);
    expect(await readdir(folder)).toEqual([`${id(8)}.jsonl`]);
  });

  test('the index omits a run that is still going on, and a damaged journal', async () => {
    const open = [...enabling(9, [second]).slice(0, 3), begun(second, time(9))];
    const folder = organizationFolder(await stateWith(enabling(8), open), organization.id);
    await writeFile(journalOf(folder, 7), `${formatLine(startedOf(id(7)))}{}\n`, { mode: 0o600 });
    expect(await ownersIn(folder)).toEqual([id(8), id(9)]);
    expect((await readIndex(folder, version))?.journals.map(({ run }) => run)).toEqual([id(8)]);
    expect(await ownersIn(folder)).toEqual([id(8), id(9)]);
    const { unread } = await readClaims([folder], { version });
    expect(unread).toEqual([expect.stringContaining('is damaged: line 2')]);
  });
});

test('a rollback changes the owner of its cells, with and without an index', async () => {
  const folder = organizationFolder(
    await stateWith(enabling(8), rollingBack(9, 8, [first])),
    organization.id,
  );
  for (let round = 0; round < 2; round += 1) {
    expect(await ownersIn(folder)).toEqual([null, id(8)]);
    expect(await ownersIn(folder, { value: null })).toEqual([id(9), null]);
  }
});
