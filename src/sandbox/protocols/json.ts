/** AWS JSON 1.1: `X-Amz-Target` names the operation; responses and errors are JSON. */
import { AwsError, unsupported } from './aws-error.ts';
import type { PreflightErrors, Protocol } from './protocol.ts';
import { expiredTokenText, invalidTokenText, mismatchText } from './protocol.ts';

/** The errors that both JSON protocols share; only their status differs. */
export const jsonErrors = (status: 400 | 403): PreflightErrors => ({
  accessDenied: (message) => new AwsError('AccessDeniedException', message, status),
  invalidToken: () => new AwsError('UnrecognizedClientException', invalidTokenText, status),
  expiredToken: () => new AwsError('ExpiredTokenException', expiredTokenText, status),
  missingToken: () =>
    new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', status),
  wrongSignature: (message = mismatchText) =>
    new AwsError('InvalidSignatureException', message, status),
  malformedSignature: (message) => new AwsError('IncompleteSignatureException', message, status),
  wrongType: (message) => new AwsError('SerializationException', message),
  unknownOperation: (_service, _operation, known) =>
    new AwsError('UnknownOperationException', known),
});

/** Parses the body as an object. Throws a SerializationException. */
export function parseJsonBody(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // A body that is not JSON gets the same error as JSON that is not an object.
  }
  throw new AwsError('SerializationException', 'The request body is not a JSON object.');
}

export const json: Protocol = {
  name: 'json',
  contentType: 'application/x-amz-json-1.1',
  errors: jsonErrors(400),
  address(request, _scope, services) {
    const target = request.headers['x-amz-target'];
    if (typeof target !== 'string') return null;
    const [prefix = '', operation = ''] = target.split('.');
    const service = services.find((each) => each.protocol === 'json' && each.prefix === prefix);
    if (service === undefined) throw unsupported(`the target ${target}`);
    return { service, operation, read: () => parseJsonBody(request.body), problem: null };
  },
  writeOutput: (_exchange, output) => JSON.stringify(output ?? {}),
  writeError({ service }, { code, message, members }) {
    // In every service, errors before the operation have `Message`.
    const lowerCase = service.lowerCaseMessage === true && !code.startsWith('AccessDenied');
    return JSON.stringify({
      __type: code,
      [lowerCase ? 'message' : 'Message']: message,
      ...members,
    });
  },
};
