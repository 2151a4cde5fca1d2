/**
 * The interface of a service: one row in `registry.ts`, with a table of operations and the shapes of their requests.
 */
import type { Context } from '../auth/authorize.ts';
import type { Principal } from '../state/principals.ts';
import type { State } from '../state/state.ts';
import type { AwsError } from '../protocols/aws-error.ts';
import type { Output, ServiceOnWire } from '../protocols/protocol.ts';
import type { InputOf, Members, Violation } from '../protocols/shape.ts';
import type { Paging } from './page.ts';

export type { Output, OutputValue } from '../protocols/protocol.ts';

/** A request after its signature was verified. */
export interface Call {
  readonly state: State;
  readonly principal: Principal;
  /** The region that the request was signed for. */
  readonly region: string;
  /** The sandbox's time in milliseconds since the epoch. */
  readonly now: number;
  /** Requires a permission in addition to the operation's own. Throws the service's access error if it is missing. */
  authorize(action: string, resource: string, context?: Context): void;
  /** The service's access error with a given message. */
  accessDenied(message: string): AwsError;
  /** The response with the requested page of a list. Throws for a token that this list did not issue. */
  page<T>(list: List<T>, input: PageInput): Output;
  /** The items of the requested page and the paging members of the response, for responses with another structure. */
  slice<T>(list: Omit<List<T>, 'member' | 'describe'>, input: PageInput): Slice<T>;
}

export interface Slice<T> {
  readonly items: readonly T[];
  readonly rest: Output;
}

/** A list that is returned in pages. */
export interface List<T> {
  /** The response member with the items. */
  readonly member: string;
  readonly all: readonly T[];
  /** Converts an item for the response; called only for the items of the page. Default: unchanged. */
  readonly describe?: (item: T) => Output[string];
  /** Distinguishes lists of the same operation. Tokens are valid only for their own list. */
  readonly of?: string;
}

/** The paging members of requests, under the names of all services. */
export interface PageInput {
  readonly NextToken?: string;
  readonly MaxResults?: number;
  readonly Marker?: string;
  readonly MaxItems?: number;
}

/** The resource of an operation: an ARN or `*`, optionally with more condition keys. */
export type Resource = string | { readonly arn: string; readonly context: Context };

/**
 * `resource` and `handle` are methods, so that TypeScript accepts those of `OperationOf`, which have a narrower
 * input.
 */
export interface Operation {
  readonly members: Members;
  /** The action to authorize. Default: the operation's own name. */
  readonly action?: string;
  /** No permission is required. */
  readonly isOpen?: true;
  /** The resource that needs the permission. Default: `*`. */
  resource?(call: Call, input: Readonly<Record<string, unknown>>): Resource;
  /** The account that the call is made in, if it is not the caller's. */
  readonly targetAccount?: (input: Readonly<Record<string, unknown>>) => string | undefined;
  /** Performs the operation. Throws an `AwsError` where AWS refuses it. */
  handle(call: Call, input: Readonly<Record<string, unknown>>): Output | undefined;
}

/** An operation with the input type that its shapes declare. */
export interface OperationOf<M extends Members> {
  readonly members: M;
  readonly action?: string;
  readonly isOpen?: true;
  resource?(call: Call, input: InputOf<M>): Resource;
  /** Receives the input before it is checked against the shapes. */
  readonly targetAccount?: (input: Readonly<Record<string, unknown>>) => string | undefined;
  handle(call: Call, input: InputOf<M>): Output | undefined;
}

/** Defines an operation. Before `handle`, the router checks the input and the permission. */
export const operation = <const M extends Members>(of: OperationOf<M>): Operation => of;

export type Rate = readonly [perSecond: number, burst: number];

export interface Service extends ServiceOnWire {
  readonly operations: Readonly<Record<string, Operation>>;
  /** How lists are divided into pages; undefined for a service without lists. */
  readonly paging?: Paging;
  /** The documented limits per operation and calling account, enforced if the world sets `rateLimits`. */
  readonly rates?: Readonly<Record<string, Rate>>;
  /** Whether each region has its own limits. */
  readonly ratesPerRegion?: boolean;
  /** The error for members that violate their constraints. */
  readonly invalid: (found: readonly Violation[]) => AwsError;
  readonly throttled: () => AwsError;
  readonly internal: () => AwsError;
  /** Whether the signed region must be enabled in the caller's account. */
  readonly regional: boolean;
}
