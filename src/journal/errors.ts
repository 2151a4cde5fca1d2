/**
 * The journal could not be written; the message names the file and the reason. After this error the caller must begin
 * no change and must stop gracefully.
 */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  /** The system's code, such as `ENOSPC` or `EACCES`; `unknown` if it gave none. */
  readonly code: string;
  readonly path: string;
  /** One sentence: what to do about it. */
  readonly hint: string;
  constructor(path: string, cause: unknown) {
    const code = systemCode(cause);
    super(`${path}: ${reasons[code] ?? (cause instanceof Error ? cause.message : String(cause))}`, {
      cause,
    });
    this.code = code;
    this.path = path;
    this.hint = hints[code] ?? 'Check the state directory, or name another one with --state-dir.';
  }
}

/** The code of a failed system call. */
export const systemCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'unknown';

/** The meaning of a system call's error code, as the end of a sentence; the code itself if it is not in the table. */
export const reasonOf = (code: string): string => reasons[code] ?? `${code}.`;

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the disk.',
  EDQUOT: 'the disk quota is used up.',
  EFBIG: 'the file would be larger than is allowed.',
  EROFS: 'the file system is read-only.',
  EACCES: 'permission is denied.',
  EPERM: 'permission is denied.',
  ENOTDIR: 'a part of its path is not a directory.',
  ENOENT: 'the directory cannot be made.',
  EIO: 'the disk reports an error.',
};

const hints: Readonly<Record<string, string>> = {
  ENOSPC: 'Free some space.',
  EDQUOT: 'Free some space.',
  EROFS: 'Name a directory that you can write to with --state-dir.',
  EACCES: 'Name a directory that you can write to with --state-dir.',
  EPERM: 'Name a directory that you can write to with --state-dir.',
  ENOTDIR: 'Name a directory with --state-dir.',
  ENOENT: 'Name a directory that you can write to with --state-dir.',
};
