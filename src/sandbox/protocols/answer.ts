/** What goes back over the wire, in the three protocols. */
import type { Output, Protocol } from '../services/service.ts';
import type { AwsError } from './aws-error.ts';
import { escapeXml, xml } from './xml.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const namespaces: Readonly<Record<string, string>> = {
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
};

const contentTypes: Readonly<Record<Protocol, string>> = {
  json: 'application/x-amz-json-1.1',
  'rest-json': 'application/json',
  query: 'text/xml',
};

export interface Addressed {
  readonly protocol: Protocol;
  readonly service: string;
  readonly operation: string;
  readonly requestId: string;
}

export function success(
  { protocol, service, operation, requestId }: Addressed,
  output: Output | undefined,
): Answer {
  const body =
    protocol === 'query'
      ? `<${operation}Response xmlns="${namespaces[service] ?? ''}">${xml(output)}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`
      : JSON.stringify(output ?? {});
  return {
    status: 200,
    headers: { 'content-type': contentTypes[protocol], 'x-amzn-requestid': requestId },
    body,
  };
}

export function writeError({ protocol, service, requestId }: Addressed, failure: AwsError): Answer {
  const headers: Record<string, string> = {
    'content-type': contentTypes[protocol],
    'x-amzn-requestid': requestId,
  };
  switch (protocol) {
    case 'query': {
      const type = failure.status >= 500 ? 'Receiver' : 'Sender';
      const error = `<Type>${type}</Type><Code>${escapeXml(failure.code)}</Code><Message>${escapeXml(failure.message)}</Message>`;
      const body = `<ErrorResponse xmlns="${namespaces[service] ?? ''}"><Error>${error}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
      return { status: failure.status, headers, body };
    }
    case 'rest-json': {
      headers['x-amzn-errortype'] = failure.code;
      return {
        status: failure.status,
        headers,
        body: JSON.stringify({ message: failure.message, ...failure.members }),
      };
    }
    case 'json': {
      // SSM writes its own errors' text in lower case; Organizations, and whatever stands before an operation, as `Message`.
      const key =
        service === 'ssm' && !failure.code.startsWith('AccessDenied') ? 'message' : 'Message';
      return {
        status: failure.status,
        headers,
        body: JSON.stringify({ __type: failure.code, [key]: failure.message, ...failure.members }),
      };
    }
  }
}
