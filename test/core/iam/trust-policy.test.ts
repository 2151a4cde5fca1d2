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
    ['ours', dhmcTrustPolicy, 'right'],
    ['a single statement', JSON.stringify({ Statement: allow() }), 'right'],
    [
      'one principal of several',
      policy(allow({ Principal: { Service: ['ec2.amazonaws.com', 'ssm.amazonaws.com'] } })),
      'right',
    ],
    ['an action with a wildcard', policy(allow({ Action: ['sts:Assume*'] })), 'right'],
    ['everybody', policy(allow({ Principal: '*' })), 'right'],
    ['every account, and no service', policy(allow({ Principal: { AWS: '*' } })), 'wrong'],
    ['another service', policy(allow({ Principal: { Service: 'ec2.amazonaws.com' } })), 'wrong'],
    ['another action', policy(allow({ Action: 'sts:TagSession' })), 'wrong'],
    [
      'the Chinese principal elsewhere',
      policy(allow({ Principal: { Service: 'ssm.amazonaws.com.cn' } })),
      'wrong',
    ],
    ['its own account', policy(allow(when('StringEquals', 'aws:SourceAccount', account))), 'right'],
    [
      'its own account, key in another case',
      policy(allow(when('StringEquals', 'AWS:sourceaccount', [account]))),
      'right',
    ],
    [
      'another account',
      policy(allow(when('StringEquals', 'aws:SourceAccount', '222222222222'))),
      'wrong',
    ],
    [
      'not another account',
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
      'a Deny for all but SSM',
      policy(allow(), deny({ Principal: undefined, NotPrincipal: ssm })),
      'right',
    ],
    [
      'a Deny for all but a user',
      policy(allow(), deny({ Principal: undefined, NotPrincipal: { AWS: 'x' } })),
      'denied',
    ],
    [
      'a Deny of all but AssumeRole',
      policy(allow(), deny({ Action: undefined, NotAction: 'sts:AssumeRole' })),
      'right',
    ],
    [
      'a Deny for other accounts',
      policy(allow(), deny(when('StringNotEquals', 'aws:SourceAccount', account))),
      'right',
    ],
    [
      'a Deny for who is no service',
      policy(allow(), deny(when('BoolIfExists', 'aws:PrincipalIsAWSService', 'false'))),
      'right',
    ],
    [
      'a Deny under a condition that nobody can judge',
      policy(allow(), deny(when('StringEquals', 'aws:PrincipalTag/x', 'y'))),
      'denied',
    ],
    ['no JSON', 'nonsense', 'unreadable'],
    ['no policy', '[]', 'unreadable'],
  ])('%s: %#', (_, trust, verdict) => {
    expect(evaluateTrust(trust, { partition: 'aws', account })).toBe(verdict);
  });

  test('in China both principals count', () => {
    const trust = policy(allow({ Principal: { Service: 'ssm.amazonaws.com.cn' } }));
    expect(evaluateTrust(trust, { partition: 'aws-cn', account })).toBe('right');
  });
});

describe('organization and region of the setting', () => {
  const organization = 'o-abcdefghij';
  const here = { partition: 'aws', account, organization, region: 'us-east-1' } as const;
  const arnsOf = (region: string): string => `arn:aws:ssm:${region}:${account}:*`;
  const trust = (operator: string, key: string, value: unknown): string =>
    policy(allow(when(operator, key, value)));
  // What each condition comes to: whether the role counts as right, and whether it certainly is not.
  test.each<[string, string, TrustVerdict, boolean]>([
    ['ours', trust('StringEquals', 'aws:SourceOrgID', organization), 'right', false],
    ['another', trust('StringEquals', 'aws:SourceOrgID', 'o-zzzzzzzzzz'), 'wrong', true],
    ['one of two', trust('StringEquals', 'aws:SourceOrgID', ['o-z', organization]), 'right', false],
    ['like ours', trust('StringLike', 'aws:SourceOrgID', 'o-abc*'), 'right', false],
    ['like another', trust('StringLike', 'aws:SourceOrgID', 'o-zzz*'), 'wrong', true],
    ['no pattern here', trust('StringEquals', 'aws:SourceOrgID', 'o-*'), 'wrong', true],
    ['not another', trust('StringNotEquals', 'aws:SourceOrgID', 'o-zzzzzzzzzz'), 'right', false],
    ['not ours', trust('StringNotEquals', 'aws:SourceOrgID', organization), 'wrong', false],
    [
      'of the role',
      trust('StringEquals', 'aws:SourceOrgID', '${aws:ResourceOrgID}'),
      'right',
      false,
    ],
    [
      'a variable',
      trust('StringEquals', 'aws:SourceOrgID', '${aws:PrincipalTag/o}'),
      'wrong',
      false,
    ],
    [
      'paths of ours',
      trust('ForAnyValue:StringLike', 'aws:SourceOrgPaths', `${organization}/*`),
      'right',
      false,
    ],
    [
      'paths of others',
      trust('ForAnyValue:StringLike', 'aws:SourceOrgPaths', 'o-z/*'),
      'wrong',
      true,
    ],
    [
      'a path of ours, which the account may be at',
      trust('ForAnyValue:StringEquals', 'aws:SourceOrgPaths', `${organization}/r-test/ou-test-1/`),
      'right',
      false,
    ],
    [
      'a path of others',
      trust('ForAnyValue:StringEquals', 'aws:SourceOrgPaths', 'o-z/r-test/ou-test-1/'),
      'wrong',
      true,
    ],
    [
      'no pattern of paths',
      trust('ForAnyValue:StringEquals', 'aws:SourceOrgPaths', `${organization}/*`),
      'wrong',
      true,
    ],
    ['this region', trust('ArnLike', 'aws:SourceArn', arnsOf('us-east-1')), 'right', false],
    ['another region', trust('ArnLike', 'aws:SourceArn', arnsOf('eu-west-1')), 'wrong', true],
    ['regions like this', trust('ArnLike', 'aws:SourceArn', arnsOf('us-*')), 'right', false],
    ['regions like others', trust('ArnLike', 'aws:SourceArn', arnsOf('eu-*')), 'wrong', true],
    [
      'one of two regions',
      trust('ArnEquals', 'aws:SourceArn', [arnsOf('eu-west-1'), arnsOf('us-east-1')]),
      'right',
      false,
    ],
    [
      'not another region',
      trust('ArnNotLike', 'aws:SourceArn', arnsOf('eu-west-1')),
      'right',
      false,
    ],
    ['not this region', trust('ArnNotLike', 'aws:SourceArn', arnsOf('us-east-1')), 'wrong', false],
    ['a text like it', trust('StringLike', 'aws:SourceArn', '*:us-east-1:*'), 'right', false],
    [
      'a text like another',
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
      'another organization, if it is sent',
      trust('StringEqualsIfExists', 'aws:SourceOrgID', 'o-zzzzzzzzzz'),
      'wrong',
      false,
    ],
    [
      'its account',
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
      'a Deny of ours',
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
  ])('%s: %#', (_, document, verdict, refuses) => {
    expect(evaluateTrust(document, here)).toBe(verdict);
    expect(certainlyRefuses(document, here)).toBe(refuses);
  });
});

describe('certainlyRefuses', () => {
  const team = (operator: string, key: string, value: unknown): string =>
    policy(allow(when(operator, key, value)));
  test.each<[string, string, boolean]>([
    ['ours', dhmcTrustPolicy, false],
    ['another service', policy(allow({ Principal: { Service: 'ec2.amazonaws.com' } })), true],
    ['no statement for SSM', policy(allow({ Principal: { AWS: '*' } })), true],
    ['a Deny', policy(allow(), deny()), true],
    ['another account', team('StringEquals', 'aws:SourceAccount', '222222222222'), true],
    ['an external id', team('StringEquals', 'sts:ExternalId', 'x'), true],
    ['ARNs of another account', team('ArnLike', 'aws:SourceArn', 'arn:aws:ssm:*:2:*'), true],
    ['its own account', team('StringEquals', 'aws:SourceAccount', account), false],
    ['not another account', team('StringNotEquals', 'aws:SourceAccount', '222222222222'), false],
    ['not this account', team('StringNotEquals', 'aws:SourceAccount', account), false],
    ['another account, if sent', team('StringEqualsIfExists', 'aws:SourceAccount', '2'), false],
    ['another organization, if sent', team('StringEqualsIfExists', 'aws:SourceOrgID', 'x'), false],
    ['all values of a key', team('ForAllValues:StringEquals', 'aws:PrincipalOrgPaths', 'x'), false],
    ['any value of a key', team('ForAnyValue:StringEquals', 'aws:PrincipalOrgPaths', 'x'), false],
    ['not a principal', team('StringNotLike', 'aws:PrincipalArn', 'arn:x'), false],
    ['a key that must be absent', team('Null', 'aws:PrincipalOrgID', 'true'), false],
    ['an external id that must be absent', team('Null', 'sts:ExternalId', 'true'), false],
    ['an external id that must be there', team('Null', 'sts:ExternalId', 'false'), true],
    ['no MFA, if sent', team('BoolIfExists', 'aws:MultiFactorAuthPresent', 'true'), false],
    ['a key that dhmc does not know', team('StringEquals', 'aws:Future', 'x'), false],
    [
      'a Deny that may hold',
      policy(allow(), deny(when('Null', 'aws:PrincipalTag/x', 'true'))),
      false,
    ],
    ['no policy', 'nonsense', false],
  ])('%s: %#', (_, trust, refuses) => {
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

  test('makes every trust right that no Deny closes, and gives nothing where there is no policy', () => {
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
