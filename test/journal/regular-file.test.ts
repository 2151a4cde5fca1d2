import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRegular } from '../../src/journal/regular-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'dhmc-regular-'));
const at = (name: string): string => join(folder, name);

describe('reading a file', () => {
  it('gives its text, even through a link', async () => {
    writeFileSync(at('text'), 'héllo');
    symlinkSync(at('text'), at('link'));
    expect(await readRegular(at('link'), { most: 10 })).toBe('héllo');
  });

  it.each([
    ['a folder', 'is a directory', () => mkdirSync(at('a folder'))],
    ['a pipe', 'is a named pipe', () => execFileSync('mkfifo', [at('a pipe')])],
    ['a device', 'is a device', () => symlinkSync('/dev/zero', at('a device'))],
    [
      'a large file',
      'is larger than',
      () => {
        writeFileSync(at('a large file'), '');
        truncateSync(at('a large file'), 50_000_000_000);
      },
    ],
  ])('is refused for %s before it is read', async (name, reason, make) => {
    make();
    await expect(readRegular(at(name), { most: 1_000 })).rejects.toThrow(reason);
  });

  it('is refused for a link where links are not allowed', async () => {
    symlinkSync(at('text'), at('other link'));
    await expect(readRegular(at('other link'), { most: 10, refuseLink: true })).rejects.toThrow(
      'is a symbolic link',
    );
  });
});
