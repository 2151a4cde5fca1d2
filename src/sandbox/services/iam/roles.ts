/** IAM's operations on roles: create, read, tag and delete them, and change their trust policy and boundary. */
import type { Context } from '../../auth/authorize.ts';
import {
  accountOf,
  managedPolicy,
  putRole,
  removeRole,
  roleArn,
  roleNamed,
} from '../../state/state.ts';
import type { Role } from '../../world.ts';
import { AwsError } from '../../protocols/aws-error.ts';
import { integer, list, text } from '../../protocols/shape.ts';
import {
  describedRole,
  invalidInput,
  isoTime,
  noSuchEntity,
  onRole,
  paging,
  policyDocument,
  readTags,
  readTrust,
  roleName,
  tagContext,
  tagList,
  tagsOut,
} from './shared.ts';
import { profilesWith } from './instance-profiles.ts';
import { operation } from '../service.ts';
import type { Call, Operation, Output } from '../service.ts';

const getRole = onRole({
  members: { RoleName: roleName },
  handle(_call, _input, { account, role, arn }) {
    return { Role: describedRole(account, role, arn, { whole: true }) };
  },
});

interface NewRole {
  readonly Path?: string;
  readonly RoleName: string;
  readonly PermissionsBoundary?: string;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}

/** The new role's ARN and condition keys. */
function newRole({ state, principal }: Call, input: NewRole): { arn: string; context: Context } {
  const { Path: path = '/', PermissionsBoundary: boundary } = input;
  return {
    arn: `arn:${state.partition}:iam::${principal.account}:role${path}${input.RoleName}`,
    context: {
      ...tagContext(input.Tags),
      ...(boundary === undefined ? {} : { 'iam:PermissionsBoundary': boundary }),
    },
  };
}

const createRole = operation({
  members: {
    Path: text({ min: 1, max: 512, pattern: '(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)' }),
    RoleName: roleName,
    AssumeRolePolicyDocument: policyDocument,
    Description: text({
      max: 1000,
      pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*',
    }),
    MaxSessionDuration: integer({ min: 3600, max: 43200 }),
    PermissionsBoundary: text({ min: 20, max: 2048 }),
    Tags: tagList,
  },
  resource: newRole,
  handle(call, input) {
    const { state, principal, now } = call;
    const account = accountOf(state, principal.account);
    const path = input.Path ?? '/';
    const { arn, context } = newRole(call, input);
    const boundary = input.PermissionsBoundary;
    if (input.Tags !== undefined && input.Tags.length > 0)
      call.authorize('iam:TagRole', arn, context);
    if (/^\/(aws-service-role|aws-reserved)\//.test(path))
      throw new AwsError('InvalidInput', `Path ${path} is reserved for AWS.`);
    const trust = readTrust(input.AssumeRolePolicyDocument);
    const tags = input.Tags === undefined ? undefined : readTags(input.Tags);
    if (boundary !== undefined) requireBoundary(call, boundary);
    if (roleNamed(account, input.RoleName) !== undefined) {
      throw new AwsError(
        'EntityAlreadyExists',
        `Role with name ${input.RoleName} already exists.`,
        409,
      );
    }
    const role: Role = {
      name: input.RoleName,
      path,
      trust,
      ...(input.Description === undefined ? {} : { description: input.Description }),
      ...(tags === undefined ? {} : { tags }),
      ...(boundary === undefined ? {} : { boundary }),
      ...(input.MaxSessionDuration === undefined
        ? {}
        : { maxSessionDuration: input.MaxSessionDuration }),
      createdAt: isoTime(now),
    };
    putRole(state, account, role);
    return { Role: describedRole(account, role, arn, { whole: true }) };
  },
});

/** Throws if the boundary is not an existing policy. */
function requireBoundary(call: Call, arn: string): void {
  if (!arn.startsWith('arn:')) throw new AwsError('ValidationError', `ARN ${arn} is not valid.`);
  if (managedPolicy(call.state, accountOf(call.state, call.principal.account), arn) === undefined) {
    throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
  }
}

const deleteRole = onRole({
  members: { RoleName: roleName },
  changes: true,
  handle(call, _input, { account, role }) {
    const conflict = (what: string): AwsError =>
      new AwsError('DeleteConflict', `Cannot delete entity, must ${what} first.`, 409);
    if (profilesWith(account, role.name).length > 0)
      throw conflict('remove roles from instance profile');
    if ((role.attachedPolicies ?? []).length > 0) throw conflict('detach all policies');
    if (Object.keys(role.inlinePolicies ?? {}).length > 0) throw conflict('delete policies');
    const isNamed = [...account.settings.now.values()].some(
      ({ value }) => value !== null && value.slice(value.lastIndexOf('/') + 1) === role.name,
    );
    if (isNamed && call.state.behavior.deleteNamedRole === 'refused')
      throw conflict('reset the service setting');
    removeRole(call.state, account, role.name);
    return undefined;
  },
});

const listRoles = operation({
  members: {
    PathPrefix: text({ min: 1, max: 512, pattern: '\\u002F[\\u0021-\\u007F]*' }),
    ...paging,
  },
  resource: ({ state, principal }, input) =>
    `arn:${state.partition}:iam::${principal.account}:role${input.PathPrefix ?? '/'}`,
  handle(call, input) {
    const { state, principal } = call;
    const prefix = input.PathPrefix ?? '/';
    const account = accountOf(state, principal.account);
    const all = [...account.roles.now.values()]
      .filter((role) => (role.path ?? '/').startsWith(prefix))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const describe = (role: Role): Output =>
      describedRole(account, role, roleArn(state, account.id, role), { whole: false });
    return call.page({ member: 'Roles', all, describe }, input);
  },
});

const updateAssumeRolePolicy = onRole({
  members: { RoleName: roleName, PolicyDocument: policyDocument },
  changes: true,
  handle(call, input, { account, role }) {
    putRole(call.state, account, { ...role, trust: readTrust(input.PolicyDocument) });
    return undefined;
  },
});

const tagRole = onRole({
  members: { RoleName: roleName, Tags: { ...tagList, required: true } as const },
  changes: true,
  context: (input) => tagContext(input.Tags),
  handle(call, input, { account, role }) {
    const added = readTags(input.Tags);
    const addedKeys = new Set(Object.keys(added).map((key) => key.toLowerCase()));
    const kept = Object.entries(role.tags ?? {}).filter(
      ([key]) => !addedKeys.has(key.toLowerCase()),
    );
    const tags = { ...Object.fromEntries(kept), ...added };
    if (Object.keys(tags).length > 50)
      throw new AwsError('LimitExceeded', 'The number of tags has reached the maximum limit.', 409);
    putRole(call.state, account, { ...role, tags });
    return undefined;
  },
});

const untagRole = onRole({
  members: {
    RoleName: roleName,
    TagKeys: list(text({ min: 1, max: 128 }), { required: true, max: 50 }),
  },
  changes: true,
  context: (input) => ({
    'aws:TagKeys': input.TagKeys,
  }),
  handle(call, input, { account, role }) {
    const gone = new Set(input.TagKeys.map((key) => key.toLowerCase()));
    const { tags: before = {}, ...rest } = role;
    const tags = Object.fromEntries(
      Object.entries(before).filter(([key]) => !gone.has(key.toLowerCase())),
    );
    putRole(call.state, account, Object.keys(tags).length === 0 ? rest : { ...rest, tags });
    return undefined;
  },
});

const listRoleTags = onRole({
  members: { RoleName: roleName, ...paging },
  handle(call, input, { role }) {
    return call.page({ member: 'Tags', all: tagsOut(role.tags ?? {}) }, input);
  },
});

const putRolePermissionsBoundary = onRole({
  members: {
    RoleName: roleName,
    PermissionsBoundary: text({ required: true, min: 20, max: 2048 }),
  },
  changes: true,
  context: (input) => ({ 'iam:PermissionsBoundary': input.PermissionsBoundary }),
  handle(call, input, { account, role }) {
    const boundary = input.PermissionsBoundary;
    if (!boundary.startsWith('arn:')) throw invalidInput(`ARN ${boundary} is not valid.`);
    requireBoundary(call, boundary);
    putRole(call.state, account, { ...role, boundary });
    return undefined;
  },
});

const deleteRolePermissionsBoundary = onRole({
  members: { RoleName: roleName },
  changes: true,
  handle(call, _input, { account, role }) {
    const { boundary, ...rest } = role;
    if (boundary === undefined)
      throw noSuchEntity(`The role ${role.name} has no permissions boundary.`);
    putRole(call.state, account, rest);
    return undefined;
  },
});

export const roleOperations: Readonly<Record<string, Operation>> = {
  GetRole: getRole,
  CreateRole: createRole,
  DeleteRole: deleteRole,
  ListRoles: listRoles,
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
  TagRole: tagRole,
  UntagRole: untagRole,
  ListRoleTags: listRoleTags,
  PutRolePermissionsBoundary: putRolePermissionsBoundary,
  DeleteRolePermissionsBoundary: deleteRolePermissionsBoundary,
};
