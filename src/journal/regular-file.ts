/**
 * Checks files before reading them: pipes, devices and endless files are refused, and so are files that are too large.
 */
import { constants, type Stats } from 'node:fs';
import { lstat, open, stat, type FileHandle } from 'node:fs/promises';

/** The file exists but must not be read. The message ends a sentence that begins with the file's name. */
export class FileRefused extends Error {
  override readonly name = 'FileRefused';
}

export interface OpenOptions {
  /** Whether to refuse a link at the end of the path. */
  readonly refuseLink?: boolean;
  /** Largest size, in bytes. */
  readonly most?: number;
  /** Throws for any other problem with the file. */
  readonly check?: (stats: Stats) => void;
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'is a directory';
  if (stats.isFIFO()) return 'is a named pipe';
  return stats.isSocket() ? 'is a socket' : 'is a device';
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toLocaleString('en')} MB`;

/** Opens a regular file for reading. Throws `FileRefused`; system errors are passed on. */
export async function openRegular(file: string, options: OpenOptions = {}): Promise<FileHandle> {
  const { refuseLink = false, most = Infinity, check } = options;
  const examine = (stats: Stats): void => {
    if (stats.isSymbolicLink()) throw new FileRefused('is a symbolic link');
    if (!stats.isFile()) throw new FileRefused(kindOf(stats));
    check?.(stats);
    if (stats.size > most)
      throw new FileRefused(`is larger than ${megabytes(most)}, the most that is read`);
  };
  examine(await (refuseLink ? lstat(file) : stat(file)));
  // The file may have been replaced since: open without blocking, and check again what was opened.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
  const handle = await open(file, refuseLink ? flags | (constants.O_NOFOLLOW ?? 0) : flags);
  try {
    examine(await handle.stat());
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The text of a regular file of at most `most` bytes, even if it grows while it is read. */
export async function readRegular(
  file: string,
  options: OpenOptions & { readonly most: number },
): Promise<string> {
  const handle = await openRegular(file, options);
  try {
    const parts: Buffer[] = [];
    let size = 0;
    for (;;) {
      const block = Buffer.allocUnsafe(256 * 1024);
      const { bytesRead } = await handle.read(block, 0, block.length, null);
      if (bytesRead === 0) return Buffer.concat(parts).toString('utf8');
      size += bytesRead;
      if (size > options.most)
        throw new FileRefused(`is larger than ${megabytes(options.most)}, the most that is read`);
      parts.push(block.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
