/** Applying a saved plan checks the current state of everything the plan depends on, not only of what it writes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Target } from '../../src/core/model/model.ts';
import type { AccountPlan, PlannedTarget } from '../../src/core/model/model.ts';
import type { PlanFile } from '../../src/core/validation/saved-plan.ts';
import type { Role } from '../../src/sandbox/index.ts';
import { writesOf, type Bench } from '../support/built-program.ts';
import { accountId, simpleWorld } from '../support/simple-world.ts';
import { openBenchInProcess } from '../support/in-process.ts';

const roleName = 'AWSSystemsManagerDefaultEC2InstanceManagementRole';
const value = `service-role/${roleName}`;
const one = accountId(1);
const inOne = ['--account', one] as const;
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';

let bench: Bench;
const open = async (): Promise<void> => {
  bench = await openBenchInProcess(simpleWorld({ accounts: ['one'] }));
};
afterEach(() => bench.stop());

const save = async (...args: readonly string[]): Promise<string> => {
  const file = join(bench.folder, 'plan.json');
  expect((await bench.run(...args, '--dry-run', '--save-plan', file)).status).toBe(0);
  return file;
};
const edit = (file: string, change: (account: AccountPlan) => AccountPlan): string => {
  const plan = JSON.parse(readFileSync(file, 'utf8')) as PlanFile;
  writeFileSync(file, JSON.stringify({ ...plan, accounts: plan.accounts.map(change) }));
  return file;
};
const apply = async (file: string, ...more: readonly string[]) => {
  const { status, report } = await bench.report('apply', file, ...more);
  return {
    status,
    rows: report.targets.map(({ kind, region, state, verdict }: Target) =>
      [kind, region, state, verdict].filter(Boolean).join(' '),
    ),
  };
};
const roleNow = (): Role => {
  const role = bench.sandbox.role(one, roleName);
  if (role === null) throw new Error('there is no role');
  return role;
};
const changeRole = (change: (role: Role) => Role): void =>
  bench.sandbox.setRole(one, change(roleNow()));
const hand = (minutes: number) => ({
  modifiedBy: `arn:aws:iam::${one}:user/jo`,
  modifiedAt: new Date(Date.now() + minutes * 60_000).toISOString(),
});

describe('a role that was in the desired state during planning', () => {
  const planned = async (): Promise<string> => {
    await open();
    await bench.run('enable', ...inOne, '--region', 'eu-west-1', '--yes');
    return save('enable', ...inOne, '--region', 'us-east-1');
  };

  it('is not named after losing its policy, and the report says so', async () => {
    const plan = await planned();
    changeRole((role) => ({ ...role, attachedPolicies: [] }));
    const before = writesOf(bench.sandbox);
    expect(await apply(plan, '--yes')).toEqual({
      status: 1,
      rows: ['role whole in-sync', 'grant absent conflict', 'setting us-east-1 disabled blocked'],
    });
    expect(writesOf(bench.sandbox)).toEqual(before);
  });

  it('is not named after gaining an administrator’s policy', async () => {
    const plan = await planned();
    changeRole((role) => ({
      ...role,
      attachedPolicies: [...(role.attachedPolicies ?? []), administrator],
    }));
    const { status, rows } = await apply(plan, '--yes');
    expect({ status, row: rows.at(-1) }).toEqual({
      status: 1,
      row: 'setting us-east-1 disabled blocked',
    });
    expect(bench.sandbox.setting(one, 'us-east-1')).toBe(null);
  });

  it('is not named after its trust changes to another service', async () => {
    const plan = await planned();
    changeRole((role) => ({
      ...role,
      trust: JSON.parse(JSON.stringify(role.trust).replaceAll('ssm.', 'ec2.')) as Role['trust'],
    }));
    const { status, rows } = await apply(plan, '--yes');
    expect({ status, rows: [rows[0], rows.at(-1)] }).toEqual({
      status: 1,
      rows: ['role broken conflict', 'setting us-east-1 disabled blocked'],
    });
  });
});

describe('a plan with rows removed by a reviewer', () => {
  it('names no role that would lack its policy', async () => {
    await open();
    const plan = edit(await save('enable', ...inOne, '--region', 'eu-west-1'), (account) => ({
      ...account,
      targets: account.targets.filter(({ kind }) => kind !== 'grant'),
    }));
    expect(await apply(plan, '--yes')).toEqual({
      status: 1,
      rows: ['role whole changed', 'setting eu-west-1 disabled blocked'],
    });
  });

  it('deletes no role that a setting still names', async () => {
    await open();
    await bench.run('enable', ...inOne, '--region', 'eu-west-1,us-east-1', '--yes');
    const plan = edit(await save('disable', ...inOne, '--delete-role'), (account) => ({
      ...account,
      targets: account.targets.filter(({ region }) => region !== 'us-east-1'),
    }));
    const { rows } = await apply(plan, '--yes');
    expect(rows.slice(0, 2)).toEqual(['role whole skipped', 'grant attached skipped']);
    expect(bench.sandbox.role(one, roleName)).not.toBe(null);
  });
});

describe('a plan that no planner could have made', () => {
  const deleting = (target: PlannedTarget): PlannedTarget =>
    target.kind === 'setting'
      ? target
      : { ...target, verdict: 'would-change', to: null, stateAfter: 'absent', problem: null };

  it.each([
    [
      'a deleted role that another region names',
      (account: AccountPlan) => ({
        ...account,
        stillNaming: ['us-east-1'],
        targets: account.targets.map(deleting),
      }),
    ],
    [
      'a former role, which only a rollback can have',
      (account: AccountPlan) => ({
        ...account,
        formerRole: { tags: { 'dhmc:created-by': 'dhmc' }, boundary: null },
      }),
    ],
  ])('is refused as a whole: %s', async (_, change) => {
    await open();
    await bench.run('enable', ...inOne, '--region', 'eu-west-1,us-east-1', '--yes');
    const plan = edit(
      await save('disable', ...inOne, '--region', 'eu-west-1', '--delete-role'),
      change,
    );
    const before = writesOf(bench.sandbox);
    expect((await bench.run('apply', plan, '--yes')).status).toBe(64);
    expect(writesOf(bench.sandbox)).toEqual(before);
  });
});

describe('a saved rollback', () => {
  it('keeps a role that someone started to use since', async () => {
    await open();
    bench.sandbox.setSetting(one, 'us-east-1', { value, ...hand(-60) });
    await bench.run('enable', ...inOne, '--region', 'eu-west-1', '--yes');
    const plan = await save('disable', 'rollback');
    bench.sandbox.setSetting(one, 'us-east-1', { value, ...hand(1) });
    const { rows } = await apply(plan, '--yes');
    expect(rows).toEqual([
      'role whole skipped',
      'grant attached skipped',
      'setting eu-west-1 disabled changed',
      'setting us-east-1 enabled skipped',
    ]);
    expect(bench.sandbox.role(one, roleName)).not.toBe(null);
  });
});

describe('a dry run of a saved plan', () => {
  it('reads the live state and changes nothing', async () => {
    await open();
    const plan = await save('enable', ...inOne, '--region', 'eu-west-1');
    expect(await apply(plan, '--dry-run', '--check')).toMatchObject({ status: 2 });
    expect(writesOf(bench.sandbox)).toEqual({});
    await bench.run('apply', plan, '--yes');
    expect(await apply(plan, '--dry-run', '--check')).toEqual({
      status: 0,
      rows: ['role whole in-sync', 'grant attached in-sync', 'setting eu-west-1 enabled in-sync'],
    });
    bench.sandbox.setSetting(one, 'eu-west-1', { value: 'jos-role', ...hand(1) });
    const { status, rows } = await apply(plan, '--dry-run');
    expect({ status, row: rows.at(-1) }).toEqual({
      status: 1,
      row: 'setting eu-west-1 broken conflict',
    });
  });
});
