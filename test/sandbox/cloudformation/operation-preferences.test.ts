import { StopStackSetOperationCommand } from '@aws-sdk/client-cloudformation';
import { afterEach, describe, expect, it } from 'vitest';
import { refusal } from '../../support/sdk-clients.ts';
import { openStage, type Stage } from './support.ts';

let stage: Stage;
afterEach(() => stage.stop());

const regions = ['us-east-1', 'eu-west-1'];

/** Deploys settings to Prod without a role, so every stack fails. */
async function failing(preferences: object): Promise<{ id: string; status: string | undefined }> {
  await stage.createSet({ StackSetName: 'settings' });
  const id = await stage.deploy('settings', {
    Regions: regions,
    OperationPreferences: preferences,
  });
  const { Status } = await stage.settled('settings', id);
  return { id, status: Status };
}

describe('operation preferences', () => {
  it('by default handle one account at a time and stop at the first failure', async () => {
    stage = await openStage();
    const { id, status } = await failing({});
    expect(status).toBe('FAILED');
    expect(await stage.results('settings', id)).toEqual([
      '101 us-east-1 FAILED',
      '102 us-east-1 CANCELLED',
      '101 eu-west-1 CANCELLED',
      '102 eu-west-1 CANCELLED',
    ]);
    expect(await stage.instances('settings')).toContain('102 eu-west-1 OUTDATED/CANCELLED');
  });

  it('tolerate failures per region, and report them only in the count', async () => {
    stage = await openStage();
    const { id, status } = await failing({ FailureToleranceCount: 2 });
    expect(status).toBe('SUCCEEDED');
    expect(await stage.operation('settings', id)).toMatchObject({
      StatusDetails: { FailedStackInstancesCount: 4 },
    });
  });

  it('round percentages down', async () => {
    stage = await openStage();
    // 49 % of two accounts is zero.
    expect((await failing({ FailureTolerancePercentage: 49 })).status).toBe('FAILED');
  });

  it('let parallel regions continue', async () => {
    stage = await openStage();
    const { id } = await failing({ RegionConcurrencyType: 'PARALLEL' });
    expect(await stage.results('settings', id)).toEqual([
      '101 us-east-1 FAILED',
      '102 us-east-1 CANCELLED',
      '101 eu-west-1 FAILED',
      '102 eu-west-1 CANCELLED',
    ]);
  });

  it('follow the given order of regions', async () => {
    stage = await openStage();
    const { id } = await failing({ RegionOrder: ['eu-west-1', 'us-east-1'] });
    expect((await stage.results('settings', id))[0]).toBe('101 eu-west-1 FAILED');
  });

  it.each([
    ['STRICT_FAILURE_TOLERANCE', 1],
    ['SOFT_FAILURE_TOLERANCE', 2],
  ] as const)('with %s run %i accounts at once', async (ConcurrencyMode, expected) => {
    stage = await openStage();
    await stage.createSet({ StackSetName: 'settings' });
    const id = await stage.deploy('settings', {
      Regions: ['us-east-1'],
      OperationPreferences: { MaxConcurrentCount: 2, ConcurrencyMode },
    });
    const running = (await stage.results('settings', id)).filter((row) => row.endsWith('RUNNING'));
    expect(running).toHaveLength(expected);
  });

  it('are limited by the concurrency of CloudFormation', async () => {
    stage = await openStage({ behavior: { stackSetConcurrency: 1 } });
    await stage.createSet({ StackSetName: 'settings' });
    const id = await stage.deploy('settings', { Regions: regions });
    const rows = await stage.results('settings', id);
    expect(rows.filter((row) => row.endsWith('RUNNING'))).toHaveLength(1);
    expect(await stage.settled('settings', id)).toMatchObject({ Status: 'SUCCEEDED' });
  });

  it.each([
    [{ FailureToleranceCount: 1, FailureTolerancePercentage: 1 }, 'but not both'],
    [{ MaxConcurrentCount: 1, MaxConcurrentPercentage: 1 }, 'but not both'],
    [{ RegionOrder: ['eu-west-3'] }, 'not targets'],
  ])('are refused for %j', async (preferences, message) => {
    stage = await openStage();
    await stage.createSet({ StackSetName: 'settings' });
    const refused = await refusal(
      stage.deploy('settings', { Regions: regions, OperationPreferences: preferences }),
    );
    expect(refused).toMatchObject({ name: 'ValidationError' });
    expect(refused.message).toContain(message);
  });
});

describe('StopStackSetOperation', () => {
  it('finishes running instances and cancels the rest', async () => {
    stage = await openStage();
    await stage.withRoles();
    await stage.createSet({ StackSetName: 'settings' });
    const input = { Regions: regions, OperationPreferences: {} };
    const OperationId = await stage.deploy('settings', input);
    const stop = new StopStackSetOperationCommand({ StackSetName: 'settings', OperationId });
    await stage.cloudformation.send(stop);
    expect(await stage.operation('settings', OperationId)).toMatchObject({ Status: 'STOPPING' });
    expect(await stage.settled('settings', OperationId)).toMatchObject({ Status: 'STOPPED' });
    expect(await stage.results('settings', OperationId)).toEqual([
      '101 us-east-1 SUCCEEDED',
      '102 us-east-1 CANCELLED',
      '101 eu-west-1 CANCELLED',
      '102 eu-west-1 CANCELLED',
    ]);
    expect(await refusal(stage.cloudformation.send(stop))).toMatchObject({
      name: 'InvalidOperationException',
    });
  });
});
