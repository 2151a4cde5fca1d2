/** Files that are looked at before they are read: no pipe, device or endless file is, and nothing that is too large. */
import { constants, type Stats } from 'node:fs';
import { lstat, open, stat, type FileHandle } from 'node:fs/promises';

/** The file is there and is not read; the message says why, as the end of a sentence that begins with its name. */
export class FileRefused extends Error {
  override readonly name = 'FileRefused';
}

export interface OpenOptions {
  /** Whether a link at the end of the path is refused. */
  readonly refuseLink?: boolean;
  /** In bytes. */
  readonly most?: number;
  /** Throws for what else is wrong with the file. */
  readonly check?: (stats: Stats) => void;
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'is a directory';
  if (stats.isFIFO()) return 'is a named pipe';
  return stats.isSocket() ? 'is a socket' : 'is a device';
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toLocaleString('en')} MB`;

/** Opens a regular file for reading. Throws `FileRefused`; what the system says comes as it is. */
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
  // It may have been replaced since: opening waits for nobody, and the same look is taken at what was opened.
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

/** The text of a regular file of at most `most` bytes, even where it is still being written. */
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
