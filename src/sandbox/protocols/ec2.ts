/**
 * EC2's variant of Query: list items are numbered without `.member` and written as `<item>`, and the response has no
 * wrapper element.
 */
import { AwsError } from './aws-error.ts';
import { addressForm } from './form.ts';
import type { PreflightErrors, Protocol } from './protocol.ts';
import { mismatchText } from './protocol.ts';
import { escapeXml, xml } from './xml.ts';

const unknownKeys = 'AWS was not able to validate the provided access credentials';

const errors: PreflightErrors = {
  accessDenied: (message) =>
    new AwsError(
      'UnauthorizedOperation',
      `You are not authorized to perform this operation. ${message}`,
      403,
    ),
  invalidToken: () => new AwsError('AuthFailure', unknownKeys, 401),
  expiredToken: () => new AwsError('RequestExpired', 'Request has expired.', 400),
  missingToken: () =>
    new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403),
  wrongSignature: (message = mismatchText) => new AwsError('SignatureDoesNotMatch', message, 403),
  malformedSignature: (message) => new AwsError('IncompleteSignature', message, 400),
  wrongType: (message) => new AwsError('InvalidParameterValue', message),
  unknownOperation: (service, operation, known) =>
    new AwsError(
      'InvalidAction',
      `The action ${operation} is not valid for this web service (version ${service.prefix}). ${known}`,
    ),
};

export const ec2: Protocol = {
  name: 'ec2',
  contentType: 'text/xml;charset=UTF-8',
  errors,
  address: (request, scope, services) =>
    addressForm(request, scope, {
      services: services.filter((each) => each.protocol === 'ec2'),
      lists: 'flat',
    }),
  writeOutput: ({ service, operation, requestId }, output) =>
    `<?xml version="1.0" encoding="UTF-8"?>\n<${operation}Response xmlns="${service.xmlNamespace ?? ''}"><requestId>${requestId}</requestId>${xml(output, 'item')}</${operation}Response>`,
  writeError: ({ requestId }, { code, message }) =>
    `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`,
};
