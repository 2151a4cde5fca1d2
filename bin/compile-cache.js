/**
 * Where Node caches compiled code. Whoever can write there decides what dhmc runs, so the folder belongs to the user,
 * and only the user and root can change the folders above it.
 */
import { lstatSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

/** The platform's folder for caches. */
function cacheFolder({ platform, env }) {
  if (platform === 'win32') return env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
  if (isAbsolute(env.XDG_CACHE_HOME ?? '')) return env.XDG_CACHE_HOME;
  return platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
}

/** Whether only the user and root could replace the folder; missing parts of the path are harmless. */
function isSafe(folder, uid) {
  for (let at = folder; ; at = dirname(at)) {
    const found = lstatSync(at, { throwIfNoEntry: false });
    if (found !== undefined) {
      const sticky = at !== folder && (found.mode & 0o1000) !== 0;
      const mine = found.uid === uid || (at !== folder && found.uid === 0);
      if (!found.isDirectory() || !mine || ((found.mode & 0o022) !== 0 && !sticky)) return false;
    }
    if (at === dirname(at)) return true;
  }
}

/** The folder to use, created if it is missing; null if no folder is safe. Never throws. */
export function privateCompileCache(process) {
  try {
    const folder = join(cacheFolder(process), 'dhmc', 'compile-cache');
    const uid = process.geteuid?.();
    if (uid !== undefined && !isSafe(folder, uid)) return null;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return uid === undefined || isSafe(folder, uid) ? folder : null;
  } catch {
    return null;
  }
}
