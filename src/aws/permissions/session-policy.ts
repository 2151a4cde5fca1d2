/** The session policy for member accounts, with only the permissions that a command needs. */
import type { Partition } from '../../core/model/model.ts';
import { grantPolicyArn, lastSegment, managedByTag } from '../../core/iam/role-names.ts';
import type { Purpose } from '../../core/planning/purpose.ts';
import { managedByStackSet } from '../../core/stack-sets/stack-sets.ts';
import { operations, resourceArns, type OperationName, type ResourceKind } from './operations.ts';
import { passedToServices } from './printed-policy.ts';

/** The maximum length of an inline session policy in STS, in characters. */
export const maxSessionPolicyLength = 2048;

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | readonly string[]>>>
  >;
}

const reads: readonly OperationName[] = [
  'ListRegions',
  'GetRole',
  'ListAttachedRolePolicies',
  'GetServiceSetting',
];
/** Reads of the DHMC role's policies, which show its permissions. */
const policyReads: readonly OperationName[] = [
  'ListRolePolicies',
  'GetRolePolicy',
  'GetPolicy',
  'GetPolicyVersion',
];
const beforeDelete: readonly OperationName[] = ['ListRolePolicies', 'ListInstanceProfilesForRole'];
const beforeReset: readonly OperationName[] = ['DescribeInstanceInformation', 'ListAssociations'];

const ofCoverage: readonly OperationName[] = [
  'DescribeInstances',
  'DescribeInstanceInformation',
  'DescribeInstanceProperties',
  'DescribeIamInstanceProfileAssociations',
  'GetAccountAuthorizationDetails',
];
/** The calls that replace GetAccountAuthorizationDetails if it is denied. */
const roleByRole: readonly OperationName[] = [
  'GetInstanceProfile',
  'ListRolePolicies',
  'GetRolePolicy',
  'GetPolicy',
  'GetPolicyVersion',
];
const coverageReads = ({
  coverage = false,
}: {
  readonly coverage?: boolean;
}): readonly OperationName[] => (coverage ? [...ofCoverage, ...roleByRole] : []);

/** The operations that a purpose needs in a member account. */
export const operationsFor = (purpose: Purpose): readonly OperationName[] => [
  ...new Set(operationsOf(purpose)),
];

const operationsOf = (purpose: Purpose): readonly OperationName[] => {
  switch (purpose.kind) {
    case 'read':
      return [
        ...reads,
        ...policyReads,
        ...(purpose.checkAttachments === true ? beforeDelete : []),
        ...(purpose.checkUse === true ? beforeReset : []),
        ...(purpose.simulate === true ? (['SimulatePrincipalPolicy'] as const) : []),
        ...coverageReads(purpose),
      ];
    case 'enable':
      return [
        ...reads,
        ...policyReads,
        ...coverageReads(purpose),
        'CreateRole',
        'UpdateAssumeRolePolicy',
        'AttachRolePolicy',
        'UpdateServiceSetting',
      ];
    case 'disable':
      return purpose.deleteRole
        ? [
            ...reads,
            ...beforeDelete,
            ...beforeReset,
            'ResetServiceSetting',
            'DetachRolePolicy',
            'DeleteRole',
          ]
        : [...reads, ...beforeReset, 'ResetServiceSetting'];
    case 'rollback':
      return [
        ...reads,
        ...policyReads,
        ...beforeDelete,
        ...beforeReset,
        'UpdateServiceSetting',
        'ResetServiceSetting',
        'CreateRole',
        'DeleteRole',
        'UpdateAssumeRolePolicy',
        'AttachRolePolicy',
        'DetachRolePolicy',
      ];
    case 'take-back':
      return [
        ...reads,
        ...policyReads,
        ...(purpose.checkUse === true ? beforeReset : []),
        'TagRole',
      ];
    case 'prove':
      return [
        'ListRegions',
        'GetRole',
        'CreateRole',
        'DeleteRole',
        'GetServiceSetting',
        'UpdateServiceSetting',
        'ResetServiceSetting',
      ];
  }
};

const isList = (
  value: readonly string[] | Readonly<Record<string, readonly string[]>>,
): value is readonly string[] => Array.isArray(value);

/** The roles that a session in the account may pass to SSM, as `[path/]name`. */
const passRolesFor = (
  { purpose, dhmcRole }: Pick<SessionPolicyOptions, 'purpose' | 'dhmcRole'>,
  account: string,
): readonly string[] => {
  if (purpose.kind === 'prove') return [dhmcRole];
  if (purpose.kind !== 'enable' && purpose.kind !== 'rollback') return [];
  const { passRoles } = purpose;
  return isList(passRoles) ? passRoles : (passRoles[account] ?? []);
};

export interface SessionPolicyOptions {
  readonly purpose: Purpose;
  readonly partition: Partition;
  readonly account: string;
  readonly dhmcRole: string;
}

/**
 * Allows only one tag, and only on roles whose tag says that they belong to a stack set. IAM supports both keys for
 * TagRole on a role.
 */
const retagCondition = {
  StringEquals: {
    [`aws:RequestTag/${managedByTag}`]: 'dhmc',
    [`iam:ResourceTag/${managedByTag}`]: managedByStackSet,
  },
  'ForAllValues:StringEquals': { 'aws:TagKeys': [managedByTag] },
} as const;

const statements = (
  options: SessionPolicyOptions,
  passArns: readonly string[],
): readonly Statement[] => {
  const { purpose, partition, dhmcRole } = options;
  const byResource = new Map<ResourceKind, string[]>();
  const grants: string[] = [];
  const retags: string[] = [];
  // Coverage reads the policies of every role that a profile or a setting names.
  const anyRole = (purpose.kind === 'read' || purpose.kind === 'enable') && purpose.coverage;
  for (const name of new Set(operationsFor(purpose))) {
    const { actions, resource, writes } = operations[name];
    const kind = anyRole === true && !writes && resource === 'dhmc-role' ? 'role' : resource;
    if (name === 'TagRole') retags.push(...actions);
    else if (name === 'AttachRolePolicy' || name === 'DetachRolePolicy') grants.push(...actions);
    else byResource.set(kind, [...(byResource.get(kind) ?? []), ...actions]);
  }
  const arns = (kind: ResourceKind): readonly string[] =>
    resourceArns(kind, { partition, dhmcRole, roleNames: [] });
  const list: Statement[] = [...byResource].map(([kind, Action]) => ({
    Effect: 'Allow',
    Action,
    Resource: arns(kind),
  }));
  if (grants.length > 0) {
    const Condition = { ArnEquals: { 'iam:PolicyARN': grantPolicyArn(partition) } };
    list.push({ Effect: 'Allow', Action: grants, Resource: arns('dhmc-role'), Condition });
  }
  if (retags.length > 0)
    list.push({
      Effect: 'Allow',
      Action: retags,
      Resource: arns('dhmc-role'),
      Condition: retagCondition,
    });
  if (passArns.length > 0) {
    const Condition = { StringEquals: { 'iam:PassedToService': passedToServices(partition) } };
    list.push({ Effect: 'Allow', Action: ['iam:PassRole'], Resource: passArns, Condition });
  }
  return list;
};

const single = <T>(list: readonly T[]): T | readonly T[] =>
  list.length === 1 && list[0] !== undefined ? list[0] : list;
const minified = (list: readonly Statement[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: list.map((statement) => ({
      ...statement,
      Action: single(statement.Action),
      Resource: single(statement.Resource),
    })),
  });

const isDhmcRole = (role: string, dhmcRole: string): boolean =>
  lastSegment(role).toLowerCase() === lastSegment(dhmcRole).toLowerCase();

const withRoles = (options: SessionPolicyOptions, roles: readonly string[]): string => {
  const { partition, dhmcRole } = options;
  const arns = roles.flatMap((role) =>
    isDhmcRole(role, dhmcRole)
      ? resourceArns('dhmc-role', { partition, dhmcRole, roleNames: [] })
      : [`arn:${partition}:iam::*:role/${role}`],
  );
  return minified(statements(options, [...new Set(arns)]));
};

/**
 * The roles to pass to SSM that do not fit into the session's policy. Each gets its own session, so that no session
 * may pass more roles than needed.
 */
export const rolesApart = (options: SessionPolicyOptions): readonly string[] => {
  const roles = passRolesFor(options, options.account);
  return withRoles(options, roles).length <= maxSessionPolicyLength
    ? []
    : roles.filter((role) => !isDhmcRole(role, options.dhmcRole));
};

/** The session policy as JSON, at most 2,048 characters. */
export const sessionPolicy = (options: SessionPolicyOptions): string => {
  const apart = rolesApart(options);
  const roles = passRolesFor(options, options.account);
  return withRoles(
    options,
    roles.filter((role) => !apart.includes(role)),
  );
};

/** The policy of a session that may only set a setting to one role, given as `[path/]name`. */
export const passingPolicy = (partition: Partition, role: string): string =>
  minified([
    {
      Effect: 'Allow',
      Action: operations.UpdateServiceSetting.actions,
      Resource: resourceArns('setting', { partition, dhmcRole: '', roleNames: [] }),
    },
    {
      Effect: 'Allow',
      Action: ['iam:PassRole'],
      Resource: [`arn:${partition}:iam::*:role/${role}`],
      Condition: { StringEquals: { 'iam:PassedToService': passedToServices(partition) } },
    },
  ]);
