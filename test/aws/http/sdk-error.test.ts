import { describe, expect, it } from 'vitest';
import {
  isExpired,
  isThrottling,
  isTransient,
  networkTrouble,
  parseSdkError,
} from '../../../src/aws/http/sdk-error.ts';

const answer = (name: string, status: number, message = 'No.') => ({
  ...{ name, message, $fault: 'client' },
  $metadata: { httpStatusCode: status, requestId: 'r-1' },
});
const broken = (code: string, message = code) => Object.assign(new Error(message), { code });

describe('an SDK error', () => {
  it('is parsed whatever its shape', () => {
    expect(parseSdkError(answer('AccessDeniedException', 400))).toEqual({
      ...{ name: 'AccessDenied', message: 'No.', status: 400, requestId: 'r-1' },
      ...{ systemCode: null, fromService: true },
    });
    for (const odd of [null, undefined, 'text', 5, {}, { name: '', message: 1 }])
      expect(parseSdkError(odd)).toMatchObject({ name: 'Error', status: null, fromService: false });
  });

  it('has the system code of its deepest cause, even if the causes form a circle', () => {
    expect(parseSdkError({ cause: { errors: [broken('ECONNREFUSED')] } }).systemCode).toBe(
      'ECONNREFUSED',
    );
    const circle: { cause?: unknown } = {};
    circle.cause = circle;
    expect(parseSdkError(circle).systemCode).toBe(null);
  });

  it.each([
    [answer('ThrottlingException', 400), true],
    [answer('RequestLimitExceeded', 503), true],
    [answer('Whatever', 429), true],
    [answer('TooManyUpdates', 429), false],
    [answer('AccessDenied', 400), false],
  ])('of row %# is throttling: %s', (error, expected) => {
    expect(isThrottling(parseSdkError(error))).toBe(expected);
  });

  it('says when credentials have expired', () => {
    expect(isExpired(parseSdkError(answer('ExpiredTokenException', 400)))).toBe(true);
    expect(isExpired(parseSdkError(answer('InvalidToken', 400)))).toBe(false);
  });
});

describe('a network error', () => {
  it.each([
    [broken('ENOTFOUND'), 'network-dns', true],
    [broken('ECONNREFUSED'), 'network-refused', true],
    [broken('ECONNRESET'), 'network-reset', true],
    [broken('HPE_INVALID_CONSTANT'), 'network-reset', true],
    [broken('ETIMEDOUT'), 'network-timeout', true],
    [broken('SELF_SIGNED_CERT_IN_CHAIN'), 'network-tls', false],
    [broken('EPROTO', 'SSL routines'), 'network-tls', false],
    [broken('ECONNREFUSED', 'proxy refused'), 'network-proxy', false],
    [{ $metadata: { httpStatusCode: 407 } }, 'network-proxy-login', false],
    [answer('AccessDenied', 403), null, false],
    [answer('InternalFailure', 500), null, true],
    [answer('InvalidParameter', 400, 'the proxy is wrong'), null, false],
    [new Error('a bug'), null, false],
  ])('of row %# is %s, transient: %s', (error, trouble, transient) => {
    const parsed = parseSdkError(error);
    expect(networkTrouble(parsed)).toBe(trouble);
    expect(isTransient(parsed)).toBe(transient);
  });
});
