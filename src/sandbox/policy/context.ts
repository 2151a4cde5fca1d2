/** The request as policies see it, and the condition keys that the sandbox knows. */
import { UnsupportedPolicyElement } from './document.ts';

export interface EvaluationRequest {
  /** As GetCallerIdentity gives it: a user, the root, or an assumed-role session. */
  readonly principalArn: string;
  /** Of a session: the role's own ARN, with its path. Without it the ARN is made from the session's, at `/`. */
  readonly roleArn?: string;
  readonly principalTags: Readonly<Record<string, string>>;
  /** `service:Operation`, any case. */
  readonly action: string;
  /** The ARN, or `*` for operations that know no resource. */
  readonly resource: string;
  /**
   * Values of condition keys in AWS's own spelling, such as `aws:RequestedRegion`; a key that is missing here is missing from the request.
   * `aws:PrincipalArn`, `aws:PrincipalAccount` and `aws:PrincipalTag/…` come from the fields above; `aws:ViaAWSService` is `false` unless given.
   */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/** A condition key, resolved once. */
export interface ContextKey {
  /** AWS's spelling; for tags with the tag's key as the policy writes it. */
  readonly name: string;
  /** Holds a list: only the set operators and Null apply. */
  readonly multiple: boolean;
  /** For `aws:PrincipalTag/…` and its like: the part before the slash and the lower-case key behind it. */
  readonly tag: { readonly prefix: string; readonly key: string } | null;
  /** A request that the key would decide is refused, unless it was given a value for a simulation. */
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
/** Keys of services that are not served, and of who owns a resource: a policy may name them, and no request has them. */
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

/** `kms:EncryptionContext:` and a name is unserved too. */
const encryptionContext = /^kms:EncryptionContext:/i;

/** Every condition key that the sandbox evaluates; those that end in `/` take a tag's key behind it. */
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

/** The key that a policy names, its case ignored. Throws `UnsupportedPolicyElement` for one that the sandbox does not know. */
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

/** The request's value of a key; undefined if the request has none. */
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

/** What `aws:PrincipalArn` holds: of a session the role's ARN, else the caller's own. */
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

/** Tag keys of conditions are compared without case. */
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
