/**
 * Finds the caller that signed a request, by Signature Version 4. Throws the protocol's error if no known caller did.
 */
import { accountOf, clockOf, isEnabled, nowOf } from '../state/state.ts';
import type { State } from '../state/state.ts';
import type { Principal } from '../state/principals.ts';
import type { Service } from '../services/service.ts';
import { protocols } from '../protocols/index.ts';
import { amzDate, isSigned, parseAmzDate, parseAuthorization } from './signature.ts';
import type { Authorization, SignedRequest } from './signature.ts';

const fiveMinutes = 5 * 60_000;

export interface Authenticated {
  readonly principal: Principal;
  readonly region: string;
}

export function authenticate(
  state: State,
  request: SignedRequest,
  service: Service,
): Authenticated {
  const { errors } = protocols[service.protocol];
  const { headers } = request;
  const header = headers.authorization;
  if (header === undefined) throw errors.missingToken();
  const authorization = parseAuthorization(header);
  if (authorization === null) {
    throw errors.malformedSignature(
      `The Authorization header is not one of AWS4-HMAC-SHA256: it needs Credential, SignedHeaders and Signature.`,
    );
  }
  requireSignedHeaders(request, service, authorization);

  const credentials = state.principals.find(authorization.accessKeyId);
  const token = headers['x-amz-security-token'] ?? null;
  if (credentials === undefined || credentials.sessionToken !== token) throw errors.invalidToken();

  const amz = headers['x-amz-date'];
  const time = typeof amz === 'string' ? parseAmzDate(amz) : Number.NaN;
  if (typeof amz !== 'string' || Number.isNaN(time)) {
    throw errors.malformedSignature(
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    );
  }
  if (!amz.startsWith(authorization.date)) {
    throw errors.wrongSignature(
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP',
    );
  }
  if (authorization.service !== service.name) {
    throw errors.wrongSignature(
      `Credential should be scoped to correct service: '${service.name}'.`,
    );
  }
  const now = clockOf(state);
  if (time < now - fiveMinutes) {
    throw errors.wrongSignature(
      `Signature expired: ${amz} is now earlier than ${amzDate(now - fiveMinutes)} (${amzDate(now)} - 5 min.)`,
    );
  }
  if (time > now + fiveMinutes) {
    throw errors.wrongSignature(
      `Signature not yet current: ${amz} is still later than ${amzDate(now + fiveMinutes)} (${amzDate(now)} + 5 min.)`,
    );
  }
  if (!isSigned(request, authorization, credentials.secretAccessKey)) throw errors.wrongSignature();
  if (credentials.expiresAt !== null && credentials.expiresAt <= nowOf(state))
    throw errors.expiredToken();
  if (
    service.regional &&
    !isEnabled(state, accountOf(state, credentials.principal.account), authorization.region)
  )
    throw errors.invalidToken();
  return { principal: credentials.principal, region: authorization.region };
}

/** Throws unless `host` and every `x-amz-` header of the request are signed. */
function requireSignedHeaders(
  request: SignedRequest,
  service: Service,
  { signedHeaders }: Authorization,
): void {
  const { errors } = protocols[service.protocol];
  if (!signedHeaders.includes('host')) {
    throw errors.wrongSignature(
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    );
  }
  for (const name of ['x-amz-date', 'x-amz-target', 'x-amz-security-token']) {
    if (request.headers[name] !== undefined && !signedHeaders.includes(name)) {
      throw errors.wrongSignature(`'${name}' must be a 'SignedHeader' in the AWS Authorization.`);
    }
  }
}
