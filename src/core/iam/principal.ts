/** Who may assume a role: the user's ARN of a principal, and the pattern that matches it in a trust policy. */
import type { Partition } from '../model/model.ts';

/** A principal that a role must trust. */
export interface Trusted {
  /** The user's text. */
  readonly arn: string;
  readonly partition: Partition;
  /** Twelve digits. */
  readonly account: string;
  /** Patterns for `aws:PrincipalArn`; null for everyone in the account whose own policies allow the call. */
  readonly patterns: readonly string[] | null;
}

const form =
  /^arn:(aws|aws-cn|aws-us-gov|aws-eusc):(iam|sts)::(\d{12}):(root|(?:role|user|assumed-role)\/[\w+=,.@/-]+)$/;

/**
 * Null for a text that is not the ARN of a role, user, session or account. The pattern matches the ARN, not the
 * principal's unique id, so it still matches a role that is created again under its name. A session's ARN stands for
 * its role, without the role's path. IAM Identity Center's roles get a new suffix each time they are created.
 */
export function trustedOf(arn: string): Trusted | null {
  const match = form.exec(arn);
  if (match === null) return null;
  const [, partition = '', service = '', account = '', resource = ''] = match;
  const to = (patterns: readonly string[] | null): Trusted => ({
    arn,
    partition: partition as Partition,
    account,
    patterns,
  });
  const [kind = '', ...rest] = resource.split('/');
  const role = `arn:${partition}:iam::${account}:role`;
  if (service === 'sts') {
    const [name = '', session] = rest;
    if (kind !== 'assumed-role' || name === '' || session === undefined) return null;
    return to(ofIdentityCenter(role, name) ?? [`${role}/${name}`, `${role}/*/${name}`]);
  }
  if (kind === 'root') return to(null);
  if (kind === 'assumed-role' || rest.some((part) => part === '')) return null;
  return to((kind === 'role' ? ofIdentityCenter(role, rest.at(-1) ?? '') : null) ?? [arn]);
}

/**
 * The path has no region for us-east-1:
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html.
 */
function ofIdentityCenter(role: string, name: string): readonly string[] | null {
  const set = permissionSet(name);
  return set === null
    ? null
    : [`${role}/${identityCenterPath}/${set}`, `${role}/${identityCenterPath}/*/${set}`];
}

const identityCenterPath = 'aws-reserved/sso.amazonaws.com';

/** A pattern for a permission set's role with any suffix; null for other roles. */
function permissionSet(name: string): string | null {
  const set = /^(AWSReservedSSO_.+_)[0-9a-f]{16}$/.exec(name)?.[1];
  return set === undefined ? null : `${set}${'?'.repeat(16)}`;
}

/**
 * The value of `aws:PrincipalArn` for this caller, which does not change with the session: for a session, its role's
 * ARN. `role` is the role's `[path/]name` if known, since a session's ARN does not have the path.
 */
export function lastingPrincipal(arn: string, role: string | null = null): string {
  const session = /^arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/\s]+)\/\S+$/.exec(arn);
  if (session === null) return arn;
  const [, partition = '', account = '', name = ''] = session;
  const roles = `arn:${partition}:iam::${account}:role`;
  if (role !== null && role.slice(role.lastIndexOf('/') + 1) === name) return `${roles}/${role}`;
  // With `*`, since the path has no region for us-east-1.
  const set = permissionSet(name);
  return set === null ? `${roles}/${name}` : `${roles}/${identityCenterPath}/*${set}`;
}
