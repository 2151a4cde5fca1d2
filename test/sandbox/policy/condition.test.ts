import { describe, expect, it } from 'vitest';
import { compileConditions } from '../../../src/sandbox/policy/condition.ts';
import type { EvaluationRequest } from '../../../src/sandbox/policy/context.ts';

const request = (context: EvaluationRequest['context']): EvaluationRequest => ({
  principalArn: 'arn:aws:iam::111111111111:user/ann',
  ...{ principalTags: {}, action: 'iam:CreateRole', resource: '*', context },
});
const holds = (block: object, context: EvaluationRequest['context'] = {}): boolean =>
  compileConditions(block as Parameters<typeof compileConditions>[0], true).every((condition) =>
    condition(request(context)),
  );
const region = 'aws:RequestedRegion';
const keys = 'aws:TagKeys';

describe('a condition', () => {
  it.each([
    [{ StringEquals: { [region]: 'a' } }, { [region]: 'a' }, true],
    [{ StringEquals: { [region]: 'a' } }, { [region]: 'A' }, false],
    [{ StringEqualsIgnoreCase: { [region]: 'a' } }, { [region]: 'A' }, true],
    [{ StringEquals: { [region]: ['a', 'b'] } }, { [region]: 'b' }, true],
    [{ StringEquals: { [region]: 'a' } }, {}, false],
    [{ StringEqualsIfExists: { [region]: 'a' } }, {}, true],
    [{ StringNotEquals: { [region]: 'a' } }, {}, true],
    [{ StringNotEquals: { [region]: ['a', 'b'] } }, { [region]: 'b' }, false],
    [{ StringLike: { [region]: 'eu-*' } }, { [region]: 'eu-west-1' }, true],
    [{ Null: { [region]: 'true' } }, {}, true],
    [{ Null: { [region]: false } }, {}, false],
    [{ 'ForAllValues:StringEquals': { [keys]: ['a', 'b'] } }, { [keys]: ['a'] }, true],
    [{ 'ForAllValues:StringEquals': { [keys]: ['a'] } }, { [keys]: ['a', 'c'] }, false],
    [{ 'ForAllValues:StringEquals': { [keys]: ['a'] } }, {}, true],
    [{ 'ForAnyValue:StringEquals': { [keys]: ['a'] } }, { [keys]: ['c', 'a'] }, true],
    [{ 'ForAnyValue:StringEquals': { [keys]: ['a'] } }, {}, false],
    [{ Bool: { 'aws:ViaAWSService': 'False' } }, {}, true],
  ])('%j with context %j holds: %s', (block, context, expected) => {
    expect(holds(block, context)).toBe(expected);
  });

  it('holds only if every operator and every key does', () => {
    const block = { StringEquals: { [region]: 'a', 'aws:SourceVpc': 'v' } };
    expect(holds(block, { [region]: 'a' })).toBe(false);
    expect(holds(block, { [region]: 'a', 'aws:SourceVpc': 'v' })).toBe(true);
    expect(compileConditions(undefined, true)).toEqual([]);
  });

  it.each([
    ['aws:ResourceAccount', '111111111111'],
    ['cloudwatch:namespace', 'rdscustom'],
    ['KMS:EncryptionContext:aws:s3:arn', 'arn:aws:s3:::a'],
  ])('may name %s, and is refused only if the result depends on it', (key, value) => {
    const block = { StringEquals: { [region]: 'a', [key]: value } };
    expect(holds(block, { [region]: 'b' })).toBe(false);
    expect(() => holds(block, { [region]: 'a' })).toThrow(key);
    expect(holds(block, { [region]: 'a', [key]: value })).toBe(true);
  });

  it.each([
    [{ NumericEquals: { [region]: '1' } }, 'NumericEquals'],
    [{ StringEquals: { [keys]: 'a' } }, 'several values'],
    [{ StringEquals: { 'aws:Nothing': 'a' } }, 'aws:Nothing'],
    [{ StringEquals: 'a' }, 'holds no keys'],
    [{ StringEquals: { [region]: {} } }, 'not a string'],
  ])('%j is refused', (block, message) => {
    expect(() => holds(block)).toThrow(message);
  });
});
