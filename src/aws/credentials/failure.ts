/**
 * The error for a failed credential source: it names where the source is configured, and has the original message.
 */
import { CommandError } from '../../core/model/errors.ts';
import type { Facts } from '../../core/model/model.ts';
import { problemFor, type ReasonName } from '../../core/problems/hints.ts';
import { networkTrouble, parseSdkError } from '../http/sdk-error.ts';
import { problemOf, type FailedCall } from '../responses/problems.ts';

/** The reason for a role that AWS refuses, with its facts. */
export interface RefusedRole {
  readonly reason: Extract<ReasonName, `source-${string}`>;
  readonly facts?: Facts;
}

export interface FailedSource {
  /** The profile and its file, or the variable. */
  readonly place: string;
  /** The setting that led to the call, with its value. */
  readonly setting: string;
  readonly call: FailedCall;
  /** The reason to report if AWS refuses the role. */
  readonly refusal: RefusedRole;
}

/** The error for a failed call to AWS for credentials. */
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

/** Whether an error comes from the network instead of a response. */
export const isNetworkError = (error: unknown): boolean =>
  networkTrouble(parseSdkError(error)) !== null;
