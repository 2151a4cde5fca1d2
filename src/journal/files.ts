/** Files and folders that the user alone may read, and that are there after a power cut. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import {
  link,
  lstat,
  mkdir,
  open,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from './errors.ts';
import { organizationIdPattern, unfinishedEnding } from './location.ts';
import { refuseForeignLinks, requireOwnFolder } from './ownership.ts';
import { FileRefused, openRegular, readRegular } from './regular-file.ts';

/**
 * Makes a folder and what is missing above it, 0700, and takes others' rights from it where it was there already; not where
 * it is named for no organization: a journal may have been copied into any folder. Throws `UsageError` where the folder is
 * not the user's own.
 */
export async function makePrivateFolder(folder: string): Promise<void> {
  await requireOwnFolder(folder);
  const made = await makeFolders(folder, 0o700);
  for (const each of made) await syncFolder(path.dirname(each));
  if (made.length > 0 || !organizationIdPattern.test(path.basename(path.resolve(folder)))) return;
  const handle = await openFolder(folder);
  try {
    const { mode, uid } = await handle.stat();
    if ((mode & 0o077) !== 0 && uid === process.geteuid?.()) await handle.chmod(0o700);
  } finally {
    await handle.close();
  }
}

/** The folder itself, never what a link in its place leads to. */
const openFolder = (folder: string): Promise<FileHandle> =>
  open(folder, constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0));

/**
 * Makes a folder and those above it; gives those that it made, the topmost first. Node's own recursive mkdir never ends
 * where a file system refuses with ENOENT, as /proc does.
 */
export const makeFolders = (folder: string, mode = 0o777): Promise<readonly string[]> =>
  makeMissing(path.resolve(folder), mode);

async function makeMissing(folder: string, mode: number): Promise<readonly string[]> {
  try {
    await mkdir(folder, { mode });
    return [folder];
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') return [];
    const above = path.dirname(folder);
    if (code !== 'ENOENT' || above === folder) throw error;
    const made = await makeMissing(above, mode);
    await mkdir(folder, { mode });
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
    // NFS sends a lost request again, and so may report the name as taken that it has just given.
    if (systemCode(error) === 'EEXIST') return haveSameContent(finished, name);
    if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'].includes(systemCode(error))) throw error;
  }
  try {
    const source = await openRegular(finished, { refuseLink: true });
    try {
      await writeNew(name, [await source.readFile('utf8')]);
    } finally {
      await source.close();
    }
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Whether both files can be read and hold the same; neither may be a link. The second may be another user's, of any size. */
async function haveSameContent(one: string, other: string): Promise<boolean> {
  const contentOf = (file: string, most: number): Promise<string | null> =>
    readRegular(file, { refuseLink: true, most }).catch(() => null);
  const first = await contentOf(one, Infinity);
  return first !== null && (await contentOf(other, Buffer.byteLength(first))) === first;
}

/** Writes a file that is not there yet, 0600 and durable; a link in its place is not followed. */
export async function writeNew(file: string, text: Iterable<string>): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await writeFile(handle, text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Puts a file in its place whole, for the user alone: written under a name that nobody can guess, then renamed. What was
 * there before, a link too, is replaced and not written to.
 */
export async function replacePrivately(file: string, text: Iterable<string>): Promise<void> {
  const name = `.${path.basename(file)}.${randomUUID()}${unfinishedEnding}`;
  const unfinished = path.join(path.dirname(file), name);
  try {
    await writeNew(unfinished, text);
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** A file, device or pipe that a report goes to. */
export interface OutputTarget {
  readonly handle: FileHandle;
  close(): Promise<void>;
}

/**
 * Opens what is there for writing from its start: a file keeps its mode, a device or a pipe gets the text. Links of the
 * user's own are followed, and no other, even where one was put there a moment ago. A named pipe without a reader is
 * refused, since opening it would wait without end.
 */
export async function openOver(file: string): Promise<OutputTarget> {
  await refuseForeignLinks('The file', file);
  const there = await stat(file).catch(() => null);
  if (there !== null && !there.isFile()) return openSpecial(file, there.isFIFO());
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC;
  const handle = await open(await endOfLinks(file), flags | noFollow | noWait, 0o666);
  return { handle, close: () => handle.close() };
}

const noFollow = constants.O_NOFOLLOW ?? 0;
const noWait = constants.O_NONBLOCK ?? 0;

async function openSpecial(file: string, isPipe: boolean): Promise<OutputTarget> {
  // Held open until the text is written: a reader would take its closing for the end.
  const probe = isPipe
    ? await open(file, constants.O_WRONLY | noWait).catch((error: unknown) => {
        if (systemCode(error) !== 'ENXIO') throw error;
        throw new FileRefused('it is a named pipe without a reader');
      })
    : null;
  try {
    const handle = await open(file, 'w');
    return {
      handle,
      close: async () => {
        await handle.close();
        await probe?.close();
      },
    };
  } catch (error) {
    await probe?.close();
    throw error;
  }
}

/** Where the links at the end of a path lead, there or not. */
async function endOfLinks(file: string, links = 0): Promise<string> {
  const found = await lstat(file).catch(() => null);
  if (found?.isSymbolicLink() !== true || links > 40) return file;
  const folder = await realpath(path.dirname(file));
  return endOfLinks(path.resolve(folder, await readlink(file)), links + 1);
}

/** Writes to what is there, as `openOver` opens it. */
export async function writeOver(
  file: string,
  text: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  const { handle, close } = await openOver(file);
  try {
    await writeFile(handle, text);
  } finally {
    await close();
  }
}
