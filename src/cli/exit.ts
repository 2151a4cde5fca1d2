/** The exit statuses, and the error that a command prints if it ends without a report. */
import { CommandError, UsageError } from '../core/model/errors.ts';
import type { ProblemCode } from '../core/model/model.ts';
import { escapeForTerminal, forTerminalProse } from '../render/escape.ts';
import { StreamError } from './terminal/streams.ts';

export const exitStatuses = {
  ok: 0,
  failure: 1,
  differs: 2,
  usage: 64,
  defect: 70,
  interrupted: 130,
} as const;
export type ExitStatus = number;

export interface ErrorExit {
  readonly status: ExitStatus;
  readonly code: 'usage' | ProblemCode;
  readonly message: string;
  readonly hint: string;
}

/**
 * The exit status and error message for an error. After an interruption any error counts as the interruption, except a
 * usage error. An unexpected error is a bug in dhmc.
 */
export function describeError(error: unknown, interruption: AbortSignal): ErrorExit {
  if (error instanceof UsageError)
    return { status: exitStatuses.usage, code: 'usage', message: error.message, hint: error.hint };
  if (interruption.aborted)
    return {
      status: exitStatuses.interrupted,
      code: 'interrupted',
      message: 'Interrupted before anything was changed.',
      hint: 'Run the same command again.',
    };
  if (error instanceof CommandError)
    return {
      status: exitStatuses.failure,
      code: error.code,
      message: error.message,
      hint: error.hint,
    };
  if (error instanceof StreamError) {
    return {
      status: exitStatuses.failure,
      code: 'interrupted',
      message: error.message,
      hint: 'Free some space, or send the output elsewhere, and run the command again.',
    };
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    status: exitStatuses.defect,
    code: 'internal-error',
    message: `Internal error: ${message}`,
    hint: 'This is a bug in dhmc: please report it with the output above. The journal of the run has what was changed so far.',
  };
}

/** The error as `dhmc.error/v1`. */
export const errorJson = (
  action: string | null,
  { code, message, hint }: Omit<ErrorExit, 'status'>,
): string =>
  `${JSON.stringify({ schema: 'dhmc.error/v1', action, error: { code, message, hint } }, null, 2)}\n`;

/** Message and hint for standard error, with untrusted text escaped. */
export const errorText = ({ message, hint }: ErrorExit): string => {
  const lines = message.split('\n').map(escapeForTerminal);
  return `dhmc: ${lines.join('\n      ')}\n${hint === '' ? '' : `      ${forTerminalProse(hint)}\n`}`;
};
