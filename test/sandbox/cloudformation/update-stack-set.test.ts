import {
  ListStackInstancesCommand,
  UpdateStackInstancesCommand,
  UpdateStackSetCommand,
  type UpdateStackSetCommandInput,
} from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountId } from '../../support/simple-world.ts';
import { refusal } from '../../support/sdk-clients.ts';
import { body, openStage, prod, roleName, value, type Stage } from './support.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
  await stage.withRoles();
  await stage.createSet({ StackSetName: 'settings' });
  await stage.deploy('settings', { Regions: ['us-east-1'] });
  await stage.settled('settings');
});
afterEach(() => stage.stop());

const update = async (
  input: Partial<UpdateStackSetCommandInput> & { StackSetName: string },
): Promise<string> =>
  (
    await stage.cloudformation.send(
      new UpdateStackSetCommand({ Capabilities: ['CAPABILITY_NAMED_IAM'], ...input }),
    )
  ).OperationId ?? '';

describe('UpdateStackSet', () => {
  it('updates every instance to the new template', async () => {
    const tagged = JSON.parse(body('role')) as {
      Resources: { DhmcRole: { Properties: { Tags: { Key: string; Value: string }[] } } };
    };
    tagged.Resources.DhmcRole.Properties.Tags.push({ Key: 'team', Value: 'one' });
    const id = await update({ StackSetName: 'roles', TemplateBody: JSON.stringify(tagged) });
    expect(await stage.instances('roles')).toContain('102 us-east-1 OUTDATED/PENDING');
    expect(await stage.settled('roles', id)).toMatchObject({
      Action: 'UPDATE',
      Status: 'SUCCEEDED',
    });
    expect(stage.sandbox.role(accountId(4), roleName)?.tags).toMatchObject({ team: 'one' });
  });

  it('fails, and changes nothing, if the update needs iam:UpdateRole', async () => {
    const renamed = JSON.parse(body('role')) as {
      Resources: { DhmcRole: { Properties: { Description: string } } };
    };
    renamed.Resources.DhmcRole.Properties.Description = 'another';
    await update({ StackSetName: 'roles', TemplateBody: JSON.stringify(renamed) });
    expect(await stage.settled('roles')).toMatchObject({ Action: 'UPDATE', Status: 'FAILED' });
    const { Summaries } = await stage.cloudformation.send(
      new ListStackInstancesCommand({ StackSetName: 'roles' }),
    );
    expect(Summaries?.map(({ StatusReason }) => StatusReason)).toContainEqual(
      expect.stringContaining('a change of the property Description of an AWS::IAM::Role'),
    );
  });

  it('compares templates, and ignores changes outside CloudFormation', async () => {
    stage.sandbox.setSetting(accountId(1), 'us-east-1', null);
    await update({ StackSetName: 'settings', UsePreviousTemplate: true });
    expect(await stage.settled('settings')).toMatchObject({ Status: 'SUCCEEDED' });
    expect(stage.sandbox.setting(accountId(1), 'us-east-1')).toBeNull();
  });

  it('keeps the default of a parameter that was never set', async () => {
    const Parameters = [{ ParameterKey: 'Role', UsePreviousValue: true }];
    await update({ StackSetName: 'settings', UsePreviousTemplate: true, Parameters });
    expect(await stage.settled('settings')).toMatchObject({ Status: 'SUCCEEDED' });
    expect(stage.sandbox.setting(accountId(1), 'us-east-1')?.value).toBe(value);
    const unknown = [{ ParameterKey: 'Other', UsePreviousValue: true }];
    expect(
      await refusal(
        update({ StackSetName: 'settings', UsePreviousTemplate: true, Parameters: unknown }),
      ),
    ).toMatchObject({ name: 'ValidationError' });
  });

  it('skips inactive accounts until they are active again', async () => {
    stage.sandbox.setAccountState(accountId(1), 'SUSPENDED');
    await update({ StackSetName: 'settings', UsePreviousTemplate: true });
    expect(await stage.settled('settings')).toMatchObject({ Status: 'SUCCEEDED' });
    const states = await stage.instances('settings');
    expect(states[0]).toBe('101 us-east-1 OUTDATED/SKIPPED_SUSPENDED_ACCOUNT');
    expect(states[1]).toBe('102 us-east-1 CURRENT/SUCCEEDED');
    stage.sandbox.setAccountState(accountId(1), 'ACTIVE');
    await update({ StackSetName: 'settings', UsePreviousTemplate: true });
    await stage.settled('settings');
    expect((await stage.instances('settings'))[0]).toBe('101 us-east-1 CURRENT/SUCCEEDED');
  });

  it('replaces a role whose path changes, and fails because the name exists', async () => {
    const moved = body('role').replace('"Path":"/service-role/"', '"Path":"/other/"');
    await update({
      StackSetName: 'roles',
      TemplateBody: moved,
      OperationPreferences: { FailureTolerancePercentage: 100, MaxConcurrentPercentage: 100 },
    });
    await stage.settled('roles');
    expect((await stage.instances('roles'))[0]).toBe('101 us-east-1 OUTDATED/FAILED');
    expect(stage.sandbox.role(accountId(1), roleName)?.path).toBe('/service-role/');
  });

  it('succeeds with tolerated failures, and leaves other instances outdated', async () => {
    const id = await update({
      StackSetName: 'settings',
      TemplateBody: body('setting').replace(`"Default":"${value}"`, '"Default":"Missing"'),
      DeploymentTargets: {
        OrganizationalUnitIds: [prod],
        Accounts: [accountId(1)],
        AccountFilterType: 'INTERSECTION',
      },
      Regions: ['us-east-1'],
      OperationPreferences: { FailureToleranceCount: 1 },
    });
    expect(await stage.settled('settings', id)).toMatchObject({
      Status: 'SUCCEEDED',
      StatusDetails: { FailedStackInstancesCount: 1 },
    });
    expect(await stage.instances('settings')).toEqual([
      '101 us-east-1 OUTDATED/FAILED',
      '102 us-east-1 OUTDATED/SUCCEEDED',
    ]);
  });

  it.each([
    [
      'automatic deployment together with targets',
      {
        AutoDeployment: { Enabled: false },
        DeploymentTargets: { OrganizationalUnitIds: [prod] },
        Regions: ['us-east-1'],
      },
      'ValidationError',
    ],
    [
      'a missing instance',
      {
        DeploymentTargets: {
          OrganizationalUnitIds: [prod],
          Accounts: [accountId(1)],
          AccountFilterType: 'INTERSECTION' as const,
        },
        Regions: ['eu-west-1'],
      },
      'StackInstanceNotFoundException',
    ],
  ])('refuses %s', async (_, input, name) => {
    const refused = update({ StackSetName: 'settings', UsePreviousTemplate: true, ...input });
    expect(await refusal(refused)).toMatchObject({ name });
  });
});

describe('UpdateStackInstances', () => {
  it('changes only the overrides', async () => {
    const other = stage.sandbox.role(accountId(1), roleName);
    stage.sandbox.setRole(accountId(1), { ...other, name: 'Other', path: '/' } as NonNullable<
      typeof other
    >);
    await stage.cloudformation.send(
      new UpdateStackInstancesCommand({
        StackSetName: 'settings',
        DeploymentTargets: {
          OrganizationalUnitIds: [prod],
          Accounts: [accountId(1)],
          AccountFilterType: 'INTERSECTION',
        },
        Regions: ['us-east-1'],
        ParameterOverrides: [{ ParameterKey: 'Role', ParameterValue: 'Other' }],
      }),
    );
    await stage.settled('settings');
    expect(stage.sandbox.setting(accountId(1), 'us-east-1')?.value).toBe('Other');
    expect(stage.sandbox.setting(accountId(2), 'us-east-1')?.value).toBe(value);
  });
});
