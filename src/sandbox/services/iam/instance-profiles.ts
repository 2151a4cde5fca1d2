/** IAM's operations on instance profiles. */
import { stableId } from '../../state/principals.ts';
import {
  accountOf,
  profileArn,
  profileNamed,
  putProfile,
  removeProfile,
  roleArn,
  roleNamed,
} from '../../state/state.ts';
import type { AccountState } from '../../state/account.ts';
import { AwsError } from '../../protocols/aws-error.ts';
import { text } from '../../protocols/shape.ts';
import type { InstanceProfile } from '../../world.ts';
import { operation } from '../service.ts';
import type { Call, Operation, Output } from '../service.ts';
import {
  describedRole,
  isoTime,
  longAgo,
  noSuchEntity,
  onRole,
  paging,
  roleName,
  tagContext,
  tagList,
} from './shared.ts';

const profileName = text({ required: true, min: 1, max: 128, pattern: '[\\w+=,.@-]+' });
const path = text({
  min: 1,
  max: 512,
  pattern: '(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)',
});

const account = ({ state, principal }: Call): AccountState => accountOf(state, principal.account);

/** A profile as IAM returns it, with its role if that exists. */
export function describedProfile(call: Call, profile: InstanceProfile): Output {
  const { state } = call;
  const { id } = account(call);
  const arn = profileArn(state, id, profile);
  const role = profile.role === undefined ? undefined : roleNamed(account(call), profile.role);
  return {
    Path: profile.path ?? '/',
    InstanceProfileName: profile.name,
    InstanceProfileId: stableId('AIPA', arn),
    Arn: arn,
    CreateDate: isoTime(profile.createdAt ?? longAgo),
    Roles:
      role === undefined
        ? []
        : [describedRole(account(call), role, roleArn(state, id, role), { whole: false })],
  };
}

/** The profiles that have the role. */
export const profilesWith = (of: AccountState, role: string): readonly InstanceProfile[] =>
  [...of.profiles.now.values()].filter(
    (profile) => profile.role?.toLowerCase() === role.toLowerCase(),
  );

const theProfile = (
  call: Call,
  { InstanceProfileName: name }: { readonly InstanceProfileName: string },
): string =>
  profileArn(call.state, call.principal.account, profileNamed(account(call), name) ?? { name });

function findProfile(call: Call, name: string): InstanceProfile {
  const found = profileNamed(account(call), name);
  if (found === undefined) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
  return found;
}

const getInstanceProfile = operation({
  members: { InstanceProfileName: profileName },
  resource: theProfile,
  handle: (call, { InstanceProfileName: name }) => ({
    InstanceProfile: describedProfile(call, findProfile(call, name)),
  }),
});

const listInstanceProfiles = operation({
  members: {
    PathPrefix: text({ min: 1, max: 512, pattern: '\\u002F[\\u0021-\\u007F]*' }),
    ...paging,
  },
  resource: ({ state, principal }, input) =>
    `arn:${state.partition}:iam::${principal.account}:instance-profile${input.PathPrefix ?? '/'}`,
  handle(call, input) {
    const all = [...account(call).profiles.now.values()]
      .filter((profile) => (profile.path ?? '/').startsWith(input.PathPrefix ?? '/'))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const describe = (profile: InstanceProfile): Output => describedProfile(call, profile);
    return call.page({ member: 'InstanceProfiles', all, describe }, input);
  },
});

const listInstanceProfilesForRole = onRole({
  members: { RoleName: roleName, ...paging },
  handle(call, input, { role }) {
    const all = profilesWith(account(call), role.name);
    const describe = (profile: InstanceProfile): Output => describedProfile(call, profile);
    return call.page({ member: 'InstanceProfiles', all, describe }, input);
  },
});

const createInstanceProfile = operation({
  members: { InstanceProfileName: profileName, Path: path, Tags: tagList },
  resource: ({ state, principal }, input) => ({
    arn: profileArn(state, principal.account, {
      name: input.InstanceProfileName,
      path: input.Path ?? '/',
    }),
    context: tagContext(input.Tags),
  }),
  handle(call, input) {
    const name = input.InstanceProfileName;
    if (profileNamed(account(call), name) !== undefined)
      throw new AwsError('EntityAlreadyExists', `Instance Profile ${name} already exists.`, 409);
    const profile: InstanceProfile = {
      name,
      path: input.Path ?? '/',
      createdAt: isoTime(call.now),
    };
    putProfile(call.state, account(call), profile);
    return { InstanceProfile: describedProfile(call, profile) };
  },
});

const deleteInstanceProfile = operation({
  members: { InstanceProfileName: profileName },
  resource: theProfile,
  handle(call, input) {
    const profile = findProfile(call, input.InstanceProfileName);
    if (profile.role !== undefined)
      throw new AwsError(
        'DeleteConflict',
        'Cannot delete entity, must remove roles from instance profile first.',
        409,
      );
    removeProfile(call.state, account(call), profile.name);
    return undefined;
  },
});

const addRoleToInstanceProfile = operation({
  members: { InstanceProfileName: profileName, RoleName: roleName },
  resource: theProfile,
  handle(call, input) {
    const { state } = call;
    const profile = findProfile(call, input.InstanceProfileName);
    const role = roleNamed(account(call), input.RoleName);
    const arn =
      role === undefined
        ? `arn:${state.partition}:iam::${call.principal.account}:role/${input.RoleName}`
        : roleArn(state, call.principal.account, role);
    call.authorize('iam:PassRole', arn, { 'iam:PassedToService': 'ec2.amazonaws.com' });
    if (role === undefined)
      throw noSuchEntity(`The role with name ${input.RoleName} cannot be found.`);
    if (profile.role !== undefined)
      throw new AwsError(
        'LimitExceeded',
        'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
        409,
      );
    putProfile(state, account(call), { ...profile, role: role.name });
    return undefined;
  },
});

const removeRoleFromInstanceProfile = operation({
  members: { InstanceProfileName: profileName, RoleName: roleName },
  resource: theProfile,
  handle(call, input) {
    const { role, ...profile } = findProfile(call, input.InstanceProfileName);
    if (role?.toLowerCase() !== input.RoleName.toLowerCase())
      throw noSuchEntity(`Role ${input.RoleName} is not in instance profile ${profile.name}.`);
    putProfile(call.state, account(call), profile);
    return undefined;
  },
});

export const instanceProfileOperations: Readonly<Record<string, Operation>> = {
  GetInstanceProfile: getInstanceProfile,
  ListInstanceProfiles: listInstanceProfiles,
  ListInstanceProfilesForRole: listInstanceProfilesForRole,
  CreateInstanceProfile: createInstanceProfile,
  DeleteInstanceProfile: deleteInstanceProfile,
  AddRoleToInstanceProfile: addRoleToInstanceProfile,
  RemoveRoleFromInstanceProfile: removeRoleFromInstanceProfile,
};
