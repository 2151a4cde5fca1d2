/**
 * The IAM policies that dhmc needs, for the person who sets up its roles. They are made from the table of operations
 * that every call goes through, so they match the commands exactly.
 */
import type { Partition } from '../../core/model/model.ts';
import { boundaryArn } from '../../core/iam/role-names.ts';
import { operations, resourceArns, type OperationName } from './operations.ts';
import { grantPolicyArn } from '../../core/iam/role-names.ts';

export type ConditionBlock = Readonly<
  Record<string, Readonly<Record<string, string | readonly string[]>>>
>;

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: ConditionBlock;
}

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyOptions {
  readonly partition: Partition;
  /** `[path/]name` of the DHMC role. */
  readonly dhmcRole: string;
  /** `[path/]name` of the roles that the caller assumes in accounts. */
  readonly roleNames: readonly string[];
  /** Whether the policy is for `status`, `doctor` and dry runs only. */
  readonly readOnly: boolean;
  /** Whether settings may also name other roles: for `--overwrite`, because its rollback restores them. */
  readonly withOverwrite: boolean;
  /** The value of `--permissions-boundary`; null if roles are created without one. */
  readonly permissionsBoundary: string | null;
  /** Whether to include the permissions for `coverage`. */
  readonly coverage: boolean;
  /** Whether to include the permissions for `stackset`. */
  readonly stackSets: boolean;
  readonly sessionTags: boolean;
  readonly sourceIdentity: boolean;
}

interface Part {
  readonly sid: string;
  readonly operations: readonly OperationName[];
}

const callerParts: readonly Part[] = [
  {
    sid: 'ReadOrganization',
    operations: [
      'DescribeOrganization',
      'ListAccounts',
      'DescribeAccount',
      'ListRoots',
      'ListParents',
      'ListAccountsForParent',
      'ListOrganizationalUnitsForParent',
      'DescribeOrganizationalUnit',
      'ListTagsForResource',
    ],
  },
  {
    sid: 'ReadControlPolicies',
    operations: ['ListPolicies', 'ListTargetsForPolicy', 'ListPoliciesForTarget', 'DescribePolicy'],
  },
  { sid: 'EnterAccounts', operations: ['AssumeRole'] },
];

const readingParts: readonly Part[] = [
  { sid: 'ReadRegions', operations: ['ListRegions'] },
  { sid: 'ReadSettings', operations: ['GetServiceSetting'] },
  { sid: 'ReadRoles', operations: ['GetRole'] },
  {
    sid: 'ReadDhmcRole',
    operations: [
      'ListAttachedRolePolicies',
      'ListRolePolicies',
      'GetRolePolicy',
      'ListInstanceProfilesForRole',
    ],
  },
  { sid: 'ReadPolicies', operations: ['GetPolicy', 'GetPolicyVersion'] },
  { sid: 'ReadUse', operations: ['DescribeInstanceInformation', 'ListAssociations'] },
  { sid: 'SimulatePermissions', operations: ['SimulatePrincipalPolicy'] },
];
const coverageParts: readonly Part[] = [
  {
    sid: 'ReadInstances',
    operations: [
      'DescribeInstances',
      'DescribeIamInstanceProfileAssociations',
      'DescribeInstanceProperties',
    ],
  },
  { sid: 'ReadRolesAndProfiles', operations: ['GetAccountAuthorizationDetails'] },
  { sid: 'ReadInstanceProfiles', operations: ['GetInstanceProfile'] },
];

/** The caller's permissions for the organization's stack sets. Lists and new sets have no resource of their own. */
const stackSetParts: readonly Part[] = [
  {
    sid: 'ListStackSets',
    operations: ['DescribeOrganizationsAccess', 'ListStackSets', 'DescribeType'],
  },
  {
    sid: 'ReadStackSets',
    operations: [
      'DescribeStackSet',
      'ListStackInstances',
      'ListStackSetOperations',
      'DescribeStackSetOperation',
      'ListStackSetOperationResults',
      'ListStackSetAutoDeploymentTargets',
      'DetectStackSetDrift',
      'ListStackInstanceResourceDrifts',
    ],
  },
];
const stackSetWritingParts: readonly Part[] = [
  { sid: 'CreateStackSets', operations: ['CreateStackSet'] },
  {
    sid: 'ChangeStackSets',
    operations: [
      'UpdateStackSet',
      'DeleteStackSet',
      'CreateStackInstances',
      'DeleteStackInstances',
    ],
  },
];

const writingParts: readonly Part[] = [
  { sid: 'ChangeSettings', operations: ['UpdateServiceSetting', 'ResetServiceSetting'] },
  { sid: 'CreateDhmcRole', operations: ['CreateRole'] },
  { sid: 'ChangeDhmcRole', operations: ['UpdateAssumeRolePolicy', 'DeleteRole'] },
  { sid: 'ChangeGrant', operations: ['AttachRolePolicy', 'DetachRolePolicy'] },
];

/** The services that a role may be passed to: SSM, which has two names in China. */
export const passedToServices = (partition: Partition): string | readonly string[] =>
  partition === 'aws-cn' ? ['ssm.amazonaws.com', 'ssm.amazonaws.com.cn'] : 'ssm.amazonaws.com';

/** The condition on an operation's actions; undefined for none. */
export function conditionOf(
  name: OperationName,
  { partition, permissionsBoundary }: Pick<PolicyOptions, 'partition' | 'permissionsBoundary'>,
): ConditionBlock | undefined {
  if (name === 'AttachRolePolicy' || name === 'DetachRolePolicy')
    return { ArnEquals: { 'iam:PolicyARN': grantPolicyArn(partition) } };
  if (name === 'CreateRole' && permissionsBoundary !== null) {
    return {
      ArnLike: { 'iam:PermissionsBoundary': boundaryArn(partition, '*', permissionsBoundary) },
    };
  }
  return undefined;
}

function statementOf(
  { sid, operations: names }: Part,
  options: PolicyOptions,
  prefix: string,
): readonly PolicyStatement[] {
  const [first] = names;
  if (first === undefined) return [];
  const Resource = resourceArns(operations[first].resource, options);
  const condition = conditionOf(first, options);
  const actions = names.flatMap((name) => [...operations[name].actions]);
  const statement = (
    Sid: string,
    Action: readonly string[],
    Condition?: ConditionBlock,
  ): PolicyStatement => ({
    Sid: `${prefix}${Sid}`,
    Effect: 'Allow',
    Action,
    Resource,
    ...(Condition === undefined ? {} : { Condition }),
  });
  if (first !== 'CreateRole' || condition === undefined)
    return [statement(sid, actions, condition)];
  // iam:TagRole does not support the boundary's condition key.
  return [
    statement(sid, ['iam:CreateRole'], condition),
    statement('TagDhmcRole', actions.slice(1)),
  ];
}

function passRole(options: PolicyOptions, prefix: string): PolicyStatement {
  return {
    Sid: `${prefix}${options.withOverwrite ? 'PassRoles' : 'PassDhmcRole'}`,
    Effect: 'Allow',
    Action: ['iam:PassRole'],
    Resource: resourceArns(options.withOverwrite ? 'role' : 'dhmc-role', options),
    Condition: { StringEquals: { 'iam:PassedToService': passedToServices(options.partition) } },
  };
}

function memberStatements(options: PolicyOptions, prefix = ''): readonly PolicyStatement[] {
  const parts = [
    ...readingParts,
    ...(options.coverage ? coverageParts : []),
    ...(options.readOnly ? [] : writingParts),
  ];
  const statements = parts.flatMap((part) => statementOf(part, options, prefix));
  return options.readOnly ? statements : [...statements, passRole(options, prefix)];
}

/** The policy of the role in a member account. */
export const memberPolicy = (options: PolicyOptions): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: memberStatements(options),
});

/**
 * The caller's policy. Statements whose names begin with `Own` are for its own account, where it uses its own
 * credentials.
 */
export function callerPolicy(options: PolicyOptions): PolicyDocument {
  const forStackSets = options.readOnly
    ? stackSetParts
    : [...stackSetParts, ...stackSetWritingParts];
  const parts = [...callerParts, ...(options.stackSets ? forStackSets : [])];
  const statements = parts.flatMap((part) => statementOf(part, options, ''));
  const withSession = statements.map((statement) =>
    statement.Sid === 'EnterAccounts'
      ? { ...statement, Action: sessionActions(options) }
      : statement,
  );
  return {
    Version: '2012-10-17',
    Statement: [
      ...withSession,
      ...(options.stackSets ? [actAsDelegatedAdministrator] : []),
      ...memberStatements(options, 'Own'),
    ],
  };
}

/** CloudFormation requires it of a delegated administrator. The management account does not need it. */
const actAsDelegatedAdministrator: PolicyStatement = {
  Sid: 'ActAsDelegatedAdministrator',
  Effect: 'Allow',
  Action: ['organizations:ListDelegatedAdministrators'],
  Resource: ['*'],
};

/** The actions needed to assume a role. */
export const sessionActions = ({
  sessionTags,
  sourceIdentity,
}: Pick<PolicyOptions, 'sessionTags' | 'sourceIdentity'>): readonly string[] => [
  ...operations.AssumeRole.actions,
  ...(sessionTags ? ['sts:TagSession'] : []),
  ...(sourceIdentity ? ['sts:SetSourceIdentity'] : []),
];
