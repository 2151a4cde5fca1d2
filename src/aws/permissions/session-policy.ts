/** The inline policy of the sessions into member accounts: the least that a command needs. */
import type { Partition } from '../../core/model/model.ts';
import { lastSegment } from '../../core/iam/role-names.ts';
import type { Purpose } from '../connect-options.ts';
import {
  grantPolicyArn,
  operations,
  resourceArns,
  type OperationName,
  type ResourceKind,
} from './operations.ts';
import { passedToServices } from './printed-policy.ts';

/** STS accepts no longer inline session policy. */
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
const beforeDelete: readonly OperationName[] = ['ListRolePolicies', 'ListInstanceProfilesForRole'];
const beforeReset: readonly OperationName[] = ['DescribeInstanceInformation', 'ListAssociations'];

const ofCoverage: readonly OperationName[] = [
  'DescribeInstances',
  'DescribeInstanceInformation',
  'DescribeIamInstanceProfileAssociations',
  'GetAccountAuthorizationDetails',
];
/** What stands in for GetAccountAuthorizationDetails where that is denied. */
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

const boundaryCheck = ({
  checkBoundary = false,
}: {
  readonly checkBoundary?: boolean;
}): readonly OperationName[] => (checkBoundary ? ['GetPolicy'] : []);

/** The operations that a purpose takes in a member account. */
export const operationsFor = (purpose: Purpose): readonly OperationName[] => {
  switch (purpose.kind) {
    case 'read':
      return [
        ...reads,
        ...boundaryCheck(purpose),
        ...(purpose.checkAttachments === true ? beforeDelete : []),
        ...(purpose.checkUse === true ? beforeReset : []),
        ...(purpose.simulate === true ? (['SimulatePrincipalPolicy'] as const) : []),
        ...coverageReads(purpose),
      ];
    case 'enable':
      return [
        ...reads,
        ...boundaryCheck(purpose),
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
  }
};

const isList = (
  value: readonly string[] | Readonly<Record<string, readonly string[]>>,
): value is readonly string[] => Array.isArray(value);

/** The roles that a session into the account may pass to SSM, as `[path/]name`. */
const passRolesFor = (purpose: Purpose, account: string): readonly string[] => {
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

const statements = (
  options: SessionPolicyOptions,
  passArns: readonly string[],
): readonly Statement[] => {
  const { purpose, partition, dhmcRole } = options;
  const byResource = new Map<ResourceKind, string[]>();
  const grants: string[] = [];
  // Coverage reads the policies of every role that a profile or a setting names.
  const anyRole = (purpose.kind === 'read' || purpose.kind === 'enable') && purpose.coverage;
  for (const name of new Set(operationsFor(purpose))) {
    const { actions, resource, writes } = operations[name];
    const kind = anyRole === true && !writes && resource === 'dhmc-role' ? 'role' : resource;
    if (name === 'AttachRolePolicy' || name === 'DetachRolePolicy') grants.push(...actions);
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

/**
 * The policy as JSON text, at most 2,048 characters. Where a journal names so many roles that they do not fit, any role
 * may be passed, and to SSM alone: the role's own policies still bound it.
 */
export const sessionPolicy = (options: SessionPolicyOptions): string => {
  const { purpose, partition, account, dhmcRole } = options;
  const named = new Set(
    passRolesFor(purpose, account).flatMap((role) =>
      lastSegment(role).toLowerCase() === lastSegment(dhmcRole).toLowerCase()
        ? resourceArns('dhmc-role', { partition, dhmcRole, roleNames: [] })
        : [`arn:${partition}:iam::*:role/${role}`],
    ),
  );
  const exact = minified(statements(options, [...named]));
  return exact.length <= maxSessionPolicyLength
    ? exact
    : minified(statements(options, [`arn:${partition}:iam::*:role/*`]));
};
