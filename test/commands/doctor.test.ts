/** The doctor finds an error in exactly those accounts in which `enable` then fails. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Finding } from '../../src/core/doctor/finding.ts';
import type { Report } from '../../src/core/model/model.ts';
import { administratorOf } from '../../src/sandbox/worlds/default.ts';
import {
  dhmcRole,
  dhmcRoleWithoutPolicy,
  dhmcRoleWithWrongTrust,
  dhmcValue,
} from '../../src/sandbox/worlds/fixtures.ts';
import { openConsole, type Console } from '../support/in-process.ts';
import { accountId, managementAccount, setTo, simpleWorld } from '../support/simple-world.ts';
import type { PolicyDocument, PolicyStatement } from '../../src/sandbox/world.ts';
import type { SimpleAccount } from '../support/simple-world.ts';

interface Denial {
  readonly actions: string | readonly string[];
  readonly condition?: NonNullable<PolicyStatement['Condition']>;
}

const deny = (actions: Denial['actions'], condition?: Denial['condition']): Denial =>
  condition === undefined ? { actions } : { actions, condition };

/** Denials by service control policies; each applies to two accounts. */
const denials: Readonly<Record<string, Denial>> = {
  'deny-list-regions': deny('account:ListRegions'),
  'deny-create-role': deny('iam:CreateRole'),
  'require-a-tag': deny('iam:CreateRole', { Null: { 'aws:RequestTag/owner': 'true' } }),
  'require-a-tag-value': deny('iam:CreateRole', {
    StringNotEquals: { 'aws:RequestTag/team': 'platform' },
  }),
  'require-another-tag': deny('iam:CreateRole', { Null: { 'aws:RequestTag/cost': 'true' } }),
  'require-a-boundary': deny('iam:CreateRole', {
    StringNotEquals: { 'iam:PermissionsBoundary': 'arn:aws:iam::1:policy/x' },
  }),
  'deny-attach': deny('iam:AttachRolePolicy'),
  'deny-trust': deny('iam:UpdateAssumeRolePolicy'),
  'deny-update': deny('ssm:UpdateServiceSetting'),
  'deny-update-in-one-region': deny('ssm:UpdateServiceSetting', {
    StringEquals: { 'aws:RequestedRegion': 'eu-west-1' },
  }),
  'deny-other-regions': deny('ssm:*', {
    StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1'] },
  }),
  'deny-one-region': deny('ssm:*', { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }),
  'deny-reading': deny('ssm:GetServiceSetting'),
  'deny-pass-role': deny('iam:PassRole'),
  'deny-pass-role-elsewhere': deny('iam:PassRole', {
    StringNotEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' },
  }),
  'deny-get-role': deny('iam:GetRole'),
  'deny-list-grants': deny('iam:ListAttachedRolePolicies'),
  'deny-delete': deny(['iam:DeleteRole', 'iam:DetachRolePolicy']),
  'deny-but-for-our-role': deny('*', {
    ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/OrganizationAccountAccessRole' },
  }),
  'deny-our-role': deny(['ssm:Update*', 'iam:Create*'], {
    ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/OrganizationAccountAccessRole' },
  }),
  'deny-untagged': deny(['iam:AttachRolePolicy', 'ssm:UpdateServiceSetting'], {
    StringNotEqualsIgnoreCase: { 'aws:PrincipalTag/job-function': 'administrator' },
  }),
};

const states: Readonly<Record<string, Omit<SimpleAccount, 'name'>>> = {
  empty: {},
  whole: { moreRoles: [dhmcRole] },
  ungranted: { moreRoles: [dhmcRoleWithoutPolicy] },
  distrusted: { moreRoles: [dhmcRoleWithWrongTrust] },
  enabled: {
    moreRoles: [dhmcRole],
    settings: { 'eu-west-1': setTo(dhmcValue), 'us-east-1': setTo(dhmcValue) },
  },
};

/** Every denial with two states of an account, and every state without a denial. */
const worlds: readonly SimpleAccount[] = [
  ...Object.entries(states).map(([state, account]) => ({ ...account, name: `plain ${state}` })),
  { name: 'plain shouted', moreRoles: [{ ...dhmcRole, name: dhmcRole.name.toUpperCase() }] },
  ...Object.keys(denials).flatMap((denial, index) => {
    const names = Object.keys(states);
    const second = names[1 + (index % (names.length - 1))] ?? 'whole';
    return ['empty', second].map((state) => ({
      ...states[state],
      name: `${denial} ${state}`,
      unit: denial === 'deny-list-regions' ? 'Denied/Regions' : 'Denied',
    }));
  }),
];

/** A statement with one denial, for the accounts named after it. */
const statementOf = ([name, { actions, condition }]: readonly [
  string,
  Denial,
]): PolicyStatement => {
  const ids = worlds.flatMap((world, index) =>
    world.name.startsWith(`${name} `) ? [accountId(index + 1)] : [],
  );
  return {
    Effect: 'Deny',
    Action: typeof actions === 'string' ? actions : [...actions],
    Resource:
      name === 'deny-list-regions'
        ? '*'
        : ids.flatMap((id) => [`arn:aws:iam::${id}:*`, `arn:aws:ssm:*:${id}:*`]),
    ...(condition === undefined ? {} : { Condition: condition }),
  };
};

/** Many statements in few policies, because Organizations allows only a few DescribePolicy calls a second. */
const documentOf = (keep: (name: string, index: number) => boolean): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: Object.entries(denials)
    .filter(([name], index) => keep(name, index))
    .map(statementOf),
});
const isOnRegions = (name: string): boolean => name === 'deny-list-regions';
const policies: Readonly<Record<string, PolicyDocument>> = {
  ...Object.fromEntries(
    [0, 1, 2, 3].map((part) => [
      `denials-${part}`,
      documentOf((name, index) => !isOnRegions(name) && index % 4 === part),
    ]),
  ),
  regions: documentOf(isOnRegions),
};

describe('the doctor and enable', () => {
  let console: Console;
  const doctored = new Map<string, Finding[]>();
  let report: Report;
  let dryRun: Report;

  beforeAll(async () => {
    console = await openConsole(
      simpleWorld({
        accounts: worlds,
        scps: policies,
        unitScps: {
          Denied: Object.keys(policies).filter((name) => name !== 'regions'),
          'Denied/Regions': ['regions'],
        },
        organization: { gives: { paths: true } },
        callers: [administratorOf(managementAccount)],
      }),
    );
    const shared = ['--org', '--role-tag', 'owner=jo,team=platform', '-o', 'json'];
    const doctor = await console.run(['doctor', '--all', ...shared]);
    const { findings } = JSON.parse(doctor.stdout) as { findings: Finding[] };
    for (const finding of findings)
      doctored.set(finding.subject, [...(doctored.get(finding.subject) ?? []), finding]);
    const preflight = ['enable', '--dry-run', '--preflight', ...shared];
    dryRun = JSON.parse((await console.run(preflight)).stdout) as Report;
    report = JSON.parse((await console.run(['enable', '--yes', ...shared])).stdout) as Report;
  });
  afterAll(() => console.stop());

  it.each(worlds.map(({ name }, index) => [name, accountId(index + 1)]))(
    'agree on account %s',
    (_, account) => {
      const errors = (doctored.get(account) ?? []).filter(({ level }) => level === 'error');
      const refused = report.targets.filter(
        (target) => target.account === account && ['failed', 'blocked'].includes(target.verdict),
      );
      expect(
        errors.length > 0,
        JSON.stringify(
          [errors, refused.map(({ kind, region, problem }) => [kind, region, problem?.message])],
          null,
          1,
        ),
      ).toBe(refused.length > 0);
    },
  );

  it.each(worlds.map(({ name }, index) => [name, accountId(index + 1)]))(
    'agree with --preflight on account %s',
    (_, account) => {
      const of = (targets: Report['targets']): Report['targets'] =>
        targets.filter((target) => target.account === account);
      const denied = of(dryRun.targets).filter(
        ({ verdict, problem }) =>
          verdict === 'blocked' || (verdict === 'would-change' && problem !== null),
      );
      const refused = of(report.targets).filter(({ verdict }) =>
        ['failed', 'blocked'].includes(verdict),
      );
      expect(denied.length > 0).toBe(refused.length > 0);
      // A target that is blocked by a failed one need not be denied itself.
      const failed = refused.filter(({ verdict }) => verdict === 'failed');
      const keys = denied.map(({ kind, region }) => [kind, region]);
      for (const { kind, region } of failed) expect(keys).toContainEqual([kind, region]);
    },
  );

  it('name the other missing permissions after a denial', () => {
    const at = worlds.findIndex(({ name }) => name === 'deny-our-role empty');
    const failed = report.targets.find(
      ({ account, verdict }) => account === accountId(at + 1) && verdict === 'failed',
    );
    expect(failed?.problem?.message).toContain('iam:CreateRole');
    expect(failed?.problem?.hint).toContain(
      "IAM's simulator denies ssm:UpdateServiceSetting there too.",
    );
  });

  it('count the accounts that preflight found denied', () => {
    const denied = new Set(
      dryRun.targets.flatMap(({ account, verdict, problem }) =>
        verdict === 'would-change' && problem !== null ? [account] : [],
      ),
    );
    expect(dryRun.preflight).toMatchObject({ denied: denied.size, undetermined: 0 });
    expect(denied.size).toBeGreaterThan(10);
    expect(report.preflight).toBeNull();
  });

  it('show denials at the end of the plan, with --preflight only in a dry run', async () => {
    const args = ['enable', '--org', '--preflight'];
    const { stdout, status } = await console.run([...args, '--dry-run']);
    expect(status).toBe(1);
    expect(stdout).toContain('⊘ would be denied · denied-by-scp');
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
      /^Preflight: AWS would deny changes in \d+ of \d+ accounts; the reasons are listed\.$/,
    );
    const refused = await console.run([...args, '--yes']);
    expect(refused).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('--preflight needs --dry-run.') as string,
    });
  });

  it('name the accounts and the number of those tried', async () => {
    const { stdout } = await console.run(['doctor', '--org']);
    expect(stdout).toMatch(/^dhmc doctor: (.*; )?5 of \d+ accounts tried/);
    expect(stdout).toMatch(/entry: .* 000000000/);
  });

  it.each(['markdown', 'junit'])('write the findings as %s', async (format) => {
    const { stdout, status } = await console.run([
      'doctor',
      '--account',
      accountId(1),
      '-o',
      format,
    ]);
    expect(status).toBe(0);
    expect(stdout).toContain('dhmc doctor: 1 of 1 account tried; nothing found in it');
    expect(stdout).toContain('plain empty');
  });

  it('write the findings to files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dhmc-doctor-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const files = ['doctor.md', 'doctor.xml', 'doctor.json', 'doctor.txt'].map((name) =>
      join(folder, name),
    );
    const { status } = await console.run([
      ...['doctor', '--account', accountId(1)],
      ...files.flatMap((file) => ['--report-file', file]),
    ]);
    expect(status).toBe(0);
    const starts = files.map((file) => readFileSync(file, 'utf8').slice(0, 6));
    expect(starts).toEqual([expect.any(String), '<?xml ', '{\n  "s', 'dhmc d']);
    expect(readFileSync(files[0] ?? '', 'utf8')).toContain('nothing found in it');
    const refused = await console.run(['doctor', '--report-file', join(folder, 'doctor.csv')]);
    expect(refused).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('.xml') as string,
    });
  });

  it('accept a role in another case', async () => {
    const { stdout, status } = await console.run(['doctor', '--account', 'plain shouted']);
    expect(status).toBe(0);
    expect(stdout).toContain('nothing found in it');
  });

  it('refuse a format that doctor does not have', async () => {
    expect((await console.run(['doctor', '-o', 'csv'])).status).toBe(64);
  });
});

describe('the calls of the doctor', () => {
  it('are few more than those of status, and none where no setting was ever changed', async () => {
    const console = await openConsole(
      simpleWorld({
        accounts: [{ name: 'empty' }, { name: 'enabled', ...states['enabled'] }],
        callers: [administratorOf(managementAccount)],
      }),
    );
    onTestFinished(() => console.stop());
    const callsOf = async (...args: readonly string[]): Promise<Record<string, number>> => {
      const before = { ...console.sandbox.requests().byOperation };
      await console.run([...args, '--account', 'empty,enabled']);
      const after = Object.entries(console.sandbox.requests().byOperation);
      return Object.fromEntries(after.map(([name, n]) => [name, n - (before[name] ?? 0)]));
    };
    const status = await callsOf('status');
    const doctored = await callsOf('doctor', '--all');
    for (const name of ['ssm:GetServiceSetting', 'sts:AssumeRole', 'account:ListRegions'])
      expect(doctored[name]).toBe(status[name]);
    expect(doctored['ssm:ListAssociations']).toBe(2);
    // Six calls for an account that needs a role, four where only undo is checked.
    expect(doctored['iam:SimulatePrincipalPolicy']).toBe(6 + 4);
  });
});

describe('a sample of accounts', () => {
  it('is checked against control policies like all accounts', async () => {
    const console = await openConsole(
      simpleWorld({ accounts: Array.from({ length: 7 }, (_, n) => ({ name: `a${String(n)}` })) }),
    );
    onTestFinished(() => console.stop());
    const heldAgainst = async (...options: readonly string[]): Promise<readonly string[]> => {
      const { stdout } = await console.run(['doctor', '--ou', 'r-test', '-o', 'json', ...options]);
      const { findings } = JSON.parse(stdout) as { findings: Finding[] };
      return findings.flatMap(({ check, subject, message }) =>
        check === 'control-policies' && message.includes('denies what enable') ? [subject] : [],
      );
    };
    expect((await heldAgainst('--exclude-account', managementAccount)).length).toBe(5);
    expect((await heldAgainst('--exclude-account', managementAccount, '--all')).length).toBe(7);
  });
});
