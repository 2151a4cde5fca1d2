/** ARNs, role names, and the setting's value: what follows `:role/` in a role's ARN. */
import type { Partition, Role, RoleValue } from '../model/model.ts';

/** A role's place as `--dhmc-role` gives it. */
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

/** The value that names the role of this ARN. */
export const settingValueOf = (arn: string): string =>
  arn.slice(arn.indexOf(':role/') + ':role/'.length);

export const lastSegment = (value: string): string => value.slice(value.lastIndexOf('/') + 1);

/** Whether a setting's value ends in the role's name, with any path and case, as IAM compares names. */
export const sharesName = (value: string | null, role: RoleName): boolean =>
  value !== null && lastSegment(value).toLowerCase() === role.name.toLowerCase();

/** Whether a setting's value names our role. One at a reserved path is AWS's own, even with the same name. */
export const namesRole = (value: string | null, role: RoleName): boolean =>
  value !== null && sharesName(value, role) && !isReserved(value);

/** Whether the role is one that proofs make for themselves. */
export const isProofRole = ({ path, name }: RoleName): boolean =>
  path === '/dhmc-proof/' && /^DhmcProof-[0-9a-f]{8}$/.test(name);

/** Whether IAM could have a role of this name: other values are never asked for. */
export const isRoleName = (name: string): boolean => /^[\w+=,.@-]{1,64}$/.test(name);

/** A path as IAM has it before a name, without its first slash: printable ASCII, but nothing that a policy or shell expands. */
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

/** Whether the text can be a permissions boundary: a policy's ARN, or `[path/]name` of one in each account. */
export function isBoundary(text: string): boolean {
  if (!text.startsWith('arn:')) return isPolicyPath(text);
  const [, place] = /^arn:aws[a-z-]*:iam::(?:aws|\d{12}):policy\/(.*)$/s.exec(text) ?? [];
  return place !== undefined && isPolicyPath(place);
}

/** Roles at these paths are AWS's own: settings that name them are never taken over. */
export const isReserved = (value: string): boolean =>
  /^(aws-reserved|aws-service-role)\//i.test(value);

/** The policy that a DHMC role needs, in this partition. */
export const grantPolicyArn = (partition: Partition): string =>
  `arn:${partition}:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy`;

/** `--permissions-boundary` as an ARN: as given where it is one, else a policy of the account. */
export const boundaryArn = (partition: Partition, account: string, boundary: string): string =>
  boundary.startsWith('arn:')
    ? boundary
    : `arn:${partition}:iam::${account}:policy/${boundary.replace(/^\/+/, '')}`;

export const createdByTag = 'dhmc:created-by';
/** Says what manages the role: a stack set, Terraform or dhmc. */
export const managedByTag = 'dhmc:managed-by';
/** Names the run that made the role. */
export const runTag = 'dhmc:run';

/** Whether the role's tags say that dhmc made it. */
export const createdByDhmc = (role: Pick<Role, 'tags'>): boolean =>
  role.tags[createdByTag] === 'dhmc';

/** `[path/]name` of a role as it stands there, where its name is written in another case than was asked for; undefined otherwise. */
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
