import { UpdateStackSetCommand } from '@aws-sdk/client-cloudformation';
import { afterEach, describe, expect, it } from 'vitest';
import { refusal } from '../../support/sdk-clients.ts';
import { dev, openStage, prod, type Stage } from './support.ts';

let stage: Stage;
afterEach(() => stage.stop());

const into = (unit: string) => ({
  DeploymentTargets: { OrganizationalUnitIds: [unit] },
  Regions: ['us-east-1'],
});

describe('without managed execution', () => {
  it('a stack set has one operation at a time', async () => {
    stage = await openStage();
    await stage.createSet({ StackSetName: 'settings' });
    await stage.deploy('settings', into(prod));
    expect(await refusal(stage.deploy('settings', into(dev)))).toMatchObject({
      name: 'OperationInProgressException',
      status: 409,
    });
    await stage.settled('settings');
    await stage.deploy('settings', into(dev));
  });
});

describe('with managed execution', () => {
  const open = async (): Promise<void> => {
    stage = await openStage();
    await stage.withRoles();
    await stage.createSet({ StackSetName: 'settings', ManagedExecution: { Active: true } });
  };

  it('operations that share nothing run beside each other', async () => {
    await open();
    const first = await stage.deploy('settings', into(prod));
    const second = await stage.deploy('settings', into(dev));
    for (const id of [first, second]) {
      expect(await stage.operation('settings', id)).toMatchObject({ Status: 'RUNNING' });
    }
  });

  it('one that shares an account and region is queued', async () => {
    await open();
    const first = await stage.deploy('settings', into(prod));
    const second = await stage.deploy('settings', into(prod));
    expect(await stage.operation('settings', second)).toMatchObject({ Status: 'QUEUED' });
    await stage.settled('settings', first);
    expect(await stage.settled('settings', second)).toMatchObject({ Status: 'SUCCEEDED' });
  });

  it('an update of the whole set waits for all', async () => {
    await open();
    await stage.deploy('settings', into(prod));
    const { OperationId = '' } = await stage.cloudformation.send(
      new UpdateStackSetCommand({ StackSetName: 'settings', UsePreviousTemplate: true }),
    );
    expect(await stage.operation('settings', OperationId)).toMatchObject({ Status: 'QUEUED' });
    expect(await stage.settled('settings', OperationId)).toMatchObject({ Status: 'SUCCEEDED' });
  });

  it('cannot be switched while something runs', async () => {
    await open();
    await stage.deploy('settings', into(prod));
    const change = new UpdateStackSetCommand({
      StackSetName: 'settings',
      UsePreviousTemplate: true,
      ManagedExecution: { Active: false },
    });
    expect(await refusal(stage.cloudformation.send(change))).toMatchObject({
      name: 'InvalidOperationException',
    });
  });
});
