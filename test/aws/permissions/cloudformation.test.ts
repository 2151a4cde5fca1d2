import { describe, expect, it } from 'vitest';
import {
  callerTemplate,
  memberTemplate,
  trustPolicy,
  type TrustOptions,
} from '../../../src/aws/permissions/cloudformation.ts';
import type { PolicyDocument } from '../../../src/aws/permissions/printed-policy.ts';

const trust: TrustOptions = {
  trusted: [
    {
      arn: 'arn:aws:iam::111111111111:role/Deploy',
      partition: 'aws',
      account: '111111111111',
      patterns: ['arn:aws:iam::111111111111:role/Deploy'],
    },
  ],
  externalId: null,
  sessionTags: false,
  sourceIdentity: false,
};
const policy: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'EnterAccounts',
      Effect: 'Allow',
      Action: ['sts:AssumeRole'],
      Resource: ['arn:aws:iam::*:role/Entry'],
    },
    {
      Sid: 'ReadRoles',
      Effect: 'Allow',
      Action: ['iam:GetRole'],
      Resource: ['arn:aws:iam::*:role/*', '*'],
      Condition: { ArnEquals: { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/P' } },
    },
  ],
};

describe("the trust policy of a member account's role", () => {
  it('names an account, narrowed to the principal', () => {
    expect(trustPolicy(trust)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::111111111111:root' },
          Action: ['sts:AssumeRole'],
          Condition: {
            ArnLike: { 'aws:PrincipalArn': ['arn:aws:iam::111111111111:role/Deploy'] },
          },
        },
      ],
    });
  });

  it('requires the external id, and allows session tags', () => {
    expect(trustPolicy({ ...trust, externalId: 'x7', sessionTags: true })).toMatchObject({
      Statement: [
        {
          Action: ['sts:AssumeRole', 'sts:TagSession'],
          Condition: { StringEquals: { 'sts:ExternalId': 'x7' } },
        },
      ],
    });
  });

  it('has no condition for a whole account', () => {
    const [trusted] = trust.trusted;
    const whole = trusted === undefined ? [] : [{ ...trusted, patterns: null }];
    const [statement] = (trustPolicy({ ...trust, trusted: whole }) as { Statement: object[] })
      .Statement;
    expect(statement).not.toHaveProperty('Condition');
  });
});

const memberOf = (more: Partial<TrustOptions>) =>
  memberTemplate({
    policy,
    partition: 'aws',
    roleName: 'team/dhmc',
    trust: { ...trust, ...more },
  });

describe('the template for member accounts', () => {
  it('has one role with path, trust and policy, and takes account and partition from the stack', () => {
    const made = memberOf({});
    expect(made).toMatchObject({
      Resources: {
        DhmcMemberRole: {
          Type: 'AWS::IAM::Role',
          Properties: {
            RoleName: 'dhmc',
            Path: '/team/',
            AssumeRolePolicyDocument: trustPolicy(trust),
            Policies: [
              {
                PolicyDocument: {
                  Statement: [
                    {},
                    {
                      Resource: [
                        { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*' },
                        '*',
                      ],
                      Condition: {
                        ArnEquals: {
                          'iam:PolicyARN': { 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/P' },
                        },
                      },
                    },
                  ],
                },
              },
            ],
          },
        },
      },
    });
    expect(made).not.toHaveProperty('Parameters');
  });

  it('has a parameter for the caller when none is named', () => {
    expect(memberOf({ trusted: [], externalId: 'x7' })).toMatchObject({
      Parameters: { CallerArn: { Type: 'String' } },
      Resources: {
        DhmcMemberRole: {
          Properties: {
            AssumeRolePolicyDocument: {
              Statement: [
                {
                  Condition: {
                    ArnLike: { 'aws:PrincipalArn': { Ref: 'CallerArn' } },
                    StringEquals: { 'sts:ExternalId': 'x7' },
                  },
                },
              ],
            },
          },
        },
      },
    });
  });
});

it('limits the template for the caller to its own account, except for the roles to assume', () => {
  expect(callerTemplate(policy, 'aws')).toMatchObject({
    Resources: {
      DhmcCallerPolicy: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: {
          PolicyDocument: {
            Statement: [
              { Resource: [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::*:role/Entry' }] },
              {
                Resource: [
                  { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*' },
                  '*',
                ],
              },
            ],
          },
        },
      },
    },
  });
});
