/** The bytes of a journal, block by block; a gzip archive is unpacked as it is read. */
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** A compressed file whose content cannot be had. The message is the end of a sentence that begins with its name. */
export class UnpackError extends Error {
  override readonly name = 'UnpackError';
}

const usualBlockSize = 256 * 1024;

/** The journal of the largest organization is far below it. */
const maxUnpacked = 2_000_000_000;
/** Journals shrink to a thirtieth. What shrinks much more was made to fill the reader's time. */
const maxRatio = 200;
/** Not held to the ratio, which says little about what is short. */
const alwaysUnpacked = 4_000_000;

const unpackedLimit = (packed: number): number =>
  Math.min(maxUnpacked, Math.max(alwaysUnpacked, packed * maxRatio));

/** Whether a file begins as gzip's do. */
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

/** Throws `UnpackError` where what was compressed is cut off, damaged, or larger than any journal. */
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
