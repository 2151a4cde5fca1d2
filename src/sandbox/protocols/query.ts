/** AWS Query: requests are forms with `Action` and `Version`; responses are XML, wrapped in `<OperationResult>`. */
import { AwsError } from './aws-error.ts';
import { addressForm } from './form.ts';
import type { PreflightErrors, Protocol } from './protocol.ts';
import { expiredTokenText, invalidTokenText, mismatchText } from './protocol.ts';
import { escapeXml, xml } from './xml.ts';

const errors: PreflightErrors = {
  accessDenied: (message) => new AwsError('AccessDenied', message, 403),
  invalidToken: () => new AwsError('InvalidClientTokenId', invalidTokenText, 403),
  expiredToken: () => new AwsError('ExpiredToken', expiredTokenText, 403),
  missingToken: () =>
    new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403),
  wrongSignature: (message = mismatchText) => new AwsError('SignatureDoesNotMatch', message, 403),
  malformedSignature: (message) => new AwsError('IncompleteSignature', message, 400),
  wrongType: (message) => new AwsError('MalformedInput', message),
  unknownOperation: (service, operation, known) =>
    new AwsError(
      'InvalidAction',
      `Could not find operation ${operation} for version ${service.prefix}. ${known}`,
    ),
};

export const query: Protocol = {
  name: 'query',
  contentType: 'text/xml',
  errors,
  address: (request, scope, services) =>
    addressForm(request, scope, {
      services: services.filter((each) => each.protocol === 'query'),
      lists: 'member',
    }),
  writeOutput({ service, operation, requestId }, output) {
    const result =
      output === undefined ? '' : `<${operation}Result>${xml(output)}</${operation}Result>`;
    return `<${operation}Response xmlns="${service.xmlNamespace ?? ''}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`;
  },
  writeError({ service, requestId }, { code, message, status }) {
    const type = status >= 500 ? 'Receiver' : 'Sender';
    const error = `<Type>${type}</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;
    return `<ErrorResponse xmlns="${service.xmlNamespace ?? ''}"><Error>${error}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
  },
};
