/**
 * Every operation that dhmc calls: its IAM actions, their resource, and whether it writes. Session policies, printed
 * policies and the actions in hints all come from this table.
 */
import { settingId, type Partition } from '../../core/model/model.ts';
import { lastSegment } from '../../core/iam/role-names.ts';

export type ServiceName =
  'organizations' | 'sts' | 'iam' | 'ssm' | 'account' | 'ec2' | 'cloudformation';

/** The kind of resource that an operation's actions need; `resourceArns` gives its ARNs. */
export type ResourceKind =
  | 'any'
  | 'member-role'
  | 'setting'
  | 'dhmc-role'
  | 'role'
  | 'instance-profile'
  | 'principal'
  | 'policy'
  | 'stack-set'
  | 'stack-set-target';

export interface Operation {
  readonly service: ServiceName;
  readonly name: string;
  readonly actions: readonly string[];
  readonly resource: ResourceKind;
  readonly writes: boolean;
  /** The caller in its own account, or the session in a member account. */
  readonly by: 'caller' | 'member';
}

const read = (
  service: ServiceName,
  name: string,
  by: Operation['by'],
  resource: ResourceKind = 'any',
): Operation => ({
  service,
  name,
  actions: [`${service}:${name}`],
  resource,
  writes: false,
  by,
});
const write = (
  service: ServiceName,
  name: string,
  resource: ResourceKind,
  actions: readonly string[] = [`${service}:${name}`],
): Operation => ({ service, name, actions, resource, writes: true, by: 'member' });

export const operations = {
  GetCallerIdentity: { ...read('sts', 'GetCallerIdentity', 'caller'), actions: [] },
  AssumeRole: read('sts', 'AssumeRole', 'caller', 'member-role'),
  DescribeOrganization: read('organizations', 'DescribeOrganization', 'caller'),
  ListAccounts: read('organizations', 'ListAccounts', 'caller'),
  DescribeAccount: read('organizations', 'DescribeAccount', 'caller'),
  ListRoots: read('organizations', 'ListRoots', 'caller'),
  ListParents: read('organizations', 'ListParents', 'caller'),
  ListAccountsForParent: read('organizations', 'ListAccountsForParent', 'caller'),
  ListOrganizationalUnitsForParent: read(
    'organizations',
    'ListOrganizationalUnitsForParent',
    'caller',
  ),
  DescribeOrganizationalUnit: read('organizations', 'DescribeOrganizationalUnit', 'caller'),
  ListTagsForResource: read('organizations', 'ListTagsForResource', 'caller'),
  ListPolicies: read('organizations', 'ListPolicies', 'caller'),
  ListTargetsForPolicy: read('organizations', 'ListTargetsForPolicy', 'caller'),
  ListPoliciesForTarget: read('organizations', 'ListPoliciesForTarget', 'caller'),
  DescribePolicy: read('organizations', 'DescribePolicy', 'caller'),
  ListRegions: read('account', 'ListRegions', 'member'),
  GetRole: read('iam', 'GetRole', 'member', 'role'),
  ListAttachedRolePolicies: read('iam', 'ListAttachedRolePolicies', 'member', 'dhmc-role'),
  ListRolePolicies: read('iam', 'ListRolePolicies', 'member', 'dhmc-role'),
  ListInstanceProfilesForRole: read('iam', 'ListInstanceProfilesForRole', 'member', 'dhmc-role'),
  GetPolicy: read('iam', 'GetPolicy', 'member', 'policy'),
  GetAccountAuthorizationDetails: read('iam', 'GetAccountAuthorizationDetails', 'member'),
  GetInstanceProfile: read('iam', 'GetInstanceProfile', 'member', 'instance-profile'),
  GetRolePolicy: read('iam', 'GetRolePolicy', 'member', 'role'),
  GetPolicyVersion: read('iam', 'GetPolicyVersion', 'member', 'policy'),
  SimulatePrincipalPolicy: read('iam', 'SimulatePrincipalPolicy', 'member', 'principal'),
  GetServiceSetting: read('ssm', 'GetServiceSetting', 'member', 'setting'),
  DescribeInstanceInformation: read('ssm', 'DescribeInstanceInformation', 'member'),
  DescribeInstanceProperties: read('ssm', 'DescribeInstanceProperties', 'member'),
  ListAssociations: read('ssm', 'ListAssociations', 'member'),
  DescribeInstances: read('ec2', 'DescribeInstances', 'member'),
  DescribeIamInstanceProfileAssociations: read(
    'ec2',
    'DescribeIamInstanceProfileAssociations',
    'member',
  ),
  DescribeOrganizationsAccess: read('cloudformation', 'DescribeOrganizationsAccess', 'caller'),
  ListStackSets: read('cloudformation', 'ListStackSets', 'caller'),
  DescribeStackSet: read('cloudformation', 'DescribeStackSet', 'caller', 'stack-set'),
  ListStackInstances: read('cloudformation', 'ListStackInstances', 'caller', 'stack-set'),
  DescribeStackSetOperation: read(
    'cloudformation',
    'DescribeStackSetOperation',
    'caller',
    'stack-set',
  ),
  ListStackSetOperations: read('cloudformation', 'ListStackSetOperations', 'caller', 'stack-set'),
  ListStackSetOperationResults: read(
    'cloudformation',
    'ListStackSetOperationResults',
    'caller',
    'stack-set',
  ),
  ListStackSetAutoDeploymentTargets: read(
    'cloudformation',
    'ListStackSetAutoDeploymentTargets',
    'caller',
    'stack-set',
  ),
  ListStackInstanceResourceDrifts: read(
    'cloudformation',
    'ListStackInstanceResourceDrifts',
    'caller',
    'stack-set',
  ),
  DescribeType: read('cloudformation', 'DescribeType', 'caller'),
  // Compares the stacks' resources with the templates, and changes neither.
  DetectStackSetDrift: read('cloudformation', 'DetectStackSetDrift', 'caller', 'stack-set'),
  // With tags, it also needs the permission to tag. Without that, nothing is created (API reference of
  // CreateStackSet, Tags).
  CreateStackSet: {
    ...write('cloudformation', 'CreateStackSet', 'any', [
      'cloudformation:CreateStackSet',
      'cloudformation:TagResource',
    ]),
    by: 'caller',
  },
  UpdateStackSet: {
    ...write('cloudformation', 'UpdateStackSet', 'stack-set-target'),
    by: 'caller',
  },
  DeleteStackSet: { ...write('cloudformation', 'DeleteStackSet', 'stack-set'), by: 'caller' },
  CreateStackInstances: {
    ...write('cloudformation', 'CreateStackInstances', 'stack-set-target'),
    by: 'caller',
  },
  DeleteStackInstances: {
    ...write('cloudformation', 'DeleteStackInstances', 'stack-set-target'),
    by: 'caller',
  },
  CreateRole: write('iam', 'CreateRole', 'dhmc-role', ['iam:CreateRole', 'iam:TagRole']),
  DeleteRole: write('iam', 'DeleteRole', 'dhmc-role'),
  UpdateAssumeRolePolicy: write('iam', 'UpdateAssumeRolePolicy', 'dhmc-role'),
  // Tags the role of a deleted stack set as dhmc's own. Printed policies allow it together with iam:CreateRole.
  TagRole: write('iam', 'TagRole', 'dhmc-role'),
  AttachRolePolicy: write('iam', 'AttachRolePolicy', 'dhmc-role'),
  DetachRolePolicy: write('iam', 'DetachRolePolicy', 'dhmc-role'),
  // Also needs iam:PassRole on the roles that settings may name. Policies add it separately, because it has a
  // condition.
  UpdateServiceSetting: write('ssm', 'UpdateServiceSetting', 'setting'),
  ResetServiceSetting: write('ssm', 'ResetServiceSetting', 'setting'),
} as const satisfies Readonly<Record<string, Operation>>;

export type OperationName = keyof typeof operations;

/**
 * The document of the daily associations that turn DHMC on again. Quick Setup and the unified console create them.
 */
export const enablingDocument = 'AWSQuickSetupType-EnableDHMC';

/** The ARN patterns of a kind of resource, for any account. */
export const resourceArns = (
  kind: ResourceKind,
  {
    partition,
    dhmcRole,
    roleNames,
  }: {
    readonly partition: Partition;
    readonly dhmcRole: string;
    readonly roleNames: readonly string[];
  },
): readonly string[] => {
  switch (kind) {
    case 'any':
      return ['*'];
    case 'member-role':
      return roleNames.map((name) => `arn:${partition}:iam::*:role/${name}`);
    case 'setting':
      return [`arn:${partition}:ssm:*:*:servicesetting${settingId}`];
    case 'dhmc-role':
      // An existing role keeps its path, so any path is allowed.
      return [
        `arn:${partition}:iam::*:role/${lastSegment(dhmcRole)}`,
        `arn:${partition}:iam::*:role/*/${lastSegment(dhmcRole)}`,
      ];
    case 'role':
      return [`arn:${partition}:iam::*:role/*`];
    case 'instance-profile':
      return [`arn:${partition}:iam::*:instance-profile/*`];
    case 'principal':
      return [`arn:${partition}:iam::*:role/*`, `arn:${partition}:iam::*:user/*`];
    case 'policy':
      return [`arn:${partition}:iam::*:policy/*`];
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_cloudformation.html, "Resource types":
    // reads need the stack set. Changes of stack instances also need their targets and the types in the template. The
    // ARNs of AWS's own types have no account.
    case 'stack-set':
      return [`arn:${partition}:cloudformation:*:*:stackset/*`];
    case 'stack-set-target':
      return [
        `arn:${partition}:cloudformation:*:*:stackset/*`,
        `arn:${partition}:cloudformation:*:*:stackset-target/*`,
        `arn:${partition}:cloudformation:*:*:type/resource/*`,
      ];
  }
};
