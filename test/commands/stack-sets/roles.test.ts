/** Roles after their stack sets are removed: by their tag they belong to dhmc again; roles of others are kept. */
import { afterEach, describe, expect, it } from 'vitest';
import type { StackSetReport } from '../../../src/core/stack-sets/report.ts';
import { accessRole, dhmcRole } from '../../../src/sandbox/worlds/fixtures.ts';
import { countsOf } from '../../support/built-program.ts';
import { managementAccount, rootId } from '../../support/simple-world.ts';
import { one, openStage, pilot, roleName, two, type Stage } from './stage.ts';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.stop();
  stage = null;
});

const joined = '000000000900';
const managedBy = ({ sandbox }: Stage, account: string): string | undefined =>
  sandbox.role(account, roleName)?.tags?.['dhmc:managed-by'];
const roleRows = ({ instances }: StackSetReport): readonly string[] =>
  instances
    .filter(({ set }) => set === 'dhmc-role')
    .map(
      ({ account, status, cell, problem }) =>
        `${account} ${status} ${String(cell)}${problem === null ? '' : ` ${problem.code}`}`,
    );

/** Deploys to the pilot and to a new account that joins with `roles`. */
async function deployed(roles: readonly ReturnType<typeof accessRole>[]): Promise<Stage> {
  const on = (stage = await openStage());
  expect((await on.stackset('deploy', '--org', '--pilot', pilot, '--yes')).status).toBe(0);
  on.sandbox.join({ id: joined, name: 'Joined', parent: rootId, roles });
  on.later();
  expect([managedBy(on, pilot), managedBy(on, joined)]).toEqual(['stackset', 'stackset']);
  return on;
}

/** An access role that can read, and can tag only if `mayTag` is set. */
const reader = (mayTag: boolean): ReturnType<typeof accessRole> => ({
  ...accessRole(managementAccount),
  attachedPolicies: [],
  inlinePolicies: {
    access: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['iam:Get*', 'iam:List*', 'ssm:Get*', 'account:*'].concat(
            mayTag ? ['iam:TagRole'] : [],
          ),
          Resource: '*',
        },
      ],
    },
  },
});

describe('roles after remove', () => {
  it('that could not be tagged are rows with the fix, and a second remove tags them', async () => {
    const on = await deployed([reader(false)]);
    const { status, report } = await on.stackset('remove', '--yes');
    expect([status, report.stopped, report.sets]).toEqual([1, null, []]);
    expect(roleRows(report)).toEqual(
      [`${joined} TAKEN_BACK whole denied`, `${pilot} TAKEN_BACK whole`].sort(),
    );
    const hint = report.instances.find(({ problem }) => problem !== null)?.problem?.hint;
    expect(hint).toMatch(/iam:TagRole.*`dhmc stackset remove` again/);
    expect([managedBy(on, pilot), managedBy(on, joined)]).toEqual(['dhmc', 'stackset']);

    on.sandbox.setRole(joined, reader(true));
    const again = await on.stackset('remove', '--yes');
    expect(again.stderr).toContain('The stack sets are gone');
    expect([again.status, roleRows(again.report)]).toEqual([0, [`${joined} TAKEN_BACK whole`]]);
    expect(managedBy(on, joined)).toBe('dhmc');
    expect((await on.run('stackset', 'remove', '--yes')).status).toBe(64);
  });

  it('of an account that dhmc cannot enter are reported with its cells', async () => {
    const on = await deployed([]);
    const { status, report } = await on.stackset('remove', '--yes');
    expect(status).toBe(1);
    expect(roleRows(report)).toContain(`${joined} TAKEN_BACK unknown role-not-assumable`);
    expect(
      report.instances.filter(({ account, cell }) => account === joined && cell === 'unknown'),
    ).toHaveLength(3);
    const shown = await on.run('runs', 'show', 'latest', '-o', 'json');
    expect(JSON.parse(shown.stdout)).toMatchObject({ instances: report.instances });
  });

  it('are left alone if they no longer belong to the set, or carry its tag without being part of it', async () => {
    const on = await deployed([accessRole(managementAccount)]);
    const theirs = on.sandbox.role(joined, roleName);
    if (theirs === null) throw new Error('no role');
    on.sandbox.setRole(joined, { ...theirs, tags: { 'dhmc:managed-by': 'platform' } });
    on.sandbox.setRole(one, { ...dhmcRole, tags: { 'dhmc:managed-by': 'stackset' } });
    const { status, report } = await on.stackset('remove', '--yes');
    expect([status, managedBy(on, one), managedBy(on, joined)]).toEqual([
      0,
      'stackset',
      'platform',
    ]);
    expect(report.notCovered).toMatchObject([
      { account: joined, reason: expect.stringContaining('says platform') as string },
    ]);
    expect(countsOf(on.sandbox)['iam:TagRole']).toBe(1);
  });

  it('belong to dhmc: enable has nothing to do, and disable --delete-role keeps them', async () => {
    const on = await deployed([accessRole(managementAccount)]);
    expect((await on.report('enable', '--account', two, '--yes')).status).toBe(0);
    expect((await on.stackset('remove', '--yes')).status).toBe(0);
    const enabled = await on.report('enable', '--account', joined, '--yes');
    expect(new Set(enabled.report.targets.map(({ verdict }) => verdict))).toEqual(
      new Set(['in-sync']),
    );
    // Without the journals, the tag names the owner.
    const elsewhere = await on.report('status', '--account', joined, '--state-dir', on.folder);
    expect(elsewhere.report.targets.flatMap(({ owner }) => owner ?? [])).toMatchObject([
      { kind: 'dhmc', evidence: 'tag' },
      { kind: 'dhmc', evidence: 'tag' },
    ]);
    const off = await on.report('disable', '--account', joined, '--delete-role', '--yes');
    expect(
      off.report.targets.map(
        ({ kind, verdict, problem }) => `${kind} ${verdict} ${problem?.code ?? ''}`,
      ),
    ).toEqual([
      'role skipped role-in-use',
      'grant skipped role-in-use',
      'setting changed ',
      'setting changed ',
    ]);
    expect(on.sandbox.role(joined, roleName)).not.toBeNull();
    const back = await on.report('rollback', '--yes');
    expect([
      back.status,
      back.report.targets.map(({ verdict }) => verdict).includes('changed'),
    ]).toEqual([0, true]);
  });
});
