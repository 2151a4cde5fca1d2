/** The two errors that a command ends with on purpose. Anything else thrown is a defect. */
import type { Problem, ProblemCode } from './model.ts';

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
