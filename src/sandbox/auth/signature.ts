/** Verifies Signature Version 4: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** The parts of an Authorization header. */
export interface Authorization {
  readonly accessKeyId: string;
  /** `YYYYMMDD` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const header =
  /^AWS4-HMAC-SHA256\s+Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request,\s*SignedHeaders=([a-z0-9;-]+),\s*Signature=([0-9a-f]{64})$/;

/** Parses an Authorization header; null if it is not SigV4. */
export function parseAuthorization(value: string): Authorization | null {
  const match = header.exec(value);
  if (match === null) return null;
  const [
    ,
    accessKeyId = '',
    date = '',
    region = '',
    service = '',
    signedHeaders = '',
    signature = '',
  ] = match;
  return { accessKeyId, date, region, service, signedHeaders: signedHeaders.split(';'), signature };
}

export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const keys = new Map<string, Buffer>();
const hmac = (key: string | Buffer, data: string): Buffer =>
  createHmac('sha256', key).update(data).digest();

function signingKey(secret: string, date: string, region: string, service: string): Buffer {
  const name = `${secret}\n${date}\n${region}\n${service}`;
  let key = keys.get(name);
  if (key === undefined) {
    if (keys.size > 50_000) keys.clear();
    key = hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), service), 'aws4_request');
    keys.set(name, key);
  }
  return key;
}

const emptyHash = hash('sha256', '');

/** Whether the request was signed with the secret. */
export function isSigned(
  request: SignedRequest,
  authorization: Authorization,
  secret: string,
): boolean {
  let headers = '';
  for (const name of authorization.signedHeaders) {
    const value = request.headers[name];
    headers += `${name}:${(Array.isArray(value) ? value.join(',') : (value ?? '')).trim().replace(/ {2,}/g, ' ')}\n`;
  }
  const query = request.query === '' ? '' : canonicalQuery(request.query);
  const bodyHash = request.body.length === 0 ? emptyHash : hash('sha256', request.body);
  const canonical = `${request.method}\n${request.path}\n${query}\n${headers}\n${authorization.signedHeaders.join(';')}\n${bodyHash}`;
  const { date, region, service } = authorization;
  const time = request.headers['x-amz-date'];
  const toSign = `AWS4-HMAC-SHA256\n${typeof time === 'string' ? time : ''}\n${date}/${region}/${service}/aws4_request\n${hash('sha256', canonical)}`;
  const expected = hmac(signingKey(secret, date, region, service), toSign);
  return timingSafeEqual(expected, Buffer.from(authorization.signature, 'hex'));
}

const canonicalQuery = (query: string): string =>
  query
    .split('&')
    .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
    .sort()
    .join('&');

/** Milliseconds since the epoch of `YYYYMMDDTHHMMSSZ`; NaN if the text has another form. */
export function parseAmzDate(value: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(value);
  if (match === null) return Number.NaN;
  const [, year, month, day, hour, minute, second] = match;
  return Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
}

/** `YYYYMMDDTHHMMSSZ` */
export const amzDate = (time: number): string =>
  new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
