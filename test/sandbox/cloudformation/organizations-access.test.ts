import {
  ActivateOrganizationsAccessCommand,
  DescribeOrganizationsAccessCommand,
  DescribeStackSetCommand,
  ListStackSetsCommand,
} from '@aws-sdk/client-cloudformation';
import { afterEach, describe, expect, it } from 'vitest';
import { accountId } from '../../support/simple-world.ts';
import { enter, refusal } from '../../support/sdk-clients.ts';
import { openStage, type Stage } from './support.ts';

let stage: Stage;
afterEach(() => stage.stop());

describe('trusted access', () => {
  it('is required by service-managed sets, and is turned on by the management account', async () => {
    stage = await openStage({ organization: { stackSetsAccess: false } });
    const { cloudformation } = stage;
    expect(await cloudformation.send(new DescribeOrganizationsAccessCommand({}))).toMatchObject({
      Status: 'DISABLED',
    });
    const refused = await refusal(stage.createSet({ StackSetName: 'settings' }));
    expect(refused).toMatchObject({ name: 'ValidationError' });
    expect(refused.message).toContain('You must enable organizations access');
    await cloudformation.send(new ActivateOrganizationsAccessCommand({}));
    expect(await cloudformation.send(new DescribeOrganizationsAccessCommand({}))).toMatchObject({
      Status: 'ENABLED',
    });
    await stage.createSet({ StackSetName: 'settings' });
  });

  it('cannot be turned on by a member account', async () => {
    stage = await openStage();
    const inside = stage.as(await enter(stage.sandbox, accountId(1)));
    expect(await refusal(inside.send(new ActivateOrganizationsAccessCommand({})))).toMatchObject({
      name: 'InvalidOperationException',
    });
  });
});

describe('a delegated administrator', () => {
  const describeSet = (CallAs?: 'SELF' | 'DELEGATED_ADMIN'): DescribeStackSetCommand =>
    new DescribeStackSetCommand({ StackSetName: 'settings', CallAs });

  it("sees the management account's sets only with CallAs", async () => {
    stage = await openStage({ organization: { delegatedAdministrators: [accountId(1)] } });
    await stage.createSet({ StackSetName: 'settings' });
    const inside = stage.as(await enter(stage.sandbox, accountId(1)));
    expect((await inside.send(describeSet('DELEGATED_ADMIN'))).StackSet?.StackSetARN).toContain(
      ':000000000001:stackset/settings:',
    );
    expect(await refusal(inside.send(describeSet()))).toMatchObject({
      name: 'StackSetNotFoundException',
      status: 404,
    });
    expect((await inside.send(new ListStackSetsCommand({}))).Summaries).toEqual([]);
  });

  it('must be registered as one', async () => {
    stage = await openStage();
    const inside = stage.as(await enter(stage.sandbox, accountId(1)));
    const refused = await refusal(inside.send(describeSet('DELEGATED_ADMIN')));
    expect(refused).toMatchObject({ name: 'ValidationError' });
    expect(await refusal(stage.cloudformation.send(describeSet('DELEGATED_ADMIN')))).toMatchObject({
      name: 'ValidationError',
    });
  });
});

describe('permissions', () => {
  it('are checked by operation', async () => {
    stage = await openStage();
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'cloudformation:DescribeStackSet', Resource: '*' }],
    });
    const inside = stage.as(await enter(stage.sandbox, accountId(1), { Policy }));
    expect(await refusal(inside.send(describeSet()))).toMatchObject({
      name: 'StackSetNotFoundException',
    });
    const denied = await refusal(inside.send(new ListStackSetsCommand({})));
    expect(denied).toMatchObject({ name: 'AccessDenied', status: 403 });
    expect(denied.message).toContain('cloudformation:ListStackSets');
  });
  const describeSet = (): DescribeStackSetCommand =>
    new DescribeStackSetCommand({ StackSetName: 'settings' });
});
