/** How the protocols differ in the errors that come before any operation. Codes and texts as AWS's services give them. */
import { AwsError } from './aws-error.ts';

export interface Dialect {
  readonly accessDenied: (message: string) => AwsError;
  readonly invalidToken: () => AwsError;
  readonly expiredToken: () => AwsError;
  readonly missingToken: () => AwsError;
  readonly wrongSignature: (message?: string) => AwsError;
  readonly malformedSignature: (message: string) => AwsError;
}

const invalid = 'The security token included in the request is invalid.';
const expired = 'The security token included in the request is expired';
const mismatch =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

const jsonLike = (status: 400 | 403): Dialect => ({
  accessDenied: (message) => new AwsError('AccessDeniedException', message, status),
  invalidToken: () => new AwsError('UnrecognizedClientException', invalid, status),
  expiredToken: () => new AwsError('ExpiredTokenException', expired, status),
  missingToken: () =>
    new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', status),
  wrongSignature: (message = mismatch) =>
    new AwsError('InvalidSignatureException', message, status),
  malformedSignature: (message) => new AwsError('IncompleteSignatureException', message, status),
});

export const dialects: Readonly<Record<'json' | 'query' | 'rest-json', Dialect>> = {
  json: jsonLike(400),
  'rest-json': jsonLike(403),
  query: {
    accessDenied: (message) => new AwsError('AccessDenied', message, 403),
    invalidToken: () => new AwsError('InvalidClientTokenId', invalid, 403),
    expiredToken: () => new AwsError('ExpiredToken', expired, 403),
    missingToken: () =>
      new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403),
    wrongSignature: (message = mismatch) => new AwsError('SignatureDoesNotMatch', message, 403),
    malformedSignature: (message) => new AwsError('IncompleteSignature', message, 400),
  },
};
