/**
 * AWS's managed policies for instances, besides the agent's own, by name with path. They let the agent use its
 * profile, or grant more. Statements about secrets, queues, events and images are left out.
 */
import type { PolicyDocument, PolicyStatement } from '../world.ts';

const document = (...statements: readonly PolicyStatement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [...statements],
});

const allow = (
  actions: readonly string[],
  more: Partial<PolicyStatement> = {},
): PolicyStatement => ({ Effect: 'Allow', Action: actions, Resource: '*', ...more });

const channels = [
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
];
const messages = [
  'ec2messages:AcknowledgeMessage',
  'ec2messages:DeleteMessage',
  'ec2messages:FailMessage',
  'ec2messages:GetEndpoint',
  'ec2messages:GetMessages',
  'ec2messages:SendReply',
];

const anyInstance = 'arn:aws:ec2:*:*:instance/*';
const ofRdsCustom = ['custom-oracle', 'custom-sqlserver', 'custom-oracle-rac'];
const taggedForRdsCustom = { StringLike: { 'aws:ResourceTag/AWSRDSCustom': ofRdsCustom } };
const ofOwnAccount = { StringEquals: { 'aws:ResourceAccount': '${aws:PrincipalAccount}' } };
const patchLists = 'arn:aws:s3:::aws-quicksetup-patchpolicy-*';

export const instancePolicies: Readonly<Record<string, PolicyDocument>> = {
  AmazonElasticFileSystemsUtils: document(
    allow([
      'ssm:DescribeAssociation',
      'ssm:GetDeployablePatchSnapshotForInstance',
      'ssm:GetDocument',
      'ssm:DescribeDocument',
      'ssm:GetManifest',
      'ssm:GetParameter',
      'ssm:GetParameters',
      'ssm:ListAssociations',
      'ssm:ListInstanceAssociations',
      'ssm:PutInventory',
      'ssm:PutComplianceItems',
      'ssm:PutConfigurePackageResult',
      'ssm:UpdateAssociationStatus',
      'ssm:UpdateInstanceAssociationStatus',
      'ssm:UpdateInstanceInformation',
    ]),
    allow(channels),
    allow(messages),
    allow(['elasticfilesystem:DescribeMountTargets']),
    allow(['ec2:DescribeAvailabilityZones']),
    allow([
      'logs:PutLogEvents',
      'logs:DescribeLogStreams',
      'logs:DescribeLogGroups',
      'logs:CreateLogStream',
      'logs:CreateLogGroup',
      'logs:PutRetentionPolicy',
    ]),
  ),
  AmazonEKSLocalOutpostClusterPolicy: document(
    allow([
      'ec2:DescribeInstances',
      'ec2:DescribeRouteTables',
      'ec2:DescribeTags',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeInstanceTypes',
      'ec2:DescribeAvailabilityZones',
      ...messages,
      ...channels,
      'ssm:DescribeInstanceProperties',
      'ssm:DescribeDocumentParameters',
      'ssm:ListInstanceAssociations',
      'ssm:RegisterManagedInstance',
      'ssm:UpdateInstanceInformation',
      'ssm:UpdateInstanceAssociationStatus',
      'ssm:PutComplianceItems',
      'ssm:PutInventory',
    ]),
    allow(['logs:CreateLogGroup'], { Resource: 'arn:aws:logs:*:*:log-group:/aws/eks/*' }),
    allow(['logs:PutLogEvents', 'logs:CreateLogStream', 'logs:DescribeLogStreams'], {
      Resource: 'arn:aws:logs:*:*:log-group:/aws/eks/*:*',
    }),
  ),
  AWSEC2SqlHaInstancePolicy: document(
    allow(['ssm:UpdateInstanceInformation'], {
      Resource: anyInstance,
      Condition: { StringLike: { 'aws:ResourceTag/SqlHaMonitored': 'true' } },
    }),
    allow(channels),
    allow(messages),
  ),
  AmazonRDSCustomInstanceProfileRolePolicy: document(
    allow(['ssm:UpdateInstanceInformation'], {
      Sid: 'ssmAgentPermission1',
      Resource: anyInstance,
      Condition: taggedForRdsCustom,
    }),
    allow(['ssm:GetManifest', 'ssm:PutConfigurePackageResult'], { Sid: 'ssmAgentPermission2' }),
    allow(['ssm:GetDocument', 'ssm:DescribeDocument'], {
      Sid: 'ssmAgentPermission3',
      Resource: 'arn:aws:ssm:*:*:document/*',
    }),
    allow(['ssmmessages:CreateControlChannel', 'ssmmessages:OpenControlChannel'], {
      Sid: 'ssmAgentPermission4',
    }),
    allow(messages, { Sid: 'ssmAgentPermission5' }),
    allow(['ec2:CreateSnapshot', 'ec2:CreateSnapshots'], {
      Sid: 'createEc2SnapshotPermission1',
      Resource: ['arn:aws:ec2:*:*:volume/*'],
      Condition: taggedForRdsCustom,
    }),
    allow(['ec2:CreateSnapshot', 'ec2:CreateSnapshots'], {
      Sid: 'createEc2SnapshotPermission2',
      Resource: ['arn:aws:ec2:*::snapshot/*'],
      Condition: { StringLike: { 'aws:RequestTag/AWSRDSCustom': ofRdsCustom } },
    }),
    allow(['ec2:CreateSnapshots'], {
      Sid: 'createEc2SnapshotPermission3',
      Resource: [anyInstance],
      Condition: taggedForRdsCustom,
    }),
    allow(['ec2:CreateTags'], {
      Sid: 'createTagForEc2SnapshotPermission',
      Condition: {
        StringLike: {
          'ec2:CreateAction': ['CreateSnapshot', 'CreateSnapshots'],
          'aws:RequestTag/AWSRDSCustom': ofRdsCustom,
        },
      },
    }),
    allow(
      [
        's3:putObject',
        's3:getObject',
        's3:getObjectVersion',
        's3:AbortMultipartUpload',
        's3:ListMultipartUploadParts',
      ],
      {
        Sid: 'rdsCustomS3ObjectPermission',
        Resource: ['arn:aws:s3:::do-not-delete-rds-custom-*/*'],
        Condition: ofOwnAccount,
      },
    ),
    allow(['s3:ListBucketVersions', 's3:ListBucketMultipartUploads'], {
      Sid: 'rdsCustomS3BucketPermission',
      Resource: ['arn:aws:s3:::do-not-delete-rds-custom-*'],
      Condition: ofOwnAccount,
    }),
    allow(['cloudwatch:PutMetricData'], {
      Sid: 'publishCwMetricsPermission',
      Condition: {
        StringEquals: {
          'cloudwatch:namespace': [
            'rdscustom/rds-custom-sqlserver-agent',
            'RDSCustomForOracle/Agent',
          ],
        },
      },
    }),
    allow(
      [
        'logs:PutRetentionPolicy',
        'logs:PutLogEvents',
        'logs:DescribeLogStreams',
        'logs:CreateLogStream',
        'logs:CreateLogGroup',
      ],
      {
        Sid: 'cwlUploadPermission',
        Resource: 'arn:aws:logs:*:*:log-group:rds-custom-instance-*',
      },
    ),
    allow(['ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'], {
      Sid: 'managePrivateIpOnEniPermission',
      Resource: 'arn:aws:ec2:*:*:network-interface/*',
      Condition: { StringLike: { 'aws:ResourceTag/AWSRDSCustom': 'custom-oracle-rac' } },
    }),
    allow(['kms:Decrypt', 'kms:GenerateDataKey'], {
      Sid: 'kmsPermissionWithSecret',
      Condition: {
        ArnLike: {
          'kms:EncryptionContext:SecretARN': [
            'arn:aws:secretsmanager:*:*:secret:do-not-delete-rds-custom-*',
            'arn:aws:secretsmanager:*:*:secret:rds-custom!*',
          ],
        },
        StringLike: { 'kms:ViaService': 'secretsmanager.*.amazonaws.com' },
      },
    }),
    allow(['kms:Decrypt', 'kms:GenerateDataKey'], {
      Sid: 'kmsPermissionWithS3',
      Condition: {
        ArnLike: {
          'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::do-not-delete-rds-custom-*',
        },
        StringLike: { 'kms:ViaService': 's3.*.amazonaws.com' },
      },
    }),
  ),
  AWSQuickSetupPatchPolicyBaselineAccess: document(
    allow(['s3:GetObject'], {
      Sid: 'QuickSetupPatchingBaselineOverridesS3SameAccountReadOnlyAccess',
      Resource: patchLists,
      Condition: { StringEquals: { 'aws:PrincipalAccount': ['${aws:ResourceAccount}'] } },
    }),
    allow(['s3:GetObject'], {
      Sid: 'QuickSetupPatchingBaselineOverridesS3OrganizationReadOnlyAccess',
      Resource: patchLists,
      Condition: { StringEquals: { 'aws:PrincipalOrgID': ['${aws:ResourceOrgID}'] } },
    }),
  ),
};
