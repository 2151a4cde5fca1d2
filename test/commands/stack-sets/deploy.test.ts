/** What people run into with StackSets, met by `dhmc stackset deploy`: refused before, or reported after, account by account. */
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
/** Denies the stack sets' own role to set the setting, and nobody else. */
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

describe('deploy refuses before it touches anything', () => {
  it.each([
    ['no pilot', {}, ['--org'], /No pilot/],
    ['no target', {}, ['--pilot', pilot], /No accounts selected/],
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
      'trusted access off, which it never switches on',
      { organization: { stackSetsAccess: false } },
      ['--org', '--pilot', pilot],
      /aws cloudformation activate-organizations-access/,
    ],
    ['nothing to transfer', {}, ['--org', '--take-over'], /No cell/],
  ])('with %s', async (_, world, args, message) => {
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
    ['a pilot that somebody set', { settings: { 'us-east-1': setTo('other') } }, /AWS's default/],
    ['a suspended pilot', { state: 'SUSPENDED' as const }, /SUSPENDED/],
  ])('with %s', async (_, special, message) => {
    const on = await open({ accounts: ['One', 'Two', { name: 'Pilot', ...special }, 'Four'] });
    const { status, stderr } = await on.run('stackset', ...deployPilot);
    expect([status, stderr]).toEqual([64, expect.stringMatching(message)]);
    expect(writesOf(on.sandbox)).toEqual({});
  });

  it('a caller who is neither management account nor delegated administrator', async () => {
    const on = await open({ callers: [administratorOf(one)] });
    const { status, stderr } = await on.run('stackset', ...deployPilot);
    expect([status, stderr]).toEqual([
      64,
      expect.stringMatching(/register-delegated-administrator/),
    ]);
  });

  it('a stack set of the name that is not dhmc’s', async () => {
    const on = await open();
    await on.stackset(...deployPilot);
    const { status, stderr } = await on.run('stackset', ...deployPilot, '--name', 'dhmc-setting-x');
    expect([status, stderr]).toEqual([64, expect.stringMatching(/has the role/)]);
  });

  it('asks, and changes nothing after a no; a dry run shows every call', async () => {
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

describe('deploy covers new accounts', () => {
  it('as a delegated administrator, who says so on every call', async () => {
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

  it('but not what has a role of that name already: that is a row with the fix', async () => {
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

  it('and goes on where one account fails again; never with another role than the sets have', async () => {
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

  it('not in the management account, nor in suspended ones, nor where a region is off', async () => {
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

  it('not in a region that the management account has not enabled, or that lacks the type', async () => {
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

  it('when accounts move out of the target and back', async () => {
    const on = await open();
    expect((await on.stackset('deploy', '--ou', 'Prod', '--pilot', pilot, '--yes')).status).toBe(0);
    on.sandbox.move(pilot, 'r-test');
    on.sandbox.move(pilot, prod);
    on.later();
    expect(settingsOf(on.sandbox, pilot)).toEqual(enabled);
    on.sandbox.move(pilot, 'r-test');
    on.later();
    // Stacks are retained, so the settings are too.
    expect(settingsOf(on.sandbox, pilot)).toEqual(enabled);
    expect(rowsOf((await on.stackset('status')).report, pilot)).toEqual([]);
  });
});

describe('deploy --take-over', () => {
  const takeOver = ['deploy', '--org', '--take-over', '--yes'];

  it('gives StackSets what dhmc enabled, one cell first, and changes no value', async () => {
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
    // A later run of enable has nothing to do, and an account that joins is covered.
    on.join('000000000900');
    on.later();
    expect(settingsOf(on.sandbox, '000000000900')).toEqual(enabled);
    const again = await on.stackset(...takeOver);
    expect([again.status, again.report.run]).toEqual([0, null]);
  });

  it.each([
    ['before it', []],
    ['after it', takeOver],
  ])(
    'cures an account of dhmc’s that was moved %s, where the role is in the way',
    async (_, first) => {
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
    },
  );

  it('leaves the cells to dhmc where CloudFormation takes no setting over, and opens no gap', async () => {
    const on = await open({}, { createOverCustomized: 'already-exists' });
    await enableBut(on, pilot);
    const { status, report } = await on.stackset(...takeOver);
    expect(status).toBe(1);
    expect(report.stopped?.hint).toMatch(/stay with dhmc/);
    expect(report.instances).toEqual([]);
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
  });

  it('groups accounts by the regions that they have enabled', async () => {
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

  it('stops with the wave in which more fail than are tolerated, and a new run tries again', async () => {
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
    // The next run tries what is outdated once more, with an operation of its own.
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

  it('says what failed in an operation that CloudFormation calls a success', async () => {
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

  it('reports the quota of stack instances as such', async () => {
    const on = await open({}, { stackInstanceQuota: 3 });
    await enableBut(on);
    const { status, report } = await on.stackset(...takeOver);
    expect(status).toBe(1);
    expect(report.operations.find(({ problem }) => problem !== null)?.problem?.code).toBe(
      'quota-exceeded',
    );
  });

  it('counts a call whose answer was lost as made once', async () => {
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

describe('deploy reads its cells again', () => {
  it('where a read does not show yet what a stack has set', async () => {
    const on = await open({}, { settingReadLagMs: 1_500 });
    const { status, report } = await on.stackset(...deployPilot);
    expect(report.instances.map(({ problem }) => problem)).toEqual([null, null, null]);
    expect([status, report.summary.cells]).toEqual([0, { whole: 1, enabled: 2 }]);
  });
});
