import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  SimulatePrincipalPolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { IAMClient } from '@aws-sdk/client-iam';
import { afterEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../../src/sandbox/index.ts';
import type { PolicyDocument, Sandbox, World } from '../../../src/sandbox/index.ts';
import { accountId, simpleWorld } from '../../support/simple-world.ts';
import { clients, enter, refusal } from '../../support/sdk-clients.ts';

let sandbox: Sandbox;
const one = accountId(1);
const open = async (world: World = simpleWorld()): Promise<IAMClient> => {
  sandbox = await startSandbox({ world });
  return clients(sandbox, await enter(sandbox, one)).iam;
};
afterEach(() => sandbox.stop());

const trust =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ssm.amazonaws.com"},"Action":"sts:AssumeRole"}]}';
const RoleName = 'TheRole';
const create = (more = {}): CreateRoleCommand =>
  new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, ...more });
const managed = 'arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy';

/** One account in a unit whose service control policy denies the action. */
const shut = (action: string) => ({
  accounts: [{ name: 'one', unit: 'Shut' }],
  unitScps: { Shut: ['shut'] },
  scps: {
    shut: {
      Version: '2012-10-17' as const,
      Statement: { Effect: 'Deny' as const, Action: action, Resource: '*' },
    },
  },
});

describe('a role', () => {
  it('is created, read and deleted without a trace', async () => {
    const iam = await open();
    const before = sandbox.snapshot();
    await iam.send(
      create({
        Path: '/service-role/',
        Description: '<a> & "b"',
        Tags: [{ Key: 'k', Value: 'v' }],
      }),
    );
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'therole' }));
    expect(Role).toMatchObject({
      Arn: `arn:aws:iam::${one}:role/service-role/TheRole`,
      Path: '/service-role/',
      RoleName,
      Description: '<a> & "b"',
      Tags: [{ Key: 'k', Value: 'v' }],
      MaxSessionDuration: 3600,
    });
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(trust);
    expect(Role?.AssumeRolePolicyDocument).not.toContain('{');
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: managed }));
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: managed }));
    expect(
      (await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))).AttachedPolicies,
    ).toEqual([{ PolicyName: 'AmazonSSMManagedEC2InstanceDefaultPolicy', PolicyArn: managed }]);
    expect(await refusal(iam.send(new DeleteRoleCommand({ RoleName })))).toEqual({
      name: 'DeleteConflictException',
      status: 409,
      message: 'Cannot delete entity, must detach all policies first.',
    });
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: managed }));
    expect(
      (await refusal(iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: managed })))).name,
    ).toBe('NoSuchEntityException');
    await iam.send(new DeleteRoleCommand({ RoleName }));
    expect(await refusal(iam.send(new GetRoleCommand({ RoleName })))).toEqual({
      name: 'NoSuchEntityException',
      status: 404,
      message: 'The role with name TheRole cannot be found.',
    });
    expect(sandbox.snapshot()).toEqual(before);
  });

  it('has a name that is unique whatever its path and case', async () => {
    const iam = await open();
    await iam.send(create());
    expect(await refusal(iam.send(create({ RoleName: 'THEROLE', Path: '/x/' })))).toEqual({
      name: 'EntityAlreadyExistsException',
      status: 409,
      message: 'Role with name THEROLE already exists.',
    });
  });

  it('keeps inline policies, tags, a boundary and instance profiles', async () => {
    const boundary = {
      name: 'edge',
      document: JSON.parse(
        '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
      ) as PolicyDocument,
    };
    const held = {
      name: 'Held',
      trust: JSON.parse(trust) as PolicyDocument,
      instanceProfiles: ['profile'],
    };
    const iam = await open(
      simpleWorld({ accounts: [{ name: 'one', moreRoles: [held], policies: [boundary] }] }),
    );
    const edge = `arn:aws:iam::${one}:policy/edge`;
    await iam.send(create({ PermissionsBoundary: edge }));
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
    });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument }));
    expect((await iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames).toEqual(['p']);
    const inline = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'p' }));
    expect(decodeURIComponent(inline.PolicyDocument ?? '')).toBe(PolicyDocument);
    expect((await refusal(iam.send(new DeleteRoleCommand({ RoleName })))).message).toContain(
      'must delete policies first',
    );
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'p' }));
    await iam.send(
      new TagRoleCommand({
        RoleName,
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '' },
        ],
      }),
    );
    await iam.send(new UntagRoleCommand({ RoleName, TagKeys: ['A'] }));
    expect((await iam.send(new ListRoleTagsCommand({ RoleName }))).Tags).toEqual([
      { Key: 'b', Value: '' },
    ]);
    expect(
      (await iam.send(new GetRoleCommand({ RoleName }))).Role?.PermissionsBoundary
        ?.PermissionsBoundaryArn,
    ).toBe(edge);
    await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: edge }));
    expect((await iam.send(new GetPolicyCommand({ PolicyArn: edge }))).Policy).toMatchObject({
      PermissionsBoundaryUsageCount: 1,
      Path: '/',
    });
    const version = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn: edge, VersionId: 'v1' }),
    );
    expect(decodeURIComponent(version.PolicyVersion?.Document ?? '')).toContain('"Allow"');
    const profiles = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'Held' }));
    expect(profiles.InstanceProfiles).toMatchObject([{ InstanceProfileName: 'profile' }]);
    expect(
      (await refusal(iam.send(new DeleteRoleCommand({ RoleName: 'Held' })))).message,
    ).toContain('instance profile');
    expect((await iam.send(new ListRolesCommand({}))).Roles?.map((role) => role.RoleName)).toEqual([
      'Held',
      'OrganizationAccountAccessRole',
      'TheRole',
    ]);
    await iam.send(
      new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust.replace('ssm', 'ec2') }),
    );
    expect(sandbox.role(one, RoleName)?.trust).toEqual(JSON.parse(trust.replace('ssm', 'ec2')));
  });

  it.each([
    [{ AssumeRolePolicyDocument: '{' }, 'MalformedPolicyDocumentException'],
    [
      {
        AssumeRolePolicyDocument:
          '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Resource":"*"}]}',
      },
      'MalformedPolicyDocumentException',
    ],
    [
      {
        AssumeRolePolicyDocument: trust.replace(
          'ssm.amazonaws.com',
          `${'x'.repeat(2100)}.amazonaws.com`,
        ),
      },
      'LimitExceededException',
    ],
    [{ RoleName: 'a b' }, 'ValidationError'],
    [{ RoleName: 'x'.repeat(65) }, 'ValidationError'],
    [{ Path: 'x' }, 'ValidationError'],
    [{ Description: 'x'.repeat(1001) }, 'ValidationError'],
    [{ MaxSessionDuration: 60 }, 'ValidationError'],
    [{ PermissionsBoundary: `arn:aws:iam::${one}:policy/none` }, 'NoSuchEntityException'],
    [
      {
        Tags: [
          { Key: 'k', Value: '1' },
          { Key: 'K', Value: '2' },
        ],
      },
      'InvalidInputException',
    ],
    [{ Tags: [{ Key: 'k<', Value: '1' }] }, 'ValidationError'],
  ])('is refused with %j', async (more, name) => {
    const iam = await open();
    expect((await refusal(iam.send(create(more)))).name).toBe(name);
  });

  it('that is service-linked cannot be changed', async () => {
    const linked = {
      name: 'AWSServiceRoleForX',
      path: '/aws-service-role/x.amazonaws.com/',
      trust: JSON.parse(trust) as PolicyDocument,
    };
    const iam = await open(simpleWorld({ accounts: [{ name: 'one', moreRoles: [linked] }] }));
    expect((await refusal(iam.send(new DeleteRoleCommand({ RoleName: linked.name })))).name).toBe(
      'UnmodifiableEntityException',
    );
  });

  it('accepts only existing policies, and ten at most', async () => {
    const policies = Array.from({ length: 11 }, (_, i) => ({
      name: `p${i}`,
      document: { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } } as const,
    }));
    const iam = await open(simpleWorld({ accounts: [{ name: 'one', policies }] }));
    await iam.send(create());
    const attach = (name: string): Promise<unknown> =>
      iam.send(
        new AttachRolePolicyCommand({ RoleName, PolicyArn: `arn:aws:iam::${one}:policy/${name}` }),
      );
    expect((await refusal(attach('none'))).name).toBe('NoSuchEntityException');
    for (let i = 0; i < 10; i++) await attach(`p${i}`);
    expect((await refusal(attach('p10'))).name).toBe('LimitExceededException');
  });
});

describe('permissions', () => {
  const allowing = (...Action: string[]): string =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
    });

  it('to create a role with tags include iam:TagRole', async () => {
    await open();
    const { iam } = clients(
      sandbox,
      await enter(sandbox, one, { Policy: allowing('iam:CreateRole') }),
    );
    const refused = await refusal(iam.send(create({ Tags: [{ Key: 'k', Value: 'v' }] })));
    expect(refused).toMatchObject({ name: 'AccessDenied', status: 403 });
    expect(refused.message).toContain('because no session policy allows the iam:TagRole action');
    expect(sandbox.role(one, RoleName)).toBeNull();
    await iam.send(create());
  });

  it('are checked before the role is looked up', async () => {
    await open();
    const { iam } = clients(
      sandbox,
      await enter(sandbox, one, { Policy: allowing('iam:CreateRole') }),
    );
    expect((await refusal(iam.send(new GetRoleCommand({ RoleName: 'none' })))).name).toBe(
      'AccessDenied',
    );
  });

  it('are denied by a service control policy, except in the management account', async () => {
    const iam = await open(
      simpleWorld({
        ...shut('iam:GetRole'),
        organization: { scps: ['FullAWSAccess', 'shut'] },
        behavior: { namePolicies: true },
      }),
    );
    const refused = await refusal(iam.send(new GetRoleCommand({ RoleName })));
    expect(refused.message).toMatch(
      /with an explicit deny in a service control policy: arn:aws:organizations::000000000001:policy\/o-testtest01\/service_control_policy\/p-\w+$/,
    );
    sandbox.setBehavior({});
    expect((await refusal(iam.send(new GetRoleCommand({ RoleName })))).message).toMatch(
      /service control policy$/,
    );
    expect((await refusal(clients(sandbox).iam.send(new GetRoleCommand({ RoleName })))).name).toBe(
      'NoSuchEntityException',
    );
  });

  it('can be simulated', async () => {
    const iam = await open(
      simpleWorld({
        ...shut('ssm:*'),
      }),
    );
    const { EvaluationResults } = await iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: `arn:aws:iam::${one}:role/OrganizationAccountAccessRole`,
        ActionNames: ['ssm:GetServiceSetting', 'iam:GetRole'],
      }),
    );
    expect(EvaluationResults).toMatchObject([
      {
        EvalDecision: 'explicitDeny',
        OrganizationsDecisionDetail: { AllowedByOrganizations: false },
      },
      { EvalDecision: 'allowed', OrganizationsDecisionDetail: { AllowedByOrganizations: true } },
    ]);
  });
});
