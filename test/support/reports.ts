/**
 * Deterministic reports to render, with every state, verdict and reason, and with names that an attacker might
 * choose.
 */
import { countDeeds } from '../../src/core/record/deeds.ts';
import { plannedDeed } from './planned-deed.ts';
import type {
  Account,
  AccountRow,
  Owner,
  Problem,
  Report,
  State,
  Target,
  TargetValue,
  Verdict,
} from '../../src/core/model/model.ts';
import { asText } from '../../src/core/model/values.ts';
import { ownerByWriter } from '../../src/core/owners/owner.ts';
import { countAccounts } from '../../src/core/record/outcome.ts';
import { problemFor } from '../../src/core/problems/hints.ts';
import { withPublicProblem } from '../../src/render/public-problem.ts';

export const seventeenRegions = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
] as const;

export const hostileNames = [
  '<script>document.title="pwned"</script>',
  '=HYPERLINK("https://example.com/?"&A1,"open")',
  'red \u001b[31malert\u001b[0m\u0007',
  'line\nbreak\r\nand\ttab',
  'invoice\u202Egnp.exe',
  '](https://example.com) | **bold** `code` @everyone #1 <!-- -->',
  '本番決済アカウント',
  '👩‍👩‍👧‍👦 family & friends',
  '"><img src=x onerror=alert(1)> </script><script>alert(2)</script>',
  'x'.repeat(200),
  ']]> &amp; \uD800 \u0000 zero\u200Bwidth',
  '$x^2$ ~~gone~~ \\| https://example.com/a|b',
] as const;

const ourValue = 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole';
const policyArn = 'arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy';
const trust =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ssm.amazonaws.com"},"Action":"sts:AssumeRole"}]}';
const roleOf = (account: string): TargetValue => ({
  arn: `arn:aws:iam::${account}:role/${ourValue}`,
  trust,
});
const paths = [
  'Workloads/Prod',
  'Workloads/Prod/Payments',
  'Workloads/Dev',
  'Workloads/Staging',
  'Security',
  'Infrastructure/Network',
  'Sandbox',
];
const teams = [
  'payments',
  'search',
  'identity',
  'billing',
  'catalogue',
  'shipping',
  'analytics',
  'platform',
  'media',
  'support',
];

const requestId = (account: string, number: number): string =>
  `${account.slice(0, 8)}-4c1e-4b7a-9d11-${String(number).padStart(12, '0')}`;

interface Cell {
  readonly state: State;
  readonly verdict: Verdict;
  readonly from: TargetValue;
  readonly to: TargetValue;
  readonly problem?: Problem;
  readonly by?: string;
}

type Kind =
  | 'as-asked'
  | 'new'
  | 'foreign'
  | 'quick-setup'
  | 'broken'
  | 'pending'
  | 'denied'
  | 'locked'
  | 'suspended'
  | 'throttled'
  | 'late';

const kindOf = (index: number): Kind => {
  const rare: Partial<Record<number, Kind>> = {
    3: 'foreign',
    7: 'quick-setup',
    11: 'broken',
    14: 'pending',
    17: 'denied',
    19: 'locked',
    23: 'suspended',
    27: 'throttled',
    31: 'denied',
    37: 'late',
  };
  return rare[index % 40] ?? (index % 3 === 1 ? 'new' : 'as-asked');
};

const cellOf = (
  kind: Kind,
  account: string,
  region: string,
  place: number,
  live: boolean,
): Cell => {
  const asAsked: Cell = {
    state: 'enabled',
    verdict: 'in-sync',
    from: ourValue,
    to: ourValue,
    by: `arn:aws:sts::${account}:assumed-role/OrganizationAccountAccessRole/dhmc-20261101-090000-abc123`,
  };
  const toDo: Cell = live
    ? {
        state: 'enabled',
        verdict: 'changed',
        from: null,
        to: ourValue,
        by: `arn:aws:sts::${account}:assumed-role/OrganizationAccountAccessRole/dhmc-20261122-101500-k3v9q2`,
      }
    : { state: 'disabled', verdict: 'would-change', from: null, to: ourValue };
  switch (kind) {
    case 'as-asked':
      return asAsked;
    case 'new':
      return place % 5 === 4 ? asAsked : toDo;
    case 'foreign':
      return place % 4 === 0
        ? {
            state: 'foreign',
            verdict: 'conflict',
            from: 'CustomInstanceRole',
            to: 'CustomInstanceRole',
            by: `arn:aws:sts::${account}:assumed-role/PlatformAdmin/mallory@example.com`,
            problem: problemFor(
              'names-another-role',
              `The setting names CustomInstanceRole, set by PlatformAdmin/mallory@example.com on 2026-03-14.`,
              { kind: 'foreign', value: 'CustomInstanceRole' },
            ),
          }
        : toDo;
    case 'quick-setup': {
      const role = `AWS-QuickSetup-SSM-DefaultEC2MgmtRole-${region}`;
      return {
        state: 'quick-setup',
        verdict: 'conflict',
        from: role,
        to: role,
        by: `arn:aws:sts::${account}:assumed-role/AWS-QuickSetup-SSM-LocalExecutionRole/quicksetup`,
        problem: problemFor('names-another-role', `Quick Setup set this on 2025-11-02.`, {
          kind: 'quick-setup',
        }),
      };
    }
    case 'broken':
      if (!live)
        return { state: 'broken', verdict: 'would-change', from: 'RoleThatIsGone', to: ourValue };
      return {
        state: 'broken',
        verdict: 'failed',
        from: 'RoleThatIsGone',
        to: ourValue,
        problem: problemFor(
          'role-not-propagated',
          `Nonexistent role or missing ssm service principal in trust policy: arn:aws:iam::${account}:role/${ourValue}`,
          {},
          { requestId: requestId(account, place) },
        ),
      };
    case 'pending':
      return place % 6 === 1 ? { ...asAsked, state: 'pending' } : asAsked;
    case 'denied': {
      if (place % 6 !== 2) return toDo;
      return {
        state: 'unknown',
        verdict: 'skipped',
        from: null,
        to: null,
        problem: problemFor(
          'denied-by-scp',
          `User: arn:aws:sts::${account}:assumed-role/OrganizationAccountAccessRole/dhmc-20261122-101500-k3v9q2 is not authorized to perform: ssm:GetServiceSetting on resource: arn:aws:ssm:${region}:${account}:servicesetting/ssm/managed-instance/default-ec2-instance-management-role with an explicit deny in a service control policy: arn:aws:organizations::111111111111:policy/o-exampleorg1/service_control_policy/p-regiondeny`,
          {
            account,
            action: 'ssm:GetServiceSetting',
            principal: `arn:aws:sts::${account}:assumed-role/OrganizationAccountAccessRole/dhmc-20261122-101500-k3v9q2`,
            policy:
              'arn:aws:organizations::111111111111:policy/o-exampleorg1/service_control_policy/p-regiondeny',
          },
          { requestId: requestId(account, place) },
        ),
      };
    }
    case 'throttled':
      return place % 7 === 3
        ? {
            state: 'unknown',
            verdict: 'blocked',
            from: null,
            to: null,
            problem: problemFor(
              'throttled',
              'Rate exceeded',
              {},
              { requestId: requestId(account, place) },
            ),
          }
        : toDo;
    case 'late':
      return live && place > 8
        ? { state: 'disabled', verdict: 'not-attempted', from: null, to: ourValue }
        : toDo;
    case 'locked':
    case 'suspended':
      return {
        state: 'unknown',
        verdict: kind === 'locked' ? 'blocked' : 'skipped',
        from: null,
        to: null,
      };
  }
};

/** The owner of the setting after the command. The report can contain any stack set name. */
const ownerOfCell = ({ state, verdict, from, to, by }: Cell, place: number): Owner | null => {
  if (state === 'unknown') return null;
  if (state === 'foreign')
    return {
      kind: 'stackset',
      name: hostileNames[place % hostileNames.length] ?? '',
      evidence: 'instances',
    };
  const value = asText(verdict === 'changed' ? to : from);
  return ownerByWriter({ value, modifiedBy: by ?? null });
};

const lockedProblem = (account: string): Problem =>
  problemFor(
    'role-not-assumable',
    `User: arn:aws:sts::111111111111:assumed-role/Admin/jo is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::${account}:role/OrganizationAccountAccessRole`,
    {
      account,
      role: 'role OrganizationAccountAccessRole',
      caller: 'arn:aws:sts::111111111111:assumed-role/Admin/jo',
    },
    { requestId: requestId(account, 1) },
  );

const rowsOf = (
  account: AccountRow,
  kind: Kind,
  regions: readonly string[],
  live: boolean,
): Target[] => {
  const plain = {
    account: account.id,
    region: null,
    modifiedBy: null,
    modifiedAt: null,
    problem: null,
    attempts: 0,
    durationMs: 0,
    owner: null,
  } as const;
  if (kind === 'locked' || kind === 'suspended') {
    const verdict = kind === 'locked' ? 'blocked' : 'skipped';
    return (['role', 'grant', 'setting'] as const).map((row): Target => ({
      ...plain,
      kind: row,
      state: 'unknown',
      verdict,
      from: null,
      to: null,
      problem: account.problem,
    }));
  }
  const make = kind === 'new' || kind === 'late';
  const made: Verdict = live ? 'changed' : 'would-change';
  const sent = live && make ? 1 : 0;
  const settings = regions.map((region, place): Target => {
    const cell = cellOf(kind, account.id, region, place, live);
    const tried = cell.verdict === 'changed' || cell.verdict === 'failed';
    return {
      kind: 'setting',
      account: account.id,
      region,
      state: cell.state,
      verdict: cell.verdict,
      from: cell.from,
      to: cell.to,
      modifiedBy: cell.by ?? null,
      modifiedAt:
        cell.by === undefined
          ? null
          : `2026-11-${String(1 + (place % 20)).padStart(2, '0')}T09:1${place % 10}:07.000Z`,
      problem: cell.problem ?? null,
      attempts: tried ? (cell.verdict === 'failed' ? 6 : 1) : 0,
      durationMs: tried ? 84 + place * 13 : 0,
      owner: ownerOfCell(cell, place),
    };
  });
  const role = roleOf(account.id);
  return [
    {
      ...plain,
      kind: 'role',
      state: make && !live ? 'absent' : 'whole',
      verdict: make ? made : 'in-sync',
      from: make ? null : role,
      to: role,
      attempts: sent,
      durationMs: sent * 211,
    },
    {
      ...plain,
      kind: 'grant',
      state: make && !live ? 'absent' : 'attached',
      verdict: make ? made : 'in-sync',
      from: make ? null : policyArn,
      to: policyArn,
      attempts: sent,
      durationMs: sent * 97,
    },
    ...settings,
  ];
};

const count = (values: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
};

/** The report's counts, computed from its rows. */
export const summarise = (
  accounts: readonly AccountRow[],
  targets: readonly Target[],
): Report['summary'] => ({
  accounts: accounts.length,
  cells: targets.filter((target) => target.kind === 'setting' && target.region !== null).length,
  states: count(targets.map((target) => target.state)),
  verdicts: count(targets.map((target) => target.verdict)),
  ...countAccounts(accounts, targets),
  calls: targets.length + accounts.length * 3,
  throttled: Math.floor(accounts.length / 13),
});

export interface ReportShape {
  readonly accounts: number;
  readonly regions?: readonly string[];
  readonly action?: Report['action'];
  readonly dryRun?: boolean;
  /** Only accounts that are entirely in the desired state. */
  readonly clean?: boolean;
}

const wasPlanned: ReadonlySet<string> = new Set(['would-change', 'changed', 'failed']);

/**
 * A report of the given number of accounts, the management account first. The same shape always gives the same
 * report.
 */
export const buildReport = (shape: ReportShape): Report => {
  const {
    accounts: size,
    regions = seventeenRegions,
    action = 'enable',
    dryRun = false,
    clean = false,
  } = shape;
  const live = !dryRun && action !== 'status';
  const accounts: AccountRow[] = [];
  const targets: Target[] = [];
  for (let index = 0; index < size; index += 1) {
    const kind = clean ? 'as-asked' : kindOf(index);
    const id = index === 0 ? '111111111111' : String(200000000000 + index * 7919);
    const hostile = !clean && index % 40 >= 28 ? hostileNames[(index % 40) - 28] : undefined;
    const path =
      index === 0
        ? ''
        : index % 40 === 30 && !clean
          ? 'Acquired <b>Ltd</b>/\u202Eevil'
          : (paths[index % paths.length] ?? '');
    const account: Account = {
      id,
      name:
        hostile ??
        (index === 0
          ? 'management'
          : `${teams[index % teams.length] ?? ''}-${(path.split('/')[1] ?? path).toLowerCase()}-${index}`),
      path,
      state: kind === 'suspended' ? 'SUSPENDED' : 'ACTIVE',
    };
    const row: AccountRow = {
      ...account,
      skipped: kind === 'suspended' ? 'The account is SUSPENDED.' : null,
      problem: kind === 'locked' ? lockedProblem(id) : null,
    };
    accounts.push(row);
    targets.push(...rowsOf(row, kind, regions, live));
  }
  return {
    schema: 'dhmc.report/v1',
    action,
    dryRun,
    run: live ? '20261122-101500-k3v9q2' : null,
    startedAt: '2026-11-22T10:15:00.000Z',
    finishedAt: '2026-11-22T10:16:42.000Z',
    caller: { account: '111111111111', arn: 'arn:aws:sts::111111111111:assumed-role/Admin/jo' },
    organization: { id: 'o-exampleorg1', managementAccount: '111111111111' },
    partition: 'aws',
    stopped: null,
    summary: {
      ...summarise(accounts, targets),
      ...(action === 'status' ? { partlyChanged: 0 } : {}),
    },
    plan:
      action === 'status'
        ? []
        : countDeeds(targets.filter(({ verdict }) => wasPlanned.has(verdict)).map(plannedDeed)),
    preflight: null,
    warnings: [],
    notes: [],
    accounts,
    targets: targets.map((target) => ({ ...target, wave: null })),
  };
};

/** The report as read from its JSON, without the internal members of problems. */
export const asPublished = (report: Report): Report => ({
  ...report,
  accounts: report.accounts.map(withPublicProblem),
  targets: report.targets.map(withPublicProblem),
});
