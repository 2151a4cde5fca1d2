/** Journals of one account's runs and readings of its state, in a short form for tables of cases. */
import type {
  AccountPlan,
  PlannedTarget,
  Problem,
  ProblemCode,
  Role,
  TargetValue,
  Verdict,
} from '../../src/core/model/model.ts';
import { known } from '../../src/core/model/model.ts';
import type { AccountReadings } from '../../src/core/model/readings.ts';
import type { RunEvent, TargetEnded } from '../../src/core/record/events.ts';
import type { RunHistory } from '../../src/core/record/history.ts';
import { dhmcTrustPolicy } from '../../src/core/iam/trust-policy.ts';
import { historyOf, roleName, settingsOf, wholeOrganization } from './run-engine.ts';

export const account = '111111111111';
export const management = '000000000001';
export const policy = 'arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy';
export const roleArn = `arn:aws:iam::${account}:role/${roleName}`;
export const ourRole = { arn: roleArn, trust: dhmcTrustPolicy };
export const otherTrust = dhmcTrustPolicy.replace('ssm.', 'ec2.');
export const caller = {
  account: management,
  arn: `arn:aws:sts::${management}:assumed-role/Admin/me`,
};

/** The id of the `n`-th run of a table; ids sort in order. */
export const runOf = (n: number): string => `2026010${n}-000000-abcdef`;
export const sessionOf = (run: string): string =>
  `arn:aws:sts::${account}:assumed-role/OrganizationAccountAccessRole/dhmc-${run}`;
const timeOf = (n: number, minute = 0): string =>
  `2026-01-0${n}T00:${String(minute).padStart(2, '0')}:00.000Z`;

export const problem = (code: ProblemCode, message: string = code): Problem => ({
  code,
  message,
  hint: 'hint',
  requestId: null,
});

/** How a change ended; `cut`: the run died during it. */
export type End =
  | 'changed'
  | 'cut'
  | 'refused'
  | 'lost'
  | 'unknown'
  | 'not-read-back'
  | 'conflict'
  | 'in-sync'
  | 'not-attempted';

export interface Change {
  readonly kind: 'role' | 'grant' | 'setting';
  readonly region?: string;
  readonly from: TargetValue;
  readonly to: TargetValue;
  readonly end?: End;
  /** The author that AWS gave when the setting was read back. Default: the run's session. */
  readonly by?: string | null;
}

const endings: Readonly<
  Record<Exclude<End, 'cut'>, { readonly verdict: Verdict; readonly code: ProblemCode | null }>
> = {
  changed: { verdict: 'changed', code: null },
  refused: { verdict: 'failed', code: 'denied' },
  lost: { verdict: 'failed', code: 'network' },
  unknown: { verdict: 'failed', code: 'network' },
  'not-read-back': { verdict: 'failed', code: 'not-read-back' },
  conflict: { verdict: 'conflict', code: 'changed-since' },
  'in-sync': { verdict: 'in-sync', code: null },
  'not-attempted': { verdict: 'not-attempted', code: null },
};

const stateOf = (kind: Change['kind'], value: TargetValue): TargetEnded['state'] => {
  if (kind === 'setting') return value === null ? 'disabled' : 'enabled';
  if (kind === 'grant') return value === null ? 'absent' : 'attached';
  return value === null ? 'absent' : 'whole';
};

export const planned = (change: Change, over: Partial<PlannedTarget> = {}): PlannedTarget => ({
  kind: change.kind,
  account,
  region: change.region ?? null,
  state: stateOf(change.kind, change.from),
  verdict: 'would-change',
  from: change.from,
  to: change.to,
  modifiedBy: null,
  modifiedAt: null,
  problem: null,
  attempts: 0,
  durationMs: 0,
  stateAfter: stateOf(change.kind, change.to),
  notes: [],
  ...over,
});

export const accountRow = {
  ...{ id: account, name: 'one', path: '', state: 'ACTIVE' },
  skipped: null,
  problem: null,
};

export interface RunWords {
  readonly action?: 'enable' | 'disable' | 'rollback';
  readonly rollsBack?: string;
  readonly plan?: Partial<AccountPlan>;
  /** Rows of the plan in addition to those of the changes. */
  readonly rows?: readonly PlannedTarget[];
  readonly settings?: Parameters<typeof settingsOf>[0];
}

/** The events of the `n`-th run of a table, with these changes. */
export function eventsOf(n: number, changes: readonly Change[], words: RunWords = {}): RunEvent[] {
  const run = runOf(n);
  const events: RunEvent[] = [
    {
      type: 'run-started',
      run,
      action: words.action ?? (words.rollsBack === undefined ? 'enable' : 'rollback'),
      version: '0.0.0',
      startedAt: timeOf(n),
      caller,
      organization: { id: 'o-table', managementAccount: management },
      partition: 'aws',
      command: 'dhmc',
      rollsBack: words.rollsBack ?? null,
      scope: wholeOrganization,
      settings: settingsOf(words.settings),
    },
    {
      type: 'account-planned',
      plan: {
        account: accountRow,
        targets: [...changes.map((change) => planned(change)), ...(words.rows ?? [])],
        ...words.plan,
      },
    },
    { type: 'run-confirmed', at: timeOf(n), by: 'yes' },
  ];
  for (const change of changes) {
    const { kind, region = null, from, to, end = 'changed' } = change;
    const target = { kind, account, region };
    events.push({ type: 'change-begun', target, at: timeOf(n, 1), from, to });
    if (end === 'cut') continue;
    const { verdict, code } = endings[end];
    const isThere = end === 'changed' || end === 'in-sync';
    const value = end === 'unknown' ? null : isThere ? to : from;
    const by = change.by === undefined ? sessionOf(run) : change.by;
    const isSetting = kind === 'setting';
    events.push({
      type: 'target-ended',
      target,
      at: timeOf(n, 2),
      verdict,
      state: end === 'unknown' ? 'unknown' : stateOf(kind, value),
      value,
      modifiedBy: isSetting && isThere ? by : null,
      modifiedAt: isSetting && isThere ? timeOf(n, 1) : null,
      problem: code === null ? null : problem(code),
      attempts: 1,
      durationMs: 1,
    });
  }
  events.push({ type: 'run-finished', at: timeOf(n, 3), calls: 0, throttled: 0 });
  return events;
}

export const historyIn = (
  n: number,
  changes: readonly Change[],
  words: RunWords = {},
): RunHistory => historyOf(eventsOf(n, changes, words));

export interface Seen {
  /** Value and author by region. Default author: the first run's session, at its time. */
  readonly settings?: Readonly<
    Record<
      string,
      { readonly value: string | null; readonly by?: string | null; readonly at?: string | null }
    >
  >;
  /** Settings in regions outside the scope. */
  readonly elsewhere?: Seen['settings'];
  readonly role?: Partial<Role> | null;
  readonly grants?: readonly string[];
}

/** The readings of the account. Default: dhmc's role, created by the first run, with its policy. */
export function readingsOf({
  settings = {},
  elsewhere = {},
  role = {},
  grants,
}: Seen): AccountReadings {
  const cells = (seen: NonNullable<Seen['settings']>) =>
    Object.entries(seen).map(([region, { value, by, at }]) => ({
      region,
      named: false,
      setting: known({
        value,
        pending: false,
        modifiedBy: by === undefined ? sessionOf(runOf(1)) : by,
        modifiedAt: at === undefined ? timeOf(1, 1) : at,
      }),
    }));
  const whole: Role = {
    arn: roleArn,
    path: '/service-role/',
    name: roleName.slice(roleName.indexOf('/') + 1),
    trust: dhmcTrustPolicy,
    tags: { 'dhmc:created-by': 'dhmc', 'dhmc:run': runOf(1) },
    boundary: null,
    ...role,
  };
  return {
    account: { id: account, name: 'one', path: '', state: 'ACTIVE' },
    regions: known(
      [...Object.keys(settings), ...Object.keys(elsewhere)].map((region) => ({
        region,
        status: 'ENABLED' as const,
      })),
    ),
    assumedRegions: false,
    cells: cells(settings),
    outOfScope: cells(elsewhere),
    role: known(role === null ? null : whole),
    grants: known(role === null ? null : (grants ?? [policy])),
    others: new Map(),
    attachments: known(role === null ? null : { inlinePolicies: [], instanceProfiles: [] }),
    boundary: null,
    policies: null,
  };
}

/** A row as `kind region: state → stateAfter, verdict, code`. */
export const rowText = (row: PlannedTarget): string =>
  `${row.kind}${row.region === null ? '' : ` ${row.region}`}: ${row.state}${row.stateAfter === row.state ? '' : ` → ${row.stateAfter}`}, ${row.verdict}${row.problem === null ? '' : `, ${row.problem.code}`}`;
