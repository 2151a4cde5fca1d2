/** Inspects the state directory without writing to it. */
import type { Stats } from 'node:fs';
import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../../core/model/errors.ts';
import type { StateDirReading } from '../../core/doctor/readings.ts';

/** Inspects the state directory and the organization's folder in it; a problem with the folder comes first. */
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

/** Inspects the directory, or the nearest parent that exists. */
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

/** Why commands that write journals would refuse the folder, or null. */
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
