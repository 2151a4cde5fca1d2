/** The request that policies evaluate, and the condition keys that the sandbox supports. */
import { UnsupportedPolicyElement } from './document.ts';

export interface EvaluationRequest {
  /** The ARN in GetCallerIdentity: of a user, the root, or an assumed-role session. */
  readonly principalArn: string;
  /** The ARN of a session's role, with its path. Without it, the ARN is derived from the session's, with path `/`. */
  readonly roleArn?: string;
  readonly principalTags: Readonly<Record<string, string>>;
  /** `service:Operation`, any case. */
  readonly action: string;
  /** The ARN, or `*` for operations without a resource. */
  readonly resource: string;
  /**
   * Values of condition keys in AWS's spelling, such as `aws:RequestedRegion`. Keys that are missing here are missing
   * from the request. `aws:PrincipalArn`, `aws:PrincipalAccount` and `aws:PrincipalTag/…` come from the fields above.
   * `aws:ViaAWSService` defaults to `false`.
   */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/** A condition key, resolved once for all requests. */
export interface ContextKey {
  /** AWS's spelling; tag keys as the policy spells them. */
  readonly name: string;
  /** Has a list of values: only the set operators and Null apply. */
  readonly multiple: boolean;
  /** For `aws:PrincipalTag/…` and similar keys: the part before the slash, and the lower-case tag key after it. */
  readonly tag: { readonly prefix: string; readonly key: string } | null;
  /** Requests that depend on the key are refused, unless a simulation gives it a value. */
  readonly unserved?: boolean;
}

const single = [
  'aws:PrincipalArn',
  'aws:PrincipalAccount',
  'aws:PrincipalOrgID',
  'aws:RequestedRegion',
  'aws:SourceAccount',
  'aws:SourceArn',
  'aws:SourceIdentity',
  'aws:SourceOrgID',
  'aws:SourceVpc',
  'aws:MultiFactorAuthPresent',
  'aws:ViaAWSService',
  'ec2:SourceInstanceARN',
  'ssm:SourceInstanceARN',
  'sts:ExternalId',
  'sts:RoleSessionName',
  'sts:SourceIdentity',
  'iam:PassedToService',
  'iam:PolicyARN',
  'iam:PermissionsBoundary',
] as const;
/**
 * Keys of unsupported services and keys about a resource's owner. Policies may name them, but no request has them.
 */
const unserved = [
  'aws:ResourceAccount',
  'aws:ResourceOrgID',
  'cloudwatch:namespace',
  'ec2:CreateAction',
  'kms:ViaService',
] as const;
const multiple = ['aws:TagKeys', 'aws:CalledVia', 'aws:SourceOrgPaths'] as const;
const tagPrefixes = [
  'aws:PrincipalTag',
  'aws:ResourceTag',
  'iam:ResourceTag',
  'aws:RequestTag',
] as const;

/** `kms:EncryptionContext:` keys are unserved too. */
const encryptionContext = /^kms:EncryptionContext:/i;

/** Every condition key that the sandbox evaluates. A tag key follows those that end in `/`. */
export const contextKeys: readonly string[] = [
  ...single,
  ...multiple,
  ...tagPrefixes.map((prefix) => `${prefix}/`),
];

const byLowerCase = new Map<string, ContextKey>([
  ...single.map((name) => [name.toLowerCase(), { name, multiple: false, tag: null }] as const),
  ...multiple.map((name) => [name.toLowerCase(), { name, multiple: true, tag: null }] as const),
  ...unserved.map(
    (name) => [name.toLowerCase(), { name, multiple: false, tag: null, unserved: true }] as const,
  ),
]);

/** Finds a condition key, ignoring case. Throws `UnsupportedPolicyElement` if the sandbox does not know it. */
export function contextKey(text: string): ContextKey {
  const known = byLowerCase.get(text.toLowerCase());
  if (known !== undefined) return known;
  if (encryptionContext.test(text))
    return { name: text, multiple: false, tag: null, unserved: true };
  const slash = text.indexOf('/');
  const prefix = tagPrefixes.find(
    (name) => slash > 0 && name.toLowerCase() === text.slice(0, slash).toLowerCase(),
  );
  if (prefix === undefined)
    throw new UnsupportedPolicyElement(text, `known condition keys are ${contextKeys.join(', ')}`);
  const key = text.slice(slash + 1);
  return { name: `${prefix}/${key}`, multiple: false, tag: { prefix, key: key.toLowerCase() } };
}

/** The request's value of a key; undefined if the request does not have it. */
export function valueOf(
  key: ContextKey,
  request: EvaluationRequest,
): string | readonly string[] | undefined {
  if (key.tag !== null) {
    if (key.tag.prefix === 'aws:PrincipalTag')
      return byTagKey(request.principalTags, '', key.tag.key);
    return byTagKey(request.context, `${key.tag.prefix}/`, key.tag.key);
  }
  switch (key.name) {
    case 'aws:PrincipalArn':
      return identityArn(request);
    case 'aws:PrincipalAccount':
      return accountOf(request.principalArn);
    case 'aws:ViaAWSService':
      return request.context[key.name] ?? 'false';
    default:
      if (key.unserved === true && request.context[key.name] === undefined)
        throw new UnsupportedPolicyElement(key.name, 'no request that is served has it');
      return request.context[key.name];
  }
}

/** The value of `aws:PrincipalArn`: the role's ARN for a session, otherwise the caller's own. */
export function identityArn(request: EvaluationRequest): string {
  if (request.roleArn !== undefined) return request.roleArn;
  const session = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(request.principalArn);
  return session === null
    ? request.principalArn
    : `arn:${session[1]}:iam::${session[2]}:role/${session[3]}`;
}

export function accountOf(arn: string): string {
  return arn.split(':', 5)[4] ?? '';
}

/** The value of a tag key, ignoring case. */
function byTagKey<T>(
  values: Readonly<Record<string, T>>,
  prefix: string,
  lowerCaseKey: string,
): T | undefined {
  for (const name in values) {
    if (name.startsWith(prefix) && name.slice(prefix.length).toLowerCase() === lowerCaseKey)
      return values[name];
  }
  return undefined;
}
