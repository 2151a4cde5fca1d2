/**
 * Proves that the printed policies are minimal: with exactly them every command works; without any one statement a
 * command fails and names the missing action.
 */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/core/doctor/finding.ts';
import type { Report, Target } from '../../src/core/model/model.ts';
import type {
  Account,
  PolicyDocument,
  PolicyStatement,
  Role,
  World,
} from '../../src/sandbox/world.ts';
import {
  dhmcRoleName,
  dhmcRoleWithoutPolicy,
  dhmcValue,
} from '../../src/sandbox/worlds/fixtures.ts';
import { openConsole, runInProcess, type Console } from '../support/in-process.ts';

const management = '100000000001';
const members = ['100000000002', '100000000003'];
const callerArn = `arn:aws:iam::${management}:role/ops/Runner`;
const entryRole = 'DhmcEntry';
const externalId = 'a-shared-secret';
const boundary = 'InstanceBoundary';
const entry = ['--role-name', entryRole, '--external-id', externalId];

interface Policies {
  readonly caller: PolicyDocument;
  readonly member: PolicyDocument;
  readonly trust: PolicyDocument;
}

const printed = async (...args: readonly string[]): Promise<unknown> => {
  const { status, stdout, stderr } = await runInProcess(['policy', ...args]);
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
};

const policiesWith = async (...options: readonly string[]): Promise<Policies> => {
  const caller = (await printed('caller', '--role-name', entryRole, ...options)) as PolicyDocument;
  const role = (await printed(
    'member',
    '--trust',
    callerArn,
    '--external-id',
    externalId,
    ...options,
  )) as {
    readonly PolicyDocument: PolicyDocument;
    readonly AssumeRolePolicyDocument: PolicyDocument;
  };
  return { caller, member: role.PolicyDocument, trust: role.AssumeRolePolicyDocument };
};

/** The caller is a role with only the caller's policy; the member roles have the printed policy and trust. */
function worldOf({ caller, member, trust }: Policies, more: Partial<Account> = {}): World {
  const anybody: PolicyDocument = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
  };
  const runner: Role = {
    name: 'Runner',
    path: '/ops/',
    trust: anybody,
    inlinePolicies: { dhmc: caller },
  };
  const way: Role = { name: entryRole, trust, inlinePolicies: { dhmc: member } };
  const policies = [
    {
      name: boundary,
      document: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow' as const, Action: '*', Resource: '*' }],
      },
    },
  ];
  const account = (id: string, role: Role): Account => ({
    id,
    name: `account ${id.slice(-1)}`,
    parent: 'r-abcd',
    policies,
    ...more,
    roles: [role, ...(more.roles ?? [])],
  });
  return {
    format: 'dhmc.world/v1',
    regions: { default: ['eu-west-1', 'us-east-1'], optIn: [] },
    organization: { id: 'o-abcdefghij', rootId: 'r-abcd', managementAccount: management },
    units: [],
    accounts: [account(management, runner), ...members.map((id) => account(id, way))],
    callers: [
      {
        accessKeyId: 'ASIAPOLICYTEST000001',
        secretAccessKey: 'policy/test/opens/nothing/0000000000001',
        sessionToken: 'policy-test-session',
        identity: { kind: 'assumed-role', account: management, role: 'Runner', session: 'ci' },
      },
    ],
  };
}

/** The same world with other policies in these roles. */
const withPolicies = (world: World, { caller, member }: Policies): World => ({
  ...world,
  accounts: world.accounts.map((account) => ({
    ...account,
    roles: (account.roles ?? []).map((role) =>
      role.name === 'Runner'
        ? { ...role, inlinePolicies: { dhmc: caller } }
        : role.name === entryRole
          ? { ...role, inlinePolicies: { dhmc: member } }
          : role,
    ),
  })),
});

const statementsOf = ({ Statement }: PolicyDocument): readonly PolicyStatement[] =>
  'Effect' in Statement ? [Statement] : Statement;

const without = (document: PolicyDocument, sid: string): PolicyDocument => {
  const statements = statementsOf(document);
  const Statement = statements.filter((statement) => statement.Sid !== sid);
  if (Statement.length !== statements.length - 1) throw new Error(`no statement ${sid}`);
  return { ...document, Statement };
};
const sidsOf = (document: PolicyDocument): readonly string[] =>
  statementsOf(document).map(({ Sid }) => Sid ?? '');

let open: Console | null = null;
const consoleOf = async (world: World): Promise<Console> => (open = await openConsole(world));
afterEach(async () => {
  await open?.stop();
  open = null;
});

const report = async (
  bench: Console,
  ...args: readonly string[]
): Promise<{ readonly status: number; readonly report: Report; readonly stderr: string }> => {
  const { status, stdout, stderr } = await bench.run([...args, ...entry, '-o', 'json']);
  return { status, report: JSON.parse(stdout) as Report, stderr };
};

const boundaryOption = ['--permissions-boundary', boundary];

describe('with exactly the printed policies', () => {
  it.each([
    ['plain', []],
    ['with a boundary', boundaryOption],
  ])('every command works: %s', async (_, options) => {
    const bench = await consoleOf(worldOf(await policiesWith(...options)));
    const steps: readonly (readonly [readonly string[], number])[] = [
      [['status', '--check'], 2],
      [['enable', '--org', '--yes', ...options], 0],
      [['status', '--check'], 0],
      [['disable', '--org', '--delete-role', '--dry-run'], 0],
      [['disable', '--org', '--delete-role', '--yes'], 0],
      [['disable', 'rollback', '--yes'], 0],
      [['status', '--check'], 0],
      [['disable', '--account', members.join(','), '--yes'], 0],
    ];
    for (const [args, status] of steps) {
      const ran = await report(bench, ...args);
      expect([args.join(' '), ran.status, ran.report.summary.verdicts]).toEqual([
        args.join(' '),
        status,
        ran.report.summary.verdicts,
      ]);
      expect(ran.stderr).not.toContain('could not be read');
    }
    const doctor = await bench.run(['doctor', '--all', ...entry, ...options, '-o', 'json']);
    expect(
      (JSON.parse(doctor.stdout) as { readonly findings: readonly Finding[] }).findings.filter(
        ({ level }) => level !== 'ok',
      ),
    ).toEqual([]);
    expect(doctor.status).toBe(0);
    expect(bench.sandbox.complaints()).toEqual([]);
  });

  it('and --read-only, dhmc reads everything and changes nothing', async () => {
    const bench = await consoleOf(worldOf(await policiesWith('--read-only')));
    expect((await report(bench, 'status', '--check')).status).toBe(2);
    const { status, report: ran } = await report(bench, 'enable', '--org', '--yes');
    expect(status).toBe(1);
    expect(ran.targets.flatMap(({ problem }) => problem?.code ?? [])).toEqual(
      expect.arrayContaining(['denied']),
    );
    expect(ran.summary.verdicts['changed'] ?? 0).toBe(0);
    expect(
      bench.sandbox.snapshot().accounts.flatMap(({ settings }) => Object.values(settings ?? {})),
    ).toEqual([]);
  });

  it('and --with-overwrite, dhmc replaces settings of others and restores them', async () => {
    const team: Role = {
      name: 'Team',
      path: '/a/',
      trust: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'ssm.amazonaws.com' },
            Action: 'sts:AssumeRole',
          },
        ],
      },
    };
    const theirs = { value: 'a/Team', modifiedBy: null, modifiedAt: null };
    const world = (policies: Policies) =>
      worldOf(policies, { roles: [team], settings: { 'eu-west-1': theirs } });
    const bench = await consoleOf(world(await policiesWith('--with-overwrite')));
    expect((await report(bench, 'enable', '--org', '--overwrite', '--yes')).status).toBe(0);
    expect((await report(bench, 'disable', 'rollback', '--yes')).status).toBe(0);
    expect(bench.sandbox.setting(members[0] ?? '', 'eu-west-1')?.value).toBe('a/Team');
    await bench.stop();

    const plain = await consoleOf(withPolicies(bench.sandbox.snapshot(), await policiesWith()));
    expect((await report(plain, 'enable', '--org', '--overwrite', '--yes')).status).toBe(0);
    const back = await report(plain, 'disable', 'rollback', '--yes');
    expect(back.status).toBe(1);
    expect(back.report.targets.filter(({ problem }) => problem?.code === 'denied')).not.toEqual([]);
  });

  it('no one can enter without the external ID or as another principal of the account', async () => {
    const policies = await policiesWith();
    const bench = await consoleOf(worldOf(policies));
    const { stdout } = await bench.run(['status', '--role-name', entryRole, '-o', 'json']);
    expect(codesOf(JSON.parse(stdout) as Report, members)).toEqual(['role-not-assumable']);
    await bench.stop();
    const world = worldOf(policies);
    const other = {
      ...world,
      accounts: world.accounts.map((account) => ({
        ...account,
        roles: (account.roles ?? []).map((role) =>
          role.name === 'Runner' ? { ...role, name: 'Other' } : role,
        ),
      })),
      callers: world.callers.map((caller) => ({
        ...caller,
        identity: {
          kind: 'assumed-role' as const,
          account: management,
          role: 'Other',
          session: 'ci',
        },
      })),
    };
    const stranger = await consoleOf(other);
    expect(codesOf((await report(stranger, 'status')).report, members)).toEqual([
      'role-not-assumable',
    ]);
  });
});

const codesOf = ({ accounts, targets }: Report, ids: readonly string[]): readonly string[] => {
  const rows: readonly (readonly [string, Target['problem']])[] = [
    ...accounts.map(({ id, problem }) => [id, problem] as const),
    ...targets.map(({ account, problem }) => [account, problem] as const),
  ];
  return [
    ...new Set(
      rows.flatMap(([id, problem]) => (ids.includes(id) && problem !== null ? [problem.code] : [])),
    ),
  ].sort();
};

const withoutGrant = { roles: [dhmcRoleWithoutPolicy] };
const nothingSet = {
  roles: [
    {
      ...dhmcRoleWithoutPolicy,
      attachedPolicies: ['arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy'],
    },
  ],
};
const enabled: Partial<Account> = {
  roles: [
    { ...(nothingSet.roles[0] ?? dhmcRoleWithoutPolicy), tags: { 'dhmc:created-by': 'dhmc' } },
  ],
  settings: Object.fromEntries(
    ['eu-west-1', 'us-east-1'].map((region) => [
      region,
      { value: dhmcValue, modifiedBy: null, modifiedAt: null },
    ]),
  ),
};

/** For each statement of the member's policy a world, a command that needs it, and the action in AWS's denial. */
const shows: Readonly<Record<string, readonly [Partial<Account>, readonly string[], string]>> = {
  ReadRegions: [enabled, ['disable', '--org', '--delete-role', '--yes'], 'account:ListRegions'],
  ReadSettings: [{}, ['status'], 'ssm:GetServiceSetting'],
  ReadRoles: [{}, ['status'], 'iam:GetRole'],
  ReadDhmcRole: [enabled, ['status'], 'iam:ListAttachedRolePolicies'],
  ReadPolicies: [{}, ['enable', '--org', '--dry-run', ...boundaryOption], 'iam:GetPolicy'],
  ReadUse: [enabled, ['disable', '--org', '--dry-run'], 'ssm:DescribeInstanceInformation'],
  SimulatePermissions: [{}, ['doctor', '--all'], 'iam:SimulatePrincipalPolicy'],
  ChangeSettings: [nothingSet, ['enable', '--org', '--yes'], 'ssm:UpdateServiceSetting'],
  CreateDhmcRole: [{}, ['enable', '--org', '--yes', ...boundaryOption], 'iam:CreateRole'],
  TagDhmcRole: [{}, ['enable', '--org', '--yes', ...boundaryOption], 'iam:TagRole'],
  ChangeDhmcRole: [enabled, ['disable', '--org', '--delete-role', '--yes'], 'iam:DeleteRole'],
  ChangeGrant: [withoutGrant, ['enable', '--org', '--yes'], 'iam:AttachRolePolicy'],
  PassDhmcRole: [nothingSet, ['enable', '--org', '--yes'], 'iam:PassRole'],
};
const showsOfCaller: typeof shows = {
  ReadOrganization: [{}, ['status'], 'organizations:DescribeOrganization'],
  ReadControlPolicies: [{}, ['doctor', '--all'], 'organizations:ListPolicies'],
  EnterAccounts: [{}, ['status'], 'sts:AssumeRole'],
  ...Object.fromEntries(Object.entries(shows).map(([sid, how]) => [`Own${sid}`, how])),
};

describe('a policy without one statement', () => {
  let whole: Policies;
  beforeAll(async () => {
    whole = await policiesWith(...boundaryOption);
  });

  it('is tried for every statement', () => {
    expect(sidsOf(whole.member).toSorted()).toEqual(Object.keys(shows).toSorted());
    expect(sidsOf(whole.caller).toSorted()).toEqual(Object.keys(showsOfCaller).toSorted());
  });

  const fails = async (
    policies: Policies,
    [more, args, action]: readonly [Partial<Account>, readonly string[], string],
  ) => {
    const bench = await consoleOf(worldOf(policies, more));
    const { status, stdout, stderr } = await bench.run([...args, ...entry, '-o', 'json']);
    expect(`${stdout}\n${stderr}`).toContain(`is not authorized to perform: ${action}`);
    // The hint for access differs: AWS does not say which of the two is missing, the caller's permission or the trust.
    expect(`${stdout}\n${stderr}`).toMatch(
      action === 'sts:AssumeRole'
        ? /with a trust for/
        : new RegExp(`(?:allow|grant) ${action} to`, 'i'),
    );
    // Instances that cannot be read are reported, but stop nothing.
    expect(status === 0).toBe(action === 'ssm:DescribeInstanceInformation');
    expect(`${stdout}${stderr}`).not.toContain(externalId);
  };
  it.each(Object.keys(shows))(
    'of the member makes a command name the missing action: %s',
    async (sid) => {
      await fails({ ...whole, member: without(whole.member, sid) }, shows[sid] ?? [{}, [], '']);
    },
  );
  it.each(Object.keys(showsOfCaller))(
    'of the caller makes a command name the missing action: %s',
    async (sid) => {
      await fails(
        { ...whole, caller: without(whole.caller, sid) },
        showsOfCaller[sid] ?? [{}, [], ''],
      );
    },
  );
});

describe('the role in a setting', () => {
  it('may be passed under any path', async () => {
    const { member } = await policiesWith();
    expect(JSON.stringify(member)).toContain(`:role/*/${dhmcRoleName}`);
  });
});
