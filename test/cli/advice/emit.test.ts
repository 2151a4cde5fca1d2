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

test('writes a document for a role into folders that it creates', async () => {
  const emitter = await openEmitter(join(folder, 'new', 'policies'));
  await emitter.write(named('App'));
  const path = ['new', 'policies', '111111111111', 'App', 'AmazonSSMManagedInstanceCore.json'];
  expect(JSON.parse(readFileSync(join(folder, ...path), 'utf8'))).toMatchObject({
    Version: '2012-10-17',
  });
  expect(emitter.count()).toBe(1);
  expect(emitter.failures()).toEqual([]);
});

test('adds a note to the documents of a role whose verdict is not-yet', async () => {
  const emitter = await openEmitter(folder);
  const noteOf = (name: string): string => join(folder, '111111111111', name, 'NOTE.txt');
  const app = named('App');
  await emitter.write({ ...app, advice: { ...app.advice, verdict: 'safe', blockers: [] } });
  expect(existsSync(noteOf('App'))).toBe(false);
  const blockers = ['agent-too-old', 'setting-recent', 'agent-too-old'] as const;
  const advice = {
    ...app.advice,
    name: 'Old',
    verdict: 'not-yet',
    blockers: blockers.map((reason) => ({ reason, region: null, instances: [], hint: '' })),
  } as const;
  await emitter.write({ ...app, advice });
  const note = readFileSync(noteOf('Old'), 'utf8');
  expect(note).toContain('was not-yet (agent-too-old, setting-recent)');
  expect(note).toContain('`dhmc advise --account 111111111111 --instance-role Old`');
  await emitter.write({ ...app, advice, owner: 'Terraform' });
  expect(readFileSync(noteOf('Old'), 'utf8')).toMatch(/not-yet[^]*\n\nBy its tags, Terraform owns/);
  await emitter.write({ ...app, advice: { ...advice, name: 'None' }, replacements: [] });
  expect(existsSync(noteOf('None'))).toBe(false);
});

test.each(['..', '.', 'a/b', '../App', 'a\\b', '', 'a\u0000b'])(
  'refuses a name that leads out of the folder: %j',
  async (name) => {
    const emitter = await openEmitter(join(folder, 'policies'));
    await emitter.write(named(name));
    await emitter.write(named('App', name));
    expect(emitter.failures()).toHaveLength(2);
    expect(readdirSync(join(folder, 'policies'))).toEqual([]);
    expect(readdirSync(folder)).toEqual(['policies']);
  },
);

test('replaces an earlier document, but nothing that is not a file', async () => {
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
