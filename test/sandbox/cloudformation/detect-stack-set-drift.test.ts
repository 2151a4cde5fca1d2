import {
  DescribeStackSetCommand,
  DetectStackSetDriftCommand,
  ListStackInstanceResourceDriftsCommand,
  ListStackInstancesCommand,
} from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Role } from '../../../src/sandbox/world.ts';
import { accountId } from '../../support/simple-world.ts';
import { refusal } from '../../support/sdk-clients.ts';
import { openStage, roleName, root, value, type Stage } from './support.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
  await stage.withRoles();
  await stage.createSet({ StackSetName: 'settings' });
  await stage.deploy('settings', { Regions: ['us-east-1'] });
  await stage.settled('settings');
});
afterEach(() => stage.stop());

async function detect(StackSetName: string): Promise<string> {
  const { OperationId = '' } = await stage.cloudformation.send(
    new DetectStackSetDriftCommand({
      StackSetName,
      OperationPreferences: {
        MaxConcurrentPercentage: 100,
        ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE',
      },
    }),
  );
  return OperationId;
}

describe('DetectStackSetDrift', () => {
  it('finds no drift when nothing was changed', async () => {
    for (const set of ['roles', 'settings']) {
      const id = await detect(set);
      expect(await stage.settled(set, id)).toMatchObject({
        Action: 'DETECT_DRIFT',
        Status: 'SUCCEEDED',
      });
      const { StackSet } = await stage.cloudformation.send(
        new DescribeStackSetCommand({ StackSetName: set }),
      );
      expect(StackSet?.StackSetDriftDetectionDetails).toMatchObject({
        DriftStatus: 'IN_SYNC',
        DriftDetectionStatus: 'COMPLETED',
        DriftedStackInstancesCount: 0,
      });
    }
  });

  it('finds a setting that was reset, and changes nothing', async () => {
    stage.sandbox.setSetting(accountId(1), 'us-east-1', null);
    const OperationId = await detect('settings');
    await stage.settled('settings', OperationId);
    const { Summaries } = await stage.cloudformation.send(
      new ListStackInstancesCommand({
        StackSetName: 'settings',
        Filters: [{ Name: 'DRIFT_STATUS', Values: 'DRIFTED' }],
      }),
    );
    expect(Summaries).toMatchObject([
      { Account: accountId(1), Status: 'CURRENT', DriftStatus: 'DRIFTED' },
    ]);
    const drifts = await stage.cloudformation.send(
      new ListStackInstanceResourceDriftsCommand({
        StackSetName: 'settings',
        StackInstanceAccount: accountId(1),
        StackInstanceRegion: 'us-east-1',
        OperationId,
      }),
    );
    expect(drifts.Summaries).toMatchObject([
      {
        LogicalResourceId: 'DhmcSetting',
        ResourceType: 'AWS::SSM::ServiceSetting',
        StackResourceDriftStatus: 'MODIFIED',
        PropertyDifferences: [
          { PropertyPath: '/SettingValue', ExpectedValue: value, ActualValue: '$None' },
        ],
      },
    ]);
    expect(stage.sandbox.setting(accountId(1), 'us-east-1')).toBeNull();
  });

  it('finds a role that was deleted and one that was changed', async () => {
    const role = stage.sandbox.role(accountId(2), roleName);
    stage.sandbox.removeRole(accountId(1), roleName);
    stage.sandbox.setRole(accountId(2), { ...role, attachedPolicies: [] } as NonNullable<
      typeof role
    >);
    const OperationId = await detect('roles');
    await stage.settled('roles', OperationId);
    const statusIn = async (account: string): Promise<string | undefined> => {
      const { Summaries } = await stage.cloudformation.send(
        new ListStackInstanceResourceDriftsCommand({
          StackSetName: 'roles',
          StackInstanceAccount: account,
          StackInstanceRegion: 'us-east-1',
          OperationId,
        }),
      );
      return Summaries?.[0]?.StackResourceDriftStatus;
    };
    expect(await statusIn(accountId(1))).toBe('DELETED');
    expect(await statusIn(accountId(2))).toBe('MODIFIED');
    expect(await statusIn(accountId(3))).toBe('IN_SYNC');
  });

  it('finds an inline policy of the template that was changed or deleted', async () => {
    const allow = (Action: string) => ({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow' as const, Action, Resource: '*' }],
    });
    const Properties = {
      RoleName: 'Inline',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'ssm.amazonaws.com' },
            Action: 'sts:AssumeRole',
          },
        ],
      },
      Policies: [{ PolicyName: 'read', PolicyDocument: allow('ssm:GetParameter') }],
    };
    await stage.createSet({
      StackSetName: 'inline',
      TemplateBody: JSON.stringify({ Resources: { Role: { Type: 'AWS::IAM::Role', Properties } } }),
      Capabilities: ['CAPABILITY_NAMED_IAM'],
    });
    await stage.deploy('inline', {
      Regions: ['us-east-1'],
      DeploymentTargets: { OrganizationalUnitIds: [root] },
    });
    await stage.settled('inline');
    const change = (account: string, inlinePolicies: Role['inlinePolicies'] & object): void => {
      const role = stage.sandbox.role(account, 'Inline');
      if (role !== null) stage.sandbox.setRole(account, { ...role, inlinePolicies });
    };
    change(accountId(1), {});
    change(accountId(2), { read: allow('ssm:*') });
    change(accountId(3), { read: allow('ssm:GetParameter'), other: allow('s3:*') });
    const id = await detect('inline');
    await stage.settled('inline', id);
    const { Summaries } = await stage.cloudformation.send(
      new ListStackInstancesCommand({ StackSetName: 'inline' }),
    );
    expect(
      Object.fromEntries(Summaries?.map((each) => [each.Account ?? '', each.DriftStatus]) ?? []),
    ).toMatchObject({
      [accountId(1)]: 'DRIFTED',
      [accountId(2)]: 'DRIFTED',
      [accountId(3)]: 'IN_SYNC',
    });
  });

  it('refuses a second detection at the same time', async () => {
    await detect('settings');
    expect(await refusal(detect('settings'))).toMatchObject({
      name: 'OperationInProgressException',
    });
  });
});
