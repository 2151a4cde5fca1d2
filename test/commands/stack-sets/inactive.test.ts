/** Accounts that are suspended or closed after a stack set has deployed to them. */
import { CloudFormationClient, UpdateStackSetCommand } from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import { managedByTag } from '../../../src/core/iam/role-names.ts';
import { firstCaller } from '../../support/sdk-clients.ts';
import {
  enabled,
  one,
  pilot,
  roleName,
  rowsOf,
  settingsOf,
  stageOfEachTest,
  two,
} from './stage.ts';

const open = stageOfEachTest();

/** Deploys to the pilot and takes over another account, then suspends the one and closes the other. */
async function shut() {
  const on = await open();
  expect((await on.report('enable', '--account', `${one},${two}`, '--yes')).status).toBe(0);
  expect((await on.stackset('deploy', '--org', '--pilot', pilot, '--yes')).status).toBe(0);
  expect((await on.stackset('deploy', '--org', '--take-over', '--yes')).status).toBe(0);
  on.sandbox.setAccountState(pilot, 'SUSPENDED');
  on.sandbox.setAccountState(one, 'CLOSED');
  return on;
}

const inactive = (account: string, status: string): readonly string[] => [
  `dhmc-setting eu-west-1 ${status} account-not-ready`,
  `dhmc-setting us-east-1 ${status} account-not-ready`,
  ...(account === pilot ? [`dhmc-role us-east-1 ${status} account-not-ready`] : []),
];

describe('accounts that became inactive after the deployment', () => {
  it('are rows of status with the reason, and do not change the exit status', async () => {
    const on = await shut();
    const { status, report } = await on.stackset('status', '--check', '--drift');
    expect(status).toBe(0);
    for (const account of [pilot, one])
      expect(rowsOf(report, account).toSorted()).toEqual(
        inactive(account, 'CURRENT SUCCEEDED').toSorted(),
      );
    expect(rowsOf(report, two)).toEqual([
      'dhmc-setting eu-west-1 CURRENT SUCCEEDED',
      'dhmc-setting us-east-1 CURRENT SUCCEEDED',
    ]);
    expect(report.instances.find(({ account }) => account === one)?.problem?.message).toContain(
      'The account is CLOSED',
    );
  });

  it('are left out of the next deployment, with the reason', async () => {
    const on = await shut();
    const { status, report } = await on.stackset('deploy', '--org', '--take-over', '--yes');
    expect([status, report.stopped, report.operations]).toEqual([0, null, []]);
    expect(
      report.notCovered.filter(({ account }) => account === one || account === pilot),
    ).toMatchObject([
      { account: one, reason: expect.stringContaining('CLOSED') as string },
      { account: pilot, reason: expect.stringContaining('SUSPENDED') as string },
    ]);
  });

  it.each([
    ['before it started', false],
    ['after its update', true],
  ])('do not stop remove if they became inactive %s', async (_, isBegun) => {
    const on = await shut();
    if (isBegun) {
      for (const account of [pilot, one]) on.sandbox.setAccountState(account, 'ACTIVE');
      // The first deletion after both updates is refused.
      const refused = { code: 'AccessDenied', message: 'No.', status: 403 };
      on.sandbox.setBehavior({
        ...on.sandbox.behavior(),
        faults: [
          {
            ...{ kind: 'error', service: 'cloudformation', operation: 'DeleteStackInstances' },
            ...{ times: 1, error: refused },
          },
        ],
      });
      expect((await on.stackset('remove', '--yes')).status).toBe(1);
      on.sandbox.setAccountState(pilot, 'SUSPENDED');
      on.sandbox.setAccountState(one, 'CLOSED');
    }
    const { status, report, stderr } = await on.stackset('remove', '--yes');
    expect(stderr).not.toContain('Ended early');
    expect([status, report.stopped, report.sets]).toEqual([0, null, []]);
    expect(report.notCovered).toMatchObject([
      { account: one, cells: 2, reason: expect.stringContaining('CLOSED') as string },
      { account: pilot, cells: 2, reason: expect.stringContaining('SUSPENDED') as string },
      { account: pilot, cells: null, reason: expect.stringContaining('keeps the tag') as string },
    ]);
    const shown = await on.run('runs', 'show', 'latest', '-o', 'json');
    expect(JSON.parse(shown.stdout)).toMatchObject({
      notCovered: report.notCovered,
      instances: report.instances,
    });
    for (const account of [one, two, pilot])
      expect(settingsOf(on.sandbox, account)).toEqual(enabled);
    expect(on.sandbox.role(pilot, roleName)?.tags).toMatchObject({ [managedByTag]: 'stackset' });
  });

  it('are tried again when they are active', async () => {
    const on = await shut();
    const update = new UpdateStackSetCommand({
      ...{ StackSetName: 'dhmc-setting', UsePreviousTemplate: true },
      OperationPreferences: { MaxConcurrentPercentage: 100 },
    });
    await new CloudFormationClient({
      endpoint: on.sandbox.url,
      credentials: firstCaller(on.sandbox),
      region: 'us-east-1',
    }).send(update);
    on.later();
    on.sandbox.setAccountState(pilot, 'ACTIVE');
    const skipped = 'dhmc-setting us-east-1 OUTDATED SKIPPED_SUSPENDED_ACCOUNT';
    const before = await on.stackset('status', '--check');
    expect([before.status, rowsOf(before.report, pilot)[2], rowsOf(before.report, one)[1]]).toEqual(
      [2, `${skipped} interrupted`, `${skipped} account-not-ready`],
    );
    const { status, report } = await on.stackset('deploy', '--org', '--take-over', '--yes');
    expect([status, report.stopped]).toEqual([0, null]);
    expect(rowsOf(report, pilot)[2]).toBe('dhmc-setting us-east-1 CURRENT SUCCEEDED');
  });

  it('keep settings that remove --reset cannot reach', async () => {
    const on = await shut();
    const { status, report } = await on.stackset('remove', '--reset', '--yes');
    expect([status, report.stopped, report.sets]).toEqual([0, null, []]);
    expect(settingsOf(on.sandbox, two)).toEqual([]);
    for (const account of [one, pilot]) expect(settingsOf(on.sandbox, account)).toEqual(enabled);
    expect(report.notCovered.map(({ account }) => account)).toEqual([one, pilot, pilot]);
  });
});
