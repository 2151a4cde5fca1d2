/** From the first run to the hand-over and back: the owner of each cell, and what each rollback keeps. */
import { afterEach, describe, expect, it } from 'vitest';
import { enabled, four, one, openStage, pilot, settingsOf, two, type Stage } from './stage.ts';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.stop();
  stage = null;
});

const joined = '000000000900';

describe('dhmc stackset', () => {
  it('covers new accounts, shows cells that are not set, and is removed without a trace', async () => {
    const on = (stage = await openStage());
    const { sandbox } = on;
    expect((await on.report('enable', '--org', '--exclude-account', pilot, '--yes')).status).toBe(
      0,
    );

    const deployed = await on.stackset('deploy', '--org', '--pilot', pilot, '--yes');
    expect(deployed.stderr).not.toContain('Ended early');
    expect(deployed.status).toBe(0);
    expect(deployed.report.sets).toMatchObject([
      { name: 'dhmc-role', targets: ['r-test'], regions: ['us-east-1'], autoDeployment: true },
      { name: 'dhmc-setting', targets: ['r-test'], regions: ['eu-west-1', 'us-east-1'] },
    ]);
    expect(deployed.report.operations.map(({ set, status }) => `${set} ${status}`)).toEqual([
      'dhmc-role done',
      'dhmc-role SUCCEEDED',
      'dhmc-setting done',
      'dhmc-setting SUCCEEDED',
    ]);
    expect(
      deployed.report.instances.map(({ account, cell }) => `${account} ${String(cell)}`),
    ).toEqual([`${pilot} whole`, `${pilot} enabled`, `${pilot} enabled`]);

    on.join(joined);
    on.later();
    expect(settingsOf(sandbox, joined)).toEqual(enabled);
    const status = await on.stackset('status');
    expect(status.status).toBe(0);
    expect(status.report.instances.filter(({ account }) => account === joined)).toMatchObject([
      { set: 'dhmc-role', status: 'CURRENT', cell: 'whole', problem: null },
      { set: 'dhmc-setting', status: 'CURRENT', cell: 'enabled', problem: null },
      { set: 'dhmc-setting', status: 'CURRENT', cell: 'enabled', problem: null },
    ]);

    sandbox.setSetting(pilot, 'eu-west-1', null);
    const drift = await on.stackset('status', '--drift', '--check');
    expect(drift.status).toBe(2);
    expect(drift.report.instances.filter(({ problem }) => problem !== null)).toMatchObject([
      {
        account: pilot,
        region: 'eu-west-1',
        status: 'CURRENT',
        drift: 'DRIFTED',
        cell: 'disabled',
        problem: { message: expect.stringMatching(/not in fact.*Drift: .*\$None/) as string },
      },
    ]);
    sandbox.setSetting(pilot, 'eu-west-1', sandbox.setting(joined, 'eu-west-1'));

    const removed = await on.stackset('remove', '--yes');
    expect(removed.stderr).not.toContain('Ended early');
    expect([removed.status, removed.report.stopped, removed.report.sets]).toEqual([0, null, []]);
    for (const account of [one, two, four, pilot, joined])
      expect(settingsOf(sandbox, account)).toEqual(enabled);

    const back = await on.report('rollback', '--yes');
    expect(back.status).toBe(0);
    for (const account of [one, two, four]) expect(settingsOf(sandbox, account)).toEqual([]);
    for (const account of [pilot, joined]) expect(settingsOf(sandbox, account)).toEqual(enabled);
    expect(sandbox.complaints()).toEqual([]);
  });
});
