import { describe, expect, it } from 'vitest';
import { privilegesOf } from '../../../src/core/iam/privilege.ts';
import { trustedOutsiders } from '../../../src/core/iam/trust-statements.ts';
import { known, unknown } from '../../../src/core/model/model.ts';
import { awsManagedPolicy } from '../../../src/sandbox/state/policies.ts';

const account = '222222222222';
const denied = { code: 'denied', message: 'no', hint: 'h', requestId: null } as const;
const allow = (
  action: string | readonly string[],
  resource: string | readonly string[] = '*',
  more: object = {},
): object => ({ Effect: 'Allow', Action: action, Resource: resource, ...more });
const judged = (...statements: object[]) =>
  privilegesOf(
    [{ name: 'inline:x', text: known(JSON.stringify({ Statement: statements })) }],
    account,
  );
const passedTo = (operator: string, value: string | readonly string[]): object => ({
  Condition: { [operator]: { 'iam:PassedToService': value } },
});

describe('privilegesOf', () => {
  it.each([
    ['every action', [allow('*')], 'every action'],
    ['every action in a list', [allow(['s3:GetObject', '*:*'])], 'every action'],
    [
      'every action by NotAction',
      [{ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }],
      'every action',
    ],
    [
      'every action under a condition',
      [allow('*', '*', { Condition: { Bool: { 'aws:x': 'true' } } })],
      'every action',
    ],
    [
      'every action by NotResource',
      [{ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::x' }],
      'every action',
    ],
    ['every IAM action', [allow('iam:*')], 'changing IAM'],
    ['every IAM action in another case', [allow('IAM:*')], 'changing IAM'],
    ['one privileged IAM action', [allow('iam:PutRolePolicy')], 'changing IAM'],
    ['IAM actions by a wildcard', [allow('i*:Put*')], 'changing IAM'],
    [
      'an IAM action on every role',
      [allow('iam:AttachRolePolicy', 'arn:aws:iam::*:role/*')],
      'changing IAM',
    ],
    ['assuming any role', [allow('sts:AssumeRole')], 'assuming any role'],
    [
      'assuming any role of any account',
      [allow('sts:*', 'arn:aws:iam::*:role/*')],
      'assuming any role',
    ],
    [
      'assuming any role of the account',
      [allow('sts:AssumeRole', `arn:aws:iam::${account}:role/*`)],
      'assuming any role',
    ],
    ['passing any role', [allow('iam:PassRole')], 'passing any role'],
    [
      'passing any role by ARN',
      [allow('iam:PassRole', 'arn:aws:iam::*:role/*')],
      'passing any role',
    ],
    [
      'passing any role to any service',
      [allow('iam:PassRole', '*', passedTo('StringLike', '*'))],
      'passing any role',
    ],
    [
      'passing any role to any service but one',
      [allow('iam:PassRole', '*', passedTo('StringNotEquals', 'ec2.amazonaws.com'))],
      'passing any role',
    ],
    [
      'every action, with a conditional Deny',
      [
        allow('*'),
        { Effect: 'Deny', Action: '*', Resource: '*', Condition: { Bool: { 'aws:x': 'true' } } },
      ],
      'every action',
    ],
    ['every IAM action on a list of resources', [allow('iam:*', ['*'])], 'changing IAM'],
  ])('reports %s', (_, statements, power) => {
    expect(judged(...statements).powers.join()).toContain(power);
  });

  it.each([
    ['writing logs', [allow('logs:*')]],
    ['reading IAM', [allow(['iam:Get*', 'iam:List*'])]],
    ['every action on a bucket', [allow('*', 'arn:aws:s3:::bucket/*')]],
    ['assuming one role', [allow('sts:AssumeRole', 'arn:aws:iam::333333333333:role/one')]],
    ['passing some roles', [allow('iam:PassRole', 'arn:aws:iam::*:role/app-*')]],
    [
      'rights that a Deny takes away',
      [allow('iam:PassRole'), { Effect: 'Deny', Action: 'iam:*', Resource: '*' }],
    ],
    [
      'passing any role to one service',
      [allow('iam:PassRole', '*', passedTo('StringEquals', ['ec2.amazonaws.com']))],
    ],
  ])('does not report %s', (_, statements) => {
    expect(judged(...statements).powers).toEqual([]);
  });

  it('reports a right that a condition narrows as limited', () => {
    const { powers, limited } = judged(
      allow('iam:PassRole', '*', passedTo('StringEquals', 'ec2.amazonaws.com')),
    );
    expect([powers, limited.length]).toEqual([[], 1]);
  });

  it('knows some AWS policies by name, and reports other policies that cannot be read as unread', () => {
    const arn = (name: string) => `arn:aws-cn:iam::aws:policy/${name}`;
    const unread = (name: string) => privilegesOf([{ name, text: unknown(denied) }], account);
    expect(unread(arn('AdministratorAccess')).powers).toEqual([
      'AdministratorAccess (allows every action)',
    ]);
    expect(unread(arn('AdministratorAccess')).unread).toBeNull();
    expect(unread(arn('job-function/DatabaseAdministrator')).unread?.text).toEqual(unknown(denied));
    expect(privilegesOf([{ name: 'inline:x', text: known('[]') }], account).unread?.name).toBe(
      'inline:x',
    );
  });

  it.each([
    ['AdministratorAccess', 'every action', 0],
    ['PowerUserAccess', 'every action', 0],
    ['IAMFullAccess', 'changing IAM', 0],
    ['job-function/SystemAdministrator', 'changing IAM', 0],
    ['job-function/DataScientist', null, 1],
    ['job-function/DatabaseAdministrator', null, 0],
    ['job-function/NetworkAdministrator', null, 0],
    ['job-function/SupportUser', null, 0],
    ['job-function/Billing', null, 0],
    ['job-function/ViewOnlyAccess', null, 0],
    ['SecurityAudit', null, 0],
    ['ReadOnlyAccess', null, 0],
  ])('judges AWS’s %s by its document', (name, power, notes) => {
    const text = JSON.stringify(awsManagedPolicy('aws', `arn:aws:iam::aws:policy/${name}`));
    const { powers, limited } = privilegesOf([{ name: 'inline:x', text: known(text) }], account);
    expect([powers.length, limited.length]).toEqual([power === null ? 0 : 1, notes]);
    if (power !== null) expect(powers.join()).toContain(power);
  });

  it('judges ARNs of every partition alike', () => {
    const text = JSON.stringify({ Statement: allow('iam:PassRole', 'arn:aws-cn:iam::*:role/*') });
    expect(privilegesOf([{ name: 'inline:x', text: known(text) }], account).powers).toHaveLength(1);
  });
});

describe('trustedOutsiders', () => {
  const trust = (principal: unknown, more: object = {}): string =>
    JSON.stringify({
      Statement: { Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...more },
    });
  it.each([
    ['Systems Manager', { Service: 'ssm.amazonaws.com' }, []],
    ['the same account', { AWS: [account, `arn:aws:iam::${account}:root`] }, []],
    ['another account', { AWS: '999999999999' }, ['account 999999999999 (999999999999)']],
    ['everybody', '*', ['everybody']],
    ['everybody with AWS credentials', { AWS: '*' }, ['everybody']],
    ['a deleted principal', { AWS: 'AROAEXAMPLE' }, ['AROAEXAMPLE']],
    ['an identity provider', { Federated: 'cognito' }, ['the identity provider cognito']],
  ])('is right for %s', (_, principal, expected) => {
    expect(trustedOutsiders(trust(principal), { partition: 'aws', account })).toEqual(expected);
  });
  it('names conditions, counts NotPrincipal as everybody, and ignores a Deny', () => {
    const subject = { partition: 'aws', account } as const;
    expect(trustedOutsiders(trust('*', { Condition: {} }), subject)).toEqual([
      'everybody under a condition',
    ]);
    expect(trustedOutsiders(trust(undefined, { NotPrincipal: { AWS: '1' } }), subject)).toEqual([
      'everybody',
    ]);
    expect(trustedOutsiders(trust('*', { Effect: 'Deny' }), subject)).toEqual([]);
  });
});
