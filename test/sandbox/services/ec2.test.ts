import {
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstancesCommand,
  paginateDescribeInstances,
} from '@aws-sdk/client-ec2';
import type { DescribeInstancesCommandInput, Instance } from '@aws-sdk/client-ec2';
import { afterEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../../src/sandbox/index.ts';
import type { FleetInstance, Sandbox, World } from '../../../src/sandbox/index.ts';
import { fleetRegion, fleetWorld } from '../../support/fleet-world.ts';
import { clients, enter, firstCaller, raw, refusal } from '../../support/sdk-clients.ts';
import type { Clients } from '../../support/sdk-clients.ts';
import { accountId } from '../../support/simple-world.ts';

let sandbox: Sandbox;
let inside: Clients;
const one = accountId(1);
const open = async (world: World): Promise<void> => {
  sandbox = await startSandbox({ world });
  inside = clients(sandbox, await enter(sandbox, one));
};
afterEach(() => sandbox.stop());

const ask = (input: DescribeInstancesCommandInput = {}, region = fleetRegion) =>
  inside.ec2(region).send(new DescribeInstancesCommand(input));
const found = async (input?: DescribeInstancesCommandInput): Promise<Instance[]> =>
  (await ask(input)).Reservations?.flatMap(({ Instances }) => Instances ?? []) ?? [];

const fleet: readonly FleetInstance[] = [
  { id: 'i-00000000000000001', name: 'web', profile: 'App', tags: { team: 'shop' } },
  {
    id: 'i-00000000000000002',
    platform: 'Windows',
    launchedAt: '2026-01-02T03:04:05Z',
    metadata: { endpoint: 'disabled', tokens: 'optional', hopLimit: 1, state: 'pending' },
    operator: 'eks.amazonaws.com',
  },
  { id: 'i-00000000000000003', state: 'stopped', profile: 'Gone', profileId: 'AIPAOLD' },
  { count: 12, name: 'worker', profile: 'Bare' },
];

describe('DescribeInstances', () => {
  it('returns the instances of the world', async () => {
    await open(fleetWorld({ fleet }));
    const [web, windows, stopped, ...workers] = await found();
    expect(web).toMatchObject({
      InstanceId: 'i-00000000000000001',
      State: { Code: 16, Name: 'running' },
      IamInstanceProfile: {
        Arn: `arn:aws:iam::${one}:instance-profile/App`,
        Id: expect.stringMatching(/^AIPA/) as unknown,
      },
      MetadataOptions: {
        State: 'applied',
        HttpTokens: 'required',
        HttpPutResponseHopLimit: 2,
        HttpEndpoint: 'enabled',
      },
      Operator: { Managed: false },
      Tags: [
        { Key: 'Name', Value: 'web' },
        { Key: 'team', Value: 'shop' },
      ],
    });
    expect(web?.Platform).toBeUndefined();
    expect(windows).toMatchObject({
      Platform: 'windows',
      LaunchTime: new Date('2026-01-02T03:04:05Z'),
      MetadataOptions: { State: 'pending', HttpEndpoint: 'disabled', HttpTokens: 'optional' },
      Operator: { Managed: true, Principal: 'eks.amazonaws.com' },
    });
    expect(windows?.IamInstanceProfile).toBeUndefined();
    expect(stopped).toMatchObject({
      State: { Code: 80, Name: 'stopped' },
      IamInstanceProfile: { Id: 'AIPAOLD' },
    });
    expect(workers).toHaveLength(12);
    expect(workers[11]?.Tags).toEqual([{ Key: 'Name', Value: 'worker-12' }]);
    expect(workers[0]?.InstanceId).toMatch(/^i-[0-9a-f]{17}$/);
    expect((await ask()).Reservations).toHaveLength(4);
    expect((await ask({}, 'us-east-1')).Reservations).toEqual([]);
  });

  it.each<[string, readonly string[], number]>([
    ['instance-state-name', ['running'], 14],
    ['instance-state-name', ['stopped', 'terminated'], 1],
    ['instance-state-code', ['80'], 1],
    ['tag:team', ['sh?p'], 1],
    ['tag:Name', ['worker-*'], 12],
    ['tag-key', ['team'], 1],
    ['iam-instance-profile.arn', [`arn:aws:iam::${one}:instance-profile/Bare`], 12],
    ['iam-instance-profile.id', ['AIPAOLD'], 1],
    ['metadata-options.http-endpoint', ['disabled'], 1],
    ['metadata-options.http-put-response-hop-limit', ['1'], 1],
    ['operator.managed', ['true'], 1],
    ['platform', ['windows'], 1],
    ['instance-id', ['i-00000000000000003'], 1],
  ])('filters by %s %j', async (Name, Values, count) => {
    await open(fleetWorld({ fleet }));
    expect(await found({ Filters: [{ Name, Values: [...Values] }] })).toHaveLength(count);
  });

  it('has pages; one may be empty without being the last', async () => {
    await open(fleetWorld({ fleet, behavior: { emptyPages: true } }));
    const sizes: number[] = [];
    for await (const page of paginateDescribeInstances(
      { client: inside.ec2(fleetRegion), pageSize: 6 },
      {},
    ))
      sizes.push(page.Reservations?.flatMap(({ Instances }) => Instances ?? []).length ?? -1);
    expect(sizes).toEqual([0, 6, 6, 3]);
  });

  it.each<[DescribeInstancesCommandInput, string]>([
    [{ InstanceIds: ['i-00000000000000001'], MaxResults: 5 }, 'InvalidParameterCombination'],
    [{ InstanceIds: ['i-0000000000000ffff'] }, 'InvalidInstanceID.NotFound'],
    [{ InstanceIds: ['web'] }, 'InvalidInstanceID.Malformed'],
    [{ MaxResults: 4 }, 'InvalidParameterValue'],
    [{ NextToken: 'never-given' }, 'InvalidParameterValue'],
    [{ DryRun: true }, 'DryRunOperation'],
    [{ Filters: [{ Name: 'no-such-filter', Values: ['x'] }] }, 'SandboxUnsupported'],
  ])('refuses %j with %s', async (input, name) => {
    await open(fleetWorld({ fleet }));
    expect((await refusal(ask(input))).name).toBe(name);
  });

  it('requires its permission, an enabled region and valid keys', async () => {
    await open(fleetWorld({ fleet, optIn: ['af-south-1'] }));
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'ssm:*', Resource: '*' }],
    });
    const narrow = clients(sandbox, await enter(sandbox, one, { Policy: policy }));
    const denied = await refusal(narrow.ec2(fleetRegion).send(new DescribeInstancesCommand({})));
    expect(denied).toMatchObject({ name: 'UnauthorizedOperation', status: 403 });
    expect(denied.message).toContain('no session policy allows the ec2:DescribeInstances action');
    expect(await refusal(ask({}, 'af-south-1'))).toMatchObject({
      name: 'AuthFailure',
      status: 401,
    });
    const nobody = clients(sandbox, { accessKeyId: 'AKIANOBODY0000000001', secretAccessKey: 'x' });
    expect(
      await refusal(nobody.ec2(fleetRegion).send(new DescribeInstancesCommand({}))),
    ).toMatchObject({ name: 'AuthFailure', status: 401 });
  });

  it("has EC2's own errors for throttling and server errors", async () => {
    await open(fleetWorld({ fleet, behavior: { faults: [{ service: 'ec2', kind: 'throttle' }] } }));
    expect(await refusal(ask())).toMatchObject({ name: 'RequestLimitExceeded', status: 503 });
    sandbox.setBehavior({ faults: [{ service: 'ec2', kind: 'server-error' }] });
    expect(await refusal(ask())).toMatchObject({ name: 'InternalError', status: 500 });
  });

  it('responds in EC2’s XML', async () => {
    await open(fleetWorld({ fleet: [{ id: 'i-00000000000000001', name: '<&>' }] }));
    const keys = await enter(sandbox, one, {}, firstCaller(sandbox));
    const body = 'Action=DescribeInstances&Version=2016-11-15&MaxResults=5';
    const answer = await raw(sandbox, { service: 'ec2', region: fleetRegion, body, keys });
    expect(answer.text).toMatch(
      /<DescribeInstancesResponse xmlns="http:\/\/ec2\.amazonaws\.com\/doc\/2016-11-15\/"><requestId>/,
    );
    expect(answer.text).toContain('<value>&lt;&amp;&gt;</value>');
    expect(answer.text).not.toContain('nextToken');
    const unknown = await raw(sandbox, {
      service: 'ec2',
      region: fleetRegion,
      body: 'Action=RunInstances&Version=2016-11-15',
      keys,
    });
    expect(unknown.status).toBe(400);
    expect(unknown.text).toContain('<Response><Errors><Error><Code>InvalidAction</Code>');
  });
});

describe('DescribeIamInstanceProfileAssociations', () => {
  it('gives the time when a profile was attached', async () => {
    await open(
      fleetWorld({
        fleet: [
          { id: 'i-00000000000000001', profile: 'App', launchedAt: '2026-01-01T00:00:00Z' },
          { id: 'i-00000000000000002', profile: 'App', profileChange: { at: 10, before: null } },
          { id: 'i-00000000000000003' },
        ],
      }),
    );
    const list = async () =>
      (
        await inside
          .ec2(fleetRegion)
          .send(new DescribeIamInstanceProfileAssociationsCommand({ MaxResults: 5 }))
      ).IamInstanceProfileAssociations ?? [];
    const before = await list();
    expect(before).toMatchObject([
      { InstanceId: 'i-00000000000000001', State: 'associated', Timestamp: new Date('2026-01-01') },
      { InstanceId: 'i-00000000000000002', State: 'associated' },
    ]);
    expect(Date.now() - (before[1]?.Timestamp?.getTime() ?? 0)).toBeGreaterThan(9 * 60_000);
    sandbox.setInstance(one, fleetRegion, { id: 'i-00000000000000003', profile: 'Bare' });
    const after = await list();
    expect(after).toHaveLength(3);
    expect(after[2]?.IamInstanceProfile?.Arn).toContain('instance-profile/Bare');
    expect(Date.now() - (after[2]?.Timestamp?.getTime() ?? 0)).toBeLessThan(60_000);
  });
});
