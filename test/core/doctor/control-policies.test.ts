import { describe, expect, it } from 'vitest';
import { isLike, judgeLevels } from '../../../src/core/doctor/control-policies.ts';
import type { Need, PolicyLevel } from '../../../src/core/doctor/readings.ts';

const need = (action: string, resource = '*', context: Need['context'] = {}): Need => ({
  action,
  resource,
  context,
  for: 'enable',
});
const level = (target: string, ...documents: readonly unknown[]): PolicyLevel => ({
  target,
  policies: documents.map((document, at) => ({
    id: `p-${at}`,
    arn: `arn:p-${at}`,
    name: `policy ${at}`,
    content: typeof document === 'string' ? document : JSON.stringify(document),
  })),
});
const everything = { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
const denies = (more: object) => ({
  Statement: [{ Effect: 'Deny', Action: 'ssm:Update*', Resource: '*', ...more }],
});
const role = 'arn:aws:iam::1:role/Entry';

describe('service control policies', () => {
  const update = need('ssm:UpdateServiceSetting', 'arn:aws:ssm:us-east-1:1:servicesetting/x');
  const judge = (...documents: readonly unknown[]) =>
    judgeLevels([level('ou-1', ...documents)], [update], { principalArn: role });

  it('have no denials where they allow everything', () => {
    expect(judge(everything)).toEqual({ denials: [], unreadable: [] });
  });
  it('have a denial without conditions where they deny for certain', () => {
    expect(judge(everything, denies({})).denials).toMatchObject([
      { target: 'ou-1', policy: { name: 'policy 1' }, needs: [update], depends: [] },
    ]);
  });
  it.each([
    [
      'that exempts the caller’s role',
      { Condition: { ArnNotLike: { 'aws:PrincipalARN': 'arn:aws:iam::*:role/Entry' } } },
      null,
    ],
    [
      'that exempts another role',
      { Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/Other' } } },
      [],
    ],
    [
      'under a condition on a tag',
      { Condition: { StringNotEquals: { 'aws:PrincipalTag/job': 'admin' } } },
      ['aws:PrincipalTag/job'],
    ],
    [
      'under a condition on the region',
      { Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1'] } } },
      ['aws:RequestedRegion'],
    ],
    ['by NotAction of other actions', { Action: undefined, NotAction: ['iam:*', 'sts:*'] }, []],
    ['by NotAction of the needed action', { Action: undefined, NotAction: ['ssm:*'] }, null],
    ['on another resource', { Resource: 'arn:aws:ssm:*:*:parameter/*' }, null],
    [
      'by NotResource of the needed resource',
      { Resource: undefined, NotResource: 'arn:aws:ssm:*:*:servicesetting/*' },
      null,
    ],
  ])('are judged right with a Deny %s', (_, more, depends) => {
    const { denials } = judge(everything, denies(more));
    if (depends === null) expect(denials).toEqual([]);
    else expect(denials.map((denial) => denial.depends)).toEqual([depends]);
  });
  it('are judged by the service that a role is passed to', () => {
    const pass = need('iam:PassRole', role, { 'iam:PassedToService': 'ssm.amazonaws.com' });
    const document = (service: string) => ({
      Statement: [
        {
          Effect: 'Deny',
          Action: 'iam:PassRole',
          Resource: '*',
          Condition: { StringEquals: { 'iam:PassedToService': service } },
        },
      ],
    });
    const denied = (service: string) =>
      judgeLevels([level('r', everything, document(service))], [pass], { principalArn: role })
        .denials.length;
    expect([denied('ssm.amazonaws.com'), denied('ec2.amazonaws.com')]).toEqual([1, 0]);
  });
  it('must allow the action at every level', () => {
    const some = { Statement: { Effect: 'Allow', Action: ['iam:*'], Resource: '*' } };
    expect(
      judgeLevels([level('r', everything), level('ou', some)], [update], { principalArn: role })
        .denials,
    ).toMatchObject([{ target: 'ou', policy: null, needs: [update] }]);
  });
  it('have no denials where none are attached, and are unreadable where they cannot be understood', () => {
    expect(judgeLevels([level('r')], [update], { principalArn: null })).toEqual({
      denials: [],
      unreadable: [],
    });
    expect(judge(everything, '{"Statement":').unreadable).toMatchObject([{ name: 'policy 1' }]);
    expect(judge(everything, { Statement: [{ Effect: 'Perhaps' }] }).unreadable).toHaveLength(1);
  });
  it('match wildcards like IAM, in linear time', () => {
    expect([
      isLike('ssm:GetX', 'ssm:*'),
      isLike('ab', 'a?'),
      isLike('abc', 'a?'),
      isLike('', '*'),
      isLike('a', ''),
    ]).toEqual([true, true, false, true, false]);
    expect(isLike('a'.repeat(5000), `${'*a'.repeat(500)}b`)).toBe(false);
  });
});
