import { afterEach, describe, expect, it } from 'vitest';
import { accountId, managementAccount } from '../../support/simple-world.ts';
import { refusal } from '../../support/sdk-clients.ts';
import { body, dev, openStage, prod, roleName, value, type Stage } from './support.ts';

let stage: Stage;
afterEach(() => stage.stop());

describe('CreateStackInstances', () => {
  it('creates roles and settings in the accounts, with the execution role', async () => {
    stage = await openStage();
    await stage.withRoles();
    await stage.createSet({ StackSetName: 'settings' });
    const id = await stage.deploy('settings', { Regions: ['eu-west-1', 'us-east-1'] });
    expect(await stage.operation('settings', id)).toMatchObject({
      Action: 'CREATE',
      Status: 'RUNNING',
    });
    expect(await stage.settled('settings', id)).toMatchObject({
      Status: 'SUCCEEDED',
      StatusDetails: { FailedStackInstancesCount: 0 },
    });
    expect(await stage.instances('settings')).toEqual([
      '101 eu-west-1 CURRENT/SUCCEEDED',
      '101 us-east-1 CURRENT/SUCCEEDED',
      '102 eu-west-1 CURRENT/SUCCEEDED',
      '102 us-east-1 CURRENT/SUCCEEDED',
    ]);
    const setting = stage.sandbox.setting(accountId(1), 'eu-west-1');
    expect(setting?.value).toBe(value);
    expect(setting?.modifiedBy).toMatch(
      new RegExp(`^arn:aws:sts::${accountId(1)}:assumed-role/stacksets-exec-[0-9a-f]{32}/`),
    );
    expect(stage.sandbox.role(accountId(1), roleName)).toMatchObject({
      path: '/service-role/',
      attachedPolicies: ['arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy'],
      tags: { 'dhmc:managed-by': 'stackset' },
    });
  });

  it('skips the management account and includes the units below the target', async () => {
    stage = await openStage();
    await stage.withRoles();
    expect(await stage.instances('roles')).toEqual(
      [1, 2, 3, 4].map((n) => `10${n} us-east-1 CURRENT/SUCCEEDED`),
    );
    expect(stage.sandbox.role(managementAccount, roleName)).toBeNull();
  });

  it.each([
    ['INTERSECTION', ['101 us-east-1 CURRENT/SUCCEEDED']],
    ['DIFFERENCE', ['102 us-east-1 CURRENT/SUCCEEDED']],
  ] as const)('narrows the targets by %s', async (AccountFilterType, expected) => {
    stage = await openStage();
    await stage.createSet({ StackSetName: 'roles', TemplateBody: body('role') });
    await stage.deploy('roles', {
      DeploymentTargets: {
        OrganizationalUnitIds: [prod],
        Accounts: [accountId(1)],
        AccountFilterType,
      },
      Regions: ['us-east-1'],
    });
    await stage.settled('roles');
    expect(await stage.instances('roles')).toEqual(expected);
  });

  it('fails if the role exists, and reports it only in the results', async () => {
    stage = await openStage();
    await stage.withRoles();
    await stage.createSet({ StackSetName: 'again', TemplateBody: body('role') });
    const id = await stage.deploy('again', { Regions: ['us-east-1'] });
    expect(await stage.settled('again', id)).toMatchObject({
      Status: 'SUCCEEDED',
      StatusDetails: { FailedStackInstancesCount: 2 },
    });
    expect(await stage.instances('again')).toEqual([
      '101 us-east-1 OUTDATED/FAILED',
      '102 us-east-1 OUTDATED/FAILED',
    ]);
    // The existing role is kept, because this stack set did not create it.
    expect(stage.sandbox.role(accountId(1), roleName)).not.toBeNull();
  });

  it('fails for a role in its second region, because the name is unique in the account', async () => {
    stage = await openStage();
    await stage.createSet({ StackSetName: 'roles', TemplateBody: body('role') });
    const id = await stage.deploy('roles', { Regions: ['us-east-1', 'eu-west-1'] });
    await stage.settled('roles', id);
    expect(await stage.results('roles', id)).toEqual([
      '101 us-east-1 SUCCEEDED',
      '102 us-east-1 SUCCEEDED',
      '101 eu-west-1 FAILED',
      '102 eu-west-1 FAILED',
    ]);
  });

  it('retries outdated instances in a new operation, and leaves current ones unchanged', async () => {
    stage = await openStage();
    await stage.createSet({ StackSetName: 'settings' });
    await stage.deploy('settings', { Regions: ['us-east-1'] });
    expect(await stage.settled('settings')).toMatchObject({
      StatusDetails: { FailedStackInstancesCount: 2 },
    });
    await stage.withRoles();
    await stage.deploy('settings', { Regions: ['us-east-1'] });
    await stage.settled('settings');
    const { modifiedAt } = stage.sandbox.setting(accountId(1), 'us-east-1') ?? {};
    await stage.deploy('settings', { Regions: ['us-east-1'] });
    await stage.settled('settings');
    expect(stage.sandbox.setting(accountId(1), 'us-east-1')).toMatchObject({ value, modifiedAt });
  });

  it('takes over a customized setting or fails, depending on createOverCustomized', async () => {
    for (const [createOverCustomized, status, expected] of [
      ['take-over', 'SUCCEEDED', value],
      ['already-exists', 'FAILED', 'Other'],
    ] as const) {
      stage = await openStage({ behavior: { createOverCustomized } });
      await stage.withRoles();
      const other = { value: 'Other', modifiedBy: null, modifiedAt: null };
      stage.sandbox.setSetting(accountId(3), 'eu-west-1', other);
      await stage.createSet({ StackSetName: 'settings' });
      const id = await stage.deploy('settings', {
        DeploymentTargets: { OrganizationalUnitIds: [dev] },
        Regions: ['eu-west-1'],
      });
      await stage.settled('settings', id);
      expect(await stage.results('settings', id)).toEqual([`103 eu-west-1 ${status}`]);
      expect(stage.sandbox.setting(accountId(3), 'eu-west-1')?.value).toBe(expected);
      if (createOverCustomized === 'take-over') await stage.stop();
    }
  });

  it('uses parameter overrides', async () => {
    stage = await openStage();
    const other = stage.sandbox.role(accountId(1), 'OrganizationAccountAccessRole');
    expect(other).not.toBeNull();
    await stage.withRoles();
    await stage.createSet({ StackSetName: 'settings' });
    const set = { value: 'X', modifiedBy: null, modifiedAt: null };
    stage.sandbox.setSetting(accountId(1), 'us-east-1', set);
    const id = await stage.deploy('settings', {
      Regions: ['us-east-1'],
      ParameterOverrides: [{ ParameterKey: 'Role', ParameterValue: 'Missing' }],
    });
    await stage.settled('settings', id);
    expect(await stage.results('settings', id)).toEqual([
      '101 us-east-1 FAILED',
      '102 us-east-1 FAILED',
    ]);
  });

  it('skips accounts that are not active', async () => {
    stage = await openStage({
      accounts: [
        { name: 'One', unit: 'Prod' },
        { name: 'Gone', unit: 'Prod', state: 'SUSPENDED' },
      ],
    });
    await stage.createSet({ StackSetName: 'roles', TemplateBody: body('role') });
    const id = await stage.deploy('roles', { Regions: ['us-east-1'] });
    expect(await stage.settled('roles', id)).toMatchObject({ Status: 'SUCCEEDED' });
    expect(await stage.results('roles', id)).toEqual(['101 us-east-1 SUCCEEDED']);
    expect(await stage.instances('roles')).toEqual([
      '101 us-east-1 CURRENT/SUCCEEDED',
      '102 us-east-1 OUTDATED/SKIPPED_SUSPENDED_ACCOUNT',
    ]);
  });

  it('fails in an opt-in region that the management account has not enabled', async () => {
    stage = await openStage({
      optIn: ['eu-south-1'],
      accounts: [{ name: 'One', unit: 'Prod', regions: { 'eu-south-1': 'ENABLED' } }],
    });
    await stage.withRoles();
    await stage.createSet({ StackSetName: 'settings' });
    const id = await stage.deploy('settings', { Regions: ['eu-south-1'] });
    expect(await stage.settled('settings', id)).toMatchObject({
      StatusDetails: { FailedStackInstancesCount: 1 },
    });
    expect(await stage.instances('settings')).toEqual(['101 eu-south-1 OUTDATED/FAILED']);
  });

  it('fails in an opt-in region that the account has not enabled', async () => {
    stage = await openStage({
      optIn: ['eu-south-1'],
      management: { regions: { 'eu-south-1': 'ENABLED' } },
      accounts: [
        { name: 'One', unit: 'Prod', regions: { 'eu-south-1': 'ENABLED' } },
        { name: 'Two', unit: 'Prod' },
      ],
    });
    await stage.withRoles();
    await stage.createSet({ StackSetName: 'settings' });
    const id = await stage.deploy('settings', { Regions: ['eu-south-1'] });
    await stage.settled('settings', id);
    expect(await stage.results('settings', id)).toEqual([
      '101 eu-south-1 SUCCEEDED',
      '102 eu-south-1 FAILED',
    ]);
  });

  it('is subject to service control policies', async () => {
    stage = await openStage({
      scps: {
        Deny: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Deny', Action: 'ssm:UpdateServiceSetting', Resource: '*' }],
        },
      },
      accounts: [{ name: 'One', unit: 'Prod', scps: ['FullAWSAccess', 'Deny'] }],
    });
    await stage.withRoles();
    await stage.createSet({ StackSetName: 'settings' });
    const id = await stage.deploy('settings', { Regions: ['us-east-1'] });
    await stage.settled('settings', id);
    expect(await stage.results('settings', id)).toEqual(['101 us-east-1 FAILED']);
  });

  it.each([
    [
      'no unit',
      { DeploymentTargets: {}, Regions: ['us-east-1'] },
      'OrganizationalUnitIds are required',
    ],
    [
      'accounts',
      { DeploymentTargets: undefined, Accounts: ['000000000101'], Regions: ['us-east-1'] },
      'can only have OrganizationalUnit as target',
    ],
    [
      'an unknown unit',
      {
        DeploymentTargets: { OrganizationalUnitIds: ['ou-test-99999999'] },
        Regions: ['us-east-1'],
      },
      'is not part of the organization',
    ],
    ['an unknown region', { Regions: ['us-east-9'] }, 'are not valid'],
    [
      'more than 50 units',
      {
        DeploymentTargets: { OrganizationalUnitIds: Array<string>(51).fill(prod) },
        Regions: ['us-east-1'],
      },
      'less than or equal to 50',
    ],
    [
      'a union of units and accounts',
      {
        DeploymentTargets: {
          OrganizationalUnitIds: [prod],
          Accounts: ['000000000103'],
          AccountFilterType: 'UNION' as const,
        },
        Regions: ['us-east-1'],
      },
      'UNION is not supported',
    ],
  ])('refuses %s', async (_, input, message) => {
    stage = await openStage();
    await stage.createSet({ StackSetName: 'settings' });
    const refused = await refusal(stage.deploy('settings', input));
    expect(refused).toMatchObject({ name: 'ValidationError', status: 400 });
    expect(refused.message).toContain(message);
    expect(await stage.instances('settings')).toEqual([]);
  });

  it('refuses to exceed the quota of instances', async () => {
    stage = await openStage({ behavior: { stackInstanceQuota: 3 } });
    await stage.createSet({ StackSetName: 'settings' });
    expect(
      await refusal(stage.deploy('settings', { Regions: ['us-east-1', 'eu-west-1'] })),
    ).toMatchObject({ name: 'LimitExceededException' });
  });

  it('refuses an operation id that is already used', async () => {
    stage = await openStage();
    await stage.createSet({ StackSetName: 'settings' });
    const input = { Regions: ['us-east-1'], OperationId: 'first' };
    expect(await stage.deploy('settings', input)).toBe('first');
    await stage.settled('settings');
    expect(await refusal(stage.deploy('settings', input))).toMatchObject({
      name: 'OperationIdAlreadyExistsException',
      status: 409,
    });
  });
});
