/** The events of a sample run. Every member that an event can have occurs at least once. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type {
  ChangeBegun,
  RunEvent,
  RunStarted,
  TargetEnded,
} from '../../src/core/record/events.ts';
import type {
  AccountPlan,
  PlannedTarget,
  Problem,
  TargetKey,
  TargetValue,
} from '../../src/core/model/model.ts';
import { createJournal, organizationFolder } from '../../src/journal/index.ts';
import { planNote } from '../../src/core/problems/notes.ts';

export const organization = { id: 'o-exampleorg1', managementAccount: '111111111111' };
const caller = { account: '111111111111', arn: 'arn:aws:sts::111111111111:assumed-role/admin/jo' };
export const roleValue = 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole';

/** One run, and a moment in it. */
export const run = '20261122-100000-abc123';
export const at = '2026-11-22T10:00:02.000Z';
export const confirmed: RunEvent = { type: 'run-confirmed', at, by: 'yes' };

export const startedOf = (run: string, changes: Partial<RunStarted> = {}): RunStarted => ({
  type: 'run-started',
  run,
  action: 'enable',
  version: '0.1.0',
  startedAt: `${run.slice(0, 4)}-${run.slice(4, 6)}-${run.slice(6, 8)}T${run.slice(9, 11)}:${run.slice(11, 13)}:${run.slice(13, 15)}.000Z`,
  caller,
  organization,
  partition: 'aws',
  command: 'dhmc enable --org --yes',
  rollsBack: null,
  scope: {
    accounts: {
      org: true,
      ous: [],
      accounts: [],
      tags: [{ key: 'stage', value: 'prod' }],
      excludeOus: [],
      excludeAccounts: [],
    },
    regions: { regions: null, excludeRegions: ['us-west-1'] },
    source: 'command line',
  },
  settings: {
    dhmcRole: roleValue,
    roleNames: ['OrganizationAccountAccessRole'],
    overwrite: ['foreign'],
    allowPrivilegedRole: false,
    deleteRole: false,
    assumeUnused: ['eu-south-2'],
    permissionsBoundary: null,
    roleTags: { team: 'plätform' },
    concurrency: 64,
    homeRegion: null,
    failureTolerance: '10%',
    waves: ['1', '100%'],
    needsExternalId: true,
  },
  ...changes,
});

export const problem: Problem = {
  code: 'denied',
  message: 'User: … is not\nauthorized',
  hint: 'Allow it.',
  requestId: 'r-1',
};

export const setting = (account: string, region: string): TargetKey => ({
  kind: 'setting',
  account,
  region,
});

export const cell = setting('222222222222', 'eu-west-1');

export const planned = (
  target: TargetKey,
  changes: Partial<PlannedTarget> = {},
): PlannedTarget => ({
  ...target,
  state: 'disabled',
  verdict: 'would-change',
  from: null,
  to: roleValue,
  modifiedBy: null,
  modifiedAt: null,
  problem: null,
  attempts: 0,
  durationMs: 0,
  stateAfter: 'enabled',
  notes: [],
  ...changes,
});

const trust =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ssm.amazonaws.com"},"Action":"sts:AssumeRole"}]}';

/** The row of a role that exists and does not change. */
export const wholeRole = (account: string): PlannedTarget => {
  const value = { arn: `arn:aws:iam::${account}:role/${roleValue}`, trust };
  return planned(
    { kind: 'role', account, region: null },
    { state: 'whole', verdict: 'in-sync', from: value, to: value, stateAfter: 'whole' },
  );
};

export const planOf = (account: string, targets: readonly PlannedTarget[]): RunEvent => ({
  type: 'account-planned',
  plan: {
    account: {
      id: account,
      name: `Name of ${account}`,
      path: 'Workloads',
      state: 'ACTIVE',
      skipped: null,
      problem: null,
    },
    targets: [wholeRole(account), ...targets],
  },
});

export const begun = (
  target: TargetKey,
  at: string,
  from: TargetValue = null,
  to: TargetValue = roleValue,
): ChangeBegun => ({
  type: 'change-begun',
  target,
  at,
  from,
  to,
});

export const ended = (
  target: TargetKey,
  at: string,
  changes: Partial<TargetEnded> = {},
): TargetEnded => ({
  type: 'target-ended',
  target,
  at,
  verdict: 'changed',
  state: 'enabled',
  value: roleValue,
  modifiedBy: 'arn:aws:sts::222222222222:assumed-role/OrganizationAccountAccessRole/dhmc',
  modifiedAt: at,
  problem: null,
  attempts: 1,
  durationMs: 91.5,
  ...changes,
});

/** One event of each type, with every member that it can have. */
export const everyEvent = (run: string): RunEvent[] => {
  const role: TargetKey = { kind: 'role', account: '222222222222', region: null };
  const made = { arn: `arn:aws:iam::222222222222:role/${roleValue}`, trust };
  const details = { tags: { 'dhmc:created-by': 'dhmc' }, boundary: null };
  const plan: AccountPlan = {
    account: { id: '222222222222', name: 'n', path: null, state: 'ACTIVE', skipped: null, problem },
    targets: [
      planned(role, {
        kind: 'role',
        from: made,
        to: null,
        problem,
        notes: [planNote('role-of-others')],
      }),
      planned(setting('222222222222', 'eu-west-1'), { from: roleValue, to: null }),
    ],
    formerRole: details,
    stillNaming: ['eu-west-1'],
  };
  return [
    startedOf(run, { action: 'apply', applies: 'rollback', rollsBack: '20261121-100000-abc123' }),
    { type: 'account-planned', plan },
    { type: 'run-confirmed', at: '2026-11-22T10:00:01.000Z', by: 'yes' },
    { ...begun(role, '2026-11-22T10:00:02.000Z', made, null), formerRole: details },
    ended(role, '2026-11-22T10:00:03.000Z', {
      verdict: 'failed',
      state: 'unknown',
      value: made,
      problem,
    }),
    {
      type: 'run-stopped',
      at: '2026-11-22T10:00:04.000Z',
      reason: 'interrupted',
      message: 'SIGINT',
    },
    { type: 'run-resumed', at: '2026-11-22T10:00:05.000Z', caller, command: 'dhmc resume' },
    { type: 'run-finished', at: '2026-11-22T10:00:06.000Z', calls: 12, throttled: 1 },
  ];
};

/** Makes a state directory that is removed when the test ends. */
export async function stateDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'dhmc-journal-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes the journal of a run, and returns its path. */
export async function write(stateDir: string, events: readonly RunEvent[]): Promise<string> {
  const [first] = events;
  if (first?.type !== 'run-started') throw new Error('the first event starts a run');
  const journal = createJournal({
    folder: organizationFolder(stateDir, first.organization.id),
    run: first.run,
  });
  try {
    for (const event of events) await journal.record(event);
  } finally {
    await journal.close();
  }
  return journal.path;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
