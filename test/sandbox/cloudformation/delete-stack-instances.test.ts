import {
  DeleteStackInstancesCommand,
  DeleteStackSetCommand,
  DescribeStacksCommand,
  ListStackSetAutoDeploymentTargetsCommand,
  ListStackSetsCommand,
  UpdateStackSetCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountId } from '../../support/simple-world.ts';
import { enter, refusal } from '../../support/sdk-clients.ts';
import { body, openStage, prod, roleName, value, type Stage } from './support.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
  await stage.withRoles();
});
afterEach(() => stage.stop());

async function settings(onDelete: 'retain' | 'reset'): Promise<void> {
  await stage.createSet({ StackSetName: 'settings', TemplateBody: body('setting', onDelete) });
  await stage.deploy('settings', { Regions: ['us-east-1'] });
  await stage.settled('settings');
}

async function remove(set: string, RetainStacks = false): Promise<void> {
  await stage.cloudformation.send(
    new DeleteStackInstancesCommand({
      StackSetName: set,
      DeploymentTargets: { OrganizationalUnitIds: [prod] },
      Regions: ['us-east-1'],
      RetainStacks,
      OperationPreferences: {
        MaxConcurrentPercentage: 100,
        FailureTolerancePercentage: 100,
        ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE',
      },
    }),
  );
  await stage.settled(set);
}

const stacksIn = async (account: string): Promise<readonly string[]> => {
  const inside = stage.as(await enter(stage.sandbox, account));
  const { Stacks = [] } = await inside.send(new DescribeStacksCommand({}));
  return Stacks.map(({ StackName = '' }) => StackName);
};

describe('DeleteStackInstances', () => {
  it('fails in inactive accounts, unless the stacks are retained', async () => {
    await settings('retain');
    stage.sandbox.setAccountState(accountId(1), 'CLOSED');
    await remove('settings');
    expect(await stage.instances('settings')).toEqual(['101 us-east-1 INOPERABLE/INOPERABLE']);
    await remove('settings', true);
    expect(await stage.instances('settings')).toEqual([]);
  });

  it.each([
    ['retain', value],
    ['reset', null],
  ] as const)('with deletion policy %s leaves the setting at %s', async (onDelete, expected) => {
    await settings(onDelete);
    await remove('settings');
    expect(await stage.instances('settings')).toEqual([]);
    expect(stage.sandbox.setting(accountId(1), 'us-east-1')?.value ?? null).toBe(expected);
    expect((await stacksIn(accountId(1))).join()).not.toContain('settings');
  });

  it('keeps a role that its deletion policy retains', async () => {
    await remove('roles');
    expect(stage.sandbox.role(accountId(1), roleName)).not.toBeNull();
  });

  it('uses the deletion policy of the template deployed last', async () => {
    await settings('retain');
    await stage.cloudformation.send(
      new UpdateStackSetCommand({
        StackSetName: 'settings',
        TemplateBody: body('setting', 'reset'),
      }),
    );
    // The update ends only when every instance has the new policy.
    await stage.settled('settings');
    await remove('settings');
    expect(stage.sandbox.setting(accountId(1), 'us-east-1')).toBeNull();
  });

  it('leaves stacks without a stack set when they are retained', async () => {
    await settings('reset');
    await remove('settings', true);
    expect(await stage.instances('settings')).toEqual([]);
    expect(stage.sandbox.setting(accountId(1), 'us-east-1')?.value).toBe(value);
    expect((await stacksIn(accountId(1))).join()).toContain('StackSet-settings-');
  });

  it('removes the target of automatic deployment', async () => {
    await settings('retain');
    await remove('settings');
    const { Summaries } = await stage.cloudformation.send(
      new ListStackSetAutoDeploymentTargetsCommand({ StackSetName: 'settings' }),
    );
    expect(Summaries).toEqual([]);
  });

  it('fails on a stack with termination protection and marks the instance inoperable', async () => {
    await settings('retain');
    const inside = stage.as(await enter(stage.sandbox, accountId(1)));
    const StackName = (await stacksIn(accountId(1))).find((name) => name.includes('settings'));
    await inside.send(
      new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: true }),
    );
    await remove('settings');
    expect(await stage.instances('settings')).toEqual(['101 us-east-1 INOPERABLE/INOPERABLE']);
    await stage.deploy('settings', { Regions: ['us-east-1'] });
    await stage.settled('settings');
    expect(await stage.instances('settings')).toEqual([
      '101 us-east-1 INOPERABLE/INOPERABLE',
      '102 us-east-1 CURRENT/SUCCEEDED',
    ]);
    await inside.send(
      new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false }),
    );
    await remove('settings');
    expect(await stage.instances('settings')).toEqual([]);
  });
});

describe('DeleteStackSet', () => {
  const deleteSet = (StackSetName: string): Promise<unknown> =>
    stage.cloudformation.send(new DeleteStackSetCommand({ StackSetName }));

  it('refuses a set with instances, or with an operation in progress', async () => {
    expect(await refusal(deleteSet('roles'))).toMatchObject({
      name: 'StackSetNotEmptyException',
      status: 409,
    });
    await stage.deploy('roles', { Regions: ['us-east-1'] });
    expect(await refusal(deleteSet('roles'))).toMatchObject({
      name: 'OperationInProgressException',
    });
  });

  it('deletes an empty set and frees its name', async () => {
    await stage.createSet({ StackSetName: 'empty' });
    await deleteSet('empty');
    expect(await refusal(deleteSet('empty'))).toMatchObject({
      name: 'StackSetNotFoundException',
      status: 404,
    });
    const { Summaries } = await stage.cloudformation.send(
      new ListStackSetsCommand({ Status: 'DELETED' }),
    );
    expect(Summaries).toMatchObject([{ StackSetName: 'empty', Status: 'DELETED' }]);
    await stage.createSet({ StackSetName: 'empty' });
  });
});
