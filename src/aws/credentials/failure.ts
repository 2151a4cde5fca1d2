/** How a source of credentials that failed ends the command: with its place, and AWS's or the network's own words. */
import { CommandError } from '../../core/model/errors.ts';
import { networkTrouble, parseSdkError } from '../http/sdk-error.ts';
import { problemOf, type FailedCall } from '../responses/problems.ts';

export interface FailedSource {
  /** Names profile and file, or the variable. */
  readonly place: string;
  /** The setting that led to the call, with its value. */
  readonly setting: string;
  readonly call: FailedCall;
  /** What to do where AWS refuses the role. */
  readonly roleHint: string;
}

/** A call to AWS for credentials that failed. */
export const failedSource = (error: unknown, failed: FailedSource): CommandError => {
  if (error instanceof CommandError) return error;
  const { code, message, hint } = problemOf(error, failed.call);
  const refused = code === 'denied' || code === 'role-not-assumable';
  return new CommandError(
    refused ? 'role-not-assumable' : code,
    `${failed.place}: ${failed.setting}: ${message}`,
    refused ? failed.roleHint : hint,
  );
};

/** Whether an error is the network's, not an answer's. */
export const isNetworkError = (error: unknown): boolean =>
  networkTrouble(parseSdkError(error)) !== null;
