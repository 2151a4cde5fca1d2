/** PolicyExclusionList: the policies of a role that a simulation leaves out. */
import { list, structure, text } from '../../protocols/shape.ts';
import type { InputOf } from '../../protocols/shape.ts';
import type { PolicyDocument, Role } from '../../world.ts';
import { nameOf } from './shared.ts';

const exclusion = {
  PolicyArn: text({ min: 1, max: 2048 }),
  PolicyType: text({
    oneOf: ['aws-managed', 'user-managed', 'inline', 'permission-boundary', 'scp', 'rcp'],
  }),
  InlinePolicyIdentifier: structure({
    PolicyName: text({ required: true, min: 1, max: 128 }),
    AttachmentType: text({
      required: true,
      oneOf: ['GROUP', 'ROLE', 'USER', 'group', 'role', 'user'],
    }),
    AttachmentName: text({ required: true, min: 1, max: 128 }),
  }),
} as const;

export const exclusionMembers = list(structure(exclusion), { max: 256 });
export type Exclusion = InputOf<typeof exclusion>;

/** Whether the pattern matches the ARN. The name after the last slash may have wildcards. */
function matchesArn(pattern: string, arn: string): boolean {
  const cut = pattern.lastIndexOf('/') + 1;
  if (arn.slice(0, arn.lastIndexOf('/') + 1) !== pattern.slice(0, cut)) return false;
  const name = pattern
    .slice(cut)
    .replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    .replace(/\\\*/g, '.*')
    .replace(/\\\?/g, '.');
  return new RegExp(`^${name}$`).test(nameOf(arn));
}

/** The role without the excluded policies, and whether service control policies are excluded too. */
export function excludedFrom(
  role: Role,
  exclusions: readonly Exclusion[],
): { readonly holder: Role; readonly scps: boolean } {
  if (exclusions.length === 0) return { holder: role, scps: false };
  const types = new Set(exclusions.map(({ PolicyType: type }) => type));
  const keepsManaged = (arn: string): boolean =>
    !types.has(arn.includes(':iam::aws:policy/') ? 'aws-managed' : 'user-managed') &&
    !exclusions.some(({ PolicyArn: pattern }) => pattern !== undefined && matchesArn(pattern, arn));
  const keepsInline = ([name]: readonly [string, PolicyDocument]): boolean =>
    !types.has('inline') &&
    !exclusions.some(
      ({ InlinePolicyIdentifier: given }) =>
        given?.PolicyName === name &&
        given.AttachmentType.toLowerCase() === 'role' &&
        given.AttachmentName === role.name,
    );
  const { boundary, ...rest } = role;
  const keepsBoundary =
    boundary !== undefined && !types.has('permission-boundary') && keepsManaged(boundary);
  return {
    holder: {
      ...rest,
      ...(keepsBoundary ? { boundary } : {}),
      attachedPolicies: (role.attachedPolicies ?? []).filter(keepsManaged),
      inlinePolicies: Object.fromEntries(
        Object.entries(role.inlinePolicies ?? {}).filter(keepsInline),
      ),
    },
    scps: types.has('scp'),
  };
}
