import { describe, expect, it } from 'vitest';
import type { PolicyDocument, PolicyStatement } from '../../../src/sandbox/policy/document.ts';
import { compilePolicy, type PolicyKind } from '../../../src/sandbox/policy/statement.ts';

const policy = (statement: object, Version = '2012-10-17'): PolicyDocument => ({
  Version,
  Statement: [statement as PolicyStatement],
});
const allow = { Effect: 'Allow', Action: 'ssm:Get*', Resource: '*' };
const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '*' } };

describe('a policy', () => {
  it.each<[string, PolicyKind, PolicyDocument, string]>([
    ['another version', 'permissions', policy(allow, '2020-01-01'), 'Version must be'],
    ['another effect', 'permissions', policy({ ...allow, Effect: 'Maybe' }), 'Effect'],
    [
      'a principal in an identity policy',
      'permissions',
      policy({ ...allow, Principal: '*' }),
      'should not specify a principal',
    ],
    [
      'a resource in a trust policy',
      'trust',
      policy({ ...trust, Resource: '*' }),
      'prohibited field',
    ],
    ['an action without a service', 'permissions', policy({ ...allow, Action: 'Get' }), 'vendor'],
    [
      'a resource that is not an ARN',
      'permissions',
      policy({ ...allow, Resource: 'bucket' }),
      'must be in ARN format',
    ],
    ['no action', 'permissions', policy({ Effect: 'Allow', Resource: '*' }), 'Action'],
    [
      'both Resource and NotResource',
      'permissions',
      policy({ ...allow, NotResource: '*' }),
      'Resource',
    ],
  ])('is refused with %s', (_, kind, document, message) => {
    expect(() => compilePolicy(document, kind)).toThrow(message);
  });
});

describe('a statement', () => {
  const compiled = (statement: object, kind: PolicyKind = 'permissions') =>
    compilePolicy(policy(statement), kind)[0];
  it.each([
    [allow, 'ssm:getservicesetting', true],
    [allow, 'ssm:updateservicesetting', false],
    [{ Effect: 'Allow', NotAction: 'ssm:*', Resource: '*' }, 'ssm:getservicesetting', false],
    [{ Effect: 'Allow', NotAction: 'ssm:*', Resource: '*' }, 'iam:getrole', true],
  ])('%j matches %s: %s', (statement, action, concerned) => {
    const { action: isOf } = compiled(statement) ?? { action: () => null };
    expect([isOf(action), isOf(action)]).toEqual([concerned, concerned]);
  });

  it('of a trust policy matches any resource, and tests the principal', () => {
    expect(compiled(trust, 'trust')?.principal).not.toBe(null);
    expect(compiled(allow)?.principal).toBe(null);
    expect(compiled(allow)?.allow).toBe(true);
    expect(compiled({ ...allow, Effect: 'Deny' })?.allow).toBe(false);
  });

  it('is compiled once', () => {
    const document = policy(allow);
    expect(compilePolicy(document, 'permissions')).toBe(compilePolicy(document, 'permissions'));
  });
});
