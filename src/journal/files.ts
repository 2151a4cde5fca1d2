/** Files and folders that the user alone may read, and that are there after a power cut. */
import {
  chmod,
  link,
  mkdir,
  open,
  readFile,
  stat,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from './errors.ts';
import { organizationIdPattern } from './location.ts';

/**
 * Makes a folder and what is missing above it, 0700, and takes others' rights from it where it was there already; not where
 * it is named for no organization: a journal may have been copied into any folder.
 */
export async function makePrivateFolder(folder: string): Promise<void> {
  const made = await makeMissing(path.resolve(folder));
  for (const each of made) await syncFolder(path.dirname(each));
  if (made.length > 0 || !organizationIdPattern.test(path.basename(path.resolve(folder)))) return;
  const { mode, uid } = await stat(folder);
  if ((mode & 0o077) !== 0 && uid === process.getuid?.()) await chmod(folder, 0o700);
}

/** Those that it made, the topmost first. Node's own recursive mkdir never ends where a file system refuses with ENOENT, as /proc does. */
async function makeMissing(folder: string): Promise<readonly string[]> {
  try {
    await mkdir(folder, { mode: 0o700 });
    return [folder];
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') return [];
    const above = path.dirname(folder);
    if (code !== 'ENOENT' || above === folder) throw error;
    const made = await makeMissing(above);
    await mkdir(folder, { mode: 0o700 });
    return [...made, folder];
  }
}

/** Makes a folder's entries durable. Windows has no such call, and some network file systems refuse it. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP'].includes(systemCode(error))) throw error;
  } finally {
    await handle.close();
  }
}

/** The offset after the last line end of a file: what follows is a torn line. */
export async function endOfWholeLines(handle: FileHandle): Promise<number> {
  const { size } = await handle.stat();
  const block = Buffer.alloc(64 * 1024);
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - block.length);
    const { bytesRead } = await handle.read(block, 0, end - start, start);
    const at = block.subarray(0, bytesRead).lastIndexOf(0x0a);
    if (at >= 0) return start + at + 1;
    end = start;
  }
  return 0;
}

/**
 * Gives a finished file another name beside its own: under that name it is whole from the first moment. False where the
 * name is taken. On file systems without hard links it is copied instead, and a crash may leave it in part.
 */
export async function alsoNamed(finished: string, name: string): Promise<boolean> {
  try {
    await link(finished, name);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'].includes(systemCode(error))) throw error;
  }
  try {
    await writeFile(name, await readFile(finished), { mode: 0o600, flag: 'wx', flush: true });
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}
