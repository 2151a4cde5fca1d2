import { ListRegionsCommand } from '@aws-sdk/client-account';
import { AttachRolePolicyCommand, CreateRoleCommand } from '@aws-sdk/client-iam';
import {
  DescribeInstanceInformationCommand,
  GetServiceSettingCommand,
  ListAssociationsCommand,
  ResetServiceSettingCommand,
  UpdateServiceSettingCommand,
} from '@aws-sdk/client-ssm';
import { afterEach, describe, expect, it } from 'vitest';
import { dhmcSettingId, startSandbox } from '../../../src/sandbox/index.ts';
import type { PolicyDocument, Sandbox, World } from '../../../src/sandbox/index.ts';
import {
  dhmcRole,
  dhmcRoleAtRoot,
  dhmcRoleWithWrongTrust,
  dhmcValue,
} from '../../../src/sandbox/worlds/fixtures.ts';
import {
  accountId,
  managementAccount,
  rootId,
  setTo,
  simpleWorld,
  unitId,
} from '../../support/simple-world.ts';
import { clients, enter, refusal } from '../../support/sdk-clients.ts';
import type { Clients, Keys } from '../../support/sdk-clients.ts';

let sandbox: Sandbox;
let inside: Clients;
const one = accountId(1);
const eu = 'eu-west-1';
const open = async (world: World): Promise<Sandbox> => {
  sandbox = await startSandbox({ world });
  inside = clients(sandbox, await enter(sandbox, one));
  return sandbox;
};
afterEach(() => sandbox.stop());

const me = `arn:aws:sts::${one}:assumed-role/OrganizationAccountAccessRole/test-session`;
const get = (region = eu, SettingId = dhmcSettingId) =>
  inside.ssm(region).send(new GetServiceSettingCommand({ SettingId }));
const update = (SettingValue = dhmcValue, region = eu) =>
  inside
    .ssm(region)
    .send(new UpdateServiceSettingCommand({ SettingId: dhmcSettingId, SettingValue }));
const reset = (region = eu) =>
  inside.ssm(region).send(new ResetServiceSettingCommand({ SettingId: dhmcSettingId }));
const withRole = (role = dhmcRole, more = {}): World =>
  simpleWorld({ accounts: [{ name: 'one', moreRoles: [role] }], ...more });

describe('the setting', () => {
  it('is set, names its writer, and is reset without a trace', async () => {
    await open(withRole());
    const before = sandbox.snapshot();
    expect((await get()).ServiceSetting).toMatchObject({
      SettingValue: '$None',
      Status: 'Default',
      LastModifiedUser: 'System',
    });
    expect(await update()).toEqual(
      expect.objectContaining({ $metadata: expect.anything() as unknown }),
    );
    const { ServiceSetting: set } = await get();
    expect(set).toMatchObject({
      SettingId: dhmcSettingId,
      SettingValue: dhmcValue,
      Status: 'Customized',
      LastModifiedUser: me,
      ARN: `arn:aws:ssm:eu-west-1:${one}:servicesetting${dhmcSettingId}`,
    });
    expect((await get('us-east-1')).ServiceSetting?.SettingValue).toBe('$None');
    expect((await reset()).ServiceSetting).toMatchObject({
      SettingValue: '$None',
      Status: 'Default',
    });
    expect(sandbox.snapshot()).toEqual(before);
  });

  it('has a new date and writer after a write of the same value', async () => {
    await open(
      simpleWorld({
        accounts: [{ name: 'one', moreRoles: [dhmcRole], settings: { [eu]: setTo(dhmcValue) } }],
      }),
    );
    await update();
    const first = sandbox.setting(one, eu);
    expect(first).toMatchObject({ value: dhmcValue, modifiedBy: me });
    sandbox.advance(5000);
    await update();
    expect(sandbox.setting(one, eu)?.modifiedAt).not.toBe(first?.modifiedAt);
  });

  it.each([
    ['System', 'System'],
    ['absent', undefined],
  ] as const)('may name %s as its writer', async (modifiedUser, user) => {
    await open(withRole(dhmcRole, { behavior: { modifiedUser } }));
    await update();
    expect((await get()).ServiceSetting?.LastModifiedUser).toBe(user);
  });

  it('can be addressed by its ARN, but not by that of another region', async () => {
    await open(withRole());
    const arn = (region: string): string =>
      `arn:aws:ssm:${region}:${one}:servicesetting${dhmcSettingId}`;
    expect((await get(eu, arn(eu))).ServiceSetting?.SettingId).toBe(dhmcSettingId);
    expect(await refusal(get(eu, arn('us-east-1')))).toEqual({
      name: 'ValidationException',
      status: 400,
      message: `Invalid settingId : ${arn('us-east-1')}.`,
    });
    expect((await refusal(get(eu, '/ssm/none'))).name).toBe('ServiceSettingNotFound');
    expect(
      (await get(eu, '/ssm/parameter-store/default-parameter-tier')).ServiceSetting?.SettingValue,
    ).toBe('Standard');
  });

  it.each([
    ['missing', simpleWorld(), 'missingRole'],
    ['at another path', withRole(dhmcRoleAtRoot), 'missingRole'],
    ['without trust for Systems Manager', withRole(dhmcRoleWithWrongTrust), 'untrustingRole'],
  ] as const)('cannot name a role that is %s', async (_name, world, knob) => {
    await open(world);
    const arn = `arn:aws:iam::${one}:role/${dhmcValue}`;
    expect(await refusal(update())).toEqual({
      name: 'ValidationException',
      status: 400,
      message: `Nonexistent role or missing ssm service principal in trust policy: ${arn}`,
    });
    sandbox.setBehavior({ [knob]: 'other' });
    expect(await refusal(update())).toMatchObject({
      name: 'ValidationException',
      message: expect.not.stringContaining('role') as string,
    });
    sandbox.setBehavior({ [knob]: 'none' });
    await update();
  });

  const unit = `o-testtest01/${rootId}/${unitId('Workloads')}/`;
  it.each([
    ['StringEquals', 'aws:SourceOrgID', 'o-testtest01', true],
    ['StringEquals', 'aws:SourceOrgID', 'o-another001', false],
    ['ForAnyValue:StringEquals', 'aws:SourceOrgPaths', unit, true],
    ['ForAnyValue:StringLike', 'aws:SourceOrgPaths', 'o-testtest01/*', true],
    ['ForAnyValue:StringEquals', 'aws:SourceOrgPaths', `o-testtest01/${rootId}/`, false],
    ['ForAnyValue:StringLike', 'aws:SourceOrgPaths', 'o-another001/*', false],
  ])(
    'and a role that trusts Systems Manager if %s %s %s: accepted is %s',
    async (operator, key, value, works) => {
      const trust: PolicyDocument = {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'ssm.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: { [operator]: { [key]: value } },
          },
        ],
      };
      const moreRoles = [{ ...dhmcRole, trust }];
      await open(simpleWorld({ accounts: [{ name: 'one', unit: 'Workloads', moreRoles }] }));
      if (works) await update();
      else expect((await refusal(update())).name).toBe('ValidationException');
    },
  );

  it('does not exist in a region without DHMC', async () => {
    await open(withRole(dhmcRole, { behavior: { withoutDhmc: [eu] } }));
    for (const call of [get, update, reset])
      expect((await refusal(call())).name).toBe('ServiceSettingNotFound');
    await get('us-east-1');
  });

  it('cannot be reached in a region that is not enabled', async () => {
    await open(withRole(dhmcRole, { optIn: ['af-south-1'] }));
    expect(await refusal(get('af-south-1'))).toMatchObject({
      name: 'UnrecognizedClientException',
      status: 400,
    });
    expect((await refusal(get('xx-nowhere-1'))).name).toBe('UnrecognizedClientException');
  });
});

describe('iam:PassRole', () => {
  const narrowed = (condition: object): Promise<Keys> =>
    enter(sandbox, one, {
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'ssm:*', Resource: '*' },
          {
            Effect: 'Allow',
            Action: 'iam:PassRole',
            Resource: `arn:aws:iam::*:role/${dhmcValue}`,
            Condition: condition,
          },
        ],
      }),
    });

  it('is required for the named role and for Systems Manager', async () => {
    await open(withRole());
    inside = clients(
      sandbox,
      await narrowed({ StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } }),
    );
    const refused = await refusal(update());
    expect(refused.name).toBe('AccessDeniedException');
    expect(refused.message).toBe(
      `User: ${me} is not authorized to perform: iam:PassRole on resource: arn:aws:iam::${one}:role/${dhmcValue} because no session policy allows the iam:PassRole action`,
    );
    inside = clients(
      sandbox,
      await narrowed({ StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' } }),
    );
    await update();
    expect((await refusal(update('SomethingElse'))).message).toContain('iam:PassRole');
  });
});

describe('delays', () => {
  it('hide a new role from Systems Manager while IAM propagates it', async () => {
    await open(simpleWorld({ behavior: { iamPropagationMs: 10_000 } }));
    const trust = JSON.stringify(dhmcRole.trust);
    await inside.iam.send(
      new CreateRoleCommand({
        RoleName: dhmcRole.name,
        Path: '/service-role/',
        AssumeRolePolicyDocument: trust,
      }),
    );
    await inside.iam.send(
      new AttachRolePolicyCommand({
        RoleName: dhmcRole.name,
        PolicyArn: 'arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy',
      }),
    );
    expect((await refusal(update())).message).toContain('Nonexistent role');
    sandbox.advance(10_001);
    await update();
  });

  it('hide a new value from readers during the read lag', async () => {
    await open(withRole(dhmcRole, { behavior: { settingReadLagMs: 10_000 } }));
    await update();
    expect((await get()).ServiceSetting?.SettingValue).toBe('$None');
    sandbox.advance(10_001);
    expect((await get()).ServiceSetting?.SettingValue).toBe(dhmcValue);
  });

  it.each([400, 429] as const)(
    'refuse the next update with TooManyUpdates and status %d',
    async (tooManyUpdatesStatus) => {
      await open(
        withRole(dhmcRole, { behavior: { tooManyUpdatesMs: 10_000, tooManyUpdatesStatus } }),
      );
      await update();
      expect(await refusal(update())).toMatchObject({
        name: 'TooManyUpdates',
        status: tooManyUpdatesStatus,
      });
      await update(dhmcValue, 'us-east-1');
      sandbox.advance(10_001);
      await update();
    },
  );
});

describe('instances and associations', () => {
  it('are listed for each region', async () => {
    const instances = Array.from({ length: 7 }, (_, i) => ({
      id: `i-0000000000000000${i}`,
      ...(i === 0 ? { ping: 'Inactive' as const } : {}),
    }));
    const associations = [
      {
        document: 'AWSQuickSetupType-EnableDHMC',
        name: 'EnableDHMCAssociation',
        id: '11111111-1111-1111-1111-111111111111',
      },
    ];
    await open(
      simpleWorld({
        accounts: [
          { name: 'one', instances: { [eu]: instances }, associations: { [eu]: associations } },
        ],
        behavior: { pageSize: 5 },
      }),
    );
    const { InstanceInformationList, NextToken } = await inside
      .ssm(eu)
      .send(new DescribeInstanceInformationCommand({}));
    expect(InstanceInformationList).toHaveLength(5);
    const rest = await inside.ssm(eu).send(new DescribeInstanceInformationCommand({ NextToken }));
    expect(rest.InstanceInformationList).toHaveLength(2);
    const online = new DescribeInstanceInformationCommand({
      Filters: [{ Key: 'PingStatus', Values: ['Inactive'] }],
    });
    expect((await inside.ssm(eu).send(online)).InstanceInformationList).toHaveLength(1);
    const listed = await inside.ssm(eu).send(new ListAssociationsCommand({}));
    expect(listed.Associations).toMatchObject([
      { Name: 'AWSQuickSetupType-EnableDHMC', AssociationName: 'EnableDHMCAssociation' },
    ]);
    expect(
      (await inside.ssm('us-east-1').send(new ListAssociationsCommand({}))).Associations,
    ).toEqual([]);
  });
});

describe('the regions of an account', () => {
  it('are listed with their statuses, in pages', async () => {
    await open(
      simpleWorld({
        optIn: ['af-south-1', 'me-south-1'],
        accounts: [{ name: 'one', regions: { 'af-south-1': 'ENABLED' } }],
        behavior: { pageSize: 3 },
      }),
    );
    const first = await inside.account.send(new ListRegionsCommand({}));
    const second = await inside.account.send(
      new ListRegionsCommand({ NextToken: first.NextToken }),
    );
    expect([...(first.Regions ?? []), ...(second.Regions ?? [])]).toEqual([
      { RegionName: 'af-south-1', RegionOptStatus: 'ENABLED' },
      { RegionName: 'eu-west-1', RegionOptStatus: 'ENABLED_BY_DEFAULT' },
      { RegionName: 'me-south-1', RegionOptStatus: 'DISABLED' },
      { RegionName: 'us-east-1', RegionOptStatus: 'ENABLED_BY_DEFAULT' },
    ]);
    const enabled = await inside.account.send(
      new ListRegionsCommand({ RegionOptStatusContains: ['ENABLED'] }),
    );
    expect(enabled.Regions).toHaveLength(1);
    expect(
      (await refusal(inside.account.send(new ListRegionsCommand({ MaxResults: 51 })))).name,
    ).toBe('ValidationException');
    expect(
      (await refusal(inside.account.send(new ListRegionsCommand({ NextToken: 'x' })))).name,
    ).toBe('ValidationException');
  });

  it('are shown to the management account, and to no other', async () => {
    await open(simpleWorld());
    const { account } = clients(sandbox);
    expect((await account.send(new ListRegionsCommand({ AccountId: one }))).Regions).toHaveLength(
      2,
    );
    expect(
      await refusal(inside.account.send(new ListRegionsCommand({ AccountId: managementAccount }))),
    ).toMatchObject({
      name: 'AccessDeniedException',
      status: 403,
    });
  });
});
