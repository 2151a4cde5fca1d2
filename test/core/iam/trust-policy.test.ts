import { describe, expect, test } from 'vitest';
import {
  certainlyRefuses,
  hasDeny,
  evaluateTrust,
  repairTrust,
  dhmcTrustPolicy,
  sameDocument,
} from '../../../src/core/iam/trust-policy.ts';
import type { TrustVerdict } from '../../../src/core/iam/trust-policy.ts';

const account = '111111111111';
const ssm = { Service: 'ssm.amazonaws.com' };
const allow = (over: object = {}): object => ({
  Effect: 'Allow',
  Principal: ssm,
  Action: 'sts:AssumeRole',
  ...over,
});
const deny = (over: object = {}): object => ({
  Effect: 'Deny',
  Principal: '*',
  Action: 'sts:AssumeRole',
  ...over,
});
const policy = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const when = (operator: string, key: string, value: unknown): object => ({
  Condition: { [operator]: { [key]: value } },
});

describe('evaluateTrust', () => {
  test.each<[string, string, TrustVerdict]>([
    ["dhmc's trust policy", dhmcTrustPolicy, 'right'],
    ['a single statement instead of a list', JSON.stringify({ Statement: allow() }), 'right'],
    [
      'Systems Manager among several principals',
      policy(allow({ Principal: { Service: ['ec2.amazonaws.com', 'ssm.amazonaws.com'] } })),
      'right',
    ],
    ['an action with a wildcard', policy(allow({ Action: ['sts:Assume*'] })), 'right'],
    ['everybody', policy(allow({ Principal: '*' })), 'right'],
    ['every account, but no service', policy(allow({ Principal: { AWS: '*' } })), 'wrong'],
    ['another service', policy(allow({ Principal: { Service: 'ec2.amazonaws.com' } })), 'wrong'],
    ['another action', policy(allow({ Action: 'sts:TagSession' })), 'wrong'],
    [
      'the service principal of China in another partition',
      policy(allow({ Principal: { Service: 'ssm.amazonaws.com.cn' } })),
      'wrong',
    ],
    [
      'the same account',
      policy(allow(when('StringEquals', 'aws:SourceAccount', account))),
      'right',
    ],
    [
      'the same account, with the key in another case',
      policy(allow(when('StringEquals', 'AWS:sourceaccount', [account]))),
      'right',
    ],
    [
      'another account',
      policy(allow(when('StringEquals', 'aws:SourceAccount', '222222222222'))),
      'wrong',
    ],
    [
      'any account but another one',
      policy(allow(when('StringNotEquals', 'aws:SourceAccount', '222222222222'))),
      'right',
    ],
    [
      'ARNs of the account',
      policy(allow(when('ArnLike', 'aws:SourceArn', `arn:aws:ssm:*:${account}:*`))),
      'right',
    ],
    [
      'ARNs of one region of the account',
      policy(allow(when('ArnLike', 'aws:SourceArn', `arn:aws:ssm:eu-west-1:${account}:*`))),
      'right',
    ],
    [
      'ARNs of another account',
      policy(allow(when('ArnLike', 'aws:SourceArn', 'arn:aws:ssm:*:222222222222:*'))),
      'wrong',
    ],
    [
      'an external id, which SSM never sends',
      policy(allow(when('StringEquals', 'sts:ExternalId', 'x'))),
      'wrong',
    ],
    [
      'an organization',
      policy(allow(when('StringEquals', 'aws:SourceOrgID', 'o-example'))),
      'right',
    ],
    [
      'one statement that holds beside one that does not',
      policy(allow(when('StringEquals', 'sts:ExternalId', 'x')), allow()),
      'right',
    ],
    ['a Deny for everybody', policy(allow(), deny()), 'denied'],
    ['a Deny for SSM', policy(allow(), deny({ Principal: ssm })), 'denied'],
    [
      'a Deny for a user',
      policy(allow(), deny({ Principal: { AWS: `arn:aws:iam::${account}:user/x` } })),
      'right',
    ],
    [
      'a Deny for everybody but SSM',
      policy(allow(), deny({ Principal: undefined, NotPrincipal: ssm })),
      'right',
    ],
    [
      'a Deny for everybody but a user',
      policy(allow(), deny({ Principal: undefined, NotPrincipal: { AWS: 'x' } })),
      'denied',
    ],
    [
      'a Deny of every action but AssumeRole',
      policy(allow(), deny({ Action: undefined, NotAction: 'sts:AssumeRole' })),
      'right',
    ],
    [
      'a Deny for other accounts',
      policy(allow(), deny(when('StringNotEquals', 'aws:SourceAccount', account))),
      'right',
    ],
    [
      'a Deny for principals that are not AWS services',
      policy(allow(), deny(when('BoolIfExists', 'aws:PrincipalIsAWSService', 'false'))),
      'right',
    ],
    [
      'a Deny under a condition that cannot be judged',
      policy(allow(), deny(when('StringEquals', 'aws:PrincipalTag/x', 'y'))),
      'denied',
    ],
    ['text that is not JSON', 'nonsense', 'unreadable'],
    ['JSON that is not a policy', '[]', 'unreadable'],
  ])('judges %s', (_, trust, verdict) => {
    expect(evaluateTrust(trust, { partition: 'aws', account })).toBe(verdict);
  });

  test('accepts both service principals in China', () => {
    const trust = policy(allow({ Principal: { Service: 'ssm.amazonaws.com.cn' } }));
    expect(evaluateTrust(trust, { partition: 'aws-cn', account })).toBe('right');
  });
});

describe('a condition on organization or region', () => {
  const organization = 'o-abcdefghij';
  const here = { partition: 'aws', account, organization, region: 'us-east-1' } as const;
  const arnsOf = (region: string): string => `arn:aws:ssm:${region}:${account}:*`;
  const trust = (operator: string, key: string, value: unknown): string =>
    policy(allow(when(operator, key, value)));
  // For each condition: the verdict on the trust, and whether the trust certainly refuses Systems Manager.
  test.each<[string, string, TrustVerdict, boolean]>([
    ['our organization', trust('StringEquals', 'aws:SourceOrgID', organization), 'right', false],
    [
      'another organization',
      trust('StringEquals', 'aws:SourceOrgID', 'o-zzzzzzzzzz'),
      'wrong',
      true,
    ],
    [
      'our organization as one of two',
      trust('StringEquals', 'aws:SourceOrgID', ['o-z', organization]),
      'right',
      false,
    ],
    [
      'a pattern of our organization',
      trust('StringLike', 'aws:SourceOrgID', 'o-abc*'),
      'right',
      false,
    ],
    [
      'a pattern of another organization',
      trust('StringLike', 'aws:SourceOrgID', 'o-zzz*'),
      'wrong',
      true,
    ],
    [
      'a wildcard where the operator takes none',
      trust('StringEquals', 'aws:SourceOrgID', 'o-*'),
      'wrong',
      true,
    ],
    [
      'any organization but another one',
      trust('StringNotEquals', 'aws:SourceOrgID', 'o-zzzzzzzzzz'),
      'right',
      false,
    ],
    [
      'any organization but ours',
      trust('StringNotEquals', 'aws:SourceOrgID', organization),
      'wrong',
      false,
    ],
    [
      'the organization of the role',
      trust('StringEquals', 'aws:SourceOrgID', '${aws:ResourceOrgID}'),
      'right',
      false,
    ],
    [
      'an unknown variable',
      trust('StringEquals', 'aws:SourceOrgID', '${aws:PrincipalTag/o}'),
      'wrong',
      false,
    ],
    [
      'paths of our organization',
      trust('ForAnyValue:StringLike', 'aws:SourceOrgPaths', `${organization}/*`),
      'right',
      false,
    ],
    [
      'paths of another organization',
      trust('ForAnyValue:StringLike', 'aws:SourceOrgPaths', 'o-z/*'),
      'wrong',
      true,
    ],
    [
      'a path of our organization that may be the account’s',
      trust('ForAnyValue:StringEquals', 'aws:SourceOrgPaths', `${organization}/r-test/ou-test-1/`),
      'right',
      false,
    ],
    [
      'a path of another organization',
      trust('ForAnyValue:StringEquals', 'aws:SourceOrgPaths', 'o-z/r-test/ou-test-1/'),
      'wrong',
      true,
    ],
    [
      'a wildcard in a path where the operator takes none',
      trust('ForAnyValue:StringEquals', 'aws:SourceOrgPaths', `${organization}/*`),
      'wrong',
      true,
    ],
    ['this region', trust('ArnLike', 'aws:SourceArn', arnsOf('us-east-1')), 'right', false],
    ['another region', trust('ArnLike', 'aws:SourceArn', arnsOf('eu-west-1')), 'wrong', true],
    ['a pattern of this region', trust('ArnLike', 'aws:SourceArn', arnsOf('us-*')), 'right', false],
    [
      'a pattern of other regions',
      trust('ArnLike', 'aws:SourceArn', arnsOf('eu-*')),
      'wrong',
      true,
    ],
    [
      'this region as one of two',
      trust('ArnEquals', 'aws:SourceArn', [arnsOf('eu-west-1'), arnsOf('us-east-1')]),
      'right',
      false,
    ],
    [
      'any region but another one',
      trust('ArnNotLike', 'aws:SourceArn', arnsOf('eu-west-1')),
      'right',
      false,
    ],
    [
      'any region but this one',
      trust('ArnNotLike', 'aws:SourceArn', arnsOf('us-east-1')),
      'wrong',
      false,
    ],
    [
      'a string pattern of this region',
      trust('StringLike', 'aws:SourceArn', '*:us-east-1:*'),
      'right',
      false,
    ],
    [
      'a string pattern of another region',
      trust('StringLike', 'aws:SourceArn', 'arn:aws:ssm:eu-*'),
      'wrong',
      true,
    ],
    [
      'an ARN of this region',
      trust('StringEquals', 'aws:SourceArn', `arn:aws:ssm:us-east-1:${account}:instance/i-1`),
      'right',
      false,
    ],
    [
      'an ARN of another region',
      trust('StringEquals', 'aws:SourceArn', `arn:aws:ssm:eu-west-1:${account}:instance/i-1`),
      'wrong',
      true,
    ],
    [
      'another organization, if the key is sent',
      trust('StringEqualsIfExists', 'aws:SourceOrgID', 'o-zzzzzzzzzz'),
      'wrong',
      false,
    ],
    [
      'the account of the role',
      trust('StringEquals', 'aws:SourceAccount', '${aws:ResourceAccount}'),
      'right',
      false,
    ],
    [
      'a Deny of other organizations',
      policy(allow(), deny(when('StringNotEquals', 'aws:SourceOrgID', organization))),
      'right',
      false,
    ],
    [
      'a Deny of our organization',
      policy(allow(), deny(when('StringEquals', 'aws:SourceOrgID', organization))),
      'denied',
      false,
    ],
    [
      'a Deny of other regions',
      policy(allow(), deny(when('ArnNotLike', 'aws:SourceArn', arnsOf('us-east-1')))),
      'right',
      false,
    ],
    [
      'a Deny of this region',
      policy(allow(), deny(when('ArnLike', 'aws:SourceArn', arnsOf('us-east-1')))),
      'denied',
      false,
    ],
  ])('is judged right for %s', (_, document, verdict, refuses) => {
    expect(evaluateTrust(document, here)).toBe(verdict);
    expect(certainlyRefuses(document, here)).toBe(refuses);
  });
});

describe('certainlyRefuses', () => {
  const team = (operator: string, key: string, value: unknown): string =>
    policy(allow(when(operator, key, value)));
  test.each<[string, string, boolean]>([
    ["dhmc's trust policy", dhmcTrustPolicy, false],
    ['another service', policy(allow({ Principal: { Service: 'ec2.amazonaws.com' } })), true],
    ['no statement for SSM', policy(allow({ Principal: { AWS: '*' } })), true],
    ['a Deny', policy(allow(), deny()), true],
    ['another account', team('StringEquals', 'aws:SourceAccount', '222222222222'), true],
    ['an external id', team('StringEquals', 'sts:ExternalId', 'x'), true],
    ['ARNs of another account', team('ArnLike', 'aws:SourceArn', 'arn:aws:ssm:*:2:*'), true],
    ['the same account', team('StringEquals', 'aws:SourceAccount', account), false],
    [
      'any account but another one',
      team('StringNotEquals', 'aws:SourceAccount', '222222222222'),
      false,
    ],
    ['any account but this one', team('StringNotEquals', 'aws:SourceAccount', account), false],
    [
      'another account, if the key is sent',
      team('StringEqualsIfExists', 'aws:SourceAccount', '2'),
      false,
    ],
    [
      'another organization, if the key is sent',
      team('StringEqualsIfExists', 'aws:SourceOrgID', 'x'),
      false,
    ],
    ['all values of a key', team('ForAllValues:StringEquals', 'aws:PrincipalOrgPaths', 'x'), false],
    ['any value of a key', team('ForAnyValue:StringEquals', 'aws:PrincipalOrgPaths', 'x'), false],
    ['any principal but some', team('StringNotLike', 'aws:PrincipalArn', 'arn:x'), false],
    ['a key that must be absent', team('Null', 'aws:PrincipalOrgID', 'true'), false],
    ['an external id that must be absent', team('Null', 'sts:ExternalId', 'true'), false],
    ['an external id that must be present', team('Null', 'sts:ExternalId', 'false'), true],
    ['MFA, if the key is sent', team('BoolIfExists', 'aws:MultiFactorAuthPresent', 'true'), false],
    ['a key that dhmc does not know', team('StringEquals', 'aws:Future', 'x'), false],
    [
      'a Deny that may apply',
      policy(allow(), deny(when('Null', 'aws:PrincipalTag/x', 'true'))),
      false,
    ],
    ['text that is not a policy', 'nonsense', false],
  ])('is right for %s', (_, trust, refuses) => {
    expect(certainlyRefuses(trust, { partition: 'aws', account })).toBe(refuses);
  });
});

describe('repairTrust', () => {
  test('adds our statement and keeps the others', () => {
    const other = allow({ Principal: { Service: 'ec2.amazonaws.com' }, Sid: 'Theirs' });
    const mended = repairTrust(
      JSON.stringify({ Version: '2008-10-17', Id: 'x', Statement: other }),
    );
    expect(JSON.parse(mended ?? '')).toEqual({
      Version: '2008-10-17',
      Id: 'x',
      Statement: [other, allow()],
    });
  });

  test('repairs every trust without a Deny for Systems Manager, and returns null for text that is not a policy', () => {
    expect(
      evaluateTrust(repairTrust(policy(deny({ Principal: { AWS: 'x' } }))) ?? '', {
        partition: 'aws',
        account,
      }),
    ).toBe('right');
    expect(evaluateTrust(repairTrust(policy(deny())) ?? '', { partition: 'aws', account })).toBe(
      'denied',
    );
    expect(repairTrust('nonsense')).toBeNull();
  });
});

test('hasDeny and sameDocument compare meaning, not spelling', () => {
  expect([
    hasDeny(policy(allow())),
    hasDeny(policy(allow(), deny({ Principal: { AWS: 'x' } }))),
    hasDeny('nonsense'),
  ]).toEqual([false, true, false]);
  expect(sameDocument('{"a":1,"b":[1,2]}', '{ "b": [2, 1], "a": [1] }')).toBe(true);
  expect(sameDocument('{"a":[1,2]}', '{"a":[1,3]}')).toBe(false);
  expect(sameDocument('nonsense', '{}')).toBe(false);
});
