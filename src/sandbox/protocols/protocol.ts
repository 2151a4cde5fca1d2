/** The interface of a protocol: how a request names its operation, and how responses and errors are written. */
import type { SignedRequest } from '../auth/signature.ts';
import type { AwsError } from './aws-error.ts';
import type { Members } from './shape.ts';

export type ProtocolName = 'json' | 'rest-json' | 'query' | 'ec2';

/** An operation's response, with the member names of the wire. Undefined members are left out. */
export type Output = { readonly [name: string]: OutputValue };
export type OutputValue = string | number | boolean | undefined | readonly OutputValue[] | Output;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The facts about a service that its protocol needs. */
export interface ServiceOnWire {
  /** The name in the signature's scope. */
  readonly name: string;
  readonly protocol: ProtocolName;
  /**
   * `json`: the part before the operation in `X-Amz-Target`. `query` and `ec2`: the API version. `rest-json`: unused.
   */
  readonly prefix: string;
  /** `query` and `ec2`: the namespace of responses. */
  readonly xmlNamespace?: string;
  /** `rest-json`: the operation of each path. */
  readonly paths?: Readonly<Record<string, string>>;
  /** `json`: whether the service's own errors have their text in `message` instead of `Message`. */
  readonly lowerCaseMessage?: boolean;
  readonly operations: Readonly<Record<string, { readonly members: Members }>>;
}

/** A request with its service and operation. */
export interface Addressed<S extends ServiceOnWire> {
  readonly service: S;
  readonly operation: string;
  /** Reads the request's members as the operation's shapes describe them. Does not check them. */
  readonly read: (members: Members) => Record<string, unknown>;
  /** An error in the request, reported after the caller is authenticated; null if there is none. */
  readonly problem: AwsError | null;
}

/** The request that a response belongs to. */
export interface Exchange {
  readonly service: ServiceOnWire;
  readonly operation: string;
  readonly requestId: string;
}

/** The errors that come before any operation, with the codes and texts of AWS's services. */
export interface PreflightErrors {
  readonly accessDenied: (message: string) => AwsError;
  readonly invalidToken: () => AwsError;
  readonly expiredToken: () => AwsError;
  readonly missingToken: () => AwsError;
  readonly wrongSignature: (message?: string) => AwsError;
  readonly malformedSignature: (message: string) => AwsError;
  /** A member has another type than the operation declares. */
  readonly wrongType: (message: string) => AwsError;
  /** `known` lists the known operations. */
  readonly unknownOperation: (service: ServiceOnWire, operation: string, known: string) => AwsError;
}

export interface Protocol {
  readonly name: ProtocolName;
  readonly contentType: string;
  readonly errors: PreflightErrors;
  /**
   * Finds the service and the operation of a request; null if the request uses another protocol. `scope` is the
   * service that the request was signed for. Throws if the request uses this protocol but the sandbox does not
   * support the service.
   */
  address<S extends ServiceOnWire>(
    request: SignedRequest,
    scope: string | undefined,
    services: readonly S[],
  ): Addressed<S> | null;
  writeOutput(exchange: Exchange, output: Output | undefined): string;
  writeError(exchange: Exchange, error: AwsError): string;
  /** Headers of an error besides the content type. */
  errorHeaders?(error: AwsError): Readonly<Record<string, string>>;
}

export const invalidTokenText = 'The security token included in the request is invalid.';
export const expiredTokenText = 'The security token included in the request is expired';
export const mismatchText =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
