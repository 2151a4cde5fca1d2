import { describe, expect, it } from 'vitest';
import {
  attachedOf,
  authorizationOf,
  inlinePolicyOf,
  policyVersionOf,
  profileOf,
} from '../../../src/aws/responses/authorization.ts';
import { InvalidResponse } from '../../../src/aws/responses/problems.ts';

const subject = { account: '111111111111', partition: 'aws' } as const;
const created = new Date('2026-01-02T03:04:05Z');
const document = encodeURIComponent('{"Version":"2012-10-17"}');
const profile = {
  InstanceProfileName: 'P',
  InstanceProfileId: 'AIPA1',
  Roles: [{ RoleName: 'R' }],
  CreateDate: created,
};
const role = {
  RoleName: 'R',
  Path: '/team/',
  Arn: 'arn:aws:iam::111111111111:role/team/R',
  RoleId: 'AROA1',
  AssumeRolePolicyDocument: document,
  CreateDate: created,
  Tags: [{ Key: 'a', Value: 'b' }],
  InstanceProfileList: [profile],
  RolePolicyList: [{ PolicyName: 'I', PolicyDocument: document }],
  AttachedManagedPolicies: [{ PolicyArn: 'arn:p', PolicyName: 'p' }],
};
const version = { VersionId: 'v2', Document: document, CreateDate: created };

describe('a page of roles and policies', () => {
  it('gives each role with its profiles and policies', () => {
    const { roles, policies } = authorizationOf({ RoleDetailList: [role] }, subject);
    expect(policies).toEqual([]);
    expect(roles).toMatchObject([
      {
        role: { arn: role.Arn, name: 'R', path: '/team/', tags: { a: 'b' } },
        createdAt: created.getTime(),
        profiles: [{ name: 'P', id: 'AIPA1', roles: ['R'], createdAt: created.getTime() }],
        inline: [{ name: 'I', document: '{"Version":"2012-10-17"}' }],
        attached: ['arn:p'],
      },
    ]);
  });

  it.each([
    [
      'marked as the default',
      [{ VersionId: 'v1' }, { ...version, IsDefaultVersion: true }],
      undefined,
    ],
    ['named as the default by the policy', [{ VersionId: 'v1' }, version], 'v2'],
  ])('gives the policy version %s', (_, versions, named) => {
    const policy = { Arn: 'arn:p', DefaultVersionId: named, PolicyVersionList: versions };
    expect(authorizationOf({ Policies: [policy] }, subject).policies).toEqual([
      {
        arn: 'arn:p',
        document: '{"Version":"2012-10-17"}',
        version: 'v2',
        createdAt: created.getTime(),
      },
    ]);
  });

  it('leaves out a policy whose default version is missing', () => {
    const policy = { Arn: 'arn:p', DefaultVersionId: 'v9', PolicyVersionList: [version] };
    expect(authorizationOf({ Policies: [policy] }, subject).policies).toEqual([]);
    expect(authorizationOf({}, subject)).toEqual({ roles: [], policies: [] });
  });

  it.each<[string, () => unknown]>([
    ['a missing page', () => authorizationOf(undefined, subject)],
    [
      'something other than a list of roles',
      () => authorizationOf({ RoleDetailList: {} }, subject),
    ],
    ['a role without a name', () => authorizationOf({ RoleDetailList: [{}] }, subject)],
    [
      'a role of another account',
      () =>
        authorizationOf(
          { RoleDetailList: [{ ...role, Arn: 'arn:aws:iam::222222222222:role/team/R' }] },
          subject,
        ),
    ],
    ['a policy without its ARN', () => authorizationOf({ Policies: [{}] }, subject)],
    [
      'a document that is not encoded',
      () => inlinePolicyOf({ PolicyName: 'I', PolicyDocument: '%' }),
    ],
    ['a version without its id', () => policyVersionOf({ Document: document }, 'arn:p')],
    ['a profile without its id', () => profileOf({ InstanceProfileName: 'P' })],
    ['an attached policy without its ARN', () => attachedOf([{}])],
  ])('is refused with %s', (_, read) => {
    expect(read).toThrow(InvalidResponse);
  });
});

it('accepts a profile without a date or roles', () => {
  expect(profileOf({ ...profile, CreateDate: undefined, Roles: undefined })).toEqual({
    name: 'P',
    id: 'AIPA1',
    roles: [],
    createdAt: null,
  });
  expect(attachedOf(undefined)).toEqual([]);
});
