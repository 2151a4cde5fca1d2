/** Files and folders that only the user can read and that survive a power failure. */
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
 * Makes a folder and its missing parents, with mode 0700. An existing folder named after an organization loses the
 * rights of others; any other existing folder keeps its mode, since journals may be copied anywhere. Throws
 * `UsageError` if the folder does not belong to the user.
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

/** Opens the folder itself, and fails if it is a link. */
const openFolder = (folder: string): Promise<FileHandle> =>
  open(folder, constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0));

/**
 * Makes a folder and its missing parents; returns those that it made, the topmost first. Node's recursive mkdir loops
 * forever where a file system such as /proc refuses with ENOENT.
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

/** Makes the entries of a folder durable. Windows has no such call, and some network file systems refuse it. */
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

/** The offset after the last line end of a file; a torn line may follow. */
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
 * Gives a finished file a second name, under which it is complete from the start. Returns false if the name is taken.
 * On file systems without hard links the file is copied, so a crash can leave an incomplete file under that name.
 */
export async function alsoNamed(finished: string, name: string): Promise<boolean> {
  try {
    await link(finished, name);
    return true;
  } catch (error) {
    // NFS may send a request twice, and then report a name as taken that it has just created.
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

/**
 * Whether both files can be read and have the same content; neither may be a link. The second file may belong to
 * another user and have any size.
 */
async function haveSameContent(one: string, other: string): Promise<boolean> {
  const contentOf = (file: string, most: number): Promise<string | null> =>
    readRegular(file, { refuseLink: true, most }).catch(() => null);
  const first = await contentOf(one, Infinity);
  return first !== null && (await contentOf(other, Buffer.byteLength(first))) === first;
}

/** Creates a file, with mode 0600 and durable. Fails if the name exists, even as a link. */
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
 * Replaces a file in one step, readable only by the user: writes it under a name that cannot be guessed, then renames
 * it. An existing file or link is replaced, never written to.
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

/** A file, device or pipe that a report is written to. */
export interface OutputTarget {
  readonly handle: FileHandle;
  close(): Promise<void>;
}

/**
 * Opens a path for writing from its start. An existing file keeps its mode; a device or a pipe receives the text.
 * Follows only links that belong to the user or root, even if one was created a moment ago. Refuses a named pipe
 * without a reader, since opening it would block forever.
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
  // Keep it open until the text is written: the reader would take its closing for the end.
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

/** The path at the end of a chain of links, whether or not it exists. */
async function endOfLinks(file: string, links = 0): Promise<string> {
  const found = await lstat(file).catch(() => null);
  if (found?.isSymbolicLink() !== true || links > 40) return file;
  const folder = await realpath(path.dirname(file));
  return endOfLinks(path.resolve(folder, await readlink(file)), links + 1);
}

/** Writes the text to a path that is opened as `openOver` does. */
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
