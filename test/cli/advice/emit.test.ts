import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEmitter } from '../../../src/cli/advice/emit.ts';
import type { AdvisedRole } from '../../../src/core/advice/judge.ts';
import { advised, coreArn } from '../../core/advice/facts.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dhmc-emit-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const named = (name: string, account = '111111111111'): AdvisedRole => {
  const role = advised({ role: { attached: [coreArn] }, options: { applicationOnly: ['*'] } });
  return { ...role, advice: { ...role.advice, name, account } };
};

test('writes a document for a role, in folders that it makes', async () => {
  const emitter = await openEmitter(join(folder, 'new', 'policies'));
  await emitter.write(named('App'));
  const path = ['new', 'policies', '111111111111', 'App', 'AmazonSSMManagedInstanceCore.json'];
  expect(JSON.parse(readFileSync(join(folder, ...path), 'utf8'))).toMatchObject({
    Version: '2012-10-17',
  });
  expect(emitter.count()).toBe(1);
  expect(emitter.failures()).toEqual([]);
});

test.each(['..', '.', 'a/b', '../App', 'a\\b', '', 'a\u0000b'])(
  'takes no name that leads out of the folder: %j',
  async (name) => {
    const emitter = await openEmitter(join(folder, 'policies'));
    await emitter.write(named(name));
    await emitter.write(named('App', name));
    expect(emitter.failures()).toHaveLength(2);
    expect(readdirSync(join(folder, 'policies'))).toEqual([]);
    expect(readdirSync(folder)).toEqual(['policies']);
  },
);

test('replaces an earlier document, and nothing that is not a file', async () => {
  const emitter = await openEmitter(folder);
  await emitter.write(named('App'));
  await emitter.write(named('App'));
  expect(emitter.failures()).toEqual([]);
  writeFileSync(join(folder, '222222222222'), 'in the way');
  await emitter.write(named('App', '222222222222'));
  expect(emitter.failures()).toHaveLength(1);
  expect(readFileSync(join(folder, '222222222222'), 'utf8')).toBe('in the way');
});

test('refuses a file in place of the folder', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await expect(openEmitter(file)).rejects.toThrow('is not a directory');
  await expect(openEmitter(join(file, 'below'))).rejects.toThrow('cannot be created');
  expect(existsSync(join(file, 'below'))).toBe(false);
});
