/**
 * Status, enable and disable on the sandbox's default world, as a user runs them. The main steps run in the built
 * program, the others in this process.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { Report, Target } from '../../src/core/model/model.ts';
import type { World } from '../../src/sandbox/index.ts';
import { defaultWorld } from '../../src/sandbox/worlds/default.ts';
import { generateWorld } from '../../src/sandbox/worlds/generate.ts';
import { openBench, writesOf, type Bench } from '../support/built-program.ts';
import { openBenchInProcess } from '../support/in-process.ts';

const ours = 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole';

const benches: Bench[] = [];
const open = async (world: World, { built = false } = {}): Promise<Bench> => {
  const bench = await (built ? openBench(world) : openBenchInProcess(world));
  benches.push(bench);
  return bench;
};
afterEach(async () => {
  await Promise.all(benches.splice(0).map((bench) => bench.stop()));
});

const cells = (report: Report): readonly Target[] =>
  report.targets.filter((target) => target.kind === 'setting' && target.region !== null);
const accountNamed = (report: Report, name: string): string =>
  report.accounts.find((account) => account.name === name)?.id ?? `no ${name}`;
const rowsOf = (report: Report, name: string): readonly Target[] =>
  report.targets.filter((target) => target.account === accountNamed(report, name));

/** The state that a rollback or disable must restore: values, roles and policies. */
const essence = (world: World) =>
  world.accounts.map((account) => ({
    id: account.id,
    roles: [...(account.roles ?? [])].sort((one, other) => (one.name < other.name ? -1 : 1)),
    settings: Object.entries(account.settings ?? {})
      .flatMap(([region, { value }]) => (value === null ? [] : [`${region} ${value}`]))
      .sort(),
  }));

describe('status of the default world', () => {
  it('shows every cell with its state and reason', async () => {
    const bench = await open(defaultWorld(), { built: true });
    const { status, report } = await bench.report('status');
    expect(status).toBe(1);
    expect(report.run).toBeNull();
    expect(report.organization.id).toBe('o-a7k2dhmc01');
    expect(writesOf(bench.sandbox)).toEqual({});

    const states = (name: string): readonly string[] =>
      [
        ...new Set(rowsOf(report, name).map((row) => `${row.kind} ${row.state} ${row.verdict}`)),
      ].sort();
    expect(states('Log Archive')).toEqual([
      'grant attached in-sync',
      'role whole in-sync',
      'setting enabled in-sync',
    ]);
    expect(states('Shop API')).toEqual([
      'grant absent would-change',
      'role absent would-change',
      'setting disabled would-change',
    ]);
    expect(states('Golden Images')).toContain('setting foreign conflict');
    expect(states('Shop Test')).toContain('setting quick-setup conflict');
    expect(states('Legacy Intranet')).toContain('setting broken conflict');
    expect(states('Legacy Billing')).toContain('role broken would-change');
    expect(states('Legacy CRM')).toContain('grant absent would-change');
    expect(states('Globex (acquired)')).toEqual([
      'grant unknown blocked',
      'role unknown blocked',
      'setting unknown blocked',
    ]);
    expect(states('Old Marketing')).toEqual([
      'grant unknown skipped',
      'role unknown skipped',
      'setting unknown skipped',
    ]);

    for (const row of report.targets) {
      if (row.problem !== null && row.problem.code.startsWith('denied'))
        expect(row.state).not.toBe('disabled');
      if (['blocked', 'failed', 'conflict'].includes(row.verdict))
        expect(row.problem?.hint).toMatch(/\.$/);
    }
  });

  it('skips regions under a region deny and prints the list that excludes them', async () => {
    const bench = await open(defaultWorld());
    const denied = await bench.run('status', '--ou', 'Regulated');
    expect(denied.status).toBe(0);
    const list = /--exclude-region (\S+)/.exec(denied.stdout)?.[1] ?? '';
    expect(list.split(',')).toHaveLength(15);
    const { report } = await bench.report('status', '--ou', 'Regulated', '--exclude-region', list);
    expect(cells(report).every((cell) => cell.verdict !== 'skipped')).toBe(true);
    const named = await bench.report('status', '--ou', 'Regulated', '--region', 'us-east-1');
    expect(named.status).toBe(1);
    expect(cells(named.report).map((cell) => [cell.verdict, cell.problem?.code])).toEqual(
      Array(3).fill(['blocked', 'denied-by-scp']),
    );
  });

  it('exits with 2 on differences if --check is given', async () => {
    const bench = await open(defaultWorld());
    expect((await bench.run('status', '--account', 'Log Archive', '--check')).status).toBe(0);
    expect((await bench.run('status', '--account', 'Shop API', '--check')).status).toBe(2);
    expect((await bench.run('status', '--account', 'Shop API')).status).toBe(0);
    expect((await bench.run('enable', '--account', 'Shop Test', '--dry-run')).status).toBe(1);
    expect(
      (await bench.run('enable', '--account', 'Shop Test', '--dry-run', '--check')).status,
    ).toBe(2);
  });
});

describe('a rollout to an OU', () => {
  it('changes every enabled region of exactly its accounts, once, and can be undone with disable', async () => {
    const bench = await open(defaultWorld(), { built: true });
    const before = bench.sandbox.snapshot();

    const dryRun = await bench.report('enable', '--ou', 'Workloads/Prod', '--dry-run');
    expect(dryRun.status).toBe(0);
    expect(dryRun.report).toMatchObject({ action: 'enable', dryRun: true, run: null });
    expect(writesOf(bench.sandbox)).toEqual({});

    const enabled = await bench.report('enable', '--ou', 'Workloads/Prod', '--yes');
    expect(enabled.status).toBe(0);
    expect(enabled.report.run).toMatch(/^\d{8}-\d{6}-[a-z0-9]{6}$/);
    expect(enabled.report.summary.verdicts).toEqual({ changed: enabled.report.targets.length });
    expect(enabled.report.accounts).toHaveLength(10);
    expect(
      cells(enabled.report).every(
        (cell) => cell.state === 'enabled' && cell.to === ours && cell.modifiedBy !== null,
      ),
    ).toBe(true);

    const changed = new Set(enabled.report.accounts.map((account) => account.id));
    const after = bench.sandbox.snapshot();
    for (const [index, account] of essence(after).entries()) {
      if (!changed.has(account.id)) expect(account).toEqual(essence(before)[index]);
    }

    const looked = await bench.report('status', '--ou', 'Workloads/Prod', '--check');
    expect(looked.status).toBe(0);
    expect(looked.report.summary.verdicts).toEqual({ 'in-sync': looked.report.targets.length });

    bench.sandbox.resetRequests();
    const again = await bench.report('enable', '--ou', 'Workloads/Prod', '--yes');
    expect(again.status).toBe(0);
    expect(again.report.run).toBeNull();
    expect(writesOf(bench.sandbox)).toEqual({});

    const disabled = await bench.report(
      'disable',
      '--ou',
      'Workloads/Prod',
      '--delete-role',
      '--yes',
    );
    expect(disabled.status).toBe(0);
    expect(essence(bench.sandbox.snapshot())).toEqual(essence(before));
  });

  it('keeps the settings of others, and replaces them on request', async () => {
    const bench = await open(defaultWorld());
    const left = await bench.report('enable', '--account', 'Golden Images', '--yes');
    expect(left.status).toBe(1);
    expect(left.report.summary.verdicts).toMatchObject({ conflict: 3 });
    const taken = await bench.report(
      'enable',
      '--account',
      'Golden Images',
      '--yes',
      '--overwrite=foreign',
    );
    expect(taken.status).toBe(0);
    expect(taken.report.summary.verdicts).toMatchObject({ changed: 3 });
  });

  it('reports the type of policy that denied a call', async () => {
    const bench = await open(defaultWorld());
    const { status, report } = await bench.report(
      'enable',
      '--account',
      'Legacy Mainframe Bridge',
      '--region',
      'eu-west-1',
      '--yes',
    );
    expect(status).toBe(1);
    expect(report.targets.map((row) => row.verdict)).toEqual(['failed', 'blocked', 'blocked']);
    expect(report.targets[0]?.problem).toMatchObject({
      code: 'denied-by-boundary',
      requestId: expect.any(String) as string,
    });
  });
});

describe('calls', () => {
  it('stay within the formula for their number', async () => {
    const bench = await open(generateWorld({ accounts: 30, seed: 7 }));
    const { report } = await bench.report('status');
    const members = report.accounts.length - 1;
    const regions = cells(report).length / report.accounts.length;
    expect(bench.sandbox.requests().total).toBe(report.summary.calls);
    const perAccount = 1 + 1 + 2 + regions;
    const pages = Math.ceil(report.accounts.length / 20);
    const units = new Set(report.accounts.map((account) => account.path)).size;
    const handful = 8;
    expect(report.summary.calls).toBeLessThanOrEqual(
      members * perAccount + (perAccount - 1) + pages + 2 * units + handful,
    );
    expect(report.summary.calls).toBeGreaterThanOrEqual(report.accounts.length * (2 + regions));
  });
});
