import { describe, expect, it, test } from 'vitest';
import {
  covers,
  every,
  matchArn,
  matchPattern,
  matchWithVariables,
  not,
  some,
  type PolicyAnswer,
} from '../../../src/core/iam/policy-patterns.ts';

test.each<[readonly PolicyAnswer[], PolicyAnswer, PolicyAnswer]>([
  [[], 'yes', 'no'],
  [['yes', 'maybe'], 'maybe', 'yes'],
  [['no', 'maybe'], 'no', 'maybe'],
  [['maybe'], 'maybe', 'maybe'],
  [['yes', 'no'], 'no', 'yes'],
])('for %j, every gives %s and some gives %s', (answers, all, one) => {
  expect([every(answers), some(answers)]).toEqual([all, one]);
  expect([every(answers.map(not)), some(answers.map(not))]).toEqual([not(one), not(all)]);
});

test.each<[string, string, PolicyAnswer]>([
  ['ssm:Get*', 'ssm:GetServiceSetting', 'yes'],
  ['ssm:Get?', 'ssm:GetServiceSetting', 'no'],
  ['a?c', 'abc', 'yes'],
  ['a?c', 'a*c', 'maybe'],
  ['*', 'a*', 'yes'],
  ['ab*', 'a*', 'maybe'],
  ['b*', 'a*', 'no'],
  ['', '', 'yes'],
  ['', 'a', 'no'],
])('the pattern %j matches %j: %s', (pattern, text, answer) => {
  expect(matchPattern(pattern, text)).toBe(answer);
});

describe('a pattern with a variable', () => {
  it.each<[string, string, PolicyAnswer]>([
    ['a/${aws:username}', 'a/jo', 'maybe'],
    ['a/${aws:username}', 'b/jo', 'no'],
    ['a/jo', 'a/jo', 'yes'],
  ])('%j matches %j: %s', (pattern, text, answer) => {
    expect(matchWithVariables(pattern, text)).toBe(answer);
  });
});

test.each<[string, string, PolicyAnswer]>([
  ['*', 'arn:aws:ssm:eu-west-1:1:x', 'yes'],
  ['arn:aws:ssm:*:1:x', 'arn:aws:ssm:eu-west-1:1:x', 'yes'],
  ['arn:aws:ssm:*:x', 'arn:aws:ssm:eu-west-1:1:x', 'no'],
  ['arn:aws:ssm:eu-*:1:*', 'arn:aws:ssm:*:1:x', 'maybe'],
  ['arn:aws:ssm', 'arn:aws:ssm:eu-west-1:1:a:b', 'yes'],
  ['arn:aws:ssm:eu-west-1:1:a:b', 'arn:aws:ssm:eu-west-1:1:a:b', 'yes'],
  ['arn:aws:ssm:*:1:x', 'x', 'no'],
])('the ARN pattern %j matches %j: %s', (pattern, arn, answer) => {
  expect(matchArn(pattern, arn)).toBe(answer);
});

test('matches a pattern with hundreds of wildcards in linear time', () => {
  expect(covers(`${'*a'.repeat(500)}b`, 'a'.repeat(5000))).toBe(false);
});
