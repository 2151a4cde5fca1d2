import { execFileSync } from 'node:child_process';
import {
  constants,
  existsSync,
  lchownSync,
  linkSync,
  mkdtempSync,
  readdirSync,
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
import { alsoNamed, makeFolders, replacePrivately, writeOver } from '../../src/journal/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'dhmc-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [finished, name] = [join(folder, 'finished'), join(folder, 'name')];
beforeEach(() => {
  rmSync(name, { force: true });
  writeFileSync(finished, 'mine');
});

describe('a second name for a file (a hard link)', () => {
  it('is created where the name is free', async () => {
    expect(await alsoNamed(finished, name)).toBe(true);
  });
  it('succeeds where a network file system created the link but reports the name as taken', async () => {
    linkSync(finished, name);
    expect(await alsoNamed(finished, name)).toBe(true);
  });
  it('is refused where another file has the name', async () => {
    writeFileSync(name, 'theirs');
    expect(await alsoNamed(finished, name)).toBe(false);
  });
  it('is refused where a file that is too large to read has the name', async () => {
    writeFileSync(name, '');
    truncateSync(name, 3_000_000_000);
    expect(await alsoNamed(finished, name)).toBe(false);
  });
  it('is refused where a symbolic link has the name', async () => {
    symlinkSync(finished, name);
    expect(await alsoNamed(finished, name)).toBe(false);
  });
});

describe('writing over an existing file', () => {
  const pipe = join(folder, 'pipe');
  it('keeps a file’s mode', async () => {
    writeFileSync(name, 'long before', { mode: 0o640 });
    await writeOver(name, ['now']);
    expect([readFileSync(name, 'utf8'), statSync(name).mode & 0o777]).toEqual(['now', 0o640]);
  });
  it.skipIf(process.platform === 'win32')('does not wait for a reader of a pipe', async () => {
    execFileSync('mkfifo', [pipe]);
    await expect(writeOver(pipe, ['x'])).rejects.toThrow('a named pipe without a reader');
    const reader = await open(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    await writeOver(pipe, ['read']);
    expect((await reader.read()).buffer.toString('utf8', 0, 4)).toBe('read');
    await reader.close();
  });

  it('follows the user’s own links, even to a file that does not exist yet', async () => {
    const [link, target] = [join(folder, 'own-link'), join(folder, 'own-target')];
    symlinkSync('own-target', link);
    for (const text of ['first', '2nd']) {
      await writeOver(link, [text]);
      expect(readFileSync(target, 'utf8')).toBe(text);
    }
  });

  it.skipIf(process.platform === 'win32')('writes to a device that a link names', async () => {
    symlinkSync('/dev/null', join(folder, 'null.json'));
    await writeOver(join(folder, 'null.json'), ['x']);
    expect(statSync(join(folder, 'null.json')).isCharacterDevice()).toBe(true);
  });

  it.runIf(process.getuid?.() === 0)('does not follow a link of another user', async () => {
    const [link, target] = [join(folder, 'foreign-link'), join(folder, 'foreign-target')];
    writeFileSync(target, 'keep');
    for (const leads of ['foreign-target', 'nowhere', '/dev/null']) {
      symlinkSync(leads, link);
      lchownSync(link, 65534, 65534);
      await expect(writeOver(link, ['x'])).rejects.toThrow('another user owns');
      rmSync(link);
    }
    expect(readFileSync(target, 'utf8')).toBe('keep');
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });
});

describe('a file that is written under a temporary name', () => {
  it('has a name that the next holder of the lock would remove', async () => {
    const seen: string[] = [];
    function* text(): Generator<string> {
      seen.push(...readdirSync(folder).filter((entry) => entry.startsWith('.')));
      yield 'text';
    }
    await replacePrivately(name, text());
    expect(seen).toEqual([expect.stringMatching(/^\.name\.[0-9a-f-]{36}\.unfinished$/)]);
    expect(readFileSync(name, 'utf8')).toBe('text');
    expect(statSync(name).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).not.toContain(seen[0]);
  });
});

describe('folders', () => {
  it('are created with their parents, the topmost first', async () => {
    const top = join(folder, 'a');
    expect(await makeFolders(join(top, 'b'))).toEqual([top, join(top, 'b')]);
    expect(await makeFolders(join(top, 'b'))).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('fail at once where none can be created', async () => {
    await expect(makeFolders('/proc/dhmc/here')).rejects.toThrow('ENOENT');
  });
});
