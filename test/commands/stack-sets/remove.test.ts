/**
 * Removing stack sets: nothing is deleted before it is certain what is kept, and an interrupted removal continues.
 */
import {
  CloudFormationClient,
  ListStackInstancesCommand,
  UpdateStackSetCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import { stackSetTemplate } from '../../../src/core/templates/cloudformation.ts';
import { administratorOf } from '../../../src/sandbox/worlds/default.ts';
import { countsOf } from '../../support/built-program.ts';
import { runInProcess } from '../../support/in-process.ts';
import { managementAccount, unitId } from '../../support/simple-world.ts';
import {
  enabled,
  four,
  one,
  pilot,
  roleName,
  settingsOf,
  two,
  type Stage,
  stageOfEachTest,
} from './stage.ts';

const open = stageOfEachTest();

const deployPilot = ['deploy', '--org', '--pilot', pilot, '--yes'];
const clientOf = ({ sandbox: { url, env } }: Stage, region = 'us-east-1'): CloudFormationClient =>
  new CloudFormationClient({
    endpoint: url,
    region,
    credentials: {
      accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
  });

describe('stackset remove', () => {
  it('keeps roles and settings, which then belong to dhmc', async () => {
    const on = await open();
    await on.stackset(...deployPilot);
    const dry = await on.stackset('remove', '--dry-run');
    expect([dry.status, dry.report.sets.length]).toEqual([0, 2]);
    const declined = await runInProcess(['stackset', 'remove', '-o', 'json'], ['n']);
    expect([declined.status, JSON.parse(declined.stdout)]).toMatchObject([
      1,
      { action: 'remove', run: null, stopped: { message: 'Canceled; nothing was changed.' } },
    ]);
    const { status, report } = await on.stackset('remove', '--yes');
    expect([status, report.sets, report.stopped]).toEqual([0, [], null]);
    expect([dry.stderr, on.sandbox.role(pilot, roleName)?.tags]).toMatchObject([
      expect.stringMatching(
        /TagRole dhmc:managed-by=dhmc, with the access role of 1 account: the role/,
      ),
      { 'dhmc:managed-by': 'dhmc', 'dhmc:set': 'role' },
    ]);
    expect(report.operations.map(({ call, set }) => `${call} ${set}`)).toEqual([
      'UpdateStackSet dhmc-setting',
      'UpdateStackSet dhmc-role',
      'DeleteStackInstances dhmc-setting',
      'DeleteStackSet dhmc-setting',
      'DeleteStackInstances dhmc-role',
      'DeleteStackSet dhmc-role',
    ]);
    expect(settingsOf(on.sandbox, pilot)).toEqual(enabled);
    expect(on.sandbox.role(pilot, roleName)).not.toBeNull();
    const shown = await on.run('runs', 'show', 'latest', '-o', 'json');
    expect(JSON.parse(shown.stdout)).toMatchObject({
      schema: 'dhmc.stackset/v1',
      action: 'remove',
      instances: [
        { set: 'dhmc-role', account: pilot, status: 'TAKEN_BACK', cell: 'whole' },
        { account: pilot, status: 'TAKEN_BACK', cell: 'enabled' },
        { account: pilot, status: 'TAKEN_BACK', cell: 'enabled' },
      ],
    });
    expect(JSON.parse(shown.stdout)).toMatchObject({ instances: report.instances });
    const { status: nothing, stderr } = await on.run('stackset', 'remove', '--yes');
    expect([nothing, stderr]).toEqual([
      64,
      expect.stringMatching(/neither stack set dhmc-role nor dhmc-setting exists/),
    ]);
  });

  it('does not deploy to an account that was never deployed to', async () => {
    const denied = {
      DenyStackSets: {
        Version: '2012-10-17' as const,
        Statement: [
          {
            ...{ Effect: 'Deny' as const, Action: 'ssm:UpdateServiceSetting', Resource: '*' },
            Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/stacksets-exec-*' } },
          },
        ],
      },
    };
    const on = await open({ scps: denied, unitScps: { Denied: ['DenyStackSets'] } });
    await on.stackset(...deployPilot);
    const joined = '000000000900';
    on.join(joined, unitId('Denied'));
    on.later();
    // The policy no longer applies to the account, but nothing may be deployed.
    on.sandbox.move(joined, 'r-test');
    const { status, report } = await on.stackset('remove', '--yes');
    expect([status, report.sets, settingsOf(on.sandbox, joined)]).toEqual([0, [], []]);
    expect(report.operations[0]).toMatchObject({
      call: 'DeleteStackInstances',
      set: 'dhmc-setting',
      failed: 0,
    });
  });

  it('with --reset resets the settings first and then deletes the roles that the sets created', async () => {
    const on = await open();
    await on.report('enable', '--org', '--exclude-account', pilot, '--yes');
    await on.stackset(...deployPilot);
    const { status, report, stderr } = await on.stackset('remove', '--reset', '--yes');
    expect([status, report.stopped]).toEqual([0, null]);
    expect(stderr).toMatch(/DeleteStackSet dhmc-setting: 2 settings in 1 account to AWS's default/);
    expect(stderr).toMatch(/DeleteStackSet dhmc-role: deletes 1 role that it created/);
    expect(settingsOf(on.sandbox, pilot)).toEqual([]);
    expect(on.sandbox.role(pilot, roleName)).toBeNull();
    for (const account of [one, two, four])
      expect(settingsOf(on.sandbox, account)).toEqual(enabled);
  });

  it('first restores a changed template that would not keep its resources', async () => {
    const on = await open();
    await on.stackset(...deployPilot);
    const choices = {
      rolePath: '/service-role/',
      roleName,
      boundary: null,
      tags: {},
      mainRegion: 'us-east-1',
      onDelete: 'reset' as const,
    };
    await clientOf(on).send(
      new UpdateStackSetCommand({
        StackSetName: 'dhmc-setting',
        TemplateBody: JSON.stringify(stackSetTemplate('setting', choices).body),
        OperationPreferences: { MaxConcurrentPercentage: 100 },
      }),
    );
    on.later();
    const { status, stderr } = await on.stackset('remove', '--yes');
    expect([status, stderr]).toEqual([0, expect.stringMatching(/does not keep/)]);
    expect(settingsOf(on.sandbox, pilot)).toEqual(enabled);
  });

  it('names the stack with termination protection, and continues when the protection is off', async () => {
    const on = await open({
      callers: [
        administratorOf(managementAccount),
        { ...administratorOf(pilot), accessKeyId: 'AKIAPILOTSADMIN00001' },
      ],
    });
    await on.stackset(...deployPilot);
    const [, member] = on.sandbox.snapshot().callers;
    const protect = async (isOn: boolean): Promise<void> => {
      const client = new CloudFormationClient({
        endpoint: on.sandbox.url,
        region: 'eu-west-1',
        credentials: {
          accessKeyId: member?.accessKeyId ?? '',
          secretAccessKey: member?.secretAccessKey ?? '',
        },
      });
      const { Summaries = [] } = await clientOf(on).send(
        new ListStackInstancesCommand({
          StackSetName: 'dhmc-setting',
          StackInstanceAccount: pilot,
          StackInstanceRegion: 'eu-west-1',
        }),
      );
      await client.send(
        new UpdateTerminationProtectionCommand({
          StackName: Summaries[0]?.StackId,
          EnableTerminationProtection: isOn,
        }),
      );
    };
    await protect(true);
    const { status, report } = await on.stackset('remove', '--yes');
    expect([status, report.stopped?.message]).toEqual([
      1,
      expect.stringMatching(new RegExp(`could not be deleted: ${pilot} eu-west-1 .*rotection`)),
    ]);
    expect(settingsOf(on.sandbox, pilot)).toEqual(enabled);
    expect(on.sandbox.role(pilot, roleName)).not.toBeNull();
    await protect(false);
    const again = await on.stackset('remove', '--yes');
    expect([again.status, again.report.sets]).toEqual([0, []]);
    expect(settingsOf(on.sandbox, pilot)).toEqual(enabled);
  });

  it('deletes nothing if it is not certain what is kept', async () => {
    const on = await open();
    await on.stackset(...deployPilot);
    const client = clientOf(on);
    await client.send(
      new UpdateStackSetCommand({
        StackSetName: 'dhmc-setting',
        TemplateBody:
          'Resources:\n  DhmcSetting:\n    Type: AWS::CloudFormation::WaitConditionHandle\n',
        OperationPreferences: { MaxConcurrentPercentage: 100 },
      }),
    );
    on.later();
    const { status, report } = await on.stackset('remove', '--yes');
    expect([status, report.stopped?.message]).toEqual([1, expect.stringMatching(/not JSON/)]);
    expect(countsOf(on.sandbox)['cloudformation:DeleteStackInstances']).toBeUndefined();
  });
});

describe('the journal of a deployment', () => {
  it('is listed and shown, and resume and rollback name the right command', async () => {
    const on = await open();
    const { report } = await on.stackset(...deployPilot);
    const run = report.run ?? '';
    const list = await on.run('runs');
    expect(list.stdout).toMatch(
      /stackset-deploy, finished: 2 cells of the pilot set by stack sets/,
    );
    const shown = await on.run('runs', 'show', run, '-o', 'json');
    expect(JSON.parse(shown.stdout)).toMatchObject({
      run,
      operations: report.operations.map(({ id, status }) => ({ id, status })),
      instances: [{ status: 'HANDED_OVER' }, { status: 'HANDED_OVER' }],
    });
    for (const command of ['resume', 'rollback']) {
      const refused = await on.run(command, run, '--yes');
      expect([refused.status, refused.stderr]).toEqual([
        64,
        expect.stringMatching(/stackset deploy.*stackset remove/s),
      ]);
    }
  });

  it('lets a second run continue operations that the first one left running', async () => {
    const on = await open({}, { stackMs: 400 });
    const first = await on.stackset(...deployPilot, '--no-wait');
    expect(first.report.operations.at(-1)?.status).toMatch(/RUNNING|QUEUED/);
    expect(first.status).toBe(0);
    const second = await on.stackset(...deployPilot);
    expect([second.status, second.report.stopped]).toEqual([0, null]);
    expect(settingsOf(on.sandbox, pilot)).toEqual(enabled);
    expect((await on.run('runs')).stdout).toMatch(/2 cells of the pilot/);
    const third = await on.stackset(...deployPilot);
    expect([third.status, third.report.run, third.report.operations]).toEqual([0, null, []]);
  });
});
