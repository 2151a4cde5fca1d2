/** The bytes of a journal, block by block; a gzip archive is unpacked while it is read. */
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** A compressed file that cannot be unpacked. The message ends a sentence that begins with the file's name. */
export class UnpackError extends Error {
  override readonly name = 'UnpackError';
}

const usualBlockSize = 256 * 1024;

/** In bytes; far above the journal of the largest organization. */
const maxUnpacked = 2_000_000_000;
/** Journals compress to about a thirtieth. A file that compresses much better was made to keep the reader busy. */
const maxRatio = 200;
/** The ratio says little about short files, so this many bytes are always unpacked. */
const alwaysUnpacked = 4_000_000;

const unpackedLimit = (packed: number): number =>
  Math.min(maxUnpacked, Math.max(alwaysUnpacked, packed * maxRatio));

/** Whether the block begins as a gzip file does. */
const isGzip = (block: Buffer): boolean => block[0] === 0x1f && block[1] === 0x8b;

async function* read(
  handle: FileHandle,
  blockSize: number,
): AsyncGenerator<Buffer, void, undefined> {
  for (;;) {
    const block = Buffer.allocUnsafe(blockSize);
    const { bytesRead } = await handle.read(block, 0, blockSize, null);
    if (bytesRead === 0) return;
    yield block.subarray(0, bytesRead);
  }
}

/** Whether the open file is compressed. */
export async function isCompressed(handle: FileHandle): Promise<boolean> {
  const head = Buffer.alloc(2);
  const { bytesRead } = await handle.read(head, 0, 2, 0);
  return bytesRead === 2 && isGzip(head);
}

/** Throws `UnpackError` if a compressed file is cut off, damaged, or larger than any journal. */
export async function* blocksOf(
  handle: FileHandle,
  blockSize = usualBlockSize,
): AsyncGenerator<Buffer, void, undefined> {
  if (!(await isCompressed(handle))) {
    yield* read(handle, blockSize);
    return;
  }
  const packed = Readable.from(read(handle, blockSize));
  const unpacked = createGunzip();
  packed.on('error', (error) => unpacked.destroy(error));
  packed.pipe(unpacked);
  const most = unpackedLimit((await handle.stat()).size);
  let size = 0;
  try {
    for await (const block of unpacked as AsyncIterable<Buffer>) {
      size += block.length;
      if (size > most) throw new UnpackError('unpacks to more than any journal of its size');
      yield block;
    }
  } catch (error) {
    if (error instanceof Error && /^Z_/.test(String((error as NodeJS.ErrnoException).code)))
      throw new UnpackError(`cannot be unpacked: ${error.message}`);
    throw error;
  } finally {
    packed.destroy();
  }
}
