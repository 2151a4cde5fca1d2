import { execFileSync } from 'node:child_process';
import {
  constants,
  linkSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { alsoNamed, writeOver } from '../../src/journal/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'dhmc-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [finished, name] = [join(folder, 'finished'), join(folder, 'name')];
beforeEach(() => {
  rmSync(name, { force: true });
  writeFileSync(finished, 'mine');
});

describe('a second name for a file', () => {
  it('is given where it is free', async () => {
    expect(await alsoNamed(finished, name)).toBe(true);
  });
  it('is its own where a network file system reports its own link as taken', async () => {
    linkSync(finished, name);
    expect(await alsoNamed(finished, name)).toBe(true);
  });
  it('is refused where another file has it', async () => {
    writeFileSync(name, 'theirs');
    expect(await alsoNamed(finished, name)).toBe(false);
  });
  it('is refused where a file has it that is too large to read', async () => {
    writeFileSync(name, '');
    truncateSync(name, 3_000_000_000);
    expect(await alsoNamed(finished, name)).toBe(false);
  });
  it('is refused where a link has it, wherever that leads', async () => {
    symlinkSync(finished, name);
    expect(await alsoNamed(finished, name)).toBe(false);
  });
});

describe('writing over what is there', () => {
  const pipe = join(folder, 'pipe');
  it('keeps a file’s mode', async () => {
    writeFileSync(name, 'long before', { mode: 0o640 });
    await writeOver(name, ['now']);
    expect([readFileSync(name, 'utf8'), statSync(name).mode & 0o777]).toEqual(['now', 0o640]);
  });
  it.skipIf(process.platform === 'win32')('waits for no reader of a pipe', async () => {
    execFileSync('mkfifo', [pipe]);
    await expect(writeOver(pipe, ['x'])).rejects.toThrow('a named pipe without a reader');
    const reader = await open(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    await writeOver(pipe, ['read']);
    expect((await reader.read()).buffer.toString('utf8', 0, 4)).toBe('read');
    await reader.close();
  });
});
