import {
  DescribeStackSetCommand,
  ListStackSetAutoDeploymentTargetsCommand,
  ListStackSetOperationsCommand,
  type DeploymentTargets,
} from '@aws-sdk/client-cloudformation';
import { afterEach, describe, expect, it } from 'vitest';
import { accountId, managementAccount } from '../../support/simple-world.ts';
import { body, dev, openStage, prod, roleName, root, value, type Stage } from './support.ts';

let stage: Stage;
afterEach(() => stage.stop());

const joining = accountId(9);
const join = (parent: string, more: object = {}): void => {
  stage.sandbox.join({ id: joining, name: 'Nine', parent, ...more });
};
const arnOf = async (StackSetName: string): Promise<string> =>
  (await stage.cloudformation.send(new DescribeStackSetCommand({ StackSetName }))).StackSet
    ?.StackSetARN ?? '';
const operations = async (StackSetName: string): Promise<readonly string[]> => {
  const { Summaries = [] } = await stage.cloudformation.send(
    new ListStackSetOperationsCommand({ StackSetName }),
  );
  return Summaries.map(({ Action, Status }) => `${Action} ${Status}`);
};

/** Deploys two stack sets to one pilot account of a unit; the second depends on the first. */
async function handOver(unit = prod, retain = true): Promise<void> {
  const auto = { Enabled: true, RetainStacksOnAccountRemoval: retain };
  const targets: DeploymentTargets = {
    OrganizationalUnitIds: [unit],
    Accounts: [accountId(1)],
    AccountFilterType: 'INTERSECTION',
  };
  await stage.createSet({
    StackSetName: 'dhmc-role',
    TemplateBody: body('role'),
    AutoDeployment: auto,
  });
  await stage.deploy('dhmc-role', { DeploymentTargets: targets, Regions: ['us-east-1'] });
  await stage.settled('dhmc-role');
  await stage.createSet({
    StackSetName: 'dhmc-setting',
    TemplateBody: body('setting', retain ? 'retain' : 'reset'),
    AutoDeployment: { ...auto, DependsOn: [await arnOf('dhmc-role')] },
  });
  await stage.deploy('dhmc-setting', {
    DeploymentTargets: targets,
    Regions: ['eu-west-1', 'us-east-1'],
  });
  await stage.settled('dhmc-setting');
}

describe('automatic deployment', () => {
  it('lists its targets, with an empty token on the last page', async () => {
    stage = await openStage();
    await handOver();
    const { Summaries, NextToken } = await stage.cloudformation.send(
      new ListStackSetAutoDeploymentTargetsCommand({ StackSetName: 'dhmc-setting' }),
    );
    expect(Summaries).toEqual([
      { OrganizationalUnitId: prod, Regions: ['eu-west-1', 'us-east-1'] },
    ]);
    expect(NextToken).toBe('');
  });

  it('deploys to an account that joins, whatever the account filter, the role first', async () => {
    stage = await openStage();
    await handOver();
    join(prod);
    expect(await operations('dhmc-role')).toEqual(['CREATE RUNNING', 'CREATE SUCCEEDED']);
    expect(await operations('dhmc-setting')).toEqual(['CREATE QUEUED', 'CREATE SUCCEEDED']);
    expect(await stage.settled('dhmc-setting')).toMatchObject({
      Status: 'SUCCEEDED',
      StatusDetails: { FailedStackInstancesCount: 0 },
    });
    for (const region of ['eu-west-1', 'us-east-1']) {
      expect(stage.sandbox.setting(joining, region)?.value).toBe(value);
    }
    // The other account of the unit is left unchanged.
    expect(stage.sandbox.setting(accountId(2), 'us-east-1')).toBeNull();
  });

  it('continues while CloudFormation is not called', async () => {
    stage = await openStage();
    await handOver();
    join(prod);
    stage.sandbox.advance(60_000);
    expect(stage.sandbox.setting(joining, 'us-east-1')?.value).toBe(value);
    expect(
      stage.sandbox.snapshot().accounts.find(({ id }) => id === joining)?.settings,
    ).toHaveProperty('eu-west-1');
  });

  it('uses the parameter defaults of the set, not the overrides', async () => {
    stage = await openStage();
    await handOver();
    await stage.deploy('dhmc-setting', {
      Regions: ['us-east-1'],
      ParameterOverrides: [{ ParameterKey: 'Role', ParameterValue: 'Other' }],
    });
    await stage.settled('dhmc-setting');
    join(prod);
    await stage.settled('dhmc-setting');
    expect(stage.sandbox.setting(joining, 'us-east-1')?.value).toBe(value);
  });

  it('does not set the settings if the role fails', async () => {
    stage = await openStage();
    await handOver();
    const role = stage.sandbox.role(accountId(1), roleName);
    join(prod, { roles: role === null ? [] : [role] });
    expect(await stage.settled('dhmc-role')).toMatchObject({ Status: 'FAILED' });
    const { Status, StatusReason } = await stage.settled('dhmc-setting');
    expect([Status, StatusReason]).toEqual(['FAILED', expect.stringContaining('dhmc-role')]);
    expect(stage.sandbox.setting(joining, 'us-east-1')).toBeNull();
  });

  it.each([
    ['outside the target units', () => join(dev)],
    ['that is suspended', () => join(prod, { state: 'SUSPENDED' })],
    ['that is the management account', () => stage.sandbox.move(managementAccount, prod)],
  ])('skips an account %s', async (_, change) => {
    stage = await openStage();
    await handOver();
    change();
    expect(await operations('dhmc-role')).toEqual(['CREATE SUCCEEDED']);
  });

  it('does nothing when it is disabled', async () => {
    stage = await openStage();
    await stage.createSet({
      StackSetName: 'roles',
      TemplateBody: body('role'),
      AutoDeployment: { Enabled: false },
    });
    await stage.deploy('roles', { Regions: ['us-east-1'] });
    await stage.settled('roles');
    join(prod);
    expect(await operations('roles')).toEqual(['CREATE SUCCEEDED']);
  });

  it('adds an account that moves in, and removes one that moves out', async () => {
    stage = await openStage();
    await handOver();
    stage.sandbox.move(accountId(3), prod);
    await stage.settled('dhmc-setting');
    expect(stage.sandbox.setting(accountId(3), 'us-east-1')?.value).toBe(value);
    stage.sandbox.move(accountId(3), dev);
    expect((await operations('dhmc-setting'))[0]).toBe('DELETE RUNNING');
    await stage.settled('dhmc-setting');
    expect((await stage.instances('dhmc-setting')).join()).not.toContain('103');
    // Retained by the set.
    expect(stage.sandbox.setting(accountId(3), 'us-east-1')?.value).toBe(value);
  });

  it('deletes the stacks of an account that moves out if they are not retained', async () => {
    stage = await openStage();
    await handOver(prod, false);
    stage.sandbox.move(accountId(3), prod);
    await stage.settled('dhmc-setting');
    stage.sandbox.move(accountId(3), dev);
    await stage.settled('dhmc-setting');
    expect(stage.sandbox.setting(accountId(3), 'us-east-1')).toBeNull();
    // The role's own deletion policy keeps it.
    expect(stage.sandbox.role(accountId(3), roleName)).not.toBeNull();
  });

  it('fails on the role that it left behind when an account moves out and back at once', async () => {
    stage = await openStage();
    await handOver();
    stage.sandbox.move(accountId(1), dev);
    stage.sandbox.move(accountId(1), prod);
    expect(await stage.settled('dhmc-role')).toMatchObject({ Status: 'FAILED' });
    expect(await stage.instances('dhmc-role')).toEqual(['101 us-east-1 OUTDATED/FAILED']);
  });

  it('ignores moves below the root when the root is its target', async () => {
    stage = await openStage();
    await handOver(root);
    stage.sandbox.move(accountId(1), dev);
    expect(await operations('dhmc-role')).toEqual(['CREATE SUCCEEDED']);
  });

  it('removes an account that leaves the organization', async () => {
    stage = await openStage();
    await handOver();
    stage.sandbox.leave(accountId(1));
    await stage.settled('dhmc-setting');
    expect(await stage.instances('dhmc-setting')).toEqual([]);
    expect(stage.sandbox.setting(accountId(1), 'us-east-1')?.value).toBe(value);
  });

  it('has no order of regions, so a single set for role and setting fails in some of them', async () => {
    stage = await openStage({ regions: ['us-east-1', 'eu-west-1', 'eu-west-2', 'eu-west-3'] });
    await stage.createSet({ StackSetName: 'single', TemplateBody: body('single') });
    await stage.deploy('single', {
      Regions: ['us-east-1', 'eu-west-1', 'eu-west-2', 'eu-west-3'],
      OperationPreferences: { MaxConcurrentPercentage: 100, FailureTolerancePercentage: 100 },
    });
    expect(await stage.settled('single')).toMatchObject({
      StatusDetails: { FailedStackInstancesCount: 0 },
    });
    join(prod);
    expect(await stage.settled('single')).toMatchObject({ Status: 'FAILED' });
  });
});
