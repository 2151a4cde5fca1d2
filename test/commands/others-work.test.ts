/** Changes by others are left alone in runs, rollbacks, resumes and saved plans, through the command line. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/model/model.ts';
import type { World } from '../../src/sandbox/index.ts';
import { dhmcRole, dhmcRoleName } from '../../src/sandbox/worlds/fixtures.ts';
import { openConsole, type Console } from '../support/in-process.ts';
import { accountId, setTo, simpleWorld } from '../support/simple-world.ts';

const one = accountId(1);
const two = accountId(2);
const value = `service-role/${dhmcRoleName}`;
const policy = 'arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy';
const members = ['--org', '--exclude-account', 'management', '--yes'];

let opened: Console | null = null;
afterEach(async () => {
  await opened?.stop();
  opened = null;
});
const open = async (world: World): Promise<Console> => (opened = await openConsole(world));
const report = async (bench: Console, ...args: readonly string[]) => {
  const { status, stdout, stderr } = await bench.run([...args, '-o', 'json']);
  const data = JSON.parse(stdout) as Report & { readonly error?: { readonly message: string } };
  const rows = (data.error === undefined ? data.targets : []).map(
    ({ account, kind, region, state, verdict, problem }) =>
      [account.slice(-2), kind, region, state, verdict, problem?.code].filter(Boolean).join(' '),
  );
  return { status, rows, stderr, error: data.error?.message ?? null, data };
};
const journals = (): readonly string[] => {
  const folder = join(process.env['DHMC_STATE_DIR'] ?? '', 'o-testtest01');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => join(folder, name));
};
const refusing = (operation: string, more: object = {}) => ({
  ...{ service: 'iam', operation, kind: 'error' as const },
  error: { code: 'AccessDenied', message: 'User: x is not authorized', status: 403 },
  ...more,
});
const attach = (bench: Console, account: string): void => {
  const role = bench.sandbox.role(account, dhmcRoleName);
  if (role === null) throw new Error('no role');
  bench.sandbox.setRole(account, { ...role, attachedPolicies: [policy] });
};

describe('a refused change', () => {
  it('is not undone if someone else has made it since, and its role is kept', async () => {
    const bench = await open(simpleWorld({ accounts: ['one'] }));
    bench.sandbox.setBehavior({ faults: [refusing('AttachRolePolicy')] });
    expect((await report(bench, 'enable', ...members)).status).toBe(1);
    bench.sandbox.setBehavior({});
    attach(bench, one);
    const { status, rows } = await report(bench, 'disable', 'rollback', '--yes');
    expect({ status, rows }).toEqual({ status: 0, rows: ['01 role whole skipped role-in-use'] });
    expect(bench.sandbox.role(one, dhmcRoleName)?.attachedPolicies).toEqual([policy]);
  });

  it('is claimed neither by a resume nor by the rollback of it', async () => {
    const bare = { ...dhmcRole, attachedPolicies: [] };
    const bench = await open(
      simpleWorld({ accounts: [{ name: 'one', moreRoles: [bare] }], regions: ['us-east-1'] }),
    );
    bench.sandbox.setBehavior({ faults: [refusing('AttachRolePolicy')] });
    await report(bench, 'enable', ...members);
    bench.sandbox.setBehavior({});
    attach(bench, one);
    expect((await report(bench, 'resume', '--yes')).rows).toEqual([
      '01 role whole in-sync',
      '01 grant attached in-sync',
      '01 setting us-east-1 enabled changed',
    ]);
    expect((await report(bench, 'disable', 'rollback', '--yes')).rows).toEqual([
      '01 setting us-east-1 disabled changed',
    ]);
    expect(bench.sandbox.role(one, dhmcRoleName)?.attachedPolicies).toEqual([policy]);
  });

  it('leaves nothing to roll back, which is a usage error', async () => {
    const bench = await open(simpleWorld({ accounts: ['one'] }));
    bench.sandbox.setBehavior({ faults: [refusing('CreateRole')] });
    await report(bench, 'enable', ...members);
    const [journal = ''] = journals();
    for (const name of [[], [journal]]) {
      const { status, error } = await report(bench, 'disable', 'rollback', ...name, '--yes');
      expect({ status, error }).toMatchObject({
        status: 64,
        error: expect.stringContaining('Nothing is left to roll back') as string,
      });
    }
  });
});

describe('clocks that differ', () => {
  it.each([-20_000, -240_000])(
    "by %d ms from AWS's still let a later run keep the role",
    async (clockSkewMs) => {
      const bench = await open(simpleWorld({ accounts: ['one'], behavior: { clockSkewMs } }));
      const enable = (region: string) =>
        report(bench, 'enable', '--account', one, '--region', region, '--yes');
      await enable('eu-west-1');
      // The names of two runs within one second have no order.
      const [first = ''] = journals();
      await enable('us-east-1');
      expect((await report(bench, 'disable', 'rollback', first, '--yes')).rows).toEqual([
        '01 role whole skipped role-in-use',
        '01 grant attached skipped role-in-use',
        '01 setting eu-west-1 disabled changed',
      ]);
      expect(bench.sandbox.setting(one, 'us-east-1')?.value).toBe(value);
    },
  );

  it.each([
    ['with an order', (text: string) => text],
    ['of version 0.1.0, without an order', (text: string) => text.replace(/"order":\d+,/g, '')],
  ])('between machines leave a rolled-back run out of force, with journals %s', async (_, edit) => {
    const bench = await open(simpleWorld({ accounts: ['one'] }));
    await report(bench, 'enable', ...members);
    const [first = ''] = journals();
    const ahead = (at: string): string => new Date(Date.parse(at) + 300_000).toISOString();
    const shifted = readFileSync(first, 'utf8').replace(
      /"(at|startedAt)":"([^"]+)"/g,
      (_whole, name: string, at: string) => `"${name}":"${ahead(at)}"`,
    );
    writeFileSync(first, edit(shifted));
    await report(bench, 'disable', 'rollback', first, '--yes');
    for (const journal of journals()) writeFileSync(journal, edit(readFileSync(journal, 'utf8')));
    const { stdout } = await bench.run(['runs', '-o', 'json']);
    const { runs } = JSON.parse(stdout) as { runs: readonly { action: string; inForce: number }[] };
    expect(runs.map(({ action, inForce }) => [action, inForce])).toEqual([
      ['rollback', 4],
      ['enable', 0],
    ]);
    expect((await report(bench, 'disable', 'rollback', '--yes')).status).toBe(64);
  });
});

describe('resume', () => {
  const denied = { service: 'ssm', region: 'us-east-1' };
  it('skips a run that was rolled back, and names the rollback if the run is named', async () => {
    const bench = await open(simpleWorld({ accounts: ['one'] }));
    bench.sandbox.setBehavior({ faults: [refusing('UpdateServiceSetting', denied)] });
    await report(bench, 'enable', ...members);
    bench.sandbox.setBehavior({});
    const [first = ''] = journals();
    await report(bench, 'disable', 'rollback', '--yes');
    const bare = await report(bench, 'resume', '--yes');
    expect(bare).toMatchObject({
      status: 64,
      error: expect.stringContaining('was rolled back') as string,
    });
    const named = await report(bench, 'resume', first, '--yes');
    expect(named.rows).toEqual([
      '01 role absent skipped superseded',
      '01 grant absent skipped superseded',
      '01 setting eu-west-1 disabled skipped superseded',
      '01 setting us-east-1 disabled blocked superseded',
    ]);
    expect(named.stderr).toContain('was rolled back by');
  });

  it('continues past a blocked account, with a tolerance or with exclusions', async () => {
    const world = simpleWorld({
      accounts: ['one', 'two', 'three'],
      regions: ['eu-west-1', 'us-east-1'],
      behavior: { faults: [refusing('CreateRole', { account: one })] },
    });
    const bench = await open(world);
    await report(bench, 'enable', ...members, '--waves', '1,100%');
    expect((await report(bench, 'resume', '--yes')).rows.join()).not.toContain('changed');
    const part = await report(
      ...[bench, 'resume', '--yes', '--exclude-account', 'one', '--exclude-region', 'us-east-1'],
    );
    expect({ status: part.status, rows: part.rows.slice(0, 3) }).toEqual({
      status: 0,
      rows: [
        '02 role whole changed',
        '02 grant attached changed',
        '02 setting eu-west-1 enabled changed',
      ],
    });
    const rest = await report(bench, 'resume', '--yes', '--failure-tolerance', '1');
    expect(rest.status).toBe(1);
    expect(rest.rows).toContain('02 setting us-east-1 enabled changed');
    expect(rest.rows).toContain('01 role absent failed denied');
    const none = await report(bench, 'resume', '--yes', '--exclude-account', 'one,two,three');
    expect(none.status).toBe(64);
  });

  it('--dry-run may look up the permissions boundary', async () => {
    const boundary = { name: 'Bound', document: { Version: '2012-10-17', Statement: [] } };
    const bench = await open(simpleWorld({ accounts: [{ name: 'one', policies: [boundary] }] }));
    bench.sandbox.setBehavior({ faults: [refusing('CreateRole')] });
    await report(bench, 'enable', ...members, '--permissions-boundary', 'Bound');
    bench.sandbox.setBehavior({});
    expect((await report(bench, 'resume', '--dry-run')).rows[0]).toBe(
      '01 role absent would-change',
    );
  });
});

describe('a saved plan', () => {
  it('sends nothing to accounts that left or were suspended', async () => {
    const before = await open(simpleWorld({ accounts: ['one', 'two', 'three'] }));
    const folder = process.env['DHMC_STATE_DIR'] ?? '';
    const plan = join(folder, '..', 'plan.json');
    await report(before, 'enable', ...members.slice(0, 3), '--dry-run', '--save-plan', plan);
    const text = readFileSync(plan, 'utf8');
    const world = before.sandbox.snapshot();
    await before.stop();
    const bench = await open({
      ...world,
      accounts: world.accounts
        .filter(({ id }) => id !== two)
        .map((account) => (account.id === one ? { ...account, state: 'SUSPENDED' } : account)),
    });
    const again = join(process.env['DHMC_STATE_DIR'] ?? '', '..', 'plan.json');
    writeFileSync(again, text);
    const { status, rows, data } = await report(bench, 'apply', again, '--yes');
    expect({
      status,
      rows: rows.filter((row) => row.includes('role') || row.includes('blocked')),
    }).toMatchObject({
      status: 1,
      rows: expect.arrayContaining([
        '01 role unknown skipped',
        '02 role unknown blocked role-not-assumable',
        '03 role whole changed',
      ]) as string[],
    });
    expect(data.accounts.find(({ id }) => id === one)).toMatchObject({
      state: 'SUSPENDED',
      skipped: 'The account is not active (SUSPENDED).',
    });
    expect(bench.sandbox.requests().byOperation['sts:AssumeRole']).toBe(1);
  });
});

describe('a journal', () => {
  it.each([
    ['resume', 'changed'],
    ['disable rollback', 'changed'],
  ])('sends nothing with %s to accounts that left or were suspended', async (command, verdict) => {
    const before = await open(simpleWorld({ accounts: ['one', 'two', 'three'] }));
    if (command === 'resume')
      before.sandbox.setBehavior({ faults: [refusing('AttachRolePolicy')] });
    await report(before, 'enable', ...members);
    const state = mkdtempSync(join(tmpdir(), 'dhmc-test-'));
    cpSync(process.env['DHMC_STATE_DIR'] ?? '', state, { recursive: true });
    const world = before.sandbox.snapshot();
    await before.stop();
    const bench = await open({
      ...world,
      behavior: {},
      accounts: world.accounts.map((account) =>
        account.id === one ? { ...account, state: 'SUSPENDED' } : account,
      ),
    });
    bench.sandbox.leave(two);
    const answer = await report(bench, ...command.split(' '), '--yes', '--state-dir', state);
    rmSync(state, { recursive: true, force: true });
    expect(bench.sandbox.requests().byOperation['sts:AssumeRole']).toBe(1);
    const of = (account: string) => answer.rows.filter((row) => row.startsWith(account));
    expect(of('03').some((row) => row.endsWith(verdict))).toBe(true);
    expect(of('01').every((row) => row.includes('skipped'))).toBe(true);
    expect(of('02').every((row) => /skipped|blocked/.test(row))).toBe(true);
    expect(of('02').length).toBeGreaterThan(0);
  });
});

describe('a run that repaired settings', () => {
  it('breaks them again when it is rolled back, and reports it', async () => {
    const bare = { ...dhmcRole, attachedPolicies: [] };
    const settings = { 'eu-west-1': setTo(value), 'us-east-1': setTo(value) };
    const bench = await open(
      simpleWorld({ accounts: [{ name: 'one', moreRoles: [bare], settings }] }),
    );
    await report(bench, 'enable', '--account', one, '--region', 'eu-west-1', '--yes');
    const dry = await report(bench, 'disable', 'rollback', '--dry-run');
    expect(dry.rows).toEqual([
      '01 grant attached would-change',
      '01 setting eu-west-1 enabled would-change',
      '01 setting us-east-1 enabled would-change',
    ]);
    expect((await report(bench, 'disable', 'rollback', '--yes')).rows).toEqual([
      '01 grant absent changed',
      '01 setting eu-west-1 broken changed',
      '01 setting us-east-1 broken changed',
    ]);
  });

  it('reports the current state of a setting that was reset meanwhile', async () => {
    const bare = { ...dhmcRole, attachedPolicies: [] };
    const bench = await open(
      simpleWorld({
        accounts: [{ name: 'one', moreRoles: [bare], settings: { 'eu-west-1': setTo(value) } }],
        regions: ['eu-west-1', 'us-east-1'],
        behavior: { slow: [{ service: 'iam', operation: 'AttachRolePolicy', latencyMs: 300 }] },
      }),
    );
    const running = report(bench, 'enable', '--account', one, '--region', 'eu-west-1', '--yes');
    const attaching = (): number =>
      bench.sandbox.requests().byOperation['iam:AttachRolePolicy'] ?? 0;
    while (attaching() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    bench.sandbox.setSetting(one, 'eu-west-1', setTo(null));
    const { status, rows } = await running;
    expect({ status, row: rows.at(-1) }).toEqual({
      status: 1,
      row: '01 setting eu-west-1 disabled conflict changed-since',
    });
  });
});
