/** The stack set that creates the DHMC role once in every account. */
import {
  grantPolicyName,
  managedByTag,
  settingValue,
  sub,
  templateVersion,
  type Json,
  type JsonObject,
  type Template,
  type TemplateChoices,
} from './template.ts';

export const roleResource = 'DhmcRole';

/** The boundary's ARN in the stack's account, or in its partition for AWS's policies. Other ARNs do not change. */
function boundaryArn(boundary: string): Json {
  const aws = /^arn:[^:]+:iam::aws:policy\/(.+)$/.exec(boundary)?.[1];
  if (aws !== undefined) return sub(`arn:\${AWS::Partition}:iam::aws:policy/${aws}`);
  if (boundary.startsWith('arn:')) return boundary;
  return sub(
    `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:policy/${boundary.replace(/^\/+/, '')}`,
  );
}

/** The tags of the role. Ours overrides the user's, so that the manager of the role is always visible. */
export const roleTags = ({ tags }: TemplateChoices): Readonly<Record<string, string>> => {
  const { [managedByTag]: _, ...rest } = tags;
  return { ...rest, [managedByTag]: 'stackset' };
};

/** The role with its trust policy, its managed policy and its deletion policy. */
export const dhmcRole = (choices: TemplateChoices): JsonObject => ({
  Type: 'AWS::IAM::Role',
  DeletionPolicy: choices.onDelete === 'retain' ? 'RetainExceptOnCreate' : 'Delete',
  UpdateReplacePolicy: 'Retain',
  Properties: {
    RoleName: choices.roleName,
    Path: choices.rolePath,
    Description: 'Lets EC2 instances register with AWS Systems Manager (DHMC)',
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'ssm.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      ],
    },
    ManagedPolicyArns: [sub(`arn:\${AWS::Partition}:iam::aws:policy/${grantPolicyName}`)],
    ...(choices.boundary === null ? {} : { PermissionsBoundary: boundaryArn(choices.boundary) }),
    Tags: Object.entries(roleTags(choices)).map(([Key, Value]) => ({ Key, Value })),
  },
});

/** Comments on the role, for every template that has it. */
export const roleComments = ({ onDelete }: TemplateChoices): Template['comments'] => ({
  [`Resources/${roleResource}`]: [
    'Role names are unique in an account. Where the role is there already, this stack fails',
    'and changes nothing: leave such accounts out of the deployment.',
  ],
  [`Resources/${roleResource}/DeletionPolicy`]:
    onDelete === 'retain'
      ? [
          'Kept when the stack is deleted: settings may still name the role. Removed only when the',
          'stack that was to create it is rolled back.',
        ]
      : [
          'Deleted with the stack. Delete the setting stacks first: settings may still name the role.',
        ],
});

export const roleTemplate = (choices: TemplateChoices): Template => ({
  comments: {
    '': [
      'The role of Default Host Management Configuration (DHMC), once per account.',
      `Deploy in one region, ${choices.mainRegion}, before the setting stack set, with CAPABILITY_NAMED_IAM.`,
      'Service-managed stack sets never deploy to the management account.',
    ],
    ...roleComments(choices),
  },
  body: {
    AWSTemplateFormatVersion: templateVersion,
    Description: 'The IAM role of AWS Systems Manager Default Host Management Configuration',
    Resources: { [roleResource]: dhmcRole(choices) },
    Outputs: {
      RoleArn: { Value: { 'Fn::GetAtt': [roleResource, 'Arn'] } },
      SettingValue: { Value: settingValue(choices) },
    },
  },
});
