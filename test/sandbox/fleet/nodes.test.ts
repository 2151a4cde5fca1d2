import {
  AttachRolePolicyCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
} from '@aws-sdk/client-iam';
import {
  DescribeInstanceInformationCommand,
  DescribeInstancePropertiesCommand,
  ResetServiceSettingCommand,
  UpdateServiceSettingCommand,
  paginateDescribeInstanceInformation,
} from '@aws-sdk/client-ssm';
import type { InstanceInformation, InstanceInformationStringFilter } from '@aws-sdk/client-ssm';
import { afterEach, describe, expect, it } from 'vitest';
import { dhmcSettingId, startSandbox } from '../../../src/sandbox/index.ts';
import type { FleetBehavior, FleetInstance, Sandbox, World } from '../../../src/sandbox/index.ts';
import { dhmcRole, dhmcRoleName, dhmcValue } from '../../../src/sandbox/worlds/fixtures.ts';
import { fleetRegion, fleetWorld, instanceRole, instanceRoles } from '../../support/fleet-world.ts';
import { clients, enter, refusal } from '../../support/sdk-clients.ts';
import type { Clients } from '../../support/sdk-clients.ts';
import { accountId } from '../../support/simple-world.ts';

let sandbox: Sandbox;
let inside: Clients;
const one = accountId(1);
const minute = 60_000;
const core = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore';
const id = 'i-00000000000000001';

const open = async (world: World): Promise<void> => {
  sandbox = await startSandbox({ world });
  inside = clients(sandbox, await enter(sandbox, one));
};
afterEach(() => sandbox.stop());

/** Advances the clock and enters the account again, because sessions expire. */
const advance = async (ms: number): Promise<void> => {
  sandbox.advance(ms);
  inside = clients(sandbox, await enter(sandbox, one));
};

const nodes = async (
  Filters?: InstanceInformationStringFilter[],
): Promise<readonly InstanceInformation[]> =>
  (
    await inside
      .ssm(fleetRegion)
      .send(new DescribeInstanceInformationCommand({ MaxResults: 50, ...(Filters && { Filters }) }))
  ).InstanceInformationList ?? [];

/** The ping status and role of the first node, or `none`. */
const shown = async (): Promise<string> => {
  const [node] = await nodes();
  return node === undefined ? 'none' : `${node.PingStatus ?? ''} ${node.IamRole ?? '-'}`;
};

describe('an instance without a profile', () => {
  it('appears after the setting is turned on, and is lost after it is reset', async () => {
    await open(fleetWorld({ fleet: [{ id }], setting: 'off' }));
    expect(await shown()).toBe('none');
    await inside
      .ssm(fleetRegion)
      .send(new UpdateServiceSettingCommand({ SettingId: dhmcSettingId, SettingValue: dhmcValue }));
    expect(await shown()).toBe('none');
    await advance(31 * minute);
    expect(await shown()).toBe(`Online ${dhmcValue}`);
    await inside
      .ssm(fleetRegion)
      .send(new ResetServiceSettingCommand({ SettingId: dhmcSettingId }));
    await advance(minute);
    expect(await shown()).toBe(`Online ${dhmcValue}`);
    await advance(80 * minute);
    expect(await shown()).toBe(`ConnectionLost ${dhmcValue}`);
  });

  it('is lost when the role is broken, and returns when it is repaired', async () => {
    await open(fleetWorld({ fleet: [{ id }] }));
    expect(await shown()).toBe(`Online ${dhmcValue}`);
    const policy = {
      RoleName: dhmcRoleName,
      PolicyArn: 'arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy',
    };
    await inside.iam.send(new DetachRolePolicyCommand(policy));
    await advance(16 * minute);
    expect(await shown()).toMatch(/^ConnectionLost/);
    await inside.iam.send(new AttachRolePolicyCommand(policy));
    await advance(16 * minute);
    expect(await shown()).toMatch(/^Online/);
    sandbox.removeRole(one, dhmcRoleName);
    await advance(80 * minute);
    expect(await shown()).toMatch(/^ConnectionLost/);
  });

  it('is not listed without metadata, agent, registration or network, or right after its launch', async () => {
    await open(
      fleetWorld({
        fleet: [
          { id, metadata: { endpoint: 'disabled' } },
          { agent: { version: '3.2.100.0' } },
          { agent: null },
          { agent: { registration: 'lost' } },
          { network: 'closed' },
          { network: 'no-dhmc' },
          { launchedAt: 0 },
        ],
      }),
    );
    expect(await nodes()).toEqual([]);
    await advance(4 * minute);
    expect(await nodes()).toHaveLength(1);
  });
});

describe('an instance with a profile', () => {
  it('switches to the setting’s role when its profile loses the permission, and back', async () => {
    await open(fleetWorld({ fleet: [{ id, profile: 'App' }] }));
    expect(await shown()).toBe('Online -');
    const RoleName = 'App';
    await inside.iam.send(
      new PutRolePolicyCommand({
        RoleName,
        PolicyName: 'handover',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Deny', Action: 'ssm:UpdateInstanceInformation', Resource: '*' }],
        }),
      }),
    );
    await advance(61 * minute);
    expect(await shown()).toBe(`Online ${dhmcValue}`);
    await inside.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'handover' }));
    await advance(66 * minute);
    expect(await shown()).toBe('Online -');
  });

  it("whose profile's role was deleted uses the setting’s role only if its agent can", async () => {
    await open(
      fleetWorld({
        fleet: [{ profile: 'Dead' }, { profile: 'Dead', agent: { version: '3.2.600.0' } }],
        account: { instanceProfiles: [{ name: 'Dead', role: 'Deleted' }] },
      }),
    );
    expect(await nodes()).toMatchObject([{ PingStatus: 'Online', IamRole: dhmcValue }]);
  });

  it('is lost when its profile has no role', async () => {
    await open(fleetWorld({ fleet: [{ id, profile: 'App' }] }));
    await inside.iam.send(
      new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName: 'App', RoleName: 'App' }),
    );
    await advance(80 * minute);
    expect(await shown()).toBe('ConnectionLost -');
  });

  it.each<[string, Partial<FleetInstance>, string]>([
    ['with an endpoint policy that denies its profile', { network: 'no-profile' }, dhmcValue],
    ['whose profile has other permissions only', { profile: 'Bare' }, dhmcValue],
    ['whose profile has the permission', {}, '-'],
    ['with credentials on the machine', { profile: null, agent: { ownCredentials: true } }, '-'],
  ])('%s shows its role', async (_name, more, role) => {
    await open(fleetWorld({ fleet: [{ id, profile: 'App', ...more }] }));
    expect(await shown()).toBe(`Online ${role}`);
  });

  it('is subject to conditions, boundaries and service control policies', async () => {
    const allow = (condition: object) => ({
      policy: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow' as const,
            Action: 'ssm:UpdateInstanceInformation',
            Resource: '*',
            ...condition,
          },
        ],
      },
    });
    await open(
      fleetWorld({
        fleet: [
          { profile: 'Elsewhere' },
          { profile: 'Here' },
          { profile: 'Bound' },
          { profile: 'Tagged' },
          { profile: 'Tagged', tags: { SqlHaMonitored: 'true' } },
        ],
        account: {
          moreRoles: [
            dhmcRole,
            ...instanceRoles,
            instanceRole('Elsewhere', {
              inlinePolicies: allow({
                Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } },
              }),
            }),
            instanceRole('Here', {
              inlinePolicies: allow({
                Condition: {
                  ArnLike: { 'ec2:SourceInstanceARN': `arn:aws:ec2:*:${one}:instance/*` },
                },
              }),
            }),
            instanceRole('Bound', {
              attachedPolicies: [core],
              boundary: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
            }),
            instanceRole('Tagged', {
              attachedPolicies: ['arn:aws:iam::aws:policy/AWSEC2SqlHaInstancePolicy'],
            }),
          ],
        },
      }),
    );
    expect((await nodes()).map(({ IamRole }) => IamRole ?? '-')).toEqual([
      dhmcValue,
      '-',
      dhmcValue,
      dhmcValue,
      '-',
    ]);
  });
});

describe('the list of nodes', () => {
  it('drops stopped instances after a while', async () => {
    await open(fleetWorld({ fleet: [{ id }], behavior: { fleet: { delistMs: 5 * minute } } }));
    sandbox.setInstance(one, fleetRegion, { id, state: 'stopped' });
    expect(await nodes()).toHaveLength(1);
    await advance(6 * minute);
    expect(await nodes()).toEqual([]);
    sandbox.setInstance(one, fleetRegion, { id, state: 'running' });
    await advance(5 * minute);
    expect(await shown()).toMatch(/^Online/);
  });

  it('has a hybrid node instead of its instance', async () => {
    const activation = { node: 'mi-00000000000000001', role: 'service-role/Hybrid' };
    await open(fleetWorld({ fleet: [{ id, profile: 'App', agent: { activation } }] }));
    expect(await nodes()).toMatchObject([
      {
        InstanceId: activation.node,
        ResourceType: 'ManagedInstance',
        IamRole: 'service-role/Hybrid',
        SourceId: id,
        SourceType: 'AWS::EC2::Instance',
        ActivationId: expect.any(String) as unknown,
      },
    ]);
  });

  it('takes nodes that the world lists over those of the agents', async () => {
    await open(
      fleetWorld({
        fleet: [{ id }],
        account: {
          instances: {
            [fleetRegion]: [
              { id, role: 'Former', lastPingMinutesAgo: 20 },
              { id: 'i-0000000000000000f', ping: 'ConnectionLost' },
            ],
          },
        },
      }),
    );
    expect(await nodes()).toMatchObject([
      { InstanceId: id, IamRole: 'Former', PingStatus: 'Online' },
      { InstanceId: 'i-0000000000000000f', PingStatus: 'ConnectionLost' },
    ]);
  });

  it.each<[FleetBehavior, string]>([
    [{}, `Online ${dhmcValue}`],
    [{ iamRole: 'name' }, `Online ${dhmcRoleName}`],
    [{ iamRole: 'absent' }, 'Online -'],
    [{ iamRoleWithSource: 'absent' }, 'Online -'],
    [{ connectionLostMs: 1 }, `ConnectionLost ${dhmcValue}`],
  ])('follows the behavior %j', async (fleet, expected) => {
    const agent = { version: '3.3.4851.0' };
    await open(fleetWorld({ fleet: [{ id, agent }], behavior: { fleet } }));
    expect(await shown()).toBe(expected);
  });

  it.each<['cleared' | 'stale', string]>([
    ['cleared', 'Online -'],
    ['stale', `Online ${dhmcValue}`],
  ])('shows a former role as %s', async (iamRoleAfterReturn, expected) => {
    const behavior = { fleet: { iamRoleAfterReturn } };
    await open(fleetWorld({ fleet: [{ id, profile: 'Bare' }], behavior }));
    sandbox.setInstance(one, fleetRegion, { id, profile: 'App' });
    await advance(70 * minute);
    expect(await shown()).toBe(expected);
  });
});

describe('DescribeInstanceInformation', () => {
  const fleet: readonly FleetInstance[] = [
    { count: 60, name: 'web', tags: { team: 'shop' } },
    { id, platform: 'Windows', agent: { version: '3.3.4851.0' } },
  ];

  it("has pages of 50 nodes with AWS's members", async () => {
    await open(fleetWorld({ fleet }));
    const pages: InstanceInformation[][] = [];
    const client = inside.ssm(fleetRegion);
    for await (const page of paginateDescribeInstanceInformation({ client, pageSize: 50 }, {}))
      pages.push(page.InstanceInformationList ?? []);
    expect(pages.map((page) => page.length)).toEqual([50, 11]);
    const last = pages[1]?.at(-1);
    expect(last).toMatchObject({
      InstanceId: id,
      PingStatus: 'Online',
      AgentVersion: '3.3.4851.0',
      IsLatestVersion: false,
      PlatformType: 'Windows',
      ResourceType: 'EC2Instance',
      SourceType: 'AWS::EC2::Instance',
      SourceId: id,
      IPAddress: expect.stringMatching(/^10\./) as unknown,
    });
    expect(last?.RegistrationDate?.getTime()).toBeLessThan(Date.now());
    expect(Date.now() - (last?.LastPingDateTime?.getTime() ?? 0)).toBeLessThan(6 * minute);
  });

  it.each<[string, string[], number]>([
    ['InstanceIds', [id], 1],
    ['PlatformTypes', ['Windows'], 1],
    ['IamRole', [dhmcValue], 61],
    ['AgentVersion', ['3.3.4851.0'], 1],
    ['tag:team', ['shop'], 60],
    ['tag-key', ['team'], 60],
    ['SourceTypes', ['AWS::EC2::Instance'], 1],
    ['ResourceType', ['ManagedInstance'], 0],
  ])('filters by %s', async (Key, Values, count) => {
    await open(fleetWorld({ fleet }));
    const { InstanceInformationList: first, NextToken } = await inside
      .ssm(fleetRegion)
      .send(new DescribeInstanceInformationCommand({ Filters: [{ Key, Values }] }));
    expect(first).toHaveLength(Math.min(50, count));
    expect(NextToken === undefined).toBe(count <= 50);
  });

  it('refuses tags together with other filters, and old filters together with new ones', async () => {
    await open(fleetWorld({ fleet }));
    const tag = { Key: 'tag:team', Values: ['shop'] };
    expect((await refusal(nodes([tag, { Key: 'PingStatus', Values: ['Online'] }]))).name).toBe(
      'InvalidInstanceInformationFilterValue',
    );
    const both = new DescribeInstanceInformationCommand({
      Filters: [tag],
      InstanceInformationFilterList: [{ key: 'PingStatus', valueSet: ['Online'] }],
    });
    expect((await refusal(inside.ssm(fleetRegion).send(both))).name).toBe('ValidationException');
  });
});

describe('DescribeInstanceProperties', () => {
  it('has pages of 1,000 nodes with data from EC2', async () => {
    await open(
      fleetWorld({
        fleet: [{ id, profile: 'App', launchedAt: '2026-01-01T00:00:00Z' }, { count: 70 }],
      }),
    );
    const client = inside.ssm(fleetRegion);
    const { InstanceProperties: all = [], NextToken } = await client.send(
      new DescribeInstancePropertiesCommand({ MaxResults: 1000 }),
    );
    expect(all).toHaveLength(71);
    expect(NextToken).toBeUndefined();
    expect(all[0]).toMatchObject({
      InstanceId: id,
      InstanceRole: 'App',
      InstanceState: 'running',
      LaunchTime: new Date('2026-01-01T00:00:00Z'),
    });
    expect(all[1]).toMatchObject({ InstanceRole: '', IamRole: dhmcValue });
    sandbox.setBehavior({ fleet: { instanceRole: 'arn' } });
    const filtered = await client.send(
      new DescribeInstancePropertiesCommand({
        FiltersWithOperator: [{ Key: 'IamRole', Values: [dhmcValue], Operator: 'NotEqual' }],
      }),
    );
    expect(filtered.InstanceProperties?.map(({ InstanceRole }) => InstanceRole)).toEqual([
      `arn:aws:iam::${one}:instance-profile/App`,
    ]);
  });
});

it('keeps changed instances in the snapshot', async () => {
  await open(fleetWorld({ fleet: [{ count: 3, name: 'web' }] }));
  const [, second] = sandbox.instances(one, fleetRegion);
  sandbox.setInstance(one, fleetRegion, { id: second?.id ?? '', state: 'stopped' });
  sandbox.setInstance(one, fleetRegion, { id, name: 'new' });
  const listed = sandbox.instances(one, fleetRegion);
  expect(listed.map(({ name, state }) => `${name ?? ''} ${state ?? ''}`)).toEqual([
    'web-1 ',
    'web-2 stopped',
    'web-3 ',
    'new ',
  ]);
  const again = await startSandbox({ world: sandbox.snapshot() });
  expect(again.instances(one, fleetRegion)).toEqual(listed);
  await again.stop();
});

it('lists an instance as online after its agent is restarted', async () => {
  await open(fleetWorld({ fleet: [{ id, agent: { stoppedAt: 3000 } }] }));
  expect(await shown()).toBe(`ConnectionLost ${dhmcValue}`);
  sandbox.restartAgent(one, fleetRegion, id);
  await advance(4 * minute);
  expect(await shown()).toBe(`Online ${dhmcValue}`);
  expect(() => {
    sandbox.restartAgent(one, fleetRegion, 'i-0000000000000ffff');
  }).toThrow('There is no instance');
});
