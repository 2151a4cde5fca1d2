/** Stack sets as the product reads them, from the sandbox's CloudFormation through the real client. */
import {
  CloudFormationClient,
  CreateStackInstancesCommand,
  CreateStackSetCommand,
} from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import { stackSetTemplate } from '../../../src/core/templates/cloudformation.ts';
import { kindOfSet, type StackInstance } from '../../../src/core/stack-sets/stack-sets.ts';
import type { Cloud } from '../../../src/run/cloud.ts';
import type { Sandbox } from '../../../src/sandbox/index.ts';
import type { World } from '../../../src/sandbox/world.ts';
import {
  connected,
  management,
  roleName,
  sandboxOf,
  setEnvironment,
  smallWorld,
  valueOf,
} from '../small-world.ts';

const delegated = '100000000002';
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';
const world = (more: Partial<World> = {}): World =>
  smallWorld({
    callers: [
      ...smallWorld().callers,
      {
        accessKeyId: 'AKIADELEGATED0000001',
        secretAccessKey: 'delegated/opens/nothing/00000000000001',
        identity: {
          kind: 'user',
          account: delegated,
          name: 'ops',
          attachedPolicies: [administrator],
        },
      },
    ],
    behavior: { stackMs: 1 },
    ...more,
  });
const asDelegated = (sandbox: Sandbox): void => {
  setEnvironment({
    ...sandbox.env,
    AWS_ACCESS_KEY_ID: 'AKIADELEGATED0000001',
    AWS_SECRET_ACCESS_KEY: 'delegated/opens/nothing/00000000000001',
  });
};

const body = JSON.stringify(
  stackSetTemplate('setting', {
    rolePath: '/service-role/',
    roleName,
    boundary: null,
    tags: {},
    mainRegion: 'us-east-1',
    onDelete: 'retain',
  }).body,
);

/** Creates a set of ours with instances in Workloads, and `others` sets that are not ours. */
async function withSets(sandbox: Sandbox, { others = 1 } = {}): Promise<void> {
  const client = new CloudFormationClient({
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials: {
      accessKeyId: sandbox.env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: sandbox.env['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
  });
  const common = {
    TemplateBody: body,
    PermissionModel: 'SERVICE_MANAGED' as const,
    AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: true },
  };
  await client.send(
    new CreateStackSetCommand({
      ...common,
      StackSetName: 'dhmc-setting',
      ManagedExecution: { Active: true },
      Tags: [
        { Key: 'dhmc:managed-by', Value: 'stackset' },
        { Key: 'dhmc:set', Value: 'setting' },
      ],
    }),
  );
  for (let n = 0; n < others; n += 1)
    await client.send(new CreateStackSetCommand({ ...common, StackSetName: `other-${String(n)}` }));
  await client.send(
    new CreateStackInstancesCommand({
      StackSetName: 'dhmc-setting',
      DeploymentTargets: { OrganizationalUnitIds: ['ou-abcd-workload'] },
      Regions: ['us-east-1', 'eu-west-1'],
      OperationPreferences: { MaxConcurrentPercentage: 100, FailureTolerancePercentage: 100 },
    }),
  );
}

async function instancesOf(cloud: Cloud, name: string): Promise<readonly StackInstance[]> {
  const all: StackInstance[] = [];
  for await (const page of (await cloud.stackSets()).instances(name)) all.push(...valueOf(page));
  return all;
}

describe('stack sets', () => {
  it('are read with their tags, which mark those of dhmc', async () => {
    const sandbox = await sandboxOf(world());
    await withSets(sandbox);
    const sets = valueOf(await (await (await connected()).stackSets()).sets());
    expect(sets.map((set) => [set.name, kindOfSet(set)])).toEqual([
      ['dhmc-setting', 'setting'],
      ['other-0', null],
    ]);
    expect(sets[0]).toMatchObject({
      arn: expect.stringMatching(
        new RegExp(`^arn:aws:cloudformation:us-east-1:${management}:stackset/dhmc-setting:`),
      ) as string,
      units: ['ou-abcd-workload'],
      autoDeployment: { enabled: true, retainStacks: true, dependsOn: [] },
      managedExecution: true,
    });
    expect(sets[0]?.template).toContain('AWS::SSM::ServiceSetting');
  });

  it('are read over several pages', async () => {
    const sandbox = await sandboxOf(world());
    await withSets(sandbox, { others: 120 });
    const access = await (await connected()).stackSets();
    expect(valueOf(await access.sets())).toHaveLength(121);
  });

  it('have an instance for each account and region', async () => {
    const sandbox = await sandboxOf(world());
    await withSets(sandbox);
    sandbox.advance(60_000);
    const found = await instancesOf(await connected(), 'dhmc-setting');
    expect(found).toHaveLength(6);
    expect(new Set(found.map(({ region }) => region))).toEqual(new Set(['us-east-1', 'eu-west-1']));
    expect(found[0]).toMatchObject({ unit: 'ou-abcd-workload' });
  });

  it('are the same for a delegated administrator, who sets CallAs on every call', async () => {
    const { organization } = world();
    const sandbox = await sandboxOf(
      world({ organization: { ...organization, delegatedAdministrators: [delegated] } }),
    );
    await withSets(sandbox);
    asDelegated(sandbox);
    const cloud = await connected();
    const access = await cloud.stackSets();
    expect(access.callAs).toBe('DELEGATED_ADMIN');
    expect(valueOf(await access.organizationsAccess())).toBe('enabled');
    expect(valueOf(await access.sets())).toHaveLength(2);
    expect(valueOf(await access.set('dhmc-setting'))?.name).toBe('dhmc-setting');
    expect(valueOf(await access.set('nothing'))).toBeNull();
    expect(await instancesOf(cloud, 'dhmc-setting')).toHaveLength(6);
  });

  it('are unknown, not an empty list, for a caller without permission', async () => {
    const sandbox = await sandboxOf(world());
    await withSets(sandbox);
    asDelegated(sandbox);
    const access = await (await connected()).stackSets();
    expect(await access.sets()).toMatchObject({ known: false });
    expect(await access.organizationsAccess()).toMatchObject({ known: false });
  });

  it('report whether trusted access is enabled', async () => {
    const { organization } = world();
    await sandboxOf(world({ organization: { ...organization, stackSetsAccess: false } }));
    const access = await (await connected()).stackSets();
    expect(valueOf(await access.organizationsAccess())).toBe('disabled');
  });
});

it('gives up on a response that never comes', async () => {
  const sandbox = await sandboxOf(world());
  const cloud = await connected();
  sandbox.setBehavior({ faults: [{ kind: 'hang', service: 'cloudformation' }] });
  const { sets } = await cloud.stackSets({ patienceMs: 20 });
  expect(await sets()).toMatchObject({ known: false, problem: { code: 'network' } });
});
