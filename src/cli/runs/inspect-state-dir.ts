/** Inspects the state directory without writing to it. */
import type { Stats } from 'node:fs';
import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../../core/model/errors.ts';
import type { StateDirReading } from '../../core/doctor/readings.ts';

/** Looks at the state directory, and at the organization's folder in it: what is wrong with that one counts. */
export async function inspectStateDir(
  stateDir: string,
  folder: string | null = null,
): Promise<StateDirReading> {
  const inside = folder === null ? null : await inspect(folder);
  const isUsable =
    inside === null ||
    !inside.exists ||
    (inside.isDirectory && inside.writable && inside.refused === null);
  return isUsable ? inspect(stateDir) : inside;
}

/** Looks at the directory, or at the nearest one above it that is there. */
async function inspect(path: string): Promise<StateDirReading> {
  let nearest = path;
  let found = await statOf(nearest);
  while (found === null && dirname(nearest) !== nearest) {
    nearest = dirname(nearest);
    found = await statOf(nearest);
  }
  return {
    path,
    nearest,
    exists: nearest === path && found !== null,
    isDirectory: found?.isDirectory() ?? false,
    writable: await isWritable(nearest),
    refused: await refusalOf(path),
    free: await freeBytes(nearest),
  };
}

/** What the commands that write journals say of the folder. */
async function refusalOf(path: string): Promise<StateDirReading['refused']> {
  const { requireOwnFolder } = await import('../../journal/index.ts');
  try {
    await requireOwnFolder(path);
    return null;
  } catch (error) {
    if (error instanceof UsageError) return { message: error.message, hint: error.hint };
    throw error;
  }
}

async function statOf(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch {
    return null;
  }
}

async function isWritable(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function freeBytes(path: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    return null;
  }
}
