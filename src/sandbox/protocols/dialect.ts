/** How the protocols differ in the errors that come before any operation. Codes and texts as AWS's services give them. */
import { Failure } from './aws-error.ts';

export interface Dialect {
  readonly accessDenied: (message: string) => Failure;
  readonly invalidToken: () => Failure;
  readonly expiredToken: () => Failure;
  readonly missingToken: () => Failure;
  readonly wrongSignature: (message?: string) => Failure;
  readonly malformedSignature: (message: string) => Failure;
}

const invalid = 'The security token included in the request is invalid.';
const expired = 'The security token included in the request is expired';
const mismatch =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

const jsonLike = (status: 400 | 403): Dialect => ({
  accessDenied: (message) => new Failure('AccessDeniedException', message, status),
  invalidToken: () => new Failure('UnrecognizedClientException', invalid, status),
  expiredToken: () => new Failure('ExpiredTokenException', expired, status),
  missingToken: () => new Failure('MissingAuthenticationTokenException', 'Missing Authentication Token', status),
  wrongSignature: (message = mismatch) => new Failure('InvalidSignatureException', message, status),
  malformedSignature: (message) => new Failure('IncompleteSignatureException', message, status),
});

export const dialects: Readonly<Record<'json' | 'query' | 'rest-json', Dialect>> = {
  json: jsonLike(400),
  'rest-json': jsonLike(403),
  query: {
    accessDenied: (message) => new Failure('AccessDenied', message, 403),
    invalidToken: () => new Failure('InvalidClientTokenId', invalid, 403),
    expiredToken: () => new Failure('ExpiredToken', expired, 403),
    missingToken: () => new Failure('MissingAuthenticationToken', 'Request is missing Authentication Token', 403),
    wrongSignature: (message = mismatch) => new Failure('SignatureDoesNotMatch', message, 403),
    malformedSignature: (message) => new Failure('IncompleteSignature', message, 400),
  },
};
