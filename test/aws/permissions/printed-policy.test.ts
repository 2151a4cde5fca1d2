import { describe, expect, it } from 'vitest';
import {
  callerPolicy,
  conditionOf,
  memberPolicy,
  passedToServices,
  sessionActions,
  type PolicyOptions,
  type PolicyStatement,
} from '../../../src/aws/permissions/printed-policy.ts';
import { operations } from '../../../src/aws/permissions/operations.ts';

const plain: PolicyOptions = {
  partition: 'aws',
  dhmcRole: 'service-role/Dhmc',
  roleNames: ['Entry'],
  readOnly: false,
  withOverwrite: false,
  permissionsBoundary: null,
  coverage: false,
  stackSets: false,
  sessionTags: false,
  sourceIdentity: false,
};
const member = (more: Partial<PolicyOptions> = {}) => memberPolicy({ ...plain, ...more }).Statement;
const caller = (more: Partial<PolicyOptions> = {}) => callerPolicy({ ...plain, ...more }).Statement;
const sids = (statements: readonly PolicyStatement[]) => statements.map(({ Sid }) => Sid);
const statement = (statements: readonly PolicyStatement[], sid: string) =>
  statements.find(({ Sid }) => Sid === sid);
const actions = (statements: readonly PolicyStatement[]) =>
  statements.flatMap(({ Action }) => Action);

describe('the policy of a member account', () => {
  it('lists reads before writes, and passes the DHMC role only to Systems Manager', () => {
    expect(sids(member())).toEqual([
      ...['ReadRegions', 'ReadSettings', 'ReadRoles', 'ReadDhmcRole', 'ReadPolicies', 'ReadUse'],
      ...['SimulatePermissions', 'ChangeSettings', 'CreateDhmcRole', 'ChangeDhmcRole'],
      ...['ChangeGrant', 'PassDhmcRole'],
    ]);
    expect(statement(member(), 'PassDhmcRole')).toEqual({
      Sid: 'PassDhmcRole',
      Effect: 'Allow',
      Action: ['iam:PassRole'],
      Resource: ['arn:aws:iam::*:role/Dhmc', 'arn:aws:iam::*:role/*/Dhmc'],
      Condition: { StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' } },
    });
  });

  it('for reading contains no write action', () => {
    const writing: readonly string[] = Object.values(operations)
      .filter(({ writes }) => writes)
      .flatMap((operation): readonly string[] => operation.actions);
    const allowed = actions(member({ readOnly: true, coverage: true }));
    expect(
      allowed.filter((action) => writing.includes(action) || action === 'iam:PassRole'),
    ).toEqual([]);
  });

  it('passes any role when settings with other roles may be overwritten', () => {
    expect(statement(member({ withOverwrite: true }), 'PassRoles')?.Resource).toEqual([
      'arn:aws:iam::*:role/*',
    ]);
    expect(sids(member({ withOverwrite: true }))).not.toContain('PassDhmcRole');
  });

  it('allows CreateRole only with the boundary, and TagRole without that condition', () => {
    const statements = member({ permissionsBoundary: 'Boundary' });
    expect(statement(statements, 'CreateDhmcRole')).toMatchObject({
      Action: ['iam:CreateRole'],
      Condition: { ArnLike: { 'iam:PermissionsBoundary': 'arn:aws:iam::*:policy/Boundary' } },
    });
    const tags = statement(statements, 'TagDhmcRole');
    expect(tags).toMatchObject({ Action: ['iam:TagRole'] });
    expect(tags).not.toHaveProperty('Condition');
    expect(sids(member())).not.toContain('TagDhmcRole');
  });

  it('reads instances only with --coverage', () => {
    expect(actions(member({ coverage: true }))).toEqual(
      expect.arrayContaining(['ec2:DescribeInstances', 'iam:GetAccountAuthorizationDetails']),
    );
    expect(actions(member())).not.toContain('ec2:DescribeInstances');
  });
});

describe('the policy of the caller', () => {
  it('allows reading the organization, entering accounts, and work in its own', () => {
    const statements = caller();
    expect(sids(statements).slice(0, 3)).toEqual([
      'ReadOrganization',
      'ReadControlPolicies',
      'EnterAccounts',
    ]);
    expect(sids(statements).slice(3)).toEqual(sids(member()).map((sid) => `Own${sid}`));
    expect(statement(statements, 'EnterAccounts')?.Resource).toEqual(['arn:aws:iam::*:role/Entry']);
  });

  it('includes stack sets on request, and no writes to them when read-only', () => {
    expect(sids(caller())).not.toContain('ReadStackSets');
    expect(sids(caller({ stackSets: true }))).toEqual(
      expect.arrayContaining([
        ...['ListStackSets', 'ReadStackSets', 'CreateStackSets', 'ChangeStackSets'],
        'ActAsDelegatedAdministrator',
      ]),
    );
    const reads = sids(caller({ stackSets: true, readOnly: true }));
    expect(reads).toContain('ReadStackSets');
    expect(reads.filter((sid) => /^(Create|Change)StackSets$/.test(sid))).toEqual([]);
  });

  it.each([
    [{}, ['sts:AssumeRole']],
    [{ sessionTags: true }, ['sts:AssumeRole', 'sts:TagSession']],
    [
      { sessionTags: true, sourceIdentity: true },
      ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
    ],
  ])('allows entering accounts with %j', (more, entering) => {
    expect(statement(caller(more), 'EnterAccounts')?.Action).toEqual(entering);
    expect(sessionActions({ ...plain, ...more })).toEqual(entering);
  });
});

it('names the Systems Manager service of each partition', () => {
  expect(passedToServices('aws')).toBe('ssm.amazonaws.com');
  expect(passedToServices('aws-cn')).toEqual(['ssm.amazonaws.com', 'ssm.amazonaws.com.cn']);
});

it('limits grants to the DHMC managed policy', () => {
  const arn = 'arn:aws-us-gov:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy';
  for (const name of ['AttachRolePolicy', 'DetachRolePolicy'] as const)
    expect(conditionOf(name, { partition: 'aws-us-gov', permissionsBoundary: null })).toEqual({
      ArnEquals: { 'iam:PolicyARN': arn },
    });
  expect(conditionOf('CreateRole', { partition: 'aws', permissionsBoundary: null })).toBe(
    undefined,
  );
});
