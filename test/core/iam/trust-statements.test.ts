import { expect, test } from 'vitest';
import { trustDifference, trustedOutsiders } from '../../../src/core/iam/trust-statements.ts';

const subject = { partition: 'aws', account: '111111111111' } as const;
const policy = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const lets = (Principal: unknown, more: object = {}): object => ({
  Effect: 'Allow',
  Principal,
  Action: 'sts:AssumeRole',
  ...more,
});

test.each<[string, object, readonly string[]]>([
  ['Systems Manager', lets({ Service: 'ssm.amazonaws.com' }), []],
  ['the same account', lets({ AWS: 'arn:aws:iam::111111111111:root' }), []],
  ['another account', lets({ AWS: '222222222222' }), ['account 222222222222 (222222222222)']],
  [
    'a role of another account',
    lets({ AWS: ['arn:aws:iam::222222222222:role/x'] }),
    ['account 222222222222 (arn:aws:iam::222222222222:role/x)'],
  ],
  ['everybody', lets('*'), ['everybody']],
  ['everybody as AWS principal', lets({ AWS: '*' }), ['everybody']],
  [
    'everybody under a condition',
    lets('*', { Condition: { StringEquals: {} } }),
    ['everybody under a condition'],
  ],
  [
    'everybody but one',
    { Effect: 'Allow', NotPrincipal: { AWS: 'x' }, Action: '*' },
    ['everybody'],
  ],
  [
    'an identity provider',
    lets({ Federated: 'idp' }, { Action: 'sts:AssumeRoleWithSAML' }),
    ['the identity provider idp'],
  ],
  [
    'everybody with an action that does not assume the role',
    lets('*', { Action: 'sts:TagSession' }),
    [],
  ],
  ['everybody with NotAction', lets('*', { Action: undefined, NotAction: 'iam:*' }), ['everybody']],
  ['nobody because of a Deny', lets('*', { Effect: 'Deny' }), []],
])('the outsiders of a trust policy for %s are right', (_, statement, outsiders) => {
  expect(trustedOutsiders(policy(statement), subject)).toEqual(outsiders);
});

test('a text that is not a policy has no outsiders', () => {
  expect(trustedOutsiders('{', subject)).toEqual([]);
});

test('trustDifference compares statements and ignores the order of members', () => {
  const one = lets({ Service: 'ssm.amazonaws.com' });
  const same = {
    Action: 'sts:AssumeRole',
    Principal: { Service: 'ssm.amazonaws.com' },
    Effect: 'Allow',
  };
  const other = lets({ AWS: '222222222222' });
  expect(trustDifference(policy(one), policy(same))).toEqual({ added: [], removed: [] });
  const { added, removed } = trustDifference(policy(one), policy(other));
  expect([added.length, removed.length]).toEqual([1, 1]);
  expect(JSON.parse(added[0] ?? '')).toEqual(other);
});
