import { expect, test } from 'vitest';
import { conditionsHold, type RequestContext } from '../../../src/core/iam/policy-conditions.ts';
import { parsePolicy } from '../../../src/core/iam/policy-document.ts';
import type { PolicyAnswer } from '../../../src/core/iam/policy-patterns.ts';

const context: RequestContext = {
  'aws:principalarn': ['arn:aws:iam::111111111111:role/Ops'],
  'aws:tagkeys': ['a', 'b'],
  'aws:sourceip': null,
  'aws:sourcevpc': null,
};

const hold = (condition: object): PolicyAnswer => {
  const text = JSON.stringify({
    Statement: { Effect: 'Allow', Action: '*', Resource: '*', Condition: condition },
  });
  return conditionsHold(parsePolicy('p', text).statements?.[0]?.conditions ?? [], context);
};
const arn = 'arn:aws:iam::111111111111:role/Ops';

test.each<[PolicyAnswer, object]>([
  ['yes', {}],
  ['yes', { StringEquals: { 'aws:PrincipalArn': [arn, 'x'] } }],
  ['no', { StringEquals: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/Ops' } }],
  ['yes', { StringLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/Ops' } }],
  ['no', { StringNotLike: { 'aws:PrincipalArn': 'arn:*' } }],
  ['yes', { StringEqualsIgnoreCase: { 'aws:PrincipalArn': arn.toUpperCase() } }],
  ['yes', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/Ops' } }],
  ['no', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:*:role/Ops' } }],
  ['maybe', { StringEquals: { 'aws:PrincipalArn': '${aws:x}' } }],
  ['maybe', { StringEquals: { 'aws:Unheard': 'x' } }],
  ['no', { StringEquals: { 'aws:SourceVpc': 'vpc-1' } }],
  ['yes', { StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } }],
  ['yes', { StringEqualsIfExists: { 'aws:SourceVpc': 'vpc-1' } }],
  ['yes', { Null: { 'aws:SourceVpc': 'true' } }],
  ['no', { Null: { 'aws:PrincipalArn': 'true' } }],
  ['yes', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b', 'c'] } }],
  ['no', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } }],
  ['yes', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a'] } }],
  ['no', { 'ForAnyValue:StringNotEquals': { 'aws:SourceVpc': 'x' } }],
  ['no', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }],
  ['yes', { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }],
  ['maybe', { NumericLessThan: { 'aws:PrincipalArn': '3' } }],
  ['no', { StringLike: { 'aws:PrincipalArn': '*' }, StringEquals: { 'aws:SourceVpc': 'x' } }],
])('answers %s whether %j holds', (answer, condition) => {
  expect(hold(condition)).toBe(answer);
});
