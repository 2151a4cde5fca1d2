import { describe, expect, it } from 'vitest';
import { compilePrincipal, strongest } from '../../../src/sandbox/policy/principal.ts';
import type { PolicyStatement } from '../../../src/sandbox/policy/document.ts';

const request = (principalArn: string, roleArn?: string) => ({
  request: {
    principalArn,
    ...(roleArn === undefined ? {} : { roleArn }),
    ...{ principalTags: {}, action: 'sts:AssumeRole', resource: '*', context: {} },
  },
});
const user = request('arn:aws:iam::111111111111:user/ann');
const session = request(
  'arn:aws:sts::111111111111:assumed-role/Admin/me',
  'arn:aws:iam::111111111111:role/team/Admin',
);
const ssm = { service: 'ssm.amazonaws.com' };
const compile = (principal: unknown) =>
  compilePrincipal({ Effect: 'Allow', Principal: principal } as PolicyStatement);

describe('the principal of a trust policy', () => {
  it.each([
    ['*', user, 'anyone'],
    [{ AWS: '*' }, session, 'anyone'],
    [{ AWS: '111111111111' }, user, 'account'],
    [{ AWS: 'arn:aws:iam::111111111111:root' }, session, 'account'],
    [{ AWS: 'arn:aws:iam::222222222222:root' }, user, null],
    [{ AWS: 'arn:aws:iam::111111111111:user/ann' }, user, 'user'],
    [{ AWS: 'arn:aws:iam::111111111111:role/team/Admin' }, session, 'role'],
    [{ AWS: 'arn:aws:iam::111111111111:role/Admin' }, session, null],
    [{ AWS: 'arn:aws:sts::111111111111:assumed-role/Admin/me' }, session, 'session'],
    [{ AWS: 'AIDAEXAMPLEEXAMPLE123' }, user, null],
    [{ AWS: ['222222222222', '111111111111'] }, user, 'account'],
    [{ Service: 'ssm.amazonaws.com' }, ssm, 'service'],
    [{ Service: 'ssm.amazonaws.com' }, user, null],
    [{ AWS: '111111111111' }, ssm, null],
    [{ Federated: 'x' }, user, null],
  ] as const)('%j against %j matches by: %s', (principal, asker, expected) => {
    expect(compile(principal)(asker)).toBe(expected);
  });

  it.each([
    [undefined, 'Missing required field Principal'],
    ['111111111111', 'Invalid principal'],
    [{ AWS: 'arn:aws:iam::111111111111:user/*' }, 'Invalid principal'],
    [{ AWS: 'ann' }, 'Invalid principal'],
    [{ CanonicalUser: 'x' }, 'does not evaluate'],
  ])('%j is refused', (principal, message) => {
    expect(() => compile(principal)).toThrow(message);
  });

  it('of several matches by the strongest', () => {
    expect(strongest(['account', null, 'role'])).toBe('role');
    expect(strongest([null])).toBe(null);
  });
});
