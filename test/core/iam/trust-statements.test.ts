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
  ['its own account', lets({ AWS: 'arn:aws:iam::111111111111:root' }), []],
  ['another account', lets({ AWS: '222222222222' }), ['account 222222222222 (222222222222)']],
  [
    'a role of another account',
    lets({ AWS: ['arn:aws:iam::222222222222:role/x'] }),
    ['account 222222222222 (arn:aws:iam::222222222222:role/x)'],
  ],
  ['everybody', lets('*'), ['everybody']],
  ['everybody, as a principal of AWS', lets({ AWS: '*' }), ['everybody']],
  [
    'everybody under a condition',
    lets('*', { Condition: { StringEquals: {} } }),
    ['everybody under a condition'],
  ],
  ['all but one', { Effect: 'Allow', NotPrincipal: { AWS: 'x' }, Action: '*' }, ['everybody']],
  [
    'an identity provider',
    lets({ Federated: 'idp' }, { Action: 'sts:AssumeRoleWithSAML' }),
    ['the identity provider idp'],
  ],
  ['others, by an action that is no way in', lets('*', { Action: 'sts:TagSession' }), []],
  [
    'others, by all but some actions',
    lets('*', { Action: undefined, NotAction: 'iam:*' }),
    ['everybody'],
  ],
  ['nobody, by a deny', lets('*', { Effect: 'Deny' }), []],
])('a role that lets in %s', (_, statement, outsiders) => {
  expect(trustedOutsiders(policy(statement), subject)).toEqual(outsiders);
});

test('a text that is not a policy allows no one', () => {
  expect(trustedOutsiders('{', subject)).toEqual([]);
});

test('the difference of two policies is in statements, whatever the order of members', () => {
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
