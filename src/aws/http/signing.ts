/**
 * Signs the requests of the shared clients with Signature Version 4 and the credentials of each call. The SDK's own
 * signer caches 50 derived keys. A run has one for each account, region and service, so they are cached per
 * credentials.
 */
import { createHmac, hash } from 'node:crypto';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** The SDK's request to sign. Its headers are changed in place. */
export interface SignableRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: unknown;
  headers: Record<string, string>;
  readonly body?: unknown;
}

export interface SigningScope {
  readonly service: string;
  readonly region: string;
  readonly date: Date;
}

const sha256 = (data: string | Uint8Array): string => hash('sha256', data, 'hex');
const hmac = (key: string | Buffer, data: string): Buffer =>
  createHmac('sha256', key).update(data).digest();

/** A slot number for each scope: a day, a day and region, or a day, region and service. A run has about twenty. */
const places = new Map<string, number>();

const placeOf = (scope: string): number => {
  let place = places.get(scope);
  if (place === undefined) {
    place = places.size;
    places.set(scope, place);
  }
  return place;
};

/** One byte for whether the slot has a key, and the key. */
const slotLength = 1 + 32;

/** The derived keys of one set of credentials, in one buffer, because a run has thousands of accounts. */
interface Keys {
  slots: Buffer;
}

const keysOf = new WeakMap<Credentials, Keys>();

/** The key of a scope, derived on first use. */
const keyOf = (keys: Keys, scope: string, derive: () => Buffer): Buffer => {
  const start = placeOf(scope) * slotLength;
  if (keys.slots[start] !== 1) {
    const key = derive();
    if (keys.slots.length <= start) {
      const grown = Buffer.alloc(places.size * slotLength);
      keys.slots.copy(grown);
      keys.slots = grown;
    }
    keys.slots[start] = 1;
    key.copy(keys.slots, start + 1);
  }
  return keys.slots.subarray(start + 1, start + slotLength);
};

const signingKey = (
  credentials: Credentials,
  day: string,
  region: string,
  service: string,
): Buffer => {
  const keys = keysOf.get(credentials) ?? { slots: Buffer.alloc(0) };
  keysOf.set(credentials, keys);
  const ofDay = (): Buffer =>
    keyOf(keys, day, () => hmac(`AWS4${credentials.secretAccessKey}`, day));
  const ofRegion = (): Buffer => keyOf(keys, `${day}/${region}`, () => hmac(ofDay(), region));
  return keyOf(keys, `${day}/${region}/${service}`, () =>
    hmac(hmac(ofRegion(), service), 'aws4_request'),
  );
};

const escape = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const canonicalQuery = (query: unknown): string => {
  if (typeof query !== 'object' || query === null) return '';
  return Object.entries(query)
    .flatMap(([key, value]: [string, unknown]) =>
      (Array.isArray(value) ? value : [value]).map(
        (item: unknown) => `${escape(key)}=${escape(typeof item === 'string' ? item : '')}`,
      ),
    )
    .sort()
    .join('&');
};

const payloadOf = (body: unknown): string | Uint8Array => {
  if (body === undefined || body === null) return '';
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  throw new TypeError('A request with a streaming body cannot be signed here.');
};

const isSigned = (name: string): boolean =>
  name === 'host' || name === 'content-type' || name.startsWith('x-amz-');

/** Sets the request's date, token and authorization headers, and replaces those of an earlier attempt. */
export const signRequest = (
  request: SignableRequest,
  credentials: Credentials,
  { service, region, date }: SigningScope,
): void => {
  const { headers } = request;
  const long = date.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = long.slice(0, 8);
  headers['x-amz-date'] = long;
  if (credentials.sessionToken === undefined) delete headers['x-amz-security-token'];
  else headers['x-amz-security-token'] = credentials.sessionToken;
  const signed = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => isSigned(name))
    .map(([name, value]) => [name, value.trim().replace(/\s+/g, ' ')] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(';');
  const canonical = [
    request.method,
    request.path.split('/').map(escape).join('/'),
    canonicalQuery(request.query),
    ...signed.map(([name, value]) => `${name}:${value}`),
    '',
    names,
    sha256(payloadOf(request.body)),
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = `AWS4-HMAC-SHA256\n${long}\n${scope}\n${sha256(canonical)}`;
  const signature = createHmac('sha256', signingKey(credentials, day, region, service))
    .update(toSign)
    .digest('hex');
  headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
};
