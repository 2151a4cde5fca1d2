import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  GetAccountAuthorizationDetailsCommand,
  GetInstanceProfileCommand,
  GetPolicyVersionCommand,
  ListEntitiesForPolicyCommand,
  ListInstanceProfilesCommand,
  ListInstanceProfilesForRoleCommand,
  RemoveRoleFromInstanceProfileCommand,
  SimulatePrincipalPolicyCommand,
  paginateGetAccountAuthorizationDetails,
} from '@aws-sdk/client-iam';
import type { IAMClient, PolicyIdentifier } from '@aws-sdk/client-iam';
import { afterEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../../src/sandbox/index.ts';
import type { Account, Sandbox } from '../../../src/sandbox/index.ts';
import { fleetWorld, instanceRole } from '../../support/fleet-world.ts';
import { clients, enter, refusal } from '../../support/sdk-clients.ts';
import { accountId } from '../../support/simple-world.ts';

let sandbox: Sandbox;
let iam: IAMClient;
const one = accountId(1);
const core = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore';
const own = `arn:aws:iam::${one}:policy/teams/Own`;
const allow = (...Action: string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow' as const, Action, Resource: '*' }],
});
const open = async (account: Partial<Account> = {}): Promise<void> => {
  sandbox = await startSandbox({ world: fleetWorld({ fleet: [], account }) });
  iam = clients(sandbox, await enter(sandbox, one)).iam;
};
afterEach(() => sandbox.stop());

describe('an instance profile', () => {
  it('is created, given a role, read, emptied and deleted', async () => {
    await open();
    const InstanceProfileName = 'New';
    const made = await iam.send(
      new CreateInstanceProfileCommand({ InstanceProfileName, Path: '/teams/' }),
    );
    expect(made.InstanceProfile).toMatchObject({
      Arn: `arn:aws:iam::${one}:instance-profile/teams/New`,
      Roles: [],
    });
    const add = new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName: 'Bare' });
    await iam.send(add);
    expect((await refusal(iam.send(add))).name).toBe('LimitExceededException');
    const read = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName: 'NEW' }));
    expect(read.InstanceProfile?.Roles).toMatchObject([{ RoleName: 'Bare' }]);
    const held = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'Bare' }));
    expect(held.InstanceProfiles?.map((profile) => profile.InstanceProfileName)).toEqual([
      'Bare',
      'New',
    ]);
    const remove = new DeleteInstanceProfileCommand({ InstanceProfileName });
    expect((await refusal(iam.send(remove))).name).toBe('DeleteConflictException');
    expect(
      (await refusal(iam.send(new DeleteRoleCommand({ RoleName: 'Bare' })))).message,
    ).toContain('instance profile');
    await iam.send(
      new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName: 'Bare' }),
    );
    await iam.send(remove);
    expect(
      (await refusal(iam.send(new GetInstanceProfileCommand({ InstanceProfileName })))).name,
    ).toBe('NoSuchEntityException');
    const { InstanceProfiles } = await iam.send(new ListInstanceProfilesCommand({}));
    expect(InstanceProfiles?.map((profile) => profile.InstanceProfileName)).toEqual([
      'App',
      'Bare',
    ]);
  });

  it('appears in the snapshot in its current form', async () => {
    await open();
    await iam.send(
      new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName: 'App', RoleName: 'App' }),
    );
    const account = sandbox.snapshot().accounts.find(({ id }) => id === one);
    expect(account?.instanceProfiles?.map(({ name, role }) => [name, role])).toEqual([
      ['App', undefined],
      ['Bare', 'Bare'],
    ]);
    expect(account?.roles?.some((role) => role.instanceProfiles !== undefined)).toBe(false);
  });
});

describe('GetAccountAuthorizationDetails', () => {
  it('returns roles with their profiles, documents and boundaries, and the policies in use', async () => {
    await open({
      policies: [{ name: 'Own', path: '/teams/', document: allow('s3:GetObject') }],
      roles: [
        ...(fleetWorld({ fleet: [] }).accounts[1]?.roles ?? []),
        instanceRole('Odd', {
          attachedPolicies: [core, own],
          inlinePolicies: { more: allow('ssm:UpdateInstanceInformation') },
          boundary: 'arn:aws:iam::aws:policy/PowerUserAccess',
          tags: { owner: 'odd' },
        }),
      ],
    });
    const details = await iam.send(
      new GetAccountAuthorizationDetailsCommand({
        Filter: ['Role', 'LocalManagedPolicy', 'AWSManagedPolicy'],
      }),
    );
    const odd = details.RoleDetailList?.find((role) => role.RoleName === 'Odd');
    expect(odd).toMatchObject({
      InstanceProfileList: [{ InstanceProfileName: 'Odd', Roles: [{ RoleName: 'Odd' }] }],
      AttachedManagedPolicies: [
        { PolicyName: 'AmazonSSMManagedInstanceCore', PolicyArn: core },
        { PolicyName: 'Own', PolicyArn: own },
      ],
      PermissionsBoundary: { PermissionsBoundaryArn: 'arn:aws:iam::aws:policy/PowerUserAccess' },
      Tags: [{ Key: 'owner', Value: 'odd' }],
    });
    expect(JSON.parse(decodeURIComponent(odd?.RolePolicyList?.[0]?.PolicyDocument ?? ''))).toEqual(
      allow('ssm:UpdateInstanceInformation'),
    );
    const policies = new Map(details.Policies?.map((policy) => [policy.Arn, policy]));
    expect([...policies.keys()]).toContain('arn:aws:iam::aws:policy/PowerUserAccess');
    const version = policies.get(own)?.PolicyVersionList?.[0];
    expect(version).toMatchObject({ VersionId: 'v1', IsDefaultVersion: true });
    expect(JSON.parse(decodeURIComponent(version?.Document ?? ''))).toEqual(allow('s3:GetObject'));
    expect(details.IsTruncated).toBe(false);
  });

  it('has pages across roles and policies', async () => {
    await open();
    const names: string[] = [];
    let pages = 0;
    for await (const page of paginateGetAccountAuthorizationDetails(
      { client: iam, pageSize: 2 },
      { Filter: ['Role', 'AWSManagedPolicy'] },
    )) {
      pages++;
      names.push(...(page.RoleDetailList ?? []).map((role) => role.RoleName ?? ''));
    }
    expect(pages).toBe(4);
    expect(names).toEqual([
      'AWSSystemsManagerDefaultEC2InstanceManagementRole',
      'App',
      'Bare',
      'OrganizationAccountAccessRole',
    ]);
  });
});

it('ListEntitiesForPolicy separates permissions policies from boundaries', async () => {
  await open({
    roles: [
      ...(fleetWorld({ fleet: [] }).accounts[1]?.roles ?? []),
      instanceRole('Bound', { boundary: core }),
    ],
  });
  const roles = async (PolicyUsageFilter?: 'PermissionsPolicy' | 'PermissionsBoundary') =>
    (
      await iam.send(
        new ListEntitiesForPolicyCommand({
          PolicyArn: core,
          EntityFilter: 'Role',
          ...(PolicyUsageFilter && { PolicyUsageFilter }),
        }),
      )
    ).PolicyRoles?.map((role) => role.RoleName);
  expect(await roles()).toEqual(['App', 'Bound']);
  expect(await roles('PermissionsPolicy')).toEqual(['App']);
  expect(await roles('PermissionsBoundary')).toEqual(['Bound']);
});

it.each([
  ['AmazonSSMManagedEC2InstanceDefaultPolicy', 23],
  ['AmazonSSMManagedInstanceCore', 25],
  ['service-role/AmazonEC2RoleforSSM', 41],
])("%s has the %i actions of AWS's policy", async (name, count) => {
  await open();
  const { PolicyVersion } = await iam.send(
    new GetPolicyVersionCommand({ PolicyArn: `arn:aws:iam::aws:policy/${name}`, VersionId: 'v1' }),
  );
  const document = JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? '')) as {
    Statement: { Action: string[] }[];
  };
  expect(document.Statement.flatMap(({ Action }) => Action)).toHaveLength(count);
});

describe('SimulatePrincipalPolicy', () => {
  const uii = 'ssm:UpdateInstanceInformation';
  const simulate = async (PolicyExclusionList?: PolicyIdentifier[], ResourceArns?: string[]) =>
    (
      await iam.send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn: `arn:aws:iam::${one}:role/Both`,
          ActionNames: [uii],
          ...(PolicyExclusionList && { PolicyExclusionList }),
          ...(ResourceArns && { ResourceArns }),
        }),
      )
    ).EvaluationResults;
  const openBoth = () =>
    open({
      roles: [
        ...(fleetWorld({ fleet: [] }).accounts[1]?.roles ?? []),
        instanceRole('Both', { attachedPolicies: [core], inlinePolicies: { more: allow(uii) } }),
      ],
    });

  it.each<[string, PolicyIdentifier[], string]>([
    ['nothing', [], 'allowed'],
    ['the managed policy', [{ PolicyArn: core }], 'allowed'],
    [
      'both',
      [
        { PolicyArn: 'arn:aws:iam::aws:policy/AmazonSSM*' },
        {
          InlinePolicyIdentifier: {
            PolicyName: 'more',
            AttachmentType: 'role',
            AttachmentName: 'Both',
          },
        },
      ],
      'implicitDeny',
    ],
    [
      'both policy types',
      [{ PolicyType: 'aws-managed' }, { PolicyType: 'inline' }],
      'implicitDeny',
    ],
  ])('gives the decision without %s', async (_name, exclusions, decision) => {
    await openBoth();
    expect(await simulate(exclusions)).toMatchObject([{ EvalDecision: decision }]);
    sandbox.setBehavior({ policyExclusionList: 'ignored' });
    expect(await simulate(exclusions)).toMatchObject([{ EvalDecision: 'allowed' }]);
  });

  it('gives one result per action, with a result for each resource in it', async () => {
    await openBoth();
    const arns = ['a', 'b'].map((name) => `arn:aws:ec2:eu-west-1:${one}:instance/${name}`);
    expect(await simulate(undefined, arns)).toMatchObject([
      {
        EvalActionName: uii,
        EvalDecision: 'allowed',
        ResourceSpecificResults: arns.map((EvalResourceName) => ({
          EvalResourceName,
          EvalResourceDecision: 'allowed',
        })),
      },
    ]);
  });
});
