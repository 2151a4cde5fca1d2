/** What a service defines: one row in `registry.ts`, with a table of operations and the shapes of their requests. */
import type { Context } from '../auth/authorize.ts';
import type { Principal } from '../state/principals.ts';
import type { State } from '../state/state.ts';
import type { AwsError } from '../protocols/aws-error.ts';
import type { Output, ServiceOnWire } from '../protocols/protocol.ts';
import type { InputOf, Members, Violation } from '../protocols/shape.ts';
import type { Paging } from './page.ts';

export type { Output, OutputValue } from '../protocols/protocol.ts';

/** A request whose signature was verified. */
export interface Call {
  readonly state: State;
  readonly principal: Principal;
  /** As it was signed for. */
  readonly region: string;
  /** Milliseconds since the epoch, by the sandbox's clock. */
  readonly now: number;
  /** Throws the service's access error where the caller may not do this besides the operation itself. */
  authorize(action: string, resource: string, context?: Context): void;
  /** The service's access error, with a text of its own. */
  accessDenied(message: string): AwsError;
  /** The page of a list that the caller asked for, as the service writes it; throws for a token that this list never gave. */
  page<T>(list: List<T>, input: PageInput): Output;
  /** The items of that page, for answers that do not list them one by one, and what the answer says of the next. */
  slice<T>(list: Omit<List<T>, 'member' | 'describe'>, input: PageInput): Slice<T>;
}

export interface Slice<T> {
  readonly items: readonly T[];
  readonly rest: Output;
}

/** A list of which the caller gets a page. */
export interface List<T> {
  /** The answer's member. */
  readonly member: string;
  readonly all: readonly T[];
  /** What an item looks like in the answer; only the items of the page are asked for. Default: as it is. */
  readonly describe?: (item: T) => Output[string];
  /** Tells lists of one operation apart: a token belongs to its list. */
  readonly of?: string;
}

/** The members by which requests ask for a page, whatever the service calls them. */
export interface PageInput {
  readonly NextToken?: string;
  readonly MaxResults?: number;
  readonly Marker?: string;
  readonly MaxItems?: number;
}

/** What an operation is done to: an ARN or `*`, and condition keys of the request beside the usual ones. */
export type Resource = string | { readonly arn: string; readonly context: Context };

/** `resource` and `handle` are methods, so that those of `OperationOf`, which see a narrower input, are taken for them. */
export interface Operation {
  readonly members: Members;
  /** The right that the router looks for. Default: the operation's own name. */
  readonly action?: string;
  /** The router looks for no right. */
  readonly isOpen?: true;
  /** What the right is needed for. Default: `*`. */
  resource?(call: Call, input: Readonly<Record<string, unknown>>): Resource;
  /** The account that the call is made in, where it is not the caller's. */
  readonly targetAccount?: (input: Readonly<Record<string, unknown>>) => string | undefined;
  /** Throws an `AwsError` for what AWS refuses. */
  handle(call: Call, input: Readonly<Record<string, unknown>>): Output | undefined;
}

/** An operation whose functions see their input by the types that the shapes declare. */
export interface OperationOf<M extends Members> {
  readonly members: M;
  readonly action?: string;
  readonly isOpen?: true;
  resource?(call: Call, input: InputOf<M>): Resource;
  /** Sees the input before it is held to the shapes. */
  readonly targetAccount?: (input: Readonly<Record<string, unknown>>) => string | undefined;
  handle(call: Call, input: InputOf<M>): Output | undefined;
}

/** An entry of a service's table. The router has checked the input, and that the caller may do this. */
export const operation = <const M extends Members>(of: OperationOf<M>): Operation => of;

export type Rate = readonly [perSecond: number, burst: number];

export interface Service extends ServiceOnWire {
  readonly operations: Readonly<Record<string, Operation>>;
  /** How lists are cut into pages; none for a service without lists. */
  readonly paging?: Paging;
  /** Documented limits per operation and calling account; counted where the world says so. */
  readonly rates?: Readonly<Record<string, Rate>>;
  /** Whether the limits count in each region apart. */
  readonly ratesPerRegion?: boolean;
  /** The error for members that break their constraints. */
  readonly invalid: (found: readonly Violation[]) => AwsError;
  readonly throttled: () => AwsError;
  readonly internal: () => AwsError;
  /** Whether the region that was signed for must be enabled in the caller's account. */
  readonly regional: boolean;
}
