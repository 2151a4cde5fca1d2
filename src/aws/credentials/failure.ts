/** How a failed source of credentials ends the command: with the place it was configured, and the original message. */
import { CommandError } from '../../core/model/errors.ts';
import type { Facts } from '../../core/model/model.ts';
import { problemFor, type ReasonName } from '../../core/problems/hints.ts';
import { networkTrouble, parseSdkError } from '../http/sdk-error.ts';
import { problemOf, type FailedCall } from '../responses/problems.ts';

/** Why AWS refuses a role, with the facts of the case. */
export interface RefusedRole {
  readonly reason: Extract<ReasonName, `source-${string}`>;
  readonly facts?: Facts;
}

export interface FailedSource {
  /** Names profile and file, or the variable. */
  readonly place: string;
  /** The setting that led to the call, with its value. */
  readonly setting: string;
  readonly call: FailedCall;
  /** What to do where AWS refuses the role. */
  readonly refusal: RefusedRole;
}

/** A call to AWS for credentials that failed. */
export const failedSource = (error: unknown, failed: FailedSource): CommandError => {
  if (error instanceof CommandError) return error;
  const { place, setting, refusal } = failed;
  const problem = problemOf(error, failed.call);
  const message = `${place}: ${setting}: ${problem.message}`;
  const isRefused = problem.code === 'denied' || problem.code === 'role-not-assumable';
  return new CommandError(
    isRefused
      ? problemFor(refusal.reason, message, refusal.facts, { requestId: problem.requestId })
      : { ...problem, message },
  );
};

/** Whether an error is the network's, not an answer's. */
export const isNetworkError = (error: unknown): boolean =>
  networkTrouble(parseSdkError(error)) !== null;
