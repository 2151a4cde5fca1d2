/** ARNs, role names, and the setting's value, which is the part of a role's ARN after `:role/`. */
import type { Partition, Role, RoleValue } from '../model/model.ts';

/** A role's path and name, as in `--dhmc-role`. */
export interface RoleName {
  /** `/` or `/service-role/` … */
  readonly path: string;
  readonly name: string;
}

/** `[path/]name`, with or without a leading slash. */
export function parseRoleName(text: string): RoleName {
  const bare = text.replace(/^\/+/, '');
  const cut = bare.lastIndexOf('/');
  return cut < 0
    ? { path: '/', name: bare }
    : { path: `/${bare.slice(0, cut)}/`, name: bare.slice(cut + 1) };
}

export const roleArn = (partition: Partition, account: string, role: RoleName): string =>
  `arn:${partition}:iam::${account}:role${role.path}${role.name}`;

/** The setting's value for the role with this ARN. */
export const settingValueOf = (arn: string): string =>
  arn.slice(arn.indexOf(':role/') + ':role/'.length);

export const lastSegment = (value: string): string => value.slice(value.lastIndexOf('/') + 1);

/** Whether a setting's value ends in the role's name, with any path and case, as IAM compares names. */
export const sharesName = (value: string | null, role: RoleName): boolean =>
  value !== null && lastSegment(value).toLowerCase() === role.name.toLowerCase();

/** Whether a setting's value names our role. A role at a reserved path belongs to AWS, even with the same name. */
export const namesRole = (value: string | null, role: RoleName): boolean =>
  value !== null && sharesName(value, role) && !isReserved(value);

/** Whether `prove` created the role for itself. */
export const isProofRole = ({ path, name }: RoleName): boolean =>
  path === '/dhmc-proof/' && /^DhmcProof-[0-9a-f]{8}$/.test(name);

/** Whether IAM allows this role name. dhmc does not look up other names. */
export const isRoleName = (name: string): boolean => /^[\w+=,.@-]{1,64}$/.test(name);

/** An IAM path without its first slash: printable ASCII, except characters that a policy or shell expands. */
const isPath = (path: string): boolean =>
  path.length <= 511 && /^(?:[^\s/$`*?]+\/)*$/.test(path) && /^[!-~]*$/.test(path);

/** Whether the text can be a role's `[path/]name`. */
export function isRolePath(text: string): boolean {
  const name = lastSegment(text);
  return isRoleName(name) && isPath(text.slice(0, text.length - name.length));
}

/** Whether the text can be a policy's `[path/]name`. */
export function isPolicyPath(text: string): boolean {
  const name = lastSegment(text);
  return /^[\w+=,.@-]{1,128}$/.test(name) && isPath(text.slice(0, text.length - name.length));
}

/** Whether the text can be a permissions boundary: a policy's ARN, or the `[path/]name` of a policy in each account. */
export function isBoundary(text: string): boolean {
  if (!text.startsWith('arn:')) return isPolicyPath(text);
  const [, place] = /^arn:aws[a-z-]*:iam::(?:aws|\d{12}):policy\/(.*)$/s.exec(text) ?? [];
  return place !== undefined && isPolicyPath(place);
}

/** Roles at these paths belong to AWS: settings that name them are never taken over. */
export const isReserved = (value: string): boolean =>
  /^(aws-reserved|aws-service-role)\//i.test(value);

/** The ARN of the policy that a DHMC role needs. */
export const grantPolicyArn = (partition: Partition): string =>
  `arn:${partition}:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy`;

/** The ARN for `--permissions-boundary`: the text itself if it is an ARN, else a policy of the account. */
export const boundaryArn = (partition: Partition, account: string, boundary: string): string =>
  boundary.startsWith('arn:')
    ? boundary
    : `arn:${partition}:iam::${account}:policy/${boundary.replace(/^\/+/, '')}`;

export const createdByTag = 'dhmc:created-by';
/** The tag that names what manages the role: a stack set, Terraform or dhmc. */
export const managedByTag = 'dhmc:managed-by';
/** The tag that names the run that created the role. */
export const runTag = 'dhmc:run';

/** Whether the role's tags show that dhmc created it. */
export const createdByDhmc = (role: Pick<Role, 'tags'>): boolean =>
  role.tags[createdByTag] === 'dhmc';

/** The `[path/]name` of an existing role if its case differs from the requested name; else undefined. */
export const actualSpelling = (
  role: Pick<RoleValue, 'arn'> | null,
  asked: string,
): string | undefined => {
  if (role === null) return undefined;
  const spelled = settingValueOf(role.arn);
  return lastSegment(spelled) === lastSegment(asked) ? undefined : spelled;
};

/** The tags of a role that a run creates. */
export const tagsOfNewRole = (
  run: string,
  createdAt: string,
  more: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => ({
  ...more,
  [createdByTag]: 'dhmc',
  [runTag]: run,
  'dhmc:created-at': createdAt,
});

export const roleValueOf = (role: Pick<Role, 'arn' | 'trust'>): RoleValue => ({
  arn: role.arn,
  trust: role.trust,
});
