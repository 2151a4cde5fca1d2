/** Who may assume a role: a principal's ARN as the user gives it, and the pattern that matches it in a trust policy. */
import type { Partition } from '../model/model.ts';

/** A principal that a role is to trust. */
export interface Trusted {
  /** As it was given. */
  readonly arn: string;
  readonly partition: Partition;
  /** Twelve digits. */
  readonly account: string;
  /** What `aws:PrincipalArn` is to be like; null: anybody in the account whom its own policies let. */
  readonly patterns: readonly string[] | null;
}

const form =
  /^arn:(aws|aws-cn|aws-us-gov|aws-eusc):(iam|sts)::(\d{12}):(root|(?:role|user|assumed-role)\/[\w+=,.@/-]+)$/;

/**
 * Null for a text that is not an ARN of a role, user, session or account. The pattern holds the ARN as text, not the
 * principal's unique id, so that it holds for a role that is made anew under its name. A session's ARN stands for its
 * role, whose path it does not say; the roles of IAM Identity Center get a new suffix each time they are made.
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

/** https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html: the region is missing for us-east-1. */
function ofIdentityCenter(role: string, name: string): readonly string[] | null {
  const set = permissionSet(name);
  return set === null
    ? null
    : [`${role}/${identityCenterPath}/${set}`, `${role}/${identityCenterPath}/*/${set}`];
}

const identityCenterPath = 'aws-reserved/sso.amazonaws.com';

/** The name of a permission set's role with any suffix; null for other roles. */
function permissionSet(name: string): string | null {
  const set = /^(AWSReservedSSO_.+_)[0-9a-f]{16}$/.exec(name)?.[1];
  return set === undefined ? null : `${set}${'?'.repeat(16)}`;
}

/**
 * The principal that a policy's `aws:PrincipalArn` names, which is the same next time: a session stands for its role.
 * `role` is the role's `[path/]name` where it is known; a session's ARN does not have the path.
 */
export function lastingPrincipal(arn: string, role: string | null = null): string {
  const session = /^arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/\s]+)\/\S+$/.exec(arn);
  if (session === null) return arn;
  const [, partition = '', account = '', name = ''] = session;
  const roles = `arn:${partition}:iam::${account}:role`;
  if (role !== null && role.slice(role.lastIndexOf('/') + 1) === name) return `${roles}/${role}`;
  // A star, since the region is missing in us-east-1's path.
  const set = permissionSet(name);
  return set === null ? `${roles}/${name}` : `${roles}/${identityCenterPath}/*${set}`;
}
