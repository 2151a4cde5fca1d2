/** Common mistakes with StackSets and `dhmc stackset deploy`: refused in advance, or reported account by account. */
import { describe, expect, it } from 'vitest';
import { accessRole, dhmcRole } from '../../../src/sandbox/worlds/fixtures.ts';
import { administratorOf } from '../../../src/sandbox/worlds/default.ts';
import { writesOf } from '../../support/built-program.ts';
import { runInProcess } from '../../support/in-process.ts';
import { managementAccount, setTo } from '../../support/simple-world.ts';
import {
  enabled,
  four,
  one,
  pilot,
  roleName,
  prod,
  rowsOf,
  settingsOf,
  two,
  type Stage,
  stageOfEachTest,
} from './stage.ts';

const open = stageOfEachTest();

const deployPilot = ['deploy', '--org', '--pilot', pilot, '--yes'];
/** Denies UpdateServiceSetting to the execution role of stack sets only. */
const denyStackSets = {
  scps: {
    DenyStackSets: {
      Version: '2012-10-17' as const,
      Statement: [
        {
          Effect: 'Deny' as const,
          Action: 'ssm:UpdateServiceSetting',
          Resource: '*',
          Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/stacksets-exec-*' } },
        },
      ],
    },
  },
};
const enableBut = async (on: Stage, ...excluded: readonly string[]): Promise<void> => {
  const args = excluded.flatMap((id) => ['--exclude-account', id]);
  expect((await on.report('enable', '--org', ...args, '--yes')).status).toBe(0);
};

describe('stackset deploy', () => {
  it.each([
    ['a missing pilot', {}, ['--org'], /No pilot/],
    ['a missing target', {}, ['--pilot', pilot], /No accounts selected/],
    ['the management account as pilot', {}, ['--org', '--pilot', managementAccount], /management/],
    ['a pilot outside the target', {}, ['--ou', 'Dev', '--pilot', pilot], /not in the target/],
    [
      'a name with a dot',
      {},
      ['--org', '--pilot', pilot, '--name', 'my.dhmc'],
      /is not a valid prefix/,
    ],
    [
      'a name with an underscore',
      {},
      ['--org', '--pilot', pilot, '--name', 'my_dhmc'],
      /is not a valid prefix/,
    ],
    ['an unknown pilot', {}, ['--org', '--pilot', '000000000999'], /account not found/],
    [
      'disabled trusted access',
      { organization: { stackSetsAccess: false } },
      ['--org', '--pilot', pilot],
      /aws cloudformation activate-organizations-access/,
    ],
    ['a take-over without a cell to transfer', {}, ['--org', '--take-over'], /No cell/],
  ])('refuses %s and changes nothing', async (_, world, args, message) => {
    const accounts = [
      ...['One', 'Two', 'Pilot', 'Four'].map((name) => ({ name, unit: 'Prod' })),
      { name: 'Five', unit: 'Dev' },
    ];
    const on = await open({ accounts, ...world });
    const { status, stderr } = await on.run('stackset', 'deploy', ...args, '--yes');
    expect([status, stderr]).toEqual([64, expect.stringMatching(message)]);
    expect(writesOf(on.sandbox)).toEqual({});
    expect(on.sandbox.requests().byOperation['cloudformation:ActivateOrganizationsAccess']).toBe(
      undefined,
    );
  });

  it.each([
    ['a pilot with the role', { moreRoles: [dhmcRole] }, /has the role/],
    ['a pilot with a setting', { settings: { 'us-east-1': setTo('other') } }, /AWS's default/],
    ['a suspended pilot', { state: 'SUSPENDED' as const }, /SUSPENDED/],
  ])('refuses %s and changes nothing', async (_, special, message) => {
    const on = await open({ accounts: ['One', 'Two', { name: 'Pilot', ...special }, 'Four'] });
    const { status, stderr } = await on.run('stackset', ...deployPilot);
    expect([status, stderr]).toEqual([64, expect.stringMatching(message)]);
    expect(writesOf(on.sandbox)).toEqual({});
  });

  it('refuses a caller that is neither the management account nor a delegated administrator', async () => {
    const on = await open({ callers: [administratorOf(one)] });
    const { status, stderr } = await on.run('stackset', ...deployPilot);
    expect([status, stderr]).toEqual([
      64,
      expect.stringMatching(/register-delegated-administrator/),
    ]);
  });

  it('refuses a second deployment under another name to a pilot that has the role', async () => {
    const on = await open();
    await on.stackset(...deployPilot);
    const { status, stderr } = await on.run('stackset', ...deployPilot, '--name', 'dhmc-setting-x');
    expect([status, stderr]).toEqual([64, expect.stringMatching(/has the role/)]);
  });

  it('asks first, changes nothing after a no, and shows every call in a dry run', async () => {
    const on = await open();
    const dry = await on.stackset('deploy', '--org', '--pilot', pilot, '--dry-run');
    expect(dry.status).toBe(0);
    expect(dry.report.operations.map(({ call, set }) => `${call} ${set}`)).toEqual([
      'CreateStackSet dhmc-role',
      'CreateStackInstances dhmc-role',
      'CreateStackSet dhmc-setting',
      'CreateStackInstances dhmc-setting',
    ]);
    expect(dry.stderr).toMatch(/of their accounts only Pilot \(000000000103\)/);
    expect(dry.report.notCovered).toMatchObject([{ account: managementAccount }]);
    expect((await on.run('stackset', 'deploy', '--org', '--pilot', pilot)).status).toBe(64);
    const line = ['stackset', 'deploy', '--org', '--pilot', pilot, '-o', 'json'];
    const declined = await runInProcess(line, ['n']);
    expect(declined.status).toBe(1);
    expect(JSON.parse(declined.stdout)).toMatchObject({
      action: 'deploy',
      run: null,
      stopped: { message: 'Canceled; nothing was changed.' },
      operations: dry.report.operations,
    });
    expect(writesOf(on.sandbox)).toEqual({});
  });
});

describe('stackset deploy for new accounts', () => {
  it('works for a delegated administrator, who sets CallAs on every call', async () => {
    const on = await open({
      callers: [administratorOf(two)],
      organization: { delegatedAdministrators: [two] },
      accounts: ['One', 'Two', 'Pilot', 'Four'].map((name) => ({
        name,
        unit: 'Prod',
        roles: [accessRole(two)],
      })),
    });
    const { status, report } = await on.stackset(...deployPilot);
    expect([status, report.stopped]).toEqual([0, null]);
    expect(settingsOf(on.sandbox, pilot)).toEqual(enabled);
    expect((await on.stackset('status')).report.sets).toHaveLength(2);
    expect((await on.stackset('remove', '--yes')).status).toBe(0);
  });

  it('skips an account that has a role of the same name, and reports the fix', async () => {
    const on = await open();
    expect((await on.stackset(...deployPilot)).status).toBe(0);
    const clash = '000000000900';
    on.sandbox.join({ id: clash, name: 'Clash', parent: prod, roles: [dhmcRole] });
    on.later();
    const { report } = await on.stackset('status');
    expect(rowsOf(report, clash)).toContain('dhmc-role us-east-1 OUTDATED FAILED role-of-others');
    expect(report.instances.find(({ account }) => account === clash)?.problem?.hint).toMatch(
      /--take-over/,
    );
  });

  it('continues when the same account fails again, but not with another role than that of the sets', async () => {
    const on = await open();
    expect((await on.stackset(...deployPilot)).status).toBe(0);
    on.sandbox.join({ id: '000000000900', name: 'Clash', parent: prod, roles: [dhmcRole] });
    on.later();
    const again = await on.stackset(...deployPilot, '--exclude-region', 'eu-west-1');
    expect([again.status, again.report.stopped]).toEqual([1, null]);
    expect(again.report.operations.map(({ set }) => set)).toEqual(['dhmc-role', 'dhmc-setting']);
    const { status, stderr } = await on.run('stackset', ...deployPilot, '--dhmc-role', 'Mine');
    expect([status, stderr]).toEqual([64, expect.stringMatching(/--dhmc-role is Mine/)]);
  });

  it('leaves out the management account, suspended accounts and disabled regions', async () => {
    const on = await open({
      accounts: ['One', { name: 'Two', state: 'SUSPENDED' }, 'Pilot', 'Four'],
      optIn: ['eu-south-1'],
      management: { regions: { 'eu-south-1': 'ENABLED' } },
    });
    const { status, report } = await on.stackset(...deployPilot);
    expect(status).toBe(0);
    expect(report.notCovered).toMatchObject([
      { account: managementAccount, reason: expect.stringContaining('management') as string },
      { account: two, reason: expect.stringContaining('SUSPENDED') as string },
      { region: 'eu-south-1', reason: expect.stringContaining('--region') as string },
    ]);
    expect(report.instances.map(({ account }) => account)).not.toContain(managementAccount);
    const named = await on.stackset(...deployPilot, '--name', 'opt', '--region', 'eu-south-1');
    expect([named.status, JSON.parse(named.stdout)]).toMatchObject([64, { error: {} }]);
  });

  it('leaves out regions that the management account has not enabled, or without the resource type', async () => {
    const on = await open({ optIn: ['eu-south-1'] }, { withoutServiceSettingType: ['eu-west-1'] });
    const { report } = await on.stackset(
      ...deployPilot,
      '--region',
      'us-east-1,eu-west-1,eu-south-1',
    );
    expect(report.notCovered.flatMap(({ region }) => region ?? [])).toEqual([
      'eu-south-1',
      'eu-west-1',
    ]);
    expect(report.sets.map(({ regions }) => regions)).toEqual([['us-east-1'], ['us-east-1']]);
  });

  it('covers accounts that move out of the target and back', async () => {
    const on = await open();
    expect((await on.stackset('deploy', '--ou', 'Prod', '--pilot', pilot, '--yes')).status).toBe(0);
    on.sandbox.move(pilot, 'r-test');
    on.sandbox.move(pilot, prod);
    on.later();
    expect(settingsOf(on.sandbox, pilot)).toEqual(enabled);
    on.sandbox.move(pilot, 'r-test');
    on.later();
    // The stacks are retained, and so are the settings.
    expect(settingsOf(on.sandbox, pilot)).toEqual(enabled);
    expect(rowsOf((await on.stackset('status')).report, pilot)).toEqual([]);
  });
});

describe('deploy --take-over', () => {
  const takeOver = ['deploy', '--org', '--take-over', '--yes'];

  it("hands dhmc's cells to StackSets, one cell first, and changes no value", async () => {
    const on = await open();
    await enableBut(on, pilot);
    on.sandbox.setSetting(four, 'eu-west-1', setTo('other'));
    const before = settingsOf(on.sandbox, one);
    const { status, report } = await on.stackset(...takeOver);
    expect([status, report.stopped]).toEqual([0, null]);
    expect(report.instances.map(({ account }) => account)).not.toContain(pilot);
    for (const account of [one, two])
      expect(rowsOf(report, account)).toEqual(
        [
          'dhmc-setting eu-west-1 CURRENT SUCCEEDED',
          'dhmc-setting us-east-1 CURRENT SUCCEEDED',
        ].sort(),
      );
    expect(report.notCovered).toMatchObject([
      { account: managementAccount },
      { account: pilot, cells: 2, reason: expect.stringContaining('default') as string },
      { account: four, cells: 1, reason: expect.stringContaining('missing') as string },
    ]);
    expect(settingsOf(on.sandbox, one)).toEqual(before);
    // A second take-over has nothing to do, and a new account is covered.
    on.join('000000000900');
    on.later();
    expect(settingsOf(on.sandbox, '000000000900')).toEqual(enabled);
    const again = await on.stackset(...takeOver);
    expect([again.status, again.report.run]).toEqual([0, null]);
  });

  it.each([
    ['before the take-over', []],
    ['after the take-over', takeOver],
  ])('repairs an account of dhmc that was moved %s and has a role in the way', async (_, first) => {
    const on = await open();
    await enableBut(on, pilot);
    expect((await on.stackset('deploy', '--org', '--pilot', pilot, '--yes')).status).toBe(0);
    if (first.length > 0) expect((await on.stackset(...first)).status).toBe(0);
    on.sandbox.move(one, 'r-test');
    on.later();
    const moved = await on.stackset('status', '--check');
    expect([moved.status, rowsOf(moved.report, one)[0]]).toEqual([
      2,
      'dhmc-role us-east-1 OUTDATED FAILED role-of-others',
    ]);
    const { status, report, stderr } = await on.stackset(...takeOver);
    expect(stderr).toMatch(/DeleteStackInstances dhmc-role: the account has a role .*; 1 stack/s);
    expect([status, report.stopped]).toEqual([0, null]);
    expect(rowsOf(report, one)).toEqual([
      'dhmc-setting eu-west-1 CURRENT SUCCEEDED',
      'dhmc-setting us-east-1 CURRENT SUCCEEDED',
    ]);
    expect((await on.stackset('status', '--check')).status).toBe(0);
    expect(on.sandbox.role(one, roleName)?.tags).toMatchObject({ 'dhmc:created-by': 'dhmc' });
  });

  it.each([
    ['', []],
    [' after a deployment to a pilot', [deployPilot]],
  ])(
    'leaves the cells with dhmc if CloudFormation does not take settings over%s',
    async (_, before) => {
      const on = await open({}, { createOverCustomized: 'already-exists' });
      await enableBut(on, pilot);
      for (const args of before) expect((await on.stackset(...args)).status).toBe(0);
      const { status, report } = await on.stackset(...takeOver);
      expect(status).toBe(1);
      expect(report.stopped?.hint).toMatch(/stay with dhmc/);
      expect(report.instances.filter(({ account }) => account !== pilot)).toEqual([]);
      expect(
        report.operations.map(({ call, status: ended }) => `${call} ${ended}`).slice(-3),
      ).toEqual([
        'CreateStackInstances FAILED',
        'DeleteStackInstances SUCCEEDED',
        'CreateStackInstances SUCCEEDED',
      ]);
      for (const account of [one, two, four])
        expect(settingsOf(on.sandbox, account)).toEqual(enabled);
      on.join('000000000900');
      on.later();
      expect(settingsOf(on.sandbox, '000000000900')).toEqual(enabled);
    },
  );

  it('groups accounts by their enabled regions', async () => {
    const on = await open({
      optIn: ['eu-south-1'],
      management: { regions: { 'eu-south-1': 'ENABLED' } },
      accounts: [{ name: 'One', regions: { 'eu-south-1': 'ENABLED' } }, 'Two', 'Pilot', 'Four'],
    });
    await enableBut(on);
    const { status, report } = await on.stackset(
      ...takeOver,
      '--region',
      'us-east-1,eu-west-1,eu-south-1',
    );
    expect([status, report.stopped]).toEqual([0, null]);
    expect(rowsOf(report, one)).toHaveLength(3);
    expect(rowsOf(report, two)).toHaveLength(2);
  });

  it('stops after a wave with too many failures, and a new run tries again', async () => {
    const on = await open({
      ...denyStackSets,
      unitScps: { Denied: ['DenyStackSets'] },
      accounts: ['One', { name: 'Two', unit: 'Denied' }, { name: 'Pilot', unit: 'Denied' }, 'Four'],
    });
    await enableBut(on);
    const { status, report } = await on.stackset(
      ...takeOver,
      '--failure-tolerance',
      '0',
      '--max-concurrent',
      '1',
    );
    expect(status).toBe(1);
    expect(report.stopped?.message).toMatch(/failed/);
    expect(rowsOf(report, two)).toContain('dhmc-setting us-east-1 OUTDATED FAILED denied-by-scp');
    expect(settingsOf(on.sandbox, two)).toEqual(enabled);
    // The next run retries outdated instances, with new operations.
    const again = await on.stackset(...takeOver, '--failure-tolerance', '100%');
    expect(again.status).toBe(1);
    expect(again.report.operations.every(({ status: ended }) => ended !== 'refused')).toBe(true);
    expect(rowsOf(again.report, four)).toEqual([
      'dhmc-setting eu-west-1 CURRENT SUCCEEDED',
      'dhmc-setting us-east-1 CURRENT SUCCEEDED',
    ]);
    const ids = [...report.operations, ...again.report.operations].flatMap(({ id }) => id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('reports failures in an operation that CloudFormation calls a success', async () => {
    const on = await open({
      ...denyStackSets,
      unitScps: { Denied: ['DenyStackSets'] },
      accounts: ['One', 'Two', { name: 'Pilot', unit: 'Denied' }, 'Four'],
    });
    await enableBut(on);
    const { status, report } = await on.stackset(...takeOver, '--failure-tolerance', '50%');
    const last = report.operations.at(-1);
    expect([last?.status, last?.failed, status]).toEqual(['SUCCEEDED', 2, 1]);
    expect(rowsOf(report, pilot)).toContain('dhmc-setting us-east-1 OUTDATED FAILED denied-by-scp');
  });

  it('reports an exceeded quota of stack instances', async () => {
    const on = await open({}, { stackInstanceQuota: 3 });
    await enableBut(on);
    const { status, report } = await on.stackset(...takeOver);
    expect(status).toBe(1);
    expect(report.operations.find(({ problem }) => problem !== null)?.problem?.code).toBe(
      'quota-exceeded',
    );
  });

  it('continues after a call whose response was lost', async () => {
    const on = await open(
      {},
      {
        faults: [
          { kind: 'cut', service: 'cloudformation', operation: 'CreateStackInstances', times: 1 },
        ],
      },
    );
    await enableBut(on);
    const { status, report } = await on.stackset(...takeOver);
    expect([status, report.stopped]).toEqual([0, null]);
  });
});

describe('stackset deploy with delayed reads', () => {
  it('reads its cells again until they show what the stacks have set', async () => {
    const on = await open({}, { settingReadLagMs: 1_500 });
    const { status, report } = await on.stackset(...deployPilot);
    expect(report.instances.map(({ problem }) => problem)).toEqual([null, null, null]);
    expect([status, report.summary.cells]).toEqual([0, { whole: 1, enabled: 2 }]);
  });
});
