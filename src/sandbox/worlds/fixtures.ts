/** Building blocks of worlds: the roles and service control policies of AWS, Control Tower and the AWS guides. */
import type { ManagedPolicy, PolicyDocument, Role, Setting } from '../world.ts';

export const dhmcRoleName = 'AWSSystemsManagerDefaultEC2InstanceManagementRole';
/** The setting's value for the role at its usual path. */
export const dhmcValue = `service-role/${dhmcRoleName}`;
const dhmcPolicy = 'arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy';
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';

export const trusts = (principal: Readonly<Record<string, string>>): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
});

/** The role that Organizations adds to the accounts that it creates. Control Tower's role has the same form. */
export const accessRole = (
  managementAccount: string,
  name = 'OrganizationAccountAccessRole',
): Role => ({
  name,
  trust: trusts({ AWS: `arn:aws:iam::${managementAccount}:root` }),
  attachedPolicies: [administrator],
  createdAt: '2023-02-14T09:30:00.000Z',
});

/** The role as Systems Manager's console creates it. */
export const dhmcRole: Role = {
  name: dhmcRoleName,
  path: '/service-role/',
  trust: trusts({ Service: 'ssm.amazonaws.com' }),
  description: 'AWS Systems Manager Default EC2 Instance Management Role',
  attachedPolicies: [dhmcPolicy],
  createdAt: '2024-05-21T12:04:11.000Z',
};

export const dhmcRoleAtRoot: Role = { ...dhmcRole, path: '/' };
export const dhmcRoleWithoutPolicy: Role = { ...dhmcRole, attachedPolicies: [] };
export const dhmcRoleWithWrongTrust: Role = {
  ...dhmcRole,
  trust: trusts({ Service: 'ec2.amazonaws.com' }),
};

/** Quick Setup's role for a region. Its path is `/`, whatever the region of the setting. */
export const quickSetupRole = (homeRegion: string): Role => ({
  name: `AWS-QuickSetup-SSM-DefaultEC2MgmtRole-${homeRegion}`,
  trust: trusts({ Service: 'ssm.amazonaws.com' }),
  attachedPolicies: [dhmcPolicy],
  tags: { QuickSetupDocument: 'AWSQuickSetupType-DHMC' },
  createdAt: '2023-09-04T08:00:00.000Z',
});

/** A team's own role for its instances. */
export const teamRole: Role = {
  name: 'TeamInstanceManagement',
  path: '/platform/',
  trust: trusts({ Service: 'ssm.amazonaws.com' }),
  attachedPolicies: ['arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'],
  tags: { owner: 'golden-images' },
  createdAt: '2023-11-30T15:45:00.000Z',
};

/** A boundary that denies changes to roles and settings, and the list of EC2 instances. */
export const readOnlyBoundary: ManagedPolicy = {
  name: 'OperationsBoundary',
  document: {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      {
        Effect: 'Deny',
        Action: [
          'iam:Create*',
          'iam:Delete*',
          'iam:Put*',
          'iam:Update*',
          'iam:Attach*',
          'iam:Detach*',
          'iam:Tag*',
          'ssm:UpdateServiceSetting',
          'ssm:ResetServiceSetting',
          'ec2:DescribeInstances',
        ],
        Resource: '*',
      },
    ],
  },
};

/** A boundary that denies only the lists of managed nodes. */
export const withoutNodes: ManagedPolicy = {
  name: 'NetworkBoundary',
  document: {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      {
        Effect: 'Deny',
        Action: ['ssm:DescribeInstanceInformation', 'ssm:DescribeInstanceProperties'],
        Resource: '*',
      },
    ],
  },
};

const unlessAdministrator = {
  StringNotEqualsIgnoreCase: { 'aws:PrincipalTag/job-function': ['administrator'] },
};
const dhmcRoleAnywhere = `arn:aws:iam::*:role/${dhmcValue}`;

/** The Systems Manager User Guide's policy that denies changes of DHMC to everyone without a certain tag. */
export const denyDhmcChanges: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Deny',
      Action: ['ssm:UpdateServiceSetting', 'ssm:ResetServiceSetting'],
      Resource:
        'arn:aws:ssm:*:*:servicesetting/ssm/managed-instance/default-ec2-instance-management-role',
      Condition: unlessAdministrator,
    },
    {
      Effect: 'Deny',
      Action: ['iam:PassRole'],
      Resource: dhmcRoleAnywhere,
      Condition: {
        StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' },
        ...unlessAdministrator,
      },
    },
    {
      Effect: 'Deny',
      Action: ['iam:AttachRolePolicy', 'iam:DeleteRole'],
      Resource: dhmcRoleAnywhere,
      Condition: unlessAdministrator,
    },
  ],
};

/**
 * Control Tower's region deny (control AWS-GR_REGION_DENY). It denies everything outside the governed regions except
 * global services.
 */
export const regionDeny = (...governed: readonly string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'GRREGIONDENY',
      Effect: 'Deny',
      NotAction: [
        ...services(
          'a4b access-analyzer account acm aws-marketplace aws-marketplace-management aws-portal budgets ce chatbot chime cloudfront',
        ),
        ...services(
          'config cur directconnect fms globalaccelerator health iam importexport kms mobileanalytics networkmanager organizations',
        ),
        ...services(
          'pricing route53 route53-recovery-cluster route53-recovery-control-config route53-recovery-readiness route53domains',
        ),
        ...services('shield sts support trustedadvisor waf waf-regional wafv2'),
        'ec2:DescribeRegions',
        'ec2:DescribeTransitGateways',
        'ec2:DescribeVpnGateways',
        's3:GetAccountPublicAccessBlock',
        's3:GetBucketLocation',
        's3:GetBucketPublicAccessBlock',
        's3:ListAllMyBuckets',
        's3:ListMultiRegionAccessPoints',
        's3:PutAccountPublicAccessBlock',
      ],
      Resource: '*',
      Condition: {
        StringNotEquals: { 'aws:RequestedRegion': governed },
        ArnNotLike: { 'aws:PrincipalARN': ['arn:aws:iam::*:role/AWSControlTowerExecution'] },
      },
    },
  ],
});

const services = (names: string): readonly string[] => names.split(' ').map((name) => `${name}:*`);

/** The same setting in each region. */
export const settingIn = (
  regions: readonly string[],
  setting: Setting,
): Readonly<Record<string, Setting>> =>
  Object.fromEntries(regions.map((region) => [region, setting]));
