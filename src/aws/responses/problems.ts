/** The only place where SDK errors become problems, based on AWS's actual messages. */
import { ofOneAccount, type Problem } from '../../core/model/model.ts';
import { factsNamedIn } from '../../core/problems/fill.ts';
import { problemFor, type DocumentedReason } from '../../core/problems/hints.ts';
import { reasons } from '../../core/problems/reasons.ts';
import { isDefaultRegion, isKnownRegion } from '../../core/model/regions.ts';
import type { WriteResult } from '../../run/cloud.ts';
import {
  parseSdkError,
  isExpired,
  isThrottling,
  isTransient,
  networkTrouble,
  type SdkError,
} from '../http/sdk-error.ts';
import { redact } from './redact.ts';
import { usesProxy } from '../environment/proxies.ts';

/** The facts about a failed call. */
export interface FailedCall {
  readonly service: string;
  readonly operation: string;
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly role?: string | undefined;
  readonly caller?: string | undefined;
  readonly principal?: string | undefined;
  readonly action?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly source?: string | undefined;
  /** Whether the call used a session in the account, instead of the caller's credentials. */
  readonly memberSession?: boolean;
  /** Texts to redact. */
  readonly secrets?: readonly (string | undefined)[];
}

/**
 * A malformed or contradictory response. The checks of responses throw it, and readings report it as
 * `invalid-response`.
 */
export class InvalidResponse extends Error {
  override readonly name = 'InvalidResponse';
}

/** The reasons for each kind of policy: for an explicit denial, and for a missing permission. */
const denials: readonly (readonly [
  RegExp,
  explicit: DocumentedReason,
  implicit: DocumentedReason,
])[] = [
  [/service control polic/i, 'denied-by-scp', 'not-allowed-by-scp'],
  [/resource control polic/i, 'denied-by-rcp', 'denied-by-rcp'],
  [/permissions boundar/i, 'denied-in-boundary', 'denied-by-boundary'],
  [/session polic/i, 'denied-by-session-policy', 'denied-by-session-policy'],
  [/VPC endpoint polic/i, 'denied-by-endpoint-policy', 'denied-by-endpoint-policy'],
  [/identity-based polic/i, 'denied-by-identity-policy', 'denied'],
];

const isDenial = ({ name, status, fromService }: SdkError): boolean =>
  /^(AccessDenied|UnauthorizedOperation|NotAuthorized|AccessDeniedForDependency)$/.test(name) ||
  (fromService && status === 403 && /not authorized/i.test(name));

const policyArn = /\b(arn:[\w-]+:(?:organizations|iam)::[\w/:.+=,@-]+)\s*$/;
const deniedAction = /(?:perform: |allows the )([a-z0-9-]+:[A-Za-z*]+)/;
const deniedPrincipal = /^User: (\S+) is not/;

/** The end of AWS's message, which names the kind of policy. The text before it has names that anyone can choose. */
const verdictOf = (message: string): string | null =>
  /(?:with an explicit deny in|because no|because the)(?!.*(?:with an explicit deny in|because no|because the)).*$/s.exec(
    message,
  )?.[0] ?? null;

const denialReason = (message: string): DocumentedReason => {
  const verdict = verdictOf(message);
  const denial = verdict === null ? null : denials.find(([pattern]) => pattern.test(verdict));
  if (verdict === null || denial === null || denial === undefined) return 'denied';
  const [, explicit, implicit] = denial;
  return verdict.startsWith('with an explicit deny') ? explicit : implicit;
};

const isClockSkew = ({ name, message }: SdkError): boolean =>
  name === 'RequestTimeTooSkewed' ||
  name === 'RequestInTheFuture' ||
  ((name === 'InvalidSignature' || name === 'SignatureDoesNotMatch') &&
    /Signature (expired|not yet current)/i.test(message));

/** AWS's error codes for an account that is not fully registered. */
const unready = new Set([
  'SubscriptionRequired',
  'OptInRequired',
  'NotSignedUp',
  'PendingVerification',
]);

const badCredentials = new Set([
  'UnrecognizedClient',
  'InvalidClientTokenId',
  'InvalidSignature',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'MissingAuthenticationToken',
  'AuthFailure',
  'InvalidAccessKeyId',
]);

const reasonOf = (failure: SdkError, call: FailedCall): DocumentedReason => {
  const { name, message, status } = failure;
  const region = call.region ?? '';
  if (name === 'InvalidResponse') return 'invalid-response';
  if (isThrottling(failure)) return 'throttled';
  if (isExpired(failure)) return 'credentials-expired';
  if (isClockSkew(failure)) return 'clock-skew';
  if (call.operation === 'AssumeRole') {
    if (name === 'PackedPolicyTooLarge') return 'session-policy-too-large';
    if (name === 'RegionDisabled') return 'sts-region-disabled';
    if (name === 'ValidationError' && /DurationSeconds exceeds/i.test(message))
      return 'session-too-long';
    if (isDenial(failure) && /sts:(TagSession|SetSourceIdentity)/.test(message))
      return 'session-tag-denied';
    if (isDenial(failure) && reasons[denialReason(message)].code === 'denied')
      return (call.caller ?? call.principal)?.endsWith(':root') === true
        ? 'root-cannot-assume'
        : 'role-not-assumable';
  }
  if (unready.has(name)) return 'account-not-ready';
  if (isDenial(failure)) return denialReason(message);
  if (badCredentials.has(name))
    return call.service === 'ssm' && name === 'UnrecognizedClient' && !isDefaultRegion(region)
      ? 'region-not-enabled'
      : 'credentials-invalid';
  if (name === 'ServiceSettingNotFound') return 'region-without-dhmc';
  if (name === 'TooManyUpdates' || name === 'ConcurrentModification') return 'concurrent-update';
  if (name === 'LimitExceeded') return 'quota-exceeded';
  if (name === 'AWSOrganizationsNotInUse') return 'no-organization';
  if (name === 'Validation' && call.operation === 'UpdateServiceSetting') return 'role-refused';
  const trouble = networkTrouble(failure);
  if (
    trouble === 'network-dns' &&
    call.service === 'ssm' &&
    region !== '' &&
    !isKnownRegion(region)
  )
    return 'region-without-dhmc';
  // Behind a proxy, these errors come from the proxy: it is unreachable, or responds with a web page or a bare error.
  const bareRefusal = trouble === null && !failure.fromService && status !== null && status >= 400;
  if ((trouble === 'network-refused' || trouble === 'network-dns' || bareRefusal) && usesProxy())
    return 'network-proxy';
  if (trouble !== null) return trouble;
  // The SDK could not parse the response (a web page, truncated JSON or wrong XML), or it is not a documented error.
  if (!failure.fromService)
    return status !== null && status >= 500 ? 'aws-error' : 'invalid-response';
  return 'aws-error';
};

/** The reasons to report if the rejected credentials belong to an account's session. */
const inMemberSession: Partial<Record<DocumentedReason, DocumentedReason>> = {
  'credentials-expired': 'session-expired',
  'credentials-invalid': 'session-invalid',
};

const firstLine = (message: string): string => message.split('\n', 1)[0] ?? message;

/** The problem that an error of the SDK, or of a response's check, stands for. */
export const problemOf = (error: unknown, call: FailedCall): Problem => {
  const failure = parseSdkError(error);
  const general = reasonOf(failure, call);
  const refusedSession = call.memberSession === true ? inMemberSession[general] : undefined;
  const reason = refusedSession ?? general;
  const message = redact(failure.message, call.secrets);
  const principal = deniedPrincipal.exec(message)?.[1];
  const about = {
    role: call.role,
    account: call.account,
    caller: call.caller,
    region: call.region,
    service: call.service,
    endpoint: call.endpoint,
    source: call.source,
    action: deniedAction.exec(message)?.[1] ?? call.action ?? `${call.service}:${call.operation}`,
    principal: principal ?? call.principal ?? call.role,
    policy:
      policyArn.exec(message)?.[1] ??
      (reason === 'denied-by-scp' ? 'the service control policy' : undefined) ??
      (reason === 'denied-by-rcp' ? 'the resource control policy' : undefined),
  };
  const named = factsNamedIn(reasons[reason].fix);
  const isNamed = (name: string): boolean =>
    named.includes(name) ||
    (name === 'role' && (named.includes('principal') || named.includes('caller')));
  // Messages of the network or a parser do not say where they occurred. AWS's own messages are not changed.
  const isOwnText = failure.fromService && message !== 'UnknownError';
  const detail = isOwnText ? message : describe(failure, firstLine(message));
  const operation = `${call.service}:${call.operation}`;
  const shown = isOwnText
    ? message
    : `${operation}${call.region === undefined ? '' : ` in ${call.region}`}: ${detail}`;
  const facts = {
    ...Object.fromEntries(Object.entries(about).filter(([name]) => isNamed(name))),
    // A denial's message has only the principal and the action. Other reasons need the detail to distinguish them.
    ...(isDenial(failure) ? {} : { detail }),
    ...(isOwnText ? {} : { operation }),
  };
  return {
    ...problemFor(reason, shown, facts, { requestId: failure.requestId }),
    ...(refusedSession === undefined ? {} : { [ofOneAccount]: true as const }),
  };
};

/** Network errors of Node and the HTTP handler, in plain words. */
const plain = (message: string): string => {
  const after = /exceeded the configured (\d+) ms requestTimeout/.exec(message)?.[1];
  if (after !== undefined) return `no answer within ${String(Number(after) / 1000)} seconds`;
  if (/connection timed out|could not establish a connection|socket timed out/i.test(message))
    return 'no connection in time';
  return message.replace(/^@smithy\/\S+\s*-?\s*/, '');
};

const describe = ({ status, systemCode, name }: SdkError, message: string): string => {
  if (status === 407) return 'HTTP 407, the proxy requires a login';
  const parts = [
    status !== null && status !== 200 ? `HTTP ${String(status)}` : null,
    systemCode,
    message === '' ? name : plain(message),
  ];
  return parts.filter((part) => part !== null && part !== '').join(', ');
};

const namesRole = ({ message }: SdkError, role: string | undefined): boolean =>
  role !== undefined &&
  message.toLowerCase().includes(role.slice(role.lastIndexOf('/') + 1).toLowerCase());

/** The result of a failed write. `dhmcRole` is the role that IAM may show late, which can look like a denial. */
export const writtenOf = (error: unknown, call: FailedCall, dhmcRole: string): WriteResult => {
  const failure = parseSdkError(error);
  const problem = problemOf(error, call);
  const failed = (kind: Exclude<WriteResult, { readonly ok: true }>['kind']): WriteResult => ({
    ok: false,
    problem,
    kind,
  });
  if (failure.name === 'TooManyUpdates' || failure.name === 'ConcurrentModification')
    return failed('busy');
  if (failure.name === 'EntityAlreadyExists') return failed('exists');
  if (failure.name === 'NoSuchEntity') return failed('gone');
  if (failure.name === 'Validation') return failed('not-visible');
  // An explicit denial is final. Changes that IAM does not show yet cause implicit denials.
  const isFinal = /with an explicit deny in/i.test(failure.message);
  if (isDenial(failure))
    return failed(!isFinal && namesRole(failure, dhmcRole) ? 'not-visible' : 'refused');
  if (isThrottling(failure) || isExpired(failure)) return failed('refused');
  if (isTransient(failure) || networkTrouble(failure) !== null || !failure.fromService)
    return failed('lost');
  return failed('refused');
};
