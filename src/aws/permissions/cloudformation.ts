/**
 * The policies as CloudFormation templates: the role in member accounts with its trust policy, and the caller's
 * managed policy.
 */
import type { Trusted } from '../../core/iam/principal.ts';
import { lastSegment } from '../../core/iam/role-names.ts';
import {
  sessionActions,
  type PolicyDocument,
  type PolicyOptions,
  type PolicyStatement,
} from './printed-policy.ts';

export interface TrustOptions extends Pick<PolicyOptions, 'sessionTags' | 'sourceIdentity'> {
  readonly trusted: readonly Trusted[];
  readonly externalId: string | null;
}

interface TrustStatement {
  readonly Effect: 'Allow';
  readonly Principal: unknown;
  readonly Action: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const withConditions = (
  statement: Omit<TrustStatement, 'Condition'>,
  principals: unknown,
  externalId: string | null,
): TrustStatement => {
  const Condition = {
    ...(principals === null ? {} : { ArnLike: { 'aws:PrincipalArn': principals } }),
    ...(externalId === null ? {} : { StringEquals: { 'sts:ExternalId': externalId } }),
  };
  return Object.keys(Condition).length === 0 ? statement : { ...statement, Condition };
};

/**
 * The trust policy of a role in a member account. It trusts the account, with a condition on the principal's ARN. If
 * it named the principal directly, IAM would store its unique id and lose it when the principal is deleted and
 * created again.
 */
export const trustPolicy = ({ trusted, externalId, ...session }: TrustOptions): object => ({
  Version: '2012-10-17',
  Statement: trusted.map(({ partition, account, patterns }) =>
    withConditions(
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: sessionActions(session),
      },
      patterns,
      externalId,
    ),
  ),
});

/** The trust policy of a template with the caller as a parameter. */
const parameterTrust = ({ externalId, ...session }: Omit<TrustOptions, 'trusted'>): object => ({
  Version: '2012-10-17',
  Statement: [
    withConditions(
      {
        Effect: 'Allow',
        Principal: {
          AWS: {
            'Fn::Sub': [
              'arn:${AWS::Partition}:iam::${Account}:root',
              { Account: { 'Fn::Select': [4, { 'Fn::Split': [':', { Ref: 'CallerArn' }] }] } },
            ],
          },
        },
        Action: sessionActions(session),
      },
      { Ref: 'CallerArn' },
      externalId,
    ),
  ],
});

const callerParameter = {
  CallerArn: {
    Type: 'String',
    Description: 'ARN of the role or user that runs dhmc, with its path',
    AllowedPattern: 'arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/.+',
    ConstraintDescription:
      "must be a role's or user's ARN, such as arn:aws:iam::111122223333:role/Deploy",
  },
};

/** Replaces the partition in ARNs with the stack's, and a wildcard account with the stack's own. */
function inStack(value: unknown, partition: string): unknown {
  if (Array.isArray(value)) return value.map((each) => inStack(each, partition));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, inStack(each, partition)]),
    );
  }
  const prefix = `arn:${partition}:`;
  if (typeof value !== 'string' || !value.startsWith(prefix)) return value;
  return {
    'Fn::Sub': `arn:\${AWS::Partition}:${value.slice(prefix.length).replace(/^((?:iam|ssm):[^:]*):\*:/, '$1:${AWS::AccountId}:')}`,
  };
}

const statementInStack = (
  { Resource, Condition, ...rest }: PolicyStatement,
  partition: string,
): object => ({
  ...rest,
  Resource: inStack(Resource, partition),
  ...(Condition === undefined ? {} : { Condition: inStack(Condition, partition) }),
});

const documentInStack = (
  { Version, Statement }: PolicyDocument,
  inStackAs: (statement: PolicyStatement) => object,
): object => ({
  Version,
  Statement: Statement.map(inStackAs),
});

export interface MemberTemplate {
  readonly policy: PolicyDocument;
  readonly partition: string;
  /** `[path/]name` of the role that the template creates. */
  readonly roleName: string;
  /** Without principals, the caller becomes a parameter. */
  readonly trust: TrustOptions;
}

/** One role for every account that the template is deployed to. It requires only CAPABILITY_NAMED_IAM. */
export function memberTemplate({ policy, partition, roleName, trust }: MemberTemplate): object {
  const name = lastSegment(roleName);
  const byParameter = trust.trusted.length === 0;
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description:
      'The role that dhmc assumes in this account (Default Host Management Configuration of AWS Systems Manager)',
    ...(byParameter ? { Parameters: callerParameter } : {}),
    Resources: {
      DhmcMemberRole: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: name,
          Path: `/${roleName.slice(0, roleName.length - name.length)}`,
          Description: 'Assumed by dhmc to roll out Default Host Management Configuration',
          AssumeRolePolicyDocument: byParameter ? parameterTrust(trust) : trustPolicy(trust),
          Policies: [
            {
              PolicyName: 'dhmc',
              PolicyDocument: documentInStack(policy, (statement) =>
                statementInStack(statement, partition),
              ),
            },
          ],
        },
      },
    },
    Outputs: { RoleArn: { Value: { 'Fn::GetAtt': ['DhmcMemberRole', 'Arn'] } } },
  };
}

/**
 * A managed policy for the role or user that runs dhmc. ARNs of roles in other accounts keep their wildcard account.
 */
export const callerTemplate = (policy: PolicyDocument, partition: string): object => ({
  AWSTemplateFormatVersion: '2010-09-09',
  Description:
    'What the caller of dhmc needs (Default Host Management Configuration of AWS Systems Manager)',
  Resources: {
    DhmcCallerPolicy: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        Description: 'Allows its holder to run dhmc',
        PolicyDocument: documentInStack(policy, (statement) =>
          statement.Sid === 'EnterAccounts'
            ? {
                ...statement,
                Resource: statement.Resource.map((arn) => ({
                  'Fn::Sub': arn.replace(/^arn:[^:]+:/, 'arn:${AWS::Partition}:'),
                })),
              }
            : statementInStack(statement, partition),
        ),
      },
    },
  },
  Outputs: { PolicyArn: { Value: { Ref: 'DhmcCallerPolicy' } } },
});
