/** The protocols, in the order in which they are tried for a request. */
import { unsupported } from './aws-error.ts';
import { ec2 } from './ec2.ts';
import { json } from './json.ts';
import type {
  Addressed,
  Answer,
  Exchange,
  Output,
  Protocol,
  ProtocolName,
  ServiceOnWire,
} from './protocol.ts';
import type { AwsError } from './aws-error.ts';
import type { SignedRequest } from '../auth/signature.ts';
import { query } from './query.ts';
import { restJson } from './rest-json.ts';

export const protocols: Readonly<Record<ProtocolName, Protocol>> = {
  json,
  'rest-json': restJson,
  query,
  ec2,
};

/** Finds the service and the operation of a request. Throws if the sandbox does not support the service. */
export function addressOf<S extends ServiceOnWire>(
  request: SignedRequest,
  scope: string | undefined,
  services: readonly S[],
): Addressed<S> {
  for (const protocol of Object.values(protocols)) {
    const found = protocol.address(request, scope, services);
    if (found !== null) return found;
  }
  throw unsupported(scope === undefined ? 'a request without a service' : `the service ${scope}`);
}

/** Stands in while a request's service is unknown: errors are written as JSON. */
export const unknownService: ServiceOnWire = {
  name: 'unknown',
  protocol: 'json',
  prefix: '',
  operations: {},
};

const requestIdHeader = 'x-amzn-requestid';

export function writeSuccess(exchange: Exchange, output: Output | undefined): Answer {
  const protocol = protocols[exchange.service.protocol];
  return {
    status: 200,
    headers: { 'content-type': protocol.contentType, [requestIdHeader]: exchange.requestId },
    body: protocol.writeOutput(exchange, output),
  };
}

export function writeError(exchange: Exchange, error: AwsError): Answer {
  const protocol = protocols[exchange.service.protocol];
  return {
    status: error.status,
    headers: {
      'content-type': protocol.contentType,
      [requestIdHeader]: exchange.requestId,
      ...protocol.errorHeaders?.(error),
    },
    body: protocol.writeError(exchange, error),
  };
}
