import { expect, test } from 'vitest';
import type { PolicyAnswer } from '../../../src/core/iam/policy-patterns.ts';
import { conditionHolds } from '../../../src/core/iam/trust-conditions.ts';

const subject = {
  partition: 'aws',
  account: '111111111111',
  organization: 'o-abcdefghij',
  region: 'eu-west-1',
} as const;

/** Operators and keys are in lower case, as the parser of trust policies returns them. */
test.each<[string, string, unknown, PolicyAnswer, PolicyAnswer]>([
  ['stringequals', 'aws:sourceaccount', '111111111111', 'yes', 'maybe'],
  ['stringequals', 'aws:sourceaccount', ['222222222222'], 'no', 'no'],
  ['stringequals', 'aws:sourceaccount', '${aws:ResourceAccount}', 'yes', 'maybe'],
  ['stringnotequals', 'aws:sourceaccount', '222222222222', 'yes', 'yes'],
  ['stringlike', 'aws:sourceaccount', '1111*', 'yes', 'maybe'],
  ['arnlike', 'aws:sourcearn', 'arn:aws:ssm:*:111111111111:*', 'yes', 'maybe'],
  ['arnlike', 'aws:sourcearn', 'arn:aws:ssm:us-east-1:111111111111:*', 'no', 'no'],
  ['arnlike', 'aws:sourcearn', 'arn:aws:ssm::111111111111:*', 'yes', 'maybe'],
  ['stringequals', 'aws:sourceorgid', 'o-abcdefghij', 'yes', 'maybe'],
  ['stringequals', 'aws:sourceorgid', 'o-zzzzzzzzzz', 'no', 'no'],
  ['stringequalsifexists', 'aws:sourceorgid', 'o-abcdefghij', 'yes', 'yes'],
  ['stringequals', 'sts:externalid', 'x', 'no', 'no'],
  ['null', 'sts:externalid', 'true', 'yes', 'yes'],
  ['bool', 'aws:securetransport', 'true', 'yes', 'yes'],
  ['bool', 'aws:multifactorauthpresent', 'true', 'no', 'no'],
  ['stringequals', 'aws:unheard', 'x', 'maybe', 'maybe'],
  ['null', 'aws:sourceaccount', 'false', 'yes', 'maybe'],
])('%s %s %j is met: %s if the keys are sent, %s if that is unknown', (...row) => {
  const [operator, key, value, sent, open] = row;
  const strictness = { subject, assumeArn: false };
  expect(conditionHolds(operator, key, value, { ...strictness, assumeSent: true })).toBe(sent);
  expect(conditionHolds(operator, key, value, { ...strictness, assumeSent: false })).toBe(open);
});

test("a condition on one resource's ARN is met only if the ARN is assumed to be that one", () => {
  const value = 'arn:aws:ssm:eu-west-1:111111111111:association/*';
  const holds = (assumeArn: boolean): PolicyAnswer =>
    conditionHolds('arnlike', 'aws:sourcearn', value, { subject, assumeArn, assumeSent: true });
  expect([holds(true), holds(false)]).toEqual(['yes', 'maybe']);
});
