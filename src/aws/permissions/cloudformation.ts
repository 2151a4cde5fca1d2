/** The policies as a CloudFormation template: the role of member accounts, with its trust, or the caller's managed policy. */
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
 * The trust policy of a role in a member account. It names the account, and the principal by a condition on its ARN:
 * a principal named directly is kept by IAM as its unique id, and is lost when it is deleted and made again.
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

/** The trust of a template whose caller is a parameter of the stack. */
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

/** Texts that hold an ARN follow the stack's partition, and a wildcard account becomes the stack's own. */
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
  /** `[path/]name` of the role that the template makes. */
  readonly roleName: string;
  /** No principals: the caller is a parameter. */
  readonly trust: TrustOptions;
}

/** One role, in every account that the template is deployed to: it takes no capability but CAPABILITY_NAMED_IAM. */
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

/** A managed policy to attach to the role or user that runs dhmc. The roles of other accounts stay named with a wildcard for the account. */
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
