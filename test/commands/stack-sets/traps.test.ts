/** Common problems with StackSets, through the command: queues, tolerance, settings of others, clocks. */
import { describe, expect, it } from 'vitest';
import { administratorOf } from '../../../src/sandbox/worlds/default.ts';
import { accessRole } from '../../../src/sandbox/worlds/fixtures.ts';
import { managementAccount, setTo } from '../../support/simple-world.ts';
import {
  enabled,
  fault,
  four,
  one,
  pilot,
  regions,
  rowsOf,
  settingsOf,
  two,
  stageOfEachTest,
} from './stage.ts';

const open = stageOfEachTest();

const takeOver = ['deploy', '--org', '--take-over', '--yes'];
const deployPilot = ['deploy', '--org', '--pilot', pilot, '--yes'];
describe('an operation of someone else', () => {
  it('is waited for, with one message', async () => {
    const busy = fault('CreateStackInstances', {
      code: 'OperationInProgressException',
      times: 2,
      status: 409,
    });
    const on = await open({}, { faults: [busy] });
    const { status, report, stderr } = await on.stackset(...deployPilot);
    expect([status, report.stopped]).toEqual([0, null]);
    expect(stderr.match(/waiting for another operation/g)).toHaveLength(1);
    expect(settingsOf(on.sandbox, pilot)).toEqual(enabled);
  });

  it('with the same id ends the command with the fix, and the next run uses a new id', async () => {
    const taken = { code: 'OperationIdAlreadyExistsException', times: 1, status: 409 };
    const on = await open({}, { faults: [fault('CreateStackInstances', taken)] });
    const { status, report } = await on.stackset(...deployPilot);
    expect([status, report.stopped?.hint]).toEqual([1, expect.stringContaining('uses a new one')]);
    const again = await on.stackset(...deployPilot);
    expect([again.status, again.report.stopped]).toEqual([0, null]);
  });
});

it('a wave with too many failures is canceled, account by account', async () => {
  const on = await open({
    scps: {
      DenyStackSets: {
        Version: '2012-10-17',
        Statement: [
          {
            ...{ Effect: 'Deny', Action: 'ssm:UpdateServiceSetting', Resource: '*' },
            Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/stacksets-exec-*' } },
          },
        ],
      },
    },
    unitScps: { Denied: ['DenyStackSets'], Free: [] },
    accounts: ['One', 'Two', 'Pilot', 'Four'].map((name) => ({
      ...{ name, unit: name === 'Pilot' ? 'Denied' : 'Free' },
    })),
  });
  expect((await on.report('enable', '--org', '--yes')).status).toBe(0);
  const { status, report } = await on.stackset(
    ...[...takeOver, '--failure-tolerance', '0', '--max-concurrent', '1'],
  );
  expect([status, report.stopped?.message]).toEqual([1, expect.stringContaining('failed')]);
  expect(rowsOf(report, pilot)).toContain('dhmc-setting us-east-1 OUTDATED FAILED denied-by-scp');
  expect(rowsOf(report, four)).toContain('dhmc-setting us-east-1 OUTDATED CANCELLED interrupted');
  expect(settingsOf(on.sandbox, four)).toEqual(enabled);
});

it('drift that could not be detected is reported as a failure', async () => {
  const on = await open({
    scps: {
      DenyReading: {
        Version: '2012-10-17',
        Statement: [
          {
            ...{ Effect: 'Deny', Action: 'iam:GetRole', Resource: '*' },
            Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/stacksets-exec-*' } },
          },
        ],
      },
    },
    unitScps: { Prod: ['DenyReading'] },
  });
  expect((await on.stackset(...deployPilot)).status).toBe(0);
  expect((await on.stackset('status', '--check')).status).toBe(0);
  const { status, report } = await on.stackset('status', '--drift');
  expect([status, ...rowsOf(report, pilot)]).toEqual([
    1,
    'dhmc-role us-east-1 CURRENT SUCCEEDED aws-error',
    'dhmc-setting eu-west-1 CURRENT SUCCEEDED',
    'dhmc-setting us-east-1 CURRENT SUCCEEDED',
  ]);
  expect(report.instances[0]?.problem?.message).toMatch(
    /^Its drift could not be detected: .*iam:GetRole/,
  );
});

describe('a new account with a setting of its own', () => {
  it.each([
    [
      'is a row with the reason if CloudFormation refuses to take it over',
      'already-exists',
      'Other',
    ],
    ['is set by the stack set if CloudFormation takes it over', 'take-over', null],
  ] as const)('%s', async (_, createOverCustomized, left) => {
    const on = await open({}, { createOverCustomized });
    expect((await on.stackset(...deployPilot)).status).toBe(0);
    const id = '000000000900';
    const roles = [accessRole(managementAccount)];
    const settings = { 'us-east-1': setTo('Other') };
    on.sandbox.join({ id, name: 'Joined', parent: 'r-test', roles, settings });
    on.later();
    const { status, report } = await on.stackset('status', '--check');
    const row = rowsOf(report, id).find((line) => line.includes('setting us-east-1'));
    expect([status, row]).toEqual(
      left === null
        ? [0, 'dhmc-setting us-east-1 CURRENT SUCCEEDED']
        : [2, 'dhmc-setting us-east-1 OUTDATED FAILED names-another-role'],
    );
    if (left !== null) expect(settingsOf(on.sandbox, id)).toContain(`us-east-1 ${left}`);
  });
});

it('a delegated administrator learns which regions may be disabled in the management account', async () => {
  const on = await open({
    callers: [administratorOf(two)],
    organization: { delegatedAdministrators: [two] },
    optIn: ['eu-south-1'],
    accounts: ['One', 'Two', 'Pilot', 'Four'].map((name) => ({
      ...{ name, roles: [accessRole(two)], regions: { 'eu-south-1': 'ENABLED' as const } },
    })),
  });
  const named = ['--region', 'us-east-1,eu-south-1'];
  const { status, report, stderr } = await on.stackset(...deployPilot, ...named);
  expect(stderr).toMatch(/needs its region enabled in the management account .*eu-south-1/);
  expect(status).toBe(1);
  expect(rowsOf(report, pilot)).toContain(
    'dhmc-setting eu-south-1 OUTDATED FAILED region-not-enabled',
  );
  expect(rowsOf(report, pilot)).toContain('dhmc-setting us-east-1 CURRENT SUCCEEDED');
});

describe('a setting that was handed over', () => {
  it.each([
    ['4 minutes ahead', 'renews', 240_000],
    ['4 minutes behind', 'keeps', -240_000],
    ['4 minutes ahead, and the stack set did not write', 'keeps', 240_000],
  ] as const)(
    'is superseded, by the dates of AWS, with its clock %s',
    async (_, equalWrite, clockSkewMs) => {
      const on = await open({}, { equalWrite, clockSkewMs });
      expect((await on.report('enable', '--account', `${one},${two}`, '--yes')).status).toBe(0);
      expect((await on.stackset(...takeOver)).status).toBe(0);
      // Without the list of instances, the journal and AWS's dates decide.
      const denied = {
        ...fault('ListStackSets', { code: 'AccessDenied', times: 99, status: 403 }),
      };
      on.sandbox.setBehavior({ ...on.sandbox.behavior(), faults: [denied] });
      on.sandbox.setSetting(two, 'us-east-1', {
        value: settingsOf(on.sandbox, one)[0]?.split(' ')[1] ?? '',
        modifiedBy: `arn:aws:iam::${two}:user/ann`,
        modifiedAt: new Date(Date.now() + clockSkewMs + 1_000).toISOString(),
      });
      const back = await on.report('rollback', '--yes');
      const settings = back.report.targets.filter(({ kind }) => kind === 'setting');
      expect(
        settings.map(
          ({ account, region, problem }) => `${account} ${String(region)} ${problem?.code ?? ''}`,
        ),
      ).toEqual([
        ...regions.map((region) => `${one} ${region} superseded`),
        `${two} eu-west-1 superseded`,
        `${two} us-east-1 changed-since`,
      ]);
    },
  );
});
