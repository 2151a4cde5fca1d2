/** The two errors that a command ends with on purpose. Anything else thrown is a defect. */
import type { ProblemCode } from './model.ts';

/** Wrong input: exit status 64, nothing was touched. The message names the input, the hint the fix. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** The command could not go on as a whole (no credentials, no organization, no answer): exit status 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: ProblemCode;
  readonly hint: string;
  constructor(code: ProblemCode, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
