/** AWS's managed policies that the sandbox knows, by name with its path. They are cut to the services that it serves; `ssm:*` and the like stay whole. */
import type { PolicyDocument } from '../world.ts';

const allow = (...actions: string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
});

const agent = [
  'ssm:DescribeAssociation',
  'ssm:GetDeployablePatchSnapshotForInstance',
  'ssm:GetDocument',
  'ssm:DescribeDocument',
  'ssm:GetManifest',
  'ssm:ListAssociations',
  'ssm:ListInstanceAssociations',
  'ssm:PutInventory',
  'ssm:PutComplianceItems',
  'ssm:PutConfigurePackageResult',
  'ssm:UpdateAssociationStatus',
  'ssm:UpdateInstanceAssociationStatus',
  'ssm:UpdateInstanceInformation',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
  'ec2messages:AcknowledgeMessage',
  'ec2messages:DeleteMessage',
  'ec2messages:FailMessage',
  'ec2messages:GetEndpoint',
  'ec2messages:GetMessages',
  'ec2messages:SendReply',
];

const reads = [
  'iam:Get*',
  'iam:List*',
  'iam:SimulatePrincipalPolicy',
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
  'job-function/ViewOnlyAccess': allow(
    'iam:List*',
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
  AmazonSSMManagedEC2InstanceDefaultPolicy: allow(...agent),
  AmazonSSMManagedInstanceCore: allow(...agent, 'ssm:GetParameter', 'ssm:GetParameters'),
  AmazonSSMPatchAssociation: allow(
    'ssm:DescribeEffectivePatchesForPatchBaseline',
    'ssm:GetPatchBaseline',
  ),
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
  CloudWatchAgentServerPolicy: allow('cloudwatch:PutMetricData', 'logs:*'),
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
  return arn.startsWith(prefix) ? managed[arn.slice(prefix.length)] : undefined;
}

export const fullAccessScp: PolicyDocument = allow('*');
