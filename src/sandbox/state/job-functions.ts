/** AWS's managed policies for job functions, by name with path, shortened to typical statements of each. */
import type { PolicyDocument, PolicyStatement } from '../world.ts';

const document = (...statements: readonly PolicyStatement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [...statements],
});

const allow = (
  actions: readonly string[],
  more: Partial<PolicyStatement> = {},
): PolicyStatement => ({ Effect: 'Allow', Action: actions, Resource: '*', ...more });

const roles = (...names: readonly string[]): Partial<PolicyStatement> => ({
  Resource: names.map((name) => `arn:aws:iam::*:role/${name}`),
});

export const jobFunctions: Readonly<Record<string, PolicyDocument>> = {
  'job-function/Billing': document(
    allow([
      'account:GetAccountInformation',
      'aws-portal:*Billing',
      'aws-portal:*PaymentMethods',
      'aws-portal:*Usage',
      'budgets:ExecuteBudgetAction',
      'budgets:ModifyBudget',
      'budgets:ViewBudget',
      'ce:GetCostAndUsage',
      'cur:PutReportDefinition',
    ]),
  ),
  'job-function/DatabaseAdministrator': document(
    allow([
      'cloudwatch:Describe*',
      'cloudwatch:PutMetricAlarm',
      'dynamodb:*',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeVpcs',
      'elasticache:*',
      'iam:ListRoles',
      'iam:GetRole',
      'lambda:CreateEventSourceMapping',
      'lambda:CreateFunction',
      'logs:Create*',
      'logs:PutLogEvents',
      'rds:*',
      'redshift:*',
      's3:CreateBucket',
    ]),
    allow(['s3:Get*', 's3:List*', 's3:PutObject*']),
    allow(
      ['iam:PassRole'],
      roles(
        'rds-monitoring-role',
        'rdbms-lambda-access',
        'lambda_exec_role',
        'lambda-dynamodb-*',
        'lambda-vpc-execution-role',
        'DataPipelineDefaultRole',
        'DataPipelineDefaultResourceRole',
      ),
    ),
  ),
  'job-function/DataScientist': document(
    allow([
      'cloudwatch:*',
      'cloudformation:CreateStack',
      'ec2:Describe*',
      'ec2:RunInstances',
      'ec2:TerminateInstances',
      'iam:GetInstanceProfile',
      'iam:GetRole',
      'iam:GetPolicy',
      'iam:GetPolicyVersion',
      'iam:ListRoles',
      'lambda:Create*',
      'lambda:Update*',
      's3:Get*',
      's3:PutObject',
    ]),
    allow(
      ['iam:PassRole'],
      roles(
        'DataPipelineDefaultRole',
        'DataPipelineDefaultResourceRole',
        'EMR_EC2_DefaultRole',
        'EMR_DefaultRole',
        'kinesis-*',
      ),
    ),
    allow(['iam:PassRole'], {
      Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    }),
  ),
  'job-function/NetworkAdministrator': document(
    allow([
      'directconnect:*',
      'ec2:CreateVpc',
      'ec2:DescribeInstances',
      'ec2:DescribeVpcs',
      'elasticloadbalancing:*',
      'networkmanager:*',
      'route53:*',
    ]),
    allow(['iam:GetRole', 'iam:ListRoles', 'iam:PassRole'], roles('flow-logs-*')),
    allow(['iam:CreateServiceLinkedRole'], {
      Condition: { StringLike: { 'iam:AWSServiceName': ['transitgateway.amazonaws.com'] } },
    }),
  ),
  'job-function/SupportUser': document(
    allow([
      'support:*',
      'cloudformation:Describe*',
      'cloudformation:List*',
      'ec2:Describe*',
      'iam:GenerateCredentialReport',
      'iam:Get*',
      'iam:List*',
      'ssm:List*',
      'ssm:Describe*',
    ]),
  ),
  'job-function/SystemAdministrator': document(
    allow([
      'cloudwatch:*',
      'ec2:Associate*',
      'ec2:Describe*',
      'ec2:Modify*',
      'ec2:Replace*',
      'ec2:RunInstances',
      'iam:GetAccount*',
      'iam:ListRoles',
      'iam:Simulate*',
      'iam:UpdateServerCertificate',
      'iam:UpdateSigningCertificate',
      'lambda:Create*',
      'lambda:Update*',
      'logs:*',
      's3:*',
    ]),
    allow([
      'iam:GetInstanceProfile',
      'iam:GetPolicy*',
      'iam:GetRole*',
      'iam:GetUser*',
      'iam:ListAttached*',
      'iam:ListInstanceProfiles*',
      'iam:ListRolePolicies',
      'iam:Upload*',
    ]),
    allow(
      ['iam:GetRole', 'iam:ListRoles', 'iam:PassRole'],
      roles('rds-monitoring-role', 'ec2-sysadmin-*', 'ecr-sysadmin-*', 'lambda-sysadmin-*'),
    ),
  ),
};
