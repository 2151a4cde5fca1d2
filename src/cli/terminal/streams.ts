/** Failures of the standard streams: full disks, closed terminals, readers that have exited. */
import { closeSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';

const causes: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than is allowed',
  EIO: 'the terminal is gone, or the disk reports an error',
  EROFS: 'the file system is read-only',
  EACCES: 'permission is denied',
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of its path is not a directory',
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Why something cannot be written, as text. */
export const causeOf = (error: unknown): string =>
  causes[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));

/** A standard stream can no longer be written to. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  constructor(stream: 'output' | 'error', cause: unknown) {
    super(`Standard ${stream} cannot be written: ${causeOf(cause)}.`, { cause });
  }
}

/** The reader of the output has exited (`| head`). The run continues, with its journal and exit status unchanged. */
export const isBrokenPipe = (error: unknown): boolean =>
  ['EPIPE', 'ERR_STREAM_DESTROYED', 'ECONNRESET'].includes(codeOf(error));

type Streams = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'once'>;

/**
 * Handles errors of the streams as long as the process lives. Returns a signal that is aborted with a `StreamError`
 * once standard error cannot be written. For standard output, the code that writes the report gets the error.
 */
export function watchStreams({ stdin, stdout, stderr, once }: Streams): AbortSignal {
  const lost = new AbortController();
  stdout.on('error', () => {});
  stdin.on('error', () => {});
  stderr.on('error', (error) => {
    if (!isBrokenPipe(error)) lost.abort(new StreamError('error', error));
  });
  const terminals = [stdin, stdout, stderr].map((stream) => stream.isTTY === true);
  once.call(process, 'exit', () => leaveTerminals(terminals));
  return lost.signal;
}

/** Node aborts if it cannot restore the modes of a terminal that is gone, so such a terminal is closed first. */
function leaveTerminals(terminals: readonly boolean[]): void {
  for (const [descriptor, wasTerminal] of terminals.entries()) {
    if (!wasTerminal || isatty(descriptor)) continue;
    try {
      closeSync(descriptor);
      openSync('/dev/null', 'r+');
    } catch {
      // Nothing more can be done, and no message would reach anyone.
    }
  }
}
