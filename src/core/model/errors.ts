/** The two errors that end a command on purpose. Any other exception is a defect. */
import type { Problem, ProblemCode } from './model.ts';

/** Wrong input: exit status 64, and nothing was changed. The message names the input, the hint the fix. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** The whole command failed (no credentials, no organization, no answer): exit status 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }

  get code(): ProblemCode {
    return this.problem.code;
  }

  get hint(): string {
    return this.problem.hint;
  }
}
