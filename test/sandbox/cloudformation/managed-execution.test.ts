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

describe('a stack set without managed execution', () => {
  it('has one operation at a time', async () => {
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

describe('a stack set with managed execution', () => {
  const open = async (): Promise<void> => {
    stage = await openStage();
    await stage.withRoles();
    await stage.createSet({ StackSetName: 'settings', ManagedExecution: { Active: true } });
  };

  it('runs operations in parallel if they share no account and region', async () => {
    await open();
    const first = await stage.deploy('settings', into(prod));
    const second = await stage.deploy('settings', into(dev));
    for (const id of [first, second]) {
      expect(await stage.operation('settings', id)).toMatchObject({ Status: 'RUNNING' });
    }
  });

  it('queues an operation that shares an account and region with another', async () => {
    await open();
    const first = await stage.deploy('settings', into(prod));
    const second = await stage.deploy('settings', into(prod));
    expect(await stage.operation('settings', second)).toMatchObject({ Status: 'QUEUED' });
    await stage.settled('settings', first);
    expect(await stage.settled('settings', second)).toMatchObject({ Status: 'SUCCEEDED' });
  });

  it('queues an update of the whole set behind all others', async () => {
    await open();
    await stage.deploy('settings', into(prod));
    const { OperationId = '' } = await stage.cloudformation.send(
      new UpdateStackSetCommand({ StackSetName: 'settings', UsePreviousTemplate: true }),
    );
    expect(await stage.operation('settings', OperationId)).toMatchObject({ Status: 'QUEUED' });
    expect(await stage.settled('settings', OperationId)).toMatchObject({ Status: 'SUCCEEDED' });
  });

  it('refuses to turn it off during an operation', async () => {
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
