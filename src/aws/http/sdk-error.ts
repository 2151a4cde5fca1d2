/** Parses an SDK error: its name, AWS's message, status and request id, and the kind of failure. */

export interface SdkError {
  /** The SDK's name of the error, without the suffix `Exception`. */
  readonly name: string;
  readonly message: string;
  /** Null if there was no response. */
  readonly status: number | null;
  readonly requestId: string | null;
  /** Node's code of a network error; null for other errors. */
  readonly systemCode: string | null;
  /** Whether AWS reported it, in a response that could be read. */
  readonly fromService: boolean;
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && name in value
    ? Reflect.get(value, name)
    : undefined;
const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

const systemCodeOf = (error: unknown, depth = 0): string | null => {
  const code = text(member(error, 'code'));
  if (code !== null && /^(E[A-Z_]+|CERT_|UNABLE_|SELF_|DEPTH_|HOSTNAME_|HPE_)/.test(code))
    return code;
  const inner: unknown =
    member(error, 'cause') ??
    (Array.isArray(member(error, 'errors'))
      ? (member(error, 'errors') as unknown[])[0]
      : undefined);
  return inner === undefined || depth > 5 ? null : systemCodeOf(inner, depth + 1);
};

/** Parses an error of any type. */
export const parseSdkError = (error: unknown): SdkError => {
  const metadata = member(error, '$metadata');
  const response = member(error, '$response');
  const status = member(metadata, 'httpStatusCode') ?? member(response, 'statusCode');
  const name = text(member(error, 'name')) ?? 'Error';
  const fault = text(member(error, '$fault'));
  return {
    name: name.replace(/(.)Exception$/, '$1'),
    message: (text(member(error, 'message')) ?? name).replace(
      /\n {2}Deserialization error: [^]*$/,
      '',
    ),
    status: typeof status === 'number' ? status : null,
    requestId: text(member(metadata, 'requestId')) ?? text(member(error, 'RequestId')),
    systemCode: systemCodeOf(error),
    fromService: fault !== null && name !== 'Unknown' && name !== 'Error' && name !== 'SyntaxError',
  };
};

const throttles = new Set([
  'Throttling',
  'ThrottledException',
  'Throttled',
  'RequestThrottled',
  'RequestLimitExceeded',
  'TooManyRequests',
  'SlowDown',
  'BandwidthLimitExceeded',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceeded',
]);

/**
 * Whether AWS refused the call because of its rate, without performing it. Does not include TooManyUpdates, whatever
 * its status.
 */
export const isThrottling = ({ name, status }: SdkError): boolean =>
  throttles.has(name) || (status === 429 && name !== 'TooManyUpdates');

export const isExpired = ({ name }: SdkError): boolean =>
  name === 'ExpiredToken' || name === 'RequestExpired' || name === 'TokenRefreshRequired';

export const isTimeout = ({ name, systemCode }: SdkError): boolean =>
  systemCode === 'ETIMEDOUT' ||
  systemCode === 'ESOCKETTIMEDOUT' ||
  (name === 'TimeoutError' && systemCode === null);

const tlsCode = /^(CERT_|UNABLE_|SELF_|DEPTH_|HOSTNAME_|ERR_TLS_|ERR_SSL_|EPROTO$)/;

export type NetworkTrouble =
  | 'network-dns'
  | 'network-refused'
  | 'network-reset'
  | 'network-tls'
  | 'network-proxy'
  | 'network-proxy-login'
  | 'network-timeout'
  | 'network';

/** The kind of network problem; null if there was a response. */
export const networkTrouble = (failure: SdkError): NetworkTrouble | null => {
  const { systemCode, status, message } = failure;
  if (status === 407) return 'network-proxy-login';
  if (/proxy|\bsocks/i.test(message) && !failure.fromService) return 'network-proxy';
  if (failure.fromService) return null;
  const code = systemCode ?? '';
  if (tlsCode.test(code) || /certificate|SSL routines|TLS/i.test(message)) return 'network-tls';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_FAIL') return 'network-dns';
  if (code === 'ECONNREFUSED' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
    return 'network-refused';
  if (isTimeout(failure)) return 'network-timeout';
  if (
    code === 'ECONNRESET' ||
    code === 'EPIPE' ||
    code === 'ECONNABORTED' ||
    code.startsWith('HPE_')
  )
    return 'network-reset';
  return status === null && code !== '' ? 'network' : null;
};

/** Whether a retry may succeed: there was no response, or a 5xx. A write may have been performed anyway. */
export const isTransient = (failure: SdkError): boolean => {
  const trouble = networkTrouble(failure);
  if (trouble === 'network-tls' || trouble === 'network-proxy' || trouble === 'network-proxy-login')
    return false;
  return trouble !== null || (failure.status !== null && failure.status >= 500);
};
