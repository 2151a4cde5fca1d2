/** The file with the owners from the journals: what is read back, and what is refused. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { OwnerClaim } from '../../src/core/record/owner-claims.ts';
import {
  fileStamp,
  mayHaveIndex,
  readIndex,
  writeIndex,
  type OwnersIndex,
} from '../../src/journal/owners-index.ts';
import { organization, roleValue, run, stateDirectory } from './sample.ts';

const version = '1.2.3';
const ann = 'arn:aws:iam::111111111111:user/ann';
const claiming = { run, callers: [ann, 'arn:aws:iam::111111111111:user/b\u001bob'] };
const dhmc = { kind: 'dhmc', name: run } as const;
const written = { modifiedBy: ann, modifiedAt: '2026-11-22T10:00:02.000Z' };
const change: OwnerClaim = {
  ...{ kind: 'change', owner: dhmc, run: claiming, order: 1_795_800_000_000 },
  ...{ to: roleValue, written },
};
const handOver: OwnerClaim = {
  ...{ kind: 'hand-over', owner: { kind: 'stackset', name: 's' }, run: claiming, order: 3.5 },
  ...{ endedAt: 1_795_800_000_500, written: null },
};

const index: OwnersIndex = {
  journals: [{ name: `${run}.jsonl`, run, shift: 1, stamp: '1-2-3-4' }],
  claims: new Map([
    [
      '222222222222',
      new Map<string, OwnerClaim>([
        ['eu-west-1', change],
        ['eu-west-2', { ...change, written: { ...written, modifiedAt: null } }],
        ['eu-west-3', { ...change, written: { modifiedBy: null, modifiedAt: null } }],
        ['eu-north-1', { ...change, written: null }],
        ['eu-south-1', { ...change, to: null }],
        ['us-east-1', handOver],
        ['us-east-2', { ...handOver, endedAt: null, written }],
      ]),
    ],
    ['333333333333', new Map<string, OwnerClaim>([['eu-west-1', { ...change, order: 7 }]])],
  ]),
};

async function folder(): Promise<string> {
  const place = path.join(await stateDirectory(), organization.id);
  await mkdir(place, { mode: 0o700 });
  return place;
}

test('an index is read back unchanged', async () => {
  const place = await folder();
  await writeIndex(place, version, index);
  expect(await readIndex(place, version)).toEqual(index);
});

test('a folder without an index has none', async () => {
  const place = await folder();
  expect(await readIndex(place, version)).toBeNull();
  expect(await readIndex(path.join(place, 'missing'), version)).toBeNull();
});

test('failing to write an index is not an error', async () => {
  const place = path.join(await folder(), 'missing');
  await writeIndex(place, version, index);
  expect(await readIndex(place, version)).toBeNull();
});

describe('an index that dhmc did not write', () => {
  test.each<[string, string, string]>([
    ['with another schema', 'dhmc.owners/v1', 'dhmc.owners/v2'],
    ['with an invalid account', '"account":"222222222222"', '"account":"22222222222"'],
    ['with an invalid region', '"eu-west-3"', '"../eu"'],
    ['with an invalid owner', '"kind":"stackset"', '"kind":"stackset2"'],
    ['with an invalid run', `"run":"${run}","order"`, '"run":"latest","order"'],
    ['with an invalid order', '"order":3.5', '"order":"3.5"'],
    ['with an invalid kind of claim', '"kind":"hand-over"', '"kind":"hand-over2"'],
    ['without a value', `"to":"${roleValue}"`, `"too":"${roleValue}"`],
    ['that is not JSON', '"journals"', 'journals'],
  ])('%s is ignored', async (_, from, to) => {
    const place = await folder();
    await writeIndex(place, version, index);
    const file = path.join(place, '.owners.index');
    const [head = '', body = ''] = (await readFile(file, 'utf8')).split('\n');
    expect(`${head}${body}`).toContain(from);
    const edited = body.replaceAll(from, to);
    const sha256 = createHash('sha256').update(edited).digest('hex');
    const first = head.replace(from, to).replace(/"sha256":"\w+"/, `"sha256":"${sha256}"`);
    await writeFile(file, `${first}\n${edited}\n`);
    expect(await readIndex(place, version)).toBeNull();
  });
});

test.each([
  ['o-a1b2c3d4e5', true],
  ['/state/o-a1b2c3d4e5', true],
  ['/state', false],
  ['/home/ann/Downloads', false],
])('the folder %s may have an index: %s', (place, expected) => {
  expect(mayHaveIndex(place)).toBe(expected);
});

test('the stamp of a file changes with its content', async () => {
  const file = path.join(await folder(), 'a');
  expect(await fileStamp(file)).toBeNull();
  await writeFile(file, 'one');
  const before = await fileStamp(file);
  expect(before?.size).toBe(3);
  expect(await fileStamp(file)).toEqual(before);
  await writeFile(file, 'two, longer');
  expect((await fileStamp(file))?.stamp).not.toBe(before?.stamp);
});
