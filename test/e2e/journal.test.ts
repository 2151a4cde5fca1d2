/** The journal and the commands that rely on it: runs, rollback, resume and saved plans. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/core/record/events.ts';
import type { PlanFile } from '../../src/core/validation/saved-plan.ts';
import type { Account, World } from '../../src/sandbox/index.ts';
import {
  programPath,
  start,
  writesOf,
  type Bench,
  type Started,
} from '../support/built-program.ts';
import { accountId, setTo, simpleWorld } from '../support/simple-world.ts';
import { settled } from '../crash/world.ts';
import { openBenchInProcess } from '../support/in-process.ts';

const benches: Bench[] = [];
const open = async (world: World = plainWorld(), extra: NodeJS.ProcessEnv = {}): Promise<Bench> => {
  const bench = await openBenchInProcess(world, extra);
  benches.push(bench);
  return bench;
};
afterEach(async () => {
  await Promise.all(benches.splice(0).map((bench) => bench.stop()));
});

const team = {
  name: 'team-role',
  trust: {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  },
} as const;
const plainWorld = (): World =>
  simpleWorld({
    accounts: [
      { name: 'one', moreRoles: [team], settings: { 'us-east-1': setTo('team-role') } },
      'two',
      'three',
    ],
    organization: { id: 'o-journaltest1' },
  });
const one = accountId(1);
const two = accountId(2);
const members = ['--org', '--exclude-account', 'management', '--overwrite', '--yes'] as const;
const value = 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole';

const stateOf = (bench: Bench): string => join(bench.folder, 'state');
const journalsOf = (bench: Bench): readonly string[] =>
  readdirSync(stateOf(bench), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .map((file) => join(stateOf(bench), file));
const eventsOf = (file: string): readonly RunEvent[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);
const errorOf = (stdout: string): { code: string; message: string; hint: string } =>
  (JSON.parse(stdout) as { error: { code: string; message: string; hint: string } }).error;
/** Waits for the condition while the program runs; throws if the program ends first. */
const until = async ({ ended }: Started, holds: () => boolean): Promise<void> => {
  let over = false;
  void ended.then(() => (over = true));
  while (!holds()) {
    if (over) throw new Error(`the program ended first: ${(await ended).stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
const accountNow = (bench: Bench, id: string): Account => {
  const account = bench.sandbox.snapshot().accounts.find((each) => each.id === id);
  if (account === undefined) throw new Error('there is no such account');
  return account;
};
const updates = (bench: Bench): number =>
  bench.sandbox.requests().byOperation['ssm:UpdateServiceSetting'] ?? 0;

describe('runs', () => {
  it('are listed, shown with their original JSON, and shown in every other format', async () => {
    const bench = await open();
    const live = await bench.run('enable', ...members, '-o', 'json');
    const [journal] = journalsOf(bench);
    const { run } = JSON.parse(live.stdout) as { run: string };
    expect((await bench.run('runs', 'show', run, '-o', 'json')).stdout).toBe(live.stdout);
    for (const format of ['table', 'csv', 'markdown', 'html', 'junit']) {
      const shown = await bench.run('runs', 'show', journal ?? '', '-o', format);
      expect({ status: shown.status, stderr: shown.stderr }).toEqual({ status: 0, stderr: '' });
      expect(shown.stdout.length).toBeGreaterThan(100);
    }
    const { stdout } = await bench.run('runs', '-o', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'dhmc.runs/v1',
      runs: [
        {
          run,
          action: 'enable',
          outcome: 'finished',
          changes: 12,
          inForce: 12,
          verdicts: { changed: 12 },
          journal,
        },
      ],
    });
    expect((await bench.run('runs', 'list')).stdout).toContain(
      `${run}  enable, finished: 12 changed (none rolled back)`,
    );
  });

  it('are listed within COLUMNS columns, even in a pipe', async () => {
    const bench = await open();
    await bench.run('enable', ...members);
    const { stdout } = await start(['runs'], { ...bench.env, COLUMNS: '60' }).ended;
    expect(stdout).toMatch(/, by\n {8}arn:/);
  });

  it('are not recorded if nothing needs to change', async () => {
    const bench = await open();
    await bench.run('enable', ...members);
    const { status, report } = await bench.report('enable', ...members);
    expect({ status, run: report.run }).toEqual({ status: 0, run: null });
    expect(journalsOf(bench)).toHaveLength(1);
  });

  it.each([
    ['runs', 'show', '20200101-000000-aaaaaa'],
    ['disable', 'rollback', '20200101-000000-aaaaaa', '--yes'],
    ['resume', 'yesterday', '--yes'],
    ['disable', 'rollback', '--yes'],
    ['resume', '--yes'],
    ['apply', 'nowhere.json', '--yes'],
    ['apply', '--yes'],
    ['runs', 'shwo'],
  ])(
    'that do not exist are a usage error, like missing plans and unknown subcommands: %s %s %s',
    async (...args) => {
      const bench = await open(simpleWorld());
      const { status, stdout } = await bench.run(...args, '-o', 'json');
      expect({ status, code: errorOf(stdout).code }).toEqual({ status: 64, code: 'usage' });
      expect(writesOf(bench.sandbox)).toEqual({});
    },
  );
});

describe('rollback', () => {
  it('restores the original world, and its own rollback the world after enable', async () => {
    const bench = await open();
    const first = settled(bench.sandbox.snapshot());
    await bench.run('enable', ...members);
    const second = settled(bench.sandbox.snapshot());
    const dry = await bench.report('disable', 'rollback', '--dry-run');
    expect({ status: dry.status, verdicts: dry.report.summary.verdicts }).toEqual({
      status: 0,
      verdicts: { 'would-change': 12 },
    });
    expect(dry.stderr).toContain('needs iam:PassRole on the role team-role');
    const { status, report } = await bench.report('disable', 'rollback', '--yes');
    expect({ status, action: report.action, verdicts: report.summary.verdicts }).toEqual({
      status: 0,
      action: 'rollback',
      verdicts: { changed: 12 },
    });
    expect(settled(bench.sandbox.snapshot())).toBe(first);
    const nothing = await bench.run('disable', 'rollback', '--yes', '-o', 'json');
    expect({ status: nothing.status, message: errorOf(nothing.stdout).message }).toMatchObject({
      status: 64,
      message: expect.stringContaining('Nothing is left') as string,
    });
    expect((await bench.run('disable', 'rollback', report.run ?? '', '--yes')).status).toBe(0);
    expect(settled(bench.sandbox.snapshot())).toBe(second);
    expect((await bench.run('disable', 'rollback', '--yes')).status).toBe(0);
    expect(settled(bench.sandbox.snapshot())).toBe(first);
  });

  it('can be limited by scope options and completed later', async () => {
    const bench = await open();
    const first = settled(bench.sandbox.snapshot());
    await bench.run('enable', ...members);
    const { report } = await bench.report('disable', 'rollback', '--account', one, '--yes');
    expect(report.targets.map(({ account }) => account)).toEqual(report.targets.map(() => one));
    expect(bench.sandbox.setting(one, 'us-east-1')?.value).toBe('team-role');
    expect(bench.sandbox.setting(two, 'us-east-1')?.value).toBe(value);
    expect((await bench.run('disable', 'rollback', '--yes')).status).toBe(0);
    expect(settled(bench.sandbox.snapshot())).toBe(first);
  });

  it('keeps what others wrote since, even the same value', async () => {
    const bench = await open();
    await bench.run('enable', ...members);
    const hand = {
      modifiedBy: 'arn:aws:iam::000000000102:user/jo',
      modifiedAt: new Date().toISOString(),
    };
    bench.sandbox.setSetting(two, 'us-east-1', { value: 'jos-role', ...hand });
    bench.sandbox.setSetting(two, 'eu-west-1', { value, ...hand });
    const { status, report } = await bench.report('disable', 'rollback', '--yes');
    expect(status).toBe(1);
    const conflicts = report.targets.filter(
      ({ account, verdict }) => account === two && verdict === 'conflict',
    );
    expect(conflicts.map(({ region }) => region).sort()).toEqual(['eu-west-1', 'us-east-1']);
    for (const { problem } of conflicts) expect(problem?.message).toContain('user/jo');
    expect(bench.sandbox.setting(two, 'us-east-1')?.value).toBe('jos-role');
    expect(bench.sandbox.setting(two, 'eu-west-1')?.value).toBe(value);
    expect(bench.sandbox.setting(one, 'us-east-1')?.value).toBe('team-role');
  });

  it('continues a rollback that was killed at its first write', async () => {
    const bench = await open();
    const first = settled(bench.sandbox.snapshot());
    await bench.run('enable', ...members);
    bench.sandbox.setBehavior({ latencyMs: 200 });
    const resets = (): number =>
      bench.sandbox.requests().byOperation['ssm:ResetServiceSetting'] ?? 0;
    const killed = start(['disable', 'rollback', '--yes'], bench.env);
    await until(killed, () => resets() > 0);
    killed.child.kill('SIGKILL');
    await killed.ended;
    bench.sandbox.setBehavior({});
    const listed = JSON.parse((await bench.run('runs', '-o', 'json')).stdout) as {
      runs: { run: string; changes: number; open: number }[];
    };
    expect(listed.runs[0]).toMatchObject({ action: 'rollback', outcome: 'unfinished', changes: 0 });
    expect(listed.runs[0]?.open).toBeGreaterThan(0);
    expect((await bench.run('runs')).stdout).toContain('begun (result unknown)');
    const { status, report, stderr } = await bench.report('disable', 'rollback', '--yes');
    expect({ status, conflicts: report.summary.verdicts['conflict'] ?? 0 }).toEqual({
      status: 0,
      conflicts: 0,
    });
    expect(stderr).toContain(`dhmc resume ${listed.runs[0]?.run ?? ''}`);
    expect(settled(bench.sandbox.snapshot())).toBe(first);
    expect((await bench.run('resume', '--yes')).status).toBe(0);
    expect(settled(bench.sandbox.snapshot())).toBe(first);
  });

  it('deletes the role in an account under a region deny if the denied regions are assumed unused', async () => {
    const world = simpleWorld({
      regions: ['us-east-1', 'eu-west-1', 'ap-south-1', 'sa-east-1'],
      accounts: [{ name: 'one', unit: 'Europe' }],
      unitScps: { Europe: ['region-deny'] },
      scps: {
        'region-deny': {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              NotAction: ['iam:*', 'sts:*', 'organizations:*', 'account:*'],
              Resource: '*',
              Condition: { StringNotEquals: { 'aws:RequestedRegion': ['us-east-1', 'eu-west-1'] } },
            },
          ],
        },
      },
    });
    const bench = await open(world);
    const first = settled(bench.sandbox.snapshot());
    expect((await bench.run('enable', '--account', one, '--yes')).status).toBe(0);
    const kept = await bench.report('disable', 'rollback', '--dry-run');
    const role = kept.report.targets.find(({ kind }) => kind === 'role');
    expect(role).toMatchObject({
      verdict: 'blocked',
      problem: { hint: expect.stringContaining('--assume-unused ap-south-1,sa-east-1') as string },
    });
    const plan = join(bench.folder, 'plan.json');
    const { status } = await bench.report(
      'disable',
      'rollback',
      '--assume-unused',
      'ap-south-1,sa-east-1',
      '--dry-run',
      '--save-plan',
      plan,
    );
    expect(status).toBe(0);
    expect((await bench.run('apply', plan, '--yes')).status).toBe(0);
    expect(settled(bench.sandbox.snapshot())).toBe(first);
  });

  it('names the later run to roll back first', async () => {
    const bench = await open();
    const { report: enabled } = await bench.report('enable', ...members);
    const { report: disabled } = await bench.report(
      'disable',
      '--org',
      '--region',
      'eu-west-1',
      '--yes',
    );
    const { report: again } = await bench.report('enable', ...members);
    const { report } = await bench.report('disable', 'rollback', enabled.run ?? '', '--yes');
    const hints = report.targets.flatMap(({ problem }) => problem?.hint ?? []);
    expect(disabled.run).not.toBeNull();
    expect(new Set(hints)).toEqual(
      new Set([
        'Include eu-west-1 in the scope, or first resolve the conflict there, so that the setting is reset too.',
        `Roll back ${again.run ?? ''} first, with \`dhmc disable rollback ${again.run ?? ''}\`.`,
      ]),
    );
  });

  it('refuses a scope without changes of the run', async () => {
    const bench = await open();
    await bench.run('enable', '--account', one, '--region', 'eu-west-1', '--yes');
    for (const part of [
      ['--account', two],
      ['--region', 'eu-north-1'],
      ['--exclude-account', one],
    ]) {
      const { status, stdout } = await bench.run(
        'disable',
        'rollback',
        ...part,
        '--yes',
        '-o',
        'json',
      );
      expect({ status, message: errorOf(stdout).message }).toMatchObject({
        status: 64,
        message: expect.stringContaining('nothing that the run') as string,
      });
    }
  });

  it('undoes an enable that used an existing role whose name differs in case', async () => {
    const name = 'AWSSYSTEMSMANAGERDEFAULTEC2INSTANCEMANAGEMENTROLE';
    const bench = await open(
      simpleWorld({
        accounts: [{ name: 'one', moreRoles: [{ ...team, name }] }],
        organization: { id: 'o-journaltest1' },
      }),
    );
    const first = settled(bench.sandbox.snapshot());
    expect(
      await bench.report('enable', '--account', one, '--region', 'eu-west-1', '--yes'),
    ).toMatchObject({
      status: 0,
      report: { summary: { verdicts: { changed: 2, 'in-sync': 1 } } },
    });
    expect(bench.sandbox.setting(one, 'eu-west-1')?.value).toBe(name);
    expect(
      await bench.report('status', '--account', one, '--region', 'eu-west-1', '--check'),
    ).toMatchObject({ status: 0 });
    expect((await bench.run('disable', 'rollback', '--yes')).status).toBe(0);
    expect(settled(bench.sandbox.snapshot())).toBe(first);
  });

  it('warns that a setting stays broken if its role has lost the policy', async () => {
    const bench = await open();
    await bench.run('enable', '--account', two, '--region', 'eu-west-1', '--yes');
    await bench.run('disable', '--account', two, '--region', 'eu-west-1', '--yes');
    const role = bench.sandbox.role(two, 'AWSSystemsManagerDefaultEC2InstanceManagementRole');
    if (role === null) throw new Error('the role is there');
    bench.sandbox.setRole(two, { ...role, attachedPolicies: [] });
    const { report, stderr } = await bench.report('disable', 'rollback', '--yes');
    expect(report.targets.map(({ state, verdict }) => `${state} ${verdict}`)).toEqual([
      'broken changed',
    ]);
    expect(stderr).toContain('stays broken');
  });

  it('refuses the journal of another organization and a damaged journal', async () => {
    const bench = await open();
    await bench.run('enable', ...members);
    const [journal = ''] = journalsOf(bench);
    const elsewhere = await open(simpleWorld({ organization: { id: 'o-anotherorg1' } }));
    const other = await elsewhere.run('disable', 'rollback', journal, '--yes', '-o', 'json');
    expect(other.status).toBe(64);
    expect(errorOf(other.stdout).message).toContain('o-journaltest1');
    const unnamed = await elsewhere.run(
      'disable',
      'rollback',
      '--yes',
      '--state-dir',
      stateOf(bench),
      '-o',
      'json',
    );
    expect(unnamed.status).toBe(64);
    expect(errorOf(unnamed.stdout).message).toContain('none of yours, o-anotherorg1');
    const lines = readFileSync(journal, 'utf8').split('\n');
    lines[6] = 'x';
    writeFileSync(journal, lines.join('\n'));
    for (const command of [
      ['disable', 'rollback'],
      ['disable', 'rollback', journal],
      ['resume', journal],
    ]) {
      const { status, stdout } = await bench.run(...command, '--yes', '-o', 'json');
      expect(status).toBe(64);
      expect(errorOf(stdout).message).toContain('line 7');
    }
    const shown = await bench.run('runs', 'show', journal, '-o', 'json');
    expect(shown.status).toBe(1);
    expect(JSON.parse(shown.stdout)).toMatchObject({ schema: 'dhmc.report/v1' });
    expect(shown.stderr).toContain('line 7');
    expect(writesOf(elsewhere.sandbox)).toEqual({});
    rmSync(journal);
  });
});

describe('resume', () => {
  const interrupted = async (bench: Bench): Promise<void> => {
    bench.sandbox.setBehavior({ latencyMs: 20 });
    const enabling = start(['enable', ...members, '--concurrency', '1'], bench.env);
    await until(enabling, () => updates(bench) > 1);
    enabling.child.kill('SIGINT');
    expect((await enabling.ended).status).toBe(130);
    bench.sandbox.setBehavior({});
  };

  it('finishes the run under its id, within the confirmed scope', async () => {
    const bench = await open();
    await interrupted(bench);
    const [journal = ''] = journalsOf(bench);
    const [started] = eventsOf(journal);
    const { status, report } = await bench.report('resume', '--yes');
    expect({ status, action: report.action, run: report.run }).toEqual({
      status: 0,
      action: 'resume',
      run: started?.type === 'run-started' ? started.run : '',
    });
    expect(report.summary.accounts).toBe(3);
    expect(bench.sandbox.setting(accountId(3), 'eu-west-1')?.value).toBe(value);
    expect(bench.sandbox.setting('000000000001', 'eu-west-1')?.value ?? null).toBeNull();
    expect(journalsOf(bench)).toEqual([journal]);
    const again = await bench.run('runs', 'show', journal, '-o', 'json');
    expect(JSON.parse(again.stdout)).toEqual(report);
    expect((await bench.run('resume', '--yes')).status).toBe(64);
  });

  it('keeps what others changed in the meantime', async () => {
    const bench = await open();
    await interrupted(bench);
    const hand = {
      modifiedBy: 'arn:aws:iam::000000000103:user/jo',
      modifiedAt: new Date().toISOString(),
    };
    bench.sandbox.setSetting(accountId(3), 'us-east-1', { value: 'jos-role', ...hand });
    const done = eventsOf(journalsOf(bench)[0] ?? '').find(
      (event) =>
        event.type === 'target-ended' &&
        event.verdict === 'changed' &&
        event.target.kind === 'setting',
    );
    if (done?.type !== 'target-ended' || done.target.region === null)
      throw new Error('a setting was changed');
    bench.sandbox.setSetting(done.target.account, done.target.region, { value: null, ...hand });
    const { status, report } = await bench.report('resume', '--yes');
    expect(status).toBe(1);
    const conflicts = report.targets
      .filter(({ verdict }) => verdict === 'conflict')
      .map(({ account, region }) => `${account} ${region ?? ''}`);
    expect(conflicts.sort()).toEqual(
      [`${done.target.account} ${done.target.region}`, `${accountId(3)} us-east-1`].sort(),
    );
    expect(bench.sandbox.setting(accountId(3), 'us-east-1')?.value).toBe('jos-role');
  });

  it('records the outcome of a change that could not be read back, and then has nothing left to do', async () => {
    const bench = await open();
    bench.sandbox.setBehavior({
      faults: [
        {
          service: 'ssm',
          operation: 'GetServiceSetting',
          region: 'eu-west-1',
          skip: 2,
          times: 1,
          kind: 'error',
          error: {
            code: 'AccessDeniedException',
            message: 'User: x is not authorized to perform: ssm:GetServiceSetting',
          },
        },
      ],
    });
    const { status, report } = await bench.report(
      'enable',
      '--account',
      two,
      '--region',
      'eu-west-1',
      '--yes',
    );
    expect({ status, verdicts: report.summary.verdicts }).toEqual({
      status: 1,
      verdicts: { changed: 2, failed: 1 },
    });
    bench.sandbox.setBehavior({});
    expect((await bench.run('resume', '--yes')).status).toBe(0);
    const runs = JSON.parse((await bench.run('runs', '-o', 'json')).stdout) as {
      runs: readonly unknown[];
    };
    expect(runs.runs).toMatchObject([{ changes: 3, inForce: 3, verdicts: { changed: 3 } }]);
    expect((await bench.run('resume', '--yes')).status).toBe(64);
  });

  it('retries blocked targets', async () => {
    const bench = await open();
    const role = bench.sandbox.role(two, 'OrganizationAccountAccessRole');
    if (role === null) throw new Error('the role is there');
    bench.sandbox.removeRole(two, 'OrganizationAccountAccessRole');
    expect((await bench.run('enable', ...members)).status).toBe(1);
    bench.sandbox.setRole(two, role);
    const { status, report } = await bench.report('resume', '--yes');
    expect(status).toBe(0);
    expect(report.summary.verdicts).toEqual({ changed: 12 });
  });
});

describe('a journal that cannot be written', () => {
  it('stops the run before any change, with a report and status 1', async () => {
    const bench = await open();
    const file = join(bench.folder, 'file');
    writeFileSync(file, '');
    const { status, report, stderr } = await bench.report(
      'enable',
      ...members,
      '--state-dir',
      file,
    );
    expect(status).toBe(1);
    expect(report).toMatchObject({ run: null, summary: { verdicts: { 'not-attempted': 12 } } });
    expect(stderr).toContain('cannot be written');
    expect(writesOf(bench.sandbox)).toEqual({});
  });

  it.skipIf(process.platform === 'win32')(
    'stops a run in the middle without unrecorded changes',
    async () => {
      const bench = await open();
      // The limit on file size looks like a full disk to the program.
      const child = spawn(
        'bash',
        [
          '-c',
          'ulimit -f 9; exec "$@"',
          'bash',
          process.execPath,
          programPath,
          'enable',
          ...members,
          '-o',
          'json',
          '--concurrency',
          '2',
        ],
        {
          env: bench.env,
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
      let stdout = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      const [status] = (await once(child, 'close')) as [number];
      expect(status).toBe(1);
      const [journal] = journalsOf(bench);
      const report = JSON.parse(stdout) as { summary: { verdicts: Record<string, number> } };
      expect(report.summary.verdicts['not-attempted']).toBeGreaterThan(0);
      const begun =
        journal === undefined
          ? 0
          : eventsOf(journal).filter(({ type }) => type === 'change-begun').length;
      const writes = Object.values(writesOf(bench.sandbox)).reduce((sum, count) => sum + count, 0);
      expect(begun).toBeGreaterThan(0);
      expect(writes).toBeLessThanOrEqual(begun);
      expect((await bench.run('resume', '--yes')).status).toBe(0);
      expect((await bench.run('disable', 'rollback', '--yes')).status).toBe(0);
      expect(settled(bench.sandbox.snapshot())).toBe(settled(plainWorld()));
    },
  );
});

describe('the lock', () => {
  it('lets one run write at a time and names its process to the other', async () => {
    const bench = await open();
    bench.sandbox.setBehavior({ latencyMs: 50 });
    const first = start(['enable', ...members, '--concurrency', '1'], bench.env);
    await until(first, () => updates(bench) > 0);
    const { status, stdout } = await bench.run('disable', '--org', '--yes', '-o', 'json');
    expect(status).toBe(1);
    const { code, message } = errorOf(stdout);
    expect(code).toBe('concurrent-update');
    expect(message).toContain(`process ${String(first.child.pid)}`);
    expect((await bench.run('status')).status).toBe(0);
    expect((await first.ended).status).toBe(0);
  });
});

describe('secrets', () => {
  it('appear in no journal, output or plan', async () => {
    const secret = 'external-id-that-nobody-may-see';
    const bench = await open(plainWorld(), {
      DHMC_EXTERNAL_ID: secret,
      MY_TOKEN: 'a-token-of-the-environment-4711',
    });
    const plan = join(bench.folder, 'plan.json');
    const ended = await bench.run(
      'enable',
      ...members,
      '--save-plan',
      plan,
      '--session-tag',
      'cost=1',
      '--verbose',
      '-o',
      'json',
    );
    const again = await bench.run('resume', journalsOf(bench)[0] ?? '', '--yes', '--verbose');
    const texts = [
      ended.stdout,
      ended.stderr,
      again.stdout,
      again.stderr,
      readFileSync(plan, 'utf8'),
      ...journalsOf(bench).map((file) => readFileSync(file, 'utf8')),
    ];
    const secrets = [
      secret,
      'a-token-of-the-environment-4711',
      bench.env['AWS_SECRET_ACCESS_KEY'] ?? '',
      bench.env['AWS_ACCESS_KEY_ID'] ?? '',
    ];
    for (const text of texts)
      for (const hidden of secrets) expect(text.includes(hidden)).toBe(false);
    expect(texts.some((text) => /ASIA[A-Z0-9]{12}|SessionToken/.test(text))).toBe(false);
  });

  it('must be given again to resume or roll back', async () => {
    const bench = await open();
    await bench.run('enable', ...members, '--external-id', 'something');
    for (const command of [
      ['resume', journalsOf(bench)[0] ?? ''],
      ['disable', 'rollback'],
    ]) {
      const { status, stdout } = await bench.run(...command, '--yes', '-o', 'json');
      expect(status).toBe(64);
      expect(errorOf(stdout).hint).toContain('--external-id');
    }
  });
});

describe('saved plans', () => {
  const saved = async (bench: Bench, ...args: readonly string[]): Promise<string> => {
    const file = join(bench.folder, 'plan.json');
    expect((await bench.run(...args, '--dry-run', '--save-plan', file)).status).toBe(0);
    return file;
  };

  it.each(['enable', 'disable', 'rollback'])(
    'make exactly the planned changes: %s',
    async (action) => {
      const bench = await open();
      const first = settled(bench.sandbox.snapshot());
      if (action !== 'enable') await bench.run('enable', ...members);
      const plan =
        action === 'rollback'
          ? await saved(bench, 'disable', 'rollback')
          : await saved(
              bench,
              action,
              '--org',
              '--exclude-account',
              'management',
              ...(action === 'enable' ? ['--overwrite'] : ['--delete-role']),
            );
      const before = writesOf(bench.sandbox);
      const { status, report } = await bench.report('apply', plan, '--yes');
      expect({ status, action: report.action, verdicts: report.summary.verdicts }).toEqual({
        status: 0,
        action: 'apply',
        verdicts: { changed: 12 },
      });
      expect(writesOf(bench.sandbox)).not.toEqual(before);
      if (action === 'rollback') expect(settled(bench.sandbox.snapshot())).toBe(first);
      if (action === 'enable') {
        expect((await bench.run('disable', 'rollback', '--yes')).status).toBe(0);
        expect(settled(bench.sandbox.snapshot())).toBe(first);
      }
    },
  );

  it('keep what others changed since, and leave out accounts that joined since', async () => {
    const bench = await open();
    const plan = await saved(
      bench,
      'enable',
      '--org',
      '--exclude-account',
      'management',
      '--overwrite',
    );
    const hand = {
      modifiedBy: 'arn:aws:iam::000000000102:user/jo',
      modifiedAt: new Date().toISOString(),
    };
    bench.sandbox.setSetting(two, 'us-east-1', { value: 'jos-role', ...hand });
    const { parent, roles = [] } = accountNow(bench, two);
    bench.sandbox.join({ id: accountId(4), name: 'four', parent, roles });
    const { status, report } = await bench.report('apply', plan, '--yes');
    expect(status).toBe(1);
    expect(report.summary.verdicts).toEqual({ changed: 11, conflict: 1 });
    expect(report.targets.map(({ account }) => account)).not.toContain(accountId(4));
    expect(bench.sandbox.setting(accountId(4), 'eu-west-1')).toBeNull();
    expect(bench.sandbox.setting(two, 'us-east-1')?.value).toBe('jos-role');
  });

  const edits: Readonly<Record<string, (text: string) => string>> = {
    'another role': (text) => text.replaceAll(`"to":"${value}"`, '"to":"service-role/Admin"'),
    'another policy': (text) =>
      text.replaceAll('AmazonSSMManagedEC2InstanceDefaultPolicy', 'AdministratorAccess'),
    'another trust': (text) => text.replaceAll('ssm.amazonaws.com', 'ec2.amazonaws.com'),
    'another account’s role': (text) =>
      text.replaceAll(`arn:aws:iam::${one}:role`, `arn:aws:iam::${two}:role`),
    'another organization': (text) => text.replace('o-journaltest1', 'o-anotherorg1'),
    'another version': (text) => text.replace('dhmc.plan/v1', 'dhmc.plan/v2'),
    'a duplicate account': (text) => {
      const plan = JSON.parse(text) as PlanFile;
      return JSON.stringify({ ...plan, accounts: [...plan.accounts, plan.accounts[0]] });
    },
    'a missing member': (text) => text.replace('"rollsBack": null,', ''),
    'only half of the text': (text) => text.slice(0, text.length / 2),
  };
  describe('after an edit', () => {
    let bench: Bench;
    let plan = '';
    let text = '';
    beforeAll(async () => {
      bench = await openBenchInProcess(plainWorld());
      plan = await saved(bench, 'enable', ...members.slice(0, -1));
      text = readFileSync(plan, 'utf8');
    });
    afterAll(() => bench.stop());

    it.each(Object.keys(edits))('with %s are refused as a whole', async (edit) => {
      const edited = edits[edit]?.(text) ?? text;
      expect(edited).not.toBe(text);
      writeFileSync(plan, edited);
      const { status, stdout } = await bench.run('apply', plan, '--yes', '-o', 'json');
      expect({ status, code: errorOf(stdout).code }).toEqual({ status: 64, code: 'usage' });
      expect(writesOf(bench.sandbox)).toEqual({});
    });
  });
});

describe('saved rollbacks', () => {
  const saved = async (bench: Bench): Promise<string> => {
    const file = join(bench.folder, 'plan.json');
    await bench.run('enable', ...members);
    expect((await bench.run('disable', 'rollback', '--dry-run', '--save-plan', file)).status).toBe(
      0,
    );
    return file;
  };
  const edits: Readonly<Record<string, (text: string) => string>> = {
    'another former value': (text) => text.replace('"to":"team-role"', '"to":"another-role"'),
    'no former value': (text) => text.replace('"to":"team-role"', '"to":null'),
    'another current value': (text) =>
      text.replace(`"from":"${value}","to":null`, '"from":"team-role","to":null'),
    'another writer': (text) => text.replace(/("modifiedBy":"[^"]*dhmc-)[^"]*/, '$1by-somebody'),
    'another region': (text) => text.replace('"region":"us-east-1"', '"region":"us-west-2"'),
    'another run': (text) =>
      text.replace(/"rollsBack": "[^"]*"/, '"rollsBack": "20200101-000000-aaaaaa"'),
    'a setting that still names the role': (text) =>
      text.replace(', "targets": [', ', "stillNaming": ["us-east-1"], "targets": ['),
    'no run': (text) => text.replace(/"rollsBack": "[^"]*"/, '"rollsBack": null'),
  };
  describe('after an edit', () => {
    let bench: Bench;
    let plan = '';
    let text = '';
    beforeAll(async () => {
      bench = await openBenchInProcess(plainWorld());
      plan = await saved(bench);
      text = readFileSync(plan, 'utf8');
    });
    afterAll(() => bench.stop());

    it.each(Object.keys(edits))('with %s are refused as a whole', async (edit) => {
      const edited = edits[edit]?.(text) ?? text;
      expect(edited).not.toBe(text);
      writeFileSync(plan, edited);
      const before = writesOf(bench.sandbox);
      for (const more of [[], ['--dry-run']]) {
        const { status, stdout } = await bench.run('apply', plan, '--yes', '-o', 'json', ...more);
        expect({ status, code: errorOf(stdout).code }).toEqual({ status: 64, code: 'usage' });
      }
      expect(writesOf(bench.sandbox)).toEqual(before);
    });
  });

  it('are refused without the journal of their run, and the message names it', async () => {
    const bench = await open();
    const plan = await saved(bench);
    const { status, stdout } = await bench.run(
      'apply',
      plan,
      '--yes',
      '--state-dir',
      join(bench.folder, 'elsewhere'),
      '-o',
      'json',
    );
    expect(status).toBe(64);
    expect(errorOf(stdout).message).toContain('journal');
    expect(errorOf(stdout).hint).toContain('--state-dir');
  });
});

describe('a saved plan that was already applied', () => {
  it.each(['enable', 'disable', 'rollback'])(
    'is in sync and changes nothing: %s',
    async (action) => {
      const bench = await open();
      const plan = join(bench.folder, 'plan.json');
      if (action !== 'enable') await bench.run('enable', ...members);
      const scope = ['--org', '--exclude-account', 'management'];
      const command = {
        enable: ['enable', ...scope, '--overwrite'],
        disable: ['disable', ...scope, '--delete-role'],
        rollback: ['disable', 'rollback'],
      };
      await bench.run(...command[action as keyof typeof command], '--dry-run', '--save-plan', plan);
      expect((await bench.run('apply', plan, '--yes')).status).toBe(0);
      const world = settled(bench.sandbox.snapshot());
      const before = writesOf(bench.sandbox);
      const { status, report } = await bench.report('apply', plan, '--yes');
      expect({ status, verdicts: report.summary.verdicts }).toEqual({
        status: 0,
        verdicts: { 'in-sync': 12 },
      });
      expect(writesOf(bench.sandbox)).toEqual(before);
      expect(settled(bench.sandbox.snapshot())).toBe(world);
    },
  );
});

describe('a run in CI', () => {
  it('warns that the default state directory is lost with the machine', async () => {
    const bench = await open(plainWorld(), { CI: 'true', XDG_STATE_HOME: '' });
    const home = join(bench.folder, 'home');
    mkdirSync(home);
    const env: NodeJS.ProcessEnv = { ...bench.env, HOME: home };
    delete env['DHMC_STATE_DIR'];
    const { status, stderr } = await start(['enable', ...members], env).ended;
    expect(status).toBe(0);
    expect(stderr).toContain('--state-dir');
    expect(readdirSync(join(home, '.local/state/dhmc'))).toEqual(['o-journaltest1']);
  });
});
