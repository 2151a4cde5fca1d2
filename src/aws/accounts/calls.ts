/** Sends calls in one account, and turns their errors into problems. */
import type { Partition, Reading } from '../../core/model/model.ts';
import { known, unknown } from '../../core/model/model.ts';
import { parseSdkError } from '../http/sdk-error.ts';
import type { Identity, SdkClients } from '../http/sdk-clients.ts';
import type { Credentials } from '../http/signing.ts';
import { operations, type OperationName } from '../permissions/operations.ts';
import { InvalidResponse, problemOf, type FailedCall } from '../responses/problems.ts';
import { secretsOf } from '../responses/redact.ts';
import { requireString } from '../responses/validate.ts';
import { sessionProblem } from './sessions.ts';
import { commands, type AccountCall, type InputOf, type OutputOf } from './commands.ts';

export interface AccessOptions {
  readonly wire: SdkClients;
  readonly account: string;
  readonly partition: Partition;
  readonly homeRegion: string;
  readonly identity: Identity & { current(): Credentials | null };
  /** The principal of the calls, for hints: `role OrganizationAccountAccessRole`, or the caller's ARN. */
  readonly principal: string;
  /** Whether the calls use a session in the account instead of the caller's own credentials. */
  readonly memberSession: boolean;
  readonly dhmcRole: string;
  /** The tags of the session (`--session-tag`); absent for the caller's own credentials. */
  readonly sessionTags?: Readonly<Record<string, string>>;
  /** The session that may set a setting to the role, if `identity` may not; null if `identity` may. */
  readonly passing?: (role: string) => Promise<Reading<Identity>> | null;
  readonly externalId?: string | undefined;
  /** AWS's time when the session was opened; absent for the caller's own credentials. */
  readonly enteredAt?: number | null;
}

/**
 * The marker of IAM's next page. `IsTruncated` is optional in IAM's model, and its absence ends the list. A page
 * without both it and its list is not a valid response.
 */
export const markerOf = (
  answer: { readonly IsTruncated?: boolean | undefined; readonly Marker?: string | undefined },
  list: unknown,
): string | undefined => {
  if (answer.IsTruncated === undefined && list === undefined)
    throw new InvalidResponse('The page holds neither its list nor IsTruncated.');
  return answer.IsTruncated === true ? requireString(answer.Marker, 'Marker') : undefined;
};
export const startAt = (Marker: string | undefined): { readonly Marker?: string } =>
  Marker === undefined ? {} : { Marker };

export interface AccountCalls {
  readonly failedCall: (name: OperationName, region: string) => FailedCall;
  /** The result of a read, or its problem. */
  reading<T>(name: OperationName, region: string, read: () => Promise<T>): Promise<Reading<T>>;
  /** Null if IAM responds with NoSuchEntity. */
  orMissing<T>(read: () => Promise<T>): Promise<T | null>;
  /** Sends one call of the table, optionally with another session (`by`). */
  send<Name extends AccountCall>(
    name: Name,
    region: string,
    input: InputOf<Name>,
    by?: Identity,
  ): Promise<OutputOf<Name>>;
}

export const accountCalls = (options: AccessOptions): AccountCalls => {
  const { wire, account, identity, principal, memberSession, externalId } = options;

  const failedCall = (name: OperationName, region: string): FailedCall => ({
    service: operations[name].service,
    operation: name,
    region,
    account,
    role: principal,
    principal,
    memberSession,
    secrets: [...secretsOf(identity.current()), externalId],
  });
  const reading = async <T>(
    name: OperationName,
    region: string,
    read: () => Promise<T>,
  ): Promise<Reading<T>> => {
    try {
      return known(await read());
    } catch (error) {
      return unknown(sessionProblem(error) ?? problemOf(error, failedCall(name, region)));
    }
  };
  const orMissing = async <T>(read: () => Promise<T>): Promise<T | null> => {
    try {
      return await read();
    } catch (error) {
      if (parseSdkError(error).name === 'NoSuchEntity') return null;
      throw error;
    }
  };
  const send = async <Name extends AccountCall>(
    name: Name,
    region: string,
    input: InputOf<Name>,
    by: Identity = identity,
  ): Promise<OutputOf<Name>> => {
    const sendOne = await commands[name](wire, region);
    const { service, writes } = operations[name];
    const context = { service, operation: name, region, account, identity: by, writes };
    return wire.call(context, input, sendOne);
  };

  return { failedCall, reading, orMissing, send };
};
