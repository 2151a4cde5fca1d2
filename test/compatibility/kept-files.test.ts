/** Journals and saved plans of earlier versions can still be listed, shown, resumed, rolled back and applied. */
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { World } from '../../src/sandbox/index.ts';
import { writesOf, type Bench } from '../support/built-program.ts';
import { openBenchInProcess } from '../support/in-process.ts';

const ours = 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole';
const roleName = 'AWSSystemsManagerDefaultEC2InstanceManagementRole';
const [management, one, two] = ['000000000001', '000000000101', '000000000102'];
const regions = ['eu-west-1', 'us-east-1'] as const;
type Moment = 'planned' | 'interrupted' | 'enabled' | 'disabled' | 'rolled-back' | 'applied';

let bench: Bench;
afterEach(() => bench.stop());

const kept = (moment: Moment, file: string): string =>
  join(import.meta.dirname, '0.1.0', moment, file);

/** Opens the organization and the state directory of that moment. */
async function openMoment(moment: Moment): Promise<Bench> {
  const world = JSON.parse(readFileSync(kept(moment, 'world.json'), 'utf8')) as World;
  bench = await openBenchInProcess({ ...world, behavior: {} });
  const state = kept(moment, 'state');
  if (existsSync(state)) cpSync(state, bench.env['DHMC_STATE_DIR'] ?? '', { recursive: true });
  return bench;
}

/** The settings of all accounts, by account and region, and the accounts with the role. */
const organizationNow = () => ({
  settings: [management, one, two].map((account) =>
    regions.map((region) => bench.sandbox.setting(account, region)?.value ?? null),
  ),
  roles: [management, one, two].filter((account) => bench.sandbox.role(account, roleName) !== null),
});

const enabled = {
  settings: [
    [ours, ours],
    [ours, ours],
    [ours, ours],
  ],
  roles: [management, one, two],
};
const original = {
  settings: [
    [null, null],
    [null, null],
    [ours, 'TheirRole'],
  ],
  roles: [],
};
const disabled = {
  settings: [
    [null, null],
    [null, null],
    [null, null],
  ],
  roles: [],
};

interface ListedRun {
  readonly run: string;
  readonly action: string;
}
const listed = async (): Promise<readonly ListedRun[]> => {
  const { status, stdout, stderr } = await bench.run('runs', '-o', 'json');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return (JSON.parse(stdout) as { readonly runs: readonly ListedRun[] }).runs;
};

describe('journals of 0.1.0', () => {
  it.each<[Moment, readonly string[]]>([
    ['interrupted', ['enable']],
    ['enabled', ['enable']],
    ['disabled', ['disable', 'enable']],
    ['rolled-back', ['rollback', 'enable']],
    ['applied', ['apply']],
  ])('are listed and shown: %s', async (moment, actions) => {
    await openMoment(moment);
    const runs = await listed();
    expect(runs.map(({ action }) => action)).toEqual(actions);
    for (const { run } of runs) {
      const { report, stderr } = await bench.report('runs', 'show', run);
      expect(stderr).toBe('');
      expect(report.targets.length).toBeGreaterThan(0);
    }
  });

  it('of an interrupted run are resumed', async () => {
    await openMoment('interrupted');
    expect((await bench.run('resume', '--yes')).status).toBe(0);
    expect(organizationNow()).toEqual(enabled);
  });

  it.each<[Moment, object]>([
    ['interrupted', original],
    ['enabled', original],
    ['applied', original],
    ['disabled', enabled],
  ])('are rolled back to the previous state: %s', async (moment, before) => {
    await openMoment(moment);
    const { status, stderr } = await bench.run('disable', 'rollback', '--yes');
    expect(status, stderr).toBe(0);
    expect(organizationNow()).toEqual(before);
  });

  it('of a finished rollback leave nothing to do', async () => {
    await openMoment('rolled-back');
    expect(organizationNow()).toEqual(original);
    const [last] = await listed();
    expect((await bench.run('resume', last?.run ?? '', '--yes')).status).toBe(0);
    expect(writesOf(bench.sandbox)).toEqual({});
  });
});

describe('saved plans of 0.1.0', () => {
  it.each<[Moment, string, object]>([
    ['planned', 'enable.json', enabled],
    ['enabled', 'disable.json', disabled],
    // The plan of the rollback does not say who wrote the setting that still names the role, so the role is
    // kept.
    ['enabled', 'rollback.json', { ...original, roles: [two] }],
  ])('are applied whatever version wrote them: %s/%s', async (moment, file, after) => {
    await openMoment(moment);
    const plan = join(bench.folder, 'plan.json');
    const text = readFileSync(kept(moment, file), 'utf8');
    writeFileSync(plan, text.replace('"version": "0.1.0"', '"version": "0.0.9"'));
    const { status, stderr } = await bench.run('apply', plan, '--yes');
    expect(status, stderr).toBe(0);
    expect(organizationNow()).toEqual(after);
  });
});
