/** What a service is to the sandbox: a dialect for errors, and a table of operations with the shapes of their requests. */
import type { Principal } from '../state/principals.ts';
import type { State } from '../state/state.ts';
import type { AwsError } from '../protocols/aws-error.ts';
import type { InputOf, Members, Violation } from '../protocols/shape.ts';

export type ServiceName = 'organizations' | 'sts' | 'iam' | 'ssm' | 'account';

/** A request whose signature was verified. */
export interface Call {
  readonly state: State;
  readonly principal: Principal;
  /** As it was signed for. */
  readonly region: string;
  /** Milliseconds since the epoch, by the sandbox's clock. */
  readonly now: number;
}

export type Output = { readonly [name: string]: OutputValue };
export type OutputValue = string | number | boolean | undefined | readonly OutputValue[] | Output;

export interface Operation {
  readonly members: Members;
  /** Throws a `Failure` for what AWS refuses. */
  readonly handle: (call: Call, input: Readonly<Record<string, unknown>>) => Output | undefined;
}

/** An operation whose handler sees its input by the types that the shapes declare; the router has checked them. */
export const operation = <const M extends Members>(
  members: M,
  handle: (call: Call, input: InputOf<M>) => Output | undefined,
): Operation => ({
  members,
  handle: (call, input) => handle(call, input as unknown as InputOf<M>),
});

export type Protocol = 'json' | 'query' | 'rest-json';

export interface Service {
  readonly name: ServiceName;
  readonly protocol: Protocol;
  /** Before the operation in `X-Amz-Target`; for Query the API version. */
  readonly prefix: string;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly invalid: (found: readonly Violation[]) => AwsError;
  readonly throttled: () => AwsError;
  readonly internal: () => AwsError;
  /** Whether the region that was signed for must be enabled in the caller's account. */
  readonly regional: boolean;
}
