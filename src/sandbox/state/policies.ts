/**
 * AWS's managed policies that the sandbox knows, by name with path. They are shortened to its services; wildcards
 * such as `ssm:*` stay.
 */
import { instancePolicies } from './instance-policies.ts';
import { jobFunctions } from './job-functions.ts';
import type { PolicyDocument } from '../world.ts';

const allow = (...actions: string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
});

/** The agent's own permissions, in the three groups that AWS's policies use. */
const agentSsm = names('ssm', [
  'DescribeAssociation',
  'GetDeployablePatchSnapshotForInstance',
  'GetDocument',
  'DescribeDocument',
  'GetManifest',
  'ListAssociations',
  'ListInstanceAssociations',
  'PutInventory',
  'PutComplianceItems',
  'PutConfigurePackageResult',
  'UpdateAssociationStatus',
  'UpdateInstanceAssociationStatus',
  'UpdateInstanceInformation',
]);
const agentChannels = names('ssmmessages', [
  'CreateControlChannel',
  'CreateDataChannel',
  'OpenControlChannel',
  'OpenDataChannel',
]);
const agentMessages = names('ec2messages', [
  'AcknowledgeMessage',
  'DeleteMessage',
  'FailMessage',
  'GetEndpoint',
  'GetMessages',
  'SendReply',
]);

function names(service: string, operations: readonly string[]): readonly string[] {
  return operations.map((operation) => `${service}:${operation}`);
}

interface Allowed {
  readonly sid?: string;
  readonly actions: readonly string[];
  readonly resource?: string | readonly string[];
}

const document = (...statements: readonly Allowed[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements.map(({ sid, actions, resource = '*' }) => ({
    ...(sid === undefined ? {} : { Sid: sid }),
    Effect: 'Allow',
    Action: actions,
    Resource: resource,
  })),
});

const reads = [
  'iam:Get*',
  'iam:List*',
  'iam:SimulatePrincipalPolicy',
  'ec2:Describe*',
  'ssm:Describe*',
  'ssm:Get*',
  'ssm:List*',
  'organizations:Describe*',
  'organizations:List*',
  'account:Get*',
  'account:List*',
  'sts:GetCallerIdentity',
];

const managed: Readonly<Record<string, PolicyDocument>> = {
  AdministratorAccess: allow('*'),
  PowerUserAccess: {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: [
          'account:GetAccountInformation',
          'account:GetPrimaryEmail',
          'account:ListRegions',
          'iam:CreateServiceLinkedRole',
          'iam:DeleteServiceLinkedRole',
          'iam:ListRoles',
          'organizations:DescribeEffectivePolicy',
          'organizations:DescribeOrganization',
        ],
        Resource: '*',
      },
    ],
  },
  IAMFullAccess: allow(
    'iam:*',
    'organizations:DescribeAccount',
    'organizations:DescribeOrganization',
    'organizations:DescribeOrganizationalUnit',
    'organizations:DescribePolicy',
    'organizations:ListChildren',
    'organizations:ListParents',
    'organizations:ListPoliciesForTarget',
    'organizations:ListRoots',
    'organizations:ListPolicies',
    'organizations:ListTargetsForPolicy',
  ),
  IAMReadOnlyAccess: allow(
    'iam:Get*',
    'iam:List*',
    'iam:SimulateCustomPolicy',
    'iam:SimulatePrincipalPolicy',
  ),
  ReadOnlyAccess: allow(...reads),
  SecurityAudit: allow(...reads),
  ...jobFunctions,
  ...instancePolicies,
  'job-function/ViewOnlyAccess': allow(
    'iam:List*',
    'ec2:DescribeInstances',
    'ssm:List*',
    'ssm:DescribeInstanceInformation',
    'organizations:List*',
    'account:List*',
  ),
  AWSOrganizationsFullAccess: allow('organizations:*', 'account:*'),
  AWSOrganizationsReadOnlyAccess: allow(
    'organizations:Describe*',
    'organizations:List*',
    'account:GetAlternateContact',
    'account:GetContactInformation',
    'account:ListRegions',
    'account:GetRegionOptStatus',
    'account:GetPrimaryEmail',
    'account:GetAccountInformation',
  ),
  AmazonSSMManagedEC2InstanceDefaultPolicy: document(
    { sid: 'AllowSSMAgentPermissions', actions: agentSsm },
    { sid: 'AllowSSMChannelMessaging', actions: agentChannels },
    { sid: 'AllowSSMLegacyMessaging', actions: agentMessages },
  ),
  AmazonSSMManagedInstanceCore: document(
    { actions: [...agentSsm, 'ssm:GetParameter', 'ssm:GetParameters'] },
    { actions: agentChannels },
    { actions: agentMessages },
  ),
  'service-role/AmazonEC2RoleforSSM': document(
    { actions: [...agentSsm, 'ssm:GetParameters'] },
    { actions: agentChannels },
    { actions: agentMessages },
    { actions: ['cloudwatch:PutMetricData'] },
    { actions: ['ec2:DescribeInstanceStatus'] },
    { actions: ['ds:CreateComputer', 'ds:DescribeDirectories'] },
    {
      actions: names('logs', [
        'CreateLogGroup',
        'CreateLogStream',
        'DescribeLogGroups',
        'DescribeLogStreams',
        'PutLogEvents',
      ]),
    },
    {
      actions: names('s3', [
        'GetBucketLocation',
        'PutObject',
        'GetObject',
        'GetEncryptionConfiguration',
        'AbortMultipartUpload',
        'ListMultipartUploadParts',
        'ListBucket',
        'ListBucketMultipartUploads',
      ]),
    },
  ),
  'service-role/AmazonSSMAutomationRole': allow('ssm:*'),
  AmazonSSMPatchAssociation: document(
    {
      actions: ['ssm:DescribeEffectivePatchesForPatchBaseline', 'ssm:GetPatchBaseline'],
      resource: 'arn:aws:ssm:*:*:patchbaseline/*',
    },
    { actions: ['tag:GetResources'] },
    { actions: ['ssm:DescribePatchBaselines'] },
  ),
  AWSCloud9SSMInstanceProfile: allow(...agentChannels, 'ssm:UpdateInstanceInformation'),
  AmazonSSMFullAccess: allow(
    'ssm:*',
    'ssmmessages:*',
    'ec2messages:*',
    'cloudwatch:PutMetricData',
    'ds:CreateComputer',
    'logs:*',
  ),
  AmazonSSMReadOnlyAccess: allow('ssm:Describe*', 'ssm:Get*', 'ssm:List*'),
  AmazonSSMDirectoryServiceAccess: allow('ds:CreateComputer', 'ds:DescribeDirectories'),
  AmazonS3ReadOnlyAccess: allow('s3:Get*', 's3:List*', 's3:Describe*'),
  AmazonS3FullAccess: allow('s3:*'),
  AmazonEC2FullAccess: allow('ec2:*'),
  AmazonEC2ReadOnlyAccess: allow('ec2:Describe*', 'ec2:Get*'),
  CloudWatchAgentServerPolicy: document(
    {
      sid: 'CWACloudWatchServerPermissions',
      actions: [
        'cloudwatch:PutMetricData',
        'ec2:DescribeVolumes',
        'ec2:DescribeTags',
        'logs:PutLogEvents',
        'logs:PutRetentionPolicy',
        'logs:DescribeLogStreams',
        'logs:DescribeLogGroups',
        'logs:CreateLogStream',
        'logs:CreateLogGroup',
        'xray:PutTraceSegments',
        'xray:PutTelemetryRecords',
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
        'xray:GetSamplingStatisticSummaries',
      ],
    },
    {
      sid: 'CWASSMServerPermissions',
      actions: ['ssm:GetParameter'],
      resource: 'arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*',
    },
  ),
  CloudWatchReadOnlyAccess: allow(
    'cloudwatch:Describe*',
    'cloudwatch:Get*',
    'cloudwatch:List*',
    'logs:Get*',
  ),
};

/** The document of an AWS managed policy; undefined for one that the sandbox does not know. */
export function awsManagedPolicy(partition: string, arn: string): PolicyDocument | undefined {
  const prefix = `arn:${partition}:iam::aws:policy/`;
  if (!arn.startsWith(prefix)) return undefined;
  const document = managed[arn.slice(prefix.length)];
  return document === undefined || partition === 'aws' ? document : inPartition(document, arn);
}

/** By ARN, because evaluation caches compiled policies by document object. */
const ofPartitions = new Map<string, PolicyDocument>();

/** The document with ARNs of the ARN's partition. */
function inPartition(document: PolicyDocument, arn: string): PolicyDocument {
  let local = ofPartitions.get(arn);
  if (local === undefined) {
    const [start] = arn.split(':iam:');
    const text = JSON.stringify(document).replaceAll('"arn:aws:', `"${start}:`);
    local = JSON.parse(text) as PolicyDocument;
    ofPartitions.set(arn, local);
  }
  return local;
}

export const fullAccessScp: PolicyDocument = allow('*');
