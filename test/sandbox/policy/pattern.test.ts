import { describe, expect, it } from 'vitest';
import type { EvaluationRequest } from '../../../src/sandbox/policy/context.ts';
import {
  compileArn,
  compilePattern,
  compileResourceArn,
  splitArn,
} from '../../../src/sandbox/policy/pattern.ts';

const request: EvaluationRequest = {
  principalArn: 'arn:aws:iam::111111111111:user/ann',
  principalTags: { team: 'blue' },
  action: 's3:GetObject',
  resource: '*',
  context: { 'aws:RequestedRegion': 'eu-west-1' },
};
const matches = (
  pattern: string,
  value: string,
  over: Partial<Parameters<typeof compilePattern>[1]> = {},
) =>
  compilePattern(pattern, { wildcards: true, ignoreCase: false, variables: true, ...over })(
    value,
    request,
  );

describe('a pattern', () => {
  it.each([
    ['*', '', true],
    ['a*', 'abc', true],
    ['a*c', 'abbc', true],
    ['a*c', 'abcd', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a.c', 'abc', false],
    ['a+(b)[c]', 'a+(b)[c]', true],
    ['A', 'a', false],
    ['${*}', '*', true],
    ['${*}', 'x', false],
    ['${aws:RequestedRegion}', 'eu-west-1', true],
    ['${aws:PrincipalTag/team}-*', 'blue-1', true],
    ["${aws:PrincipalTag/none, 'red'}", 'red', true],
    ['${aws:PrincipalTag/none}', '', false],
  ])('%s against %j matches: %s', (pattern, value, expected) => {
    expect(matches(pattern, value)).toBe(expected);
  });

  it('is plain text without wildcards or variables', () => {
    expect(matches('a*', 'abc', { wildcards: false })).toBe(false);
    expect(matches('a*', 'a*', { wildcards: false })).toBe(true);
    expect(matches('${aws:x}', '${aws:x}', { variables: false })).toBe(true);
    expect(matches('ABC', 'abc', { ignoreCase: true })).toBe(true);
  });

  it('that cannot be evaluated is refused', () => {
    expect(() => matches('${aws:RequestedRegion', '')).toThrow('closing brace');
    expect(() => matches('${aws:Nothing}', '')).toThrow('aws:Nothing');
    expect(() => matches('${aws:TagKeys}', '')).toThrow('several values');
  });
});

describe('an ARN pattern', () => {
  it.each([
    ['arn:aws:s3:::b/*', 'arn:aws:s3:::b/k:v', true],
    ['arn:aws:*:::b', 'arn:aws:s3:::b', true],
    ['arn:aws:s3*', 'arn:aws:s3:x:y:z', true],
    ['arn:aws:s3:*', 'arn:aws:s3:x:y:z', true],
    ['arn:*', 'arn:aws:s3', false],
    ['arn:aws:iam::*:role/a', 'arn:aws:iam::1:role/ab', false],
  ])('%s against %s matches: %s', (pattern, value, expected) => {
    expect(compileArn(pattern, true)(value, request)).toBe(expected);
  });

  it('keeps the colons in the resource and in variables', () => {
    expect(splitArn('arn:aws:s3:::b:c:d')).toEqual(['arn', 'aws', 's3', '', '', 'b:c:d']);
    expect(splitArn('arn:aws:${aws:x}:::b')).toEqual(['arn', 'aws', '${aws:x}', '', '', 'b']);
  });

  it('may have variables only after the fifth colon', () => {
    expect(() =>
      compileResourceArn('arn:aws:s3:::${aws:PrincipalTag/team}', { variables: true, not: false }),
    ).not.toThrow();
    expect(() =>
      compileResourceArn('arn:aws:${aws:x}:::b', { variables: true, not: false }),
    ).toThrow('fifth colon');
  });

  it('with a missing variable matches no Resource and every NotResource', () => {
    const [missing, value] = ['arn:aws:s3:::${aws:PrincipalTag/none}', 'arn:aws:s3:::b'];
    expect(compileResourceArn(missing, { variables: true, not: false })(value, request)).toBe(
      false,
    );
    expect(compileResourceArn(missing, { variables: true, not: true })(value, request)).toBe(true);
  });
});
