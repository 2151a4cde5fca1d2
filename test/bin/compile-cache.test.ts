import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

interface Launcher {
  privateCompileCache(process: {
    readonly platform: NodeJS.Platform;
    readonly env: Readonly<Record<string, string>>;
    geteuid?(): number;
  }): string | null;
}

const { privateCompileCache } = (await import(
  pathToFileURL(join(import.meta.dirname, '../../bin/compile-cache.js')).href
)) as Launcher;

/** In the home directory, because a temporary directory may have parents that others can write to. */
const folder = realpathSync(mkdtempSync(join(homedir(), '.dhmc-cache-test-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let caches = 0;
function cache(): string {
  caches += 1;
  const path = join(folder, String(caches));
  mkdirSync(path, { mode: 0o700 });
  return path;
}
const chosen = (at: string, uid = process.geteuid?.() ?? 0): string | null =>
  privateCompileCache({ platform: 'linux', env: { XDG_CACHE_HOME: at }, geteuid: () => uid });

describe('the compile cache', () => {
  it('is in a private folder of the user', () => {
    const at = cache();
    expect(chosen(at)).toBe(join(at, 'dhmc/compile-cache'));
    expect(lstatSync(join(at, 'dhmc/compile-cache')).mode & 0o777).toBe(0o700);
    expect(chosen(at)).toBe(join(at, 'dhmc/compile-cache'));
  });

  it.each([
    ['dhmc/compile-cache', 0o777],
    ['dhmc', 0o770],
    ['.', 0o707],
  ])('is not used if others can write to %s', (part, mode) => {
    const at = cache();
    chosen(at);
    chmodSync(join(at, part), mode);
    expect(chosen(at)).toBeNull();
  });

  it('is not used through a symbolic link or in another user’s home', () => {
    const at = cache();
    mkdirSync(join(at, 'real'));
    symlinkSync('real', join(at, 'dhmc'));
    expect(chosen(at)).toBeNull();
    expect(chosen(cache(), 4242)).toBeNull();
  });

  it.runIf(process.getuid?.() === 0)('is not used if another user owns it', () => {
    const at = cache();
    const path = chosen(at) ?? '';
    chownSync(path, 65534, 65534);
    expect(chosen(at)).toBeNull();
  });
});
