/** What a protocol defines: how a request names its operation, and how responses and errors are written. */
import type { SignedRequest } from '../auth/signature.ts';
import type { AwsError } from './aws-error.ts';
import type { Members } from './shape.ts';

export type ProtocolName = 'json' | 'rest-json' | 'query' | 'ec2';

/** What an operation answers, by the names that the wire has. What is undefined is left out. */
export type Output = { readonly [name: string]: OutputValue };
export type OutputValue = string | number | boolean | undefined | readonly OutputValue[] | Output;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a protocol needs to know of a service. */
export interface ServiceOnWire {
  /** As in the signature's scope. */
  readonly name: string;
  readonly protocol: ProtocolName;
  /** `json`: before the operation in `X-Amz-Target`. `query` and `ec2`: the API version. `rest-json`: unused. */
  readonly prefix: string;
  /** `query` and `ec2`: the namespace of answers. */
  readonly xmlNamespace?: string;
  /** `rest-json`: the operation of each path. */
  readonly paths?: Readonly<Record<string, string>>;
  /** `json`: whether the service's own errors have their text in `message`, not in `Message`. */
  readonly lowerCaseMessage?: boolean;
  readonly operations: Readonly<Record<string, { readonly members: Members }>>;
}

/** A request whose service is known. */
export interface Addressed<S extends ServiceOnWire> {
  readonly service: S;
  readonly operation: string;
  /** The request's members, by the shapes that the operation has for them; not yet held to the shapes. */
  readonly read: (members: Members) => Record<string, unknown>;
  /** What is wrong with the request, to be said once the caller is known; null if nothing is. */
  readonly problem: AwsError | null;
}

/** What an answer answers. */
export interface Exchange {
  readonly service: ServiceOnWire;
  readonly operation: string;
  readonly requestId: string;
}

/** The errors that come before any operation. Codes and texts as AWS's services give them. */
export interface PreflightErrors {
  readonly accessDenied: (message: string) => AwsError;
  readonly invalidToken: () => AwsError;
  readonly expiredToken: () => AwsError;
  readonly missingToken: () => AwsError;
  readonly wrongSignature: (message?: string) => AwsError;
  readonly malformedSignature: (message: string) => AwsError;
  /** For a member of another type than the operation has. */
  readonly wrongType: (message: string) => AwsError;
  /** `known` says which operations there are. */
  readonly unknownOperation: (service: ServiceOnWire, operation: string, known: string) => AwsError;
}

export interface Protocol {
  readonly name: ProtocolName;
  readonly contentType: string;
  readonly errors: PreflightErrors;
  /**
   * The service and the operation of a request; null if it is not of this protocol. `scope` is the service that the
   * request was signed for. Throws where the request is of this protocol and the sandbox does not know the service.
   */
  address<S extends ServiceOnWire>(
    request: SignedRequest,
    scope: string | undefined,
    services: readonly S[],
  ): Addressed<S> | null;
  writeOutput(exchange: Exchange, output: Output | undefined): string;
  writeError(exchange: Exchange, error: AwsError): string;
  /** Headers that an error has besides the content type. */
  errorHeaders?(error: AwsError): Readonly<Record<string, string>>;
}

export const invalidTokenText = 'The security token included in the request is invalid.';
export const expiredTokenText = 'The security token included in the request is expired';
export const mismatchText =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
