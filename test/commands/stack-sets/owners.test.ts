/** The owner of a setting on its way from a run to a stack set and back, and how other commands treat it. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Report, Target } from '../../../src/core/model/model.ts';
import { teamRole } from '../../../src/sandbox/worlds/fixtures.ts';
import { rootId, setTo } from '../../support/simple-world.ts';
import {
  enabled,
  four,
  one,
  openStage,
  pilot,
  roleName,
  settingsOf,
  two,
  value,
  type Stage,
} from './stage.ts';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.stop();
  stage = null;
});

const team = 'platform/TeamInstanceManagement';
const joined = '000000000900';

/** `account region: owner`, with the verdict unless it is `in-sync`. */
const cells = ({ targets }: Pick<Report, 'targets'>, ...accounts: readonly string[]) =>
  accounts.flatMap((id) =>
    targets
      .filter(({ kind, account }) => kind === 'setting' && account === id)
      .map((row) => `${row.account} ${row.region ?? ''}: ${words(row)}`),
  );
const words = ({ owner, verdict, problem }: Target): string =>
  `${owner === null || owner === undefined ? 'nobody' : `${owner.kind} ${owner.evidence}`}${verdict === 'in-sync' ? '' : `, ${verdict}`}${problem === null ? '' : `, ${problem.code}`}`;
const both = (account: string, text: string): readonly string[] => [
  `${account} eu-west-1: ${text}`,
  `${account} us-east-1: ${text}`,
];

/** Enables one account by a run, and the pilot and a new account by a stack set. */
async function deployed(): Promise<Stage> {
  const on = await openStage();
  expect((await on.report('enable', '--account', one, '--yes')).status).toBe(0);
  expect((await on.stackset('deploy', '--org', '--pilot', pilot, '--yes')).status).toBe(0);
  on.join(joined);
  on.later();
  return on;
}

describe('settings of a stack set', () => {
  it('belong to it by its instances, and are kept unless --overwrite=stackset is given', async () => {
    const on = (stage = await deployed());
    const status = await on.report('status');
    expect(cells(status.report, one, pilot, joined)).toEqual([
      ...both(one, 'dhmc journal'),
      ...both(pilot, 'stackset instances'),
      ...both(joined, 'stackset instances'),
    ]);
    expect(status.report.targets.find(({ account }) => account === joined)?.owner).toBeNull();
    expect(
      status.report.targets.find(({ account, kind }) => account === pilot && kind === 'setting')
        ?.owner?.name,
    ).toBe('dhmc-setting');

    const again = await on.report('enable', '--account', pilot, '--yes');
    expect(again.status).toBe(0);
    expect(cells(again.report, pilot)).toEqual(both(pilot, 'stackset instances'));

    const disabled = await on.report('disable', '--account', `${pilot},${one}`, '--yes');
    expect(disabled.status).toBe(1);
    expect(cells(disabled.report, one, pilot)).toEqual([
      ...both(one, 'nobody, changed'),
      ...both(pilot, 'stackset instances, conflict, owned-by-stackset'),
    ]);
    for (const kinds of ['--overwrite', '--overwrite=foreign', '--overwrite=stackset,broken']) {
      const { status: refused, stderr } = await on.run(
        'disable',
        '--account',
        pilot,
        kinds,
        '--yes',
      );
      expect([refused, stderr]).toEqual([
        64,
        expect.stringMatching(/no effect on disable.*=stackset/s),
      ]);
    }
    expect(settingsOf(on.sandbox, pilot)).toEqual(enabled);

    // A run that started with --overwrite=stackset finishes with it.
    const error = { code: 'InternalServerError', message: 'Not now.', status: 400 };
    const failing = { kind: 'error', error, operation: 'ResetServiceSetting', region: 'us-east-1' };
    on.sandbox.setBehavior({ ...on.sandbox.behavior(), faults: [{ ...failing, kind: 'error' }] });
    const over = await on.report('disable', '--account', pilot, '--overwrite=stackset', '--yes');
    expect(over.status).toBe(1);
    on.sandbox.setBehavior({ ...on.sandbox.behavior(), faults: [] });
    expect((await on.run('resume', '--overwrite=stackset', '--yes')).status).toBe(64);
    const resumed = await on.report('resume', '--yes');
    expect(resumed.status).toBe(0);
    expect(cells(resumed.report, pilot)).toEqual(both(pilot, 'nobody, changed'));
    expect(over.stderr).toContain('an update of the stack set can set them again');
    expect(settingsOf(on.sandbox, pilot)).toEqual([]);
    expect(on.sandbox.complaints()).toEqual([]);
  });

  it('belong to it by their last writer if CloudFormation denies the list', async () => {
    const on = (stage = await deployed());
    const error = { code: 'AccessDenied', message: 'Not yours.', status: 403 };
    const denied = { kind: 'error', error, service: 'cloudformation' } as const;
    on.sandbox.setBehavior({ ...on.sandbox.behavior(), faults: [denied] });
    const status = await on.report('status');
    expect(status.status).toBe(0);
    // The missing permission is only reported if --owner is used.
    const note = 'The instances of stack sets could not be listed';
    expect(status.stderr).not.toContain(note);
    expect((await on.report('status', '--owner', 'stackset')).stderr).toContain(note);
    const { stdout } = await on.run('status', '--account', joined, '-o', 'table');
    expect(stdout).toContain('probably stackset');
    // The journal records the hand-over of the pilot; no journal knows the new account.
    expect(cells(status.report, pilot, joined)).toEqual([
      ...both(pilot, 'stackset journal'),
      ...both(joined, 'stackset tag'),
    ]);
    on.sandbox.setBehavior({
      ...on.sandbox.behavior(),
      faults: [{ kind: 'garbage', service: 'cloudformation' }],
    });
    const garbled = await on.report('status');
    expect(garbled.status).toBe(0);
    expect(garbled.stderr.split(note)).toHaveLength(2);
    const disabled = await on.report('disable', '--account', joined, '--yes');
    expect(cells(disabled.report, joined)).toEqual(
      both(joined, 'stackset tag, conflict, owned-by-stackset'),
    );
  });

  it('are looked up only if something points to a stack set, or with --owner', async () => {
    const on = (stage = await openStage());
    expect((await on.report('enable', '--account', one, '--yes')).status).toBe(0);
    const asked = async (...args: readonly string[]): Promise<number> => {
      on.sandbox.resetRequests();
      await on.report('status', ...args);
      return on.sandbox.requests().byOperation['cloudformation:ListStackSets'] ?? 0;
    };
    expect(await asked()).toBe(0);
    expect(await asked('--owner', 'dhmc')).toBeGreaterThan(0);
  });

  it('are filtered by --owner in the rows, but not in the summary', async () => {
    const on = (stage = await deployed());
    const { report } = await on.report('status', '--owner', 'stackset');
    expect(new Set(report.targets.map(({ owner }) => owner?.kind))).toEqual(new Set(['stackset']));
    expect(report.accounts.map(({ id }) => id)).toEqual([pilot, joined]);
    expect(report.summary.accounts).toBe(6);
    for (const format of ['csv', 'html', 'junit', 'table'] as const) {
      const { status, stdout } = await on.run('status', '--owner', 'stackset', '-o', format);
      expect(status).toBe(0);
      expect(stdout).toContain(joined);
      if (format !== 'table') expect(stdout).not.toContain(two);
    }
    expect((await on.run('status', '--owner', 'stackset', '-o', 'markdown')).stdout).toContain(
      'only settings of the owner stackset: 4 of 24',
    );
    const { status, stdout } = await on.run('status', '--owner', 'stacksets', '-o', 'json');
    expect(status).toBe(64);
    expect(stdout).toContain('Did you mean stackset?');
  });

  it('keep the --overwrite=stackset of a saved plan in its later runs', async () => {
    const on = (stage = await deployed());
    const plan = `${on.folder}/plan.json`;
    const made = await on.report(
      ...['disable', '--account', pilot, '--overwrite=stackset', '--dry-run', '--save-plan', plan],
    );
    expect([made.status, ...cells(made.report, pilot)]).toEqual([
      0,
      ...both(pilot, 'stackset instances, would-change'),
    ]);
    const applied = await on.report('apply', plan, '--yes');
    expect(applied.status).toBe(0);
    expect(applied.stderr).toContain('--overwrite=stackset');
    expect(settingsOf(on.sandbox, pilot)).toEqual([]);

    const back = await on.report('rollback', '--yes');
    expect(back.status).toBe(0);
    expect(cells(back.report, pilot)).toEqual(both(pilot, 'stackset journal, changed'));
    expect(settingsOf(on.sandbox, pilot)).toEqual(enabled);
  });

  it('are kept by a saved plan without --overwrite=stackset if a set has taken them over since', async () => {
    const on = (stage = await openStage());
    expect((await on.report('enable', '--account', pilot, '--yes')).status).toBe(0);
    const plan = `${on.folder}/plan.json`;
    const args = ['disable', '--account', pilot, '--dry-run', '--save-plan', plan];
    expect((await on.report(...args)).status).toBe(0);
    takeOver(on, pilot);
    const applied = await on.report('apply', plan, '--yes');
    expect(applied.status).toBe(1);
    expect(cells(applied.report, pilot)).toEqual(
      both(pilot, 'stackset writer, conflict, owned-by-stackset'),
    );
  });

  it('are kept by the rollback of an older run because of their last writer', async () => {
    const on = (stage = await openStage());
    expect((await on.report('enable', '--account', pilot, '--account', one, '--yes')).status).toBe(
      0,
    );
    takeOver(on, pilot);
    const back = await on.report('rollback', '--yes');
    expect(back.status).toBe(0);
    expect(cells(back.report, one, pilot)).toEqual([
      ...both(one, 'nobody, changed'),
      ...both(pilot, 'stackset writer, skipped, superseded'),
    ]);
    expect(settingsOf(on.sandbox, pilot)).toEqual(enabled);
  });

  it('taken over with --take-over are kept by a rollback, and belong to dhmc again after remove', async () => {
    const on = (stage = await openStage());
    expect((await on.report('enable', '--account', one, '--account', two, '--yes')).status).toBe(0);
    const taken = await on.stackset('deploy', '--org', '--take-over', '--yes');
    expect(taken.status).toBe(0);
    expect(cells((await on.report('status')).report, one)).toEqual(both(one, 'stackset instances'));
    const dry = await on.report('rollback', '--dry-run');
    expect(cells(dry.report, one)).toEqual(both(one, 'stackset instances, skipped, superseded'));
    const removed = await on.stackset('remove', '--yes');
    expect(removed.status).toBe(0);
    expect(cells((await on.report('status')).report, one)).toEqual(both(one, 'dhmc journal'));
    const disabled = await on.report('disable', '--account', one, '--yes');
    expect(disabled.status).toBe(0);
    expect(settingsOf(on.sandbox, one)).toEqual([]);
  });

  it('taken over and given back are restored by the rollback of the run that set them', async () => {
    const on = (stage = await openStage());
    on.sandbox.setRole(two, teamRole);
    on.sandbox.setSetting(two, 'us-east-1', setTo(team));
    const first = await on.report(
      ...['enable', '--account', one, '--account', two, '--account', four, '--overwrite', '--yes'],
    );
    expect(first.status).toBe(0);
    expect((await on.stackset('deploy', '--org', '--take-over', '--yes')).status).toBe(0);
    expect((await on.stackset('remove', '--yes')).status).toBe(0);
    // Someone writes one of the cells again, with the same value.
    on.sandbox.setSetting(four, 'us-east-1', {
      value,
      modifiedBy: `arn:aws:iam::${four}:user/ann`,
      modifiedAt: new Date(Date.now() + 1000).toISOString(),
    });
    const plan = `${on.folder}/plan.json`;
    const args = ['rollback', String(first.report.run)];
    expect((await on.report(...args, '--dry-run', '--save-plan', plan)).status).toBe(1);
    const back = await on.report('apply', plan, '--yes');
    expect(cells(back.report, one, two, four)).toEqual([
      ...both(one, 'nobody, changed'),
      `${two} eu-west-1: nobody, changed`,
      `${two} us-east-1: person journal, changed`,
      `${four} eu-west-1: nobody, changed`,
      `${four} us-east-1: person writer, conflict, changed-since`,
    ]);
    expect(settingsOf(on.sandbox, one)).toEqual([]);
    expect(settingsOf(on.sandbox, two)).toEqual([`us-east-1 ${team}`]);
    expect(settingsOf(on.sandbox, four)).toEqual([`us-east-1 ${value}`]);
  });

  it('that came to the set in another way are kept by the rollback even after remove', async () => {
    const on = (stage = await openStage());
    const first = await on.report('enable', '--account', one, '--yes');
    expect(first.status).toBe(0);
    expect((await on.stackset('deploy', '--org', '--pilot', pilot, '--yes')).status).toBe(0);
    // It is not known what the account did with the setting before CloudFormation deployed to it.
    on.sandbox.removeRole(one, roleName);
    on.sandbox.move(one, rootId);
    on.later();
    expect((await on.stackset('remove', '--yes')).status).toBe(0);
    const back = await on.report('rollback', String(first.report.run), '--yes');
    expect(cells(back.report, one)).toEqual(both(one, 'dhmc journal, skipped, superseded'));
    expect(back.report.targets.find(({ kind }) => kind === 'setting')?.problem).toMatchObject({
      message: expect.stringContaining('no longer has it') as string,
      hint: expect.stringContaining('dhmc disable') as string,
    });
  });
});

/** Writes both cells as a stack set of someone else would. */
function takeOver({ sandbox }: Stage, account: string): void {
  for (const region of ['eu-west-1', 'us-east-1'])
    sandbox.setSetting(account, region, {
      value,
      modifiedBy: `arn:aws:sts::${account}:assumed-role/stacksets-exec-0a/AWSCloudFormation`,
      modifiedAt: new Date(Date.now() + 1000).toISOString(),
    });
}
