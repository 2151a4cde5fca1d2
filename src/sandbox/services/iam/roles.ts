/** IAM's operations on a role itself: made, read, tagged, its trust and boundary changed, deleted. */
import { authorize } from '../../auth/authorize.ts';
import {
  accountOf,
  managedPolicy,
  putRole,
  removeRole,
  roleArn,
  roleNamed,
} from '../../state/state.ts';
import type { Role } from '../../world.ts';
import { dialects } from '../../protocols/dialect.ts';
import { AwsError } from '../../protocols/aws-error.ts';
import { integer, list, text } from '../../protocols/shape.ts';
import {
  describedRole,
  findRole,
  findRoleToChange,
  iamPage,
  invalidInput,
  isoTime,
  noSuchEntity,
  paging,
  policyDocument,
  readTags,
  readTrust,
  roleName,
  tagContext,
  tagList,
  tagsOut,
} from './shared.ts';
import { operation } from '../service.ts';
import type { Call, Operation } from '../service.ts';

const getRole = operation({ RoleName: roleName }, (call, input) => {
  const { account, role, arn } = findRole(call, 'GetRole', input.RoleName);
  return { GetRoleResult: { Role: describedRole(account, role, arn, true) } };
});

const createRole = operation(
  {
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
  (call, input) => {
    const { state, principal, now } = call;
    const account = accountOf(state, principal.account);
    const path = input.Path ?? '/';
    const arn = `arn:${state.partition}:iam::${account.id}:role${path}${input.RoleName}`;
    const boundary = input.PermissionsBoundary;
    const context = {
      ...tagContext(input.Tags),
      ...(boundary === undefined ? {} : { 'iam:PermissionsBoundary': boundary }),
    };
    authorize(call, dialects.query, 'iam:CreateRole', arn, context);
    if (input.Tags !== undefined && input.Tags.length > 0)
      authorize(call, dialects.query, 'iam:TagRole', arn, context);
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
    return { CreateRoleResult: { Role: describedRole(account, role, arn, true) } };
  },
);

/** A boundary must be a policy that is there. */
function requireBoundary(call: Call, arn: string): void {
  if (!arn.startsWith('arn:')) throw new AwsError('ValidationError', `ARN ${arn} is not valid.`);
  if (managedPolicy(call.state, accountOf(call.state, call.principal.account), arn) === undefined) {
    throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
  }
}

const deleteRole = operation({ RoleName: roleName }, (call, input) => {
  const { account, role } = findRoleToChange(call, 'DeleteRole', input.RoleName);
  const conflict = (what: string): AwsError =>
    new AwsError('DeleteConflict', `Cannot delete entity, must ${what} first.`, 409);
  if ((role.instanceProfiles ?? []).length > 0)
    throw conflict('remove roles from instance profile');
  if ((role.attachedPolicies ?? []).length > 0) throw conflict('detach all policies');
  if (Object.keys(role.inlinePolicies ?? {}).length > 0) throw conflict('delete policies');
  removeRole(call.state, account, role.name);
  return undefined;
});

const listRoles = operation(
  { PathPrefix: text({ min: 1, max: 512, pattern: '\\u002F[\\u0021-\\u007F]*' }), ...paging },
  (call, input) => {
    const { state, principal } = call;
    const prefix = input.PathPrefix ?? '/';
    authorize(
      call,
      dialects.query,
      'iam:ListRoles',
      `arn:${state.partition}:iam::${principal.account}:role${prefix}`,
    );
    const account = accountOf(state, principal.account);
    const all = [...account.roles.now.values()]
      .filter((role) => (role.path ?? '/').startsWith(prefix))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((role) => describedRole(account, role, roleArn(state, account.id, role), false));
    return { ListRolesResult: iamPage(call, 'ListRoles', 'Roles', all, input) };
  },
);

const updateAssumeRolePolicy = operation(
  { RoleName: roleName, PolicyDocument: policyDocument },
  (call, input) => {
    const { account, role } = findRoleToChange(call, 'UpdateAssumeRolePolicy', input.RoleName);
    putRole(call.state, account, { ...role, trust: readTrust(input.PolicyDocument) });
    return undefined;
  },
);

const tagRole = operation(
  { RoleName: roleName, Tags: { ...tagList, required: true } as const },
  (call, input) => {
    const { account, role } = findRoleToChange(
      call,
      'TagRole',
      input.RoleName,
      tagContext(input.Tags),
    );
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
);

const untagRole = operation(
  { RoleName: roleName, TagKeys: list(text({ min: 1, max: 128 }), { required: true, max: 50 }) },
  (call, input) => {
    const { account, role } = findRoleToChange(call, 'UntagRole', input.RoleName, {
      'aws:TagKeys': input.TagKeys,
    });
    const gone = new Set(input.TagKeys.map((key) => key.toLowerCase()));
    const { tags: before = {}, ...rest } = role;
    const tags = Object.fromEntries(
      Object.entries(before).filter(([key]) => !gone.has(key.toLowerCase())),
    );
    putRole(call.state, account, Object.keys(tags).length === 0 ? rest : { ...rest, tags });
    return undefined;
  },
);

const listRoleTags = operation({ RoleName: roleName, ...paging }, (call, input) => {
  const { role } = findRole(call, 'ListRoleTags', input.RoleName);
  return {
    ListRoleTagsResult: iamPage(call, 'ListRoleTags', 'Tags', tagsOut(role.tags ?? {}), input),
  };
});

const putRolePermissionsBoundary = operation(
  { RoleName: roleName, PermissionsBoundary: text({ required: true, min: 20, max: 2048 }) },
  (call, input) => {
    const boundary = input.PermissionsBoundary;
    const { account, role } = findRoleToChange(call, 'PutRolePermissionsBoundary', input.RoleName, {
      'iam:PermissionsBoundary': boundary,
    });
    if (!boundary.startsWith('arn:')) throw invalidInput(`ARN ${boundary} is not valid.`);
    requireBoundary(call, boundary);
    putRole(call.state, account, { ...role, boundary });
    return undefined;
  },
);

const deleteRolePermissionsBoundary = operation({ RoleName: roleName }, (call, input) => {
  const { account, role } = findRoleToChange(call, 'DeleteRolePermissionsBoundary', input.RoleName);
  const { boundary, ...rest } = role;
  if (boundary === undefined)
    throw noSuchEntity(`The role ${role.name} has no permissions boundary.`);
  putRole(call.state, account, rest);
  return undefined;
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
