/** Whether SIGHUP was ignored when the process started. Node does not preserve that, so it is inferred. */
import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

const read = (look: () => string): string => {
  try {
    return look();
  } catch {
    return '';
  }
};

/** What the platform shows of the process and its parent; texts are empty if it shows nothing. */
export interface Origin {
  /** The shell's `_` variable: the command that it started. */
  readonly underscore: string;
  /** The parent's command line, words separated by NUL. */
  readonly parentCommand: string;
  /** The parent's `/proc/…/status`. */
  readonly parentStatus: string;
  /** The target of standard input, and how it is opened. */
  readonly input: string;
  readonly inputFlags: string;
}

const originOf = (environment: NodeJS.ProcessEnv): Origin => ({
  underscore: environment['_'] ?? '',
  parentCommand: read(() => readFileSync(`/proc/${process.ppid}/cmdline`, 'utf8')),
  parentStatus: read(() => readFileSync(`/proc/${process.ppid}/status`, 'utf8')),
  input: read(() => readlinkSync('/proc/self/fd/0')),
  inputFlags: read(() => readFileSync('/proc/self/fdinfo/0', 'utf8')),
});

/** SIGHUP is the lowest bit of the mask. */
const ignoresHangup = (status: string): boolean => {
  const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return mask !== undefined && (Number.parseInt(mask.slice(-1), 16) & 1) === 1;
};

/**
 * `nohup` is recognized by the shell that started it, by the parent that still waits, or by the standard input that it
 * sets: the null device, opened for writing only. If the parent itself ignores SIGHUP, the process inherits that.
 */
export const isHangupIgnored = (
  environment: NodeJS.ProcessEnv,
  origin: Origin = originOf(environment),
): boolean =>
  basename(origin.underscore) === 'nohup' ||
  /(^|[\s\0/])nohup[\s\0]/.test(origin.parentCommand) ||
  ignoresHangup(origin.parentStatus) ||
  (origin.input === '/dev/null' && /^flags:\s*[0-7]*1$/m.test(origin.inputFlags));
