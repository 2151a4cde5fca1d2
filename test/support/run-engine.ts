/** Runs the engine against a cloud in memory, for tests. */
import { formatLine, parseLine } from '../../src/journal/format.ts';
import type { RunEvent, RunSettings, RunStarted } from '../../src/core/record/events.ts';
import { foldHistory } from '../../src/core/record/history.ts';
import type { RunHistory } from '../../src/core/record/history.ts';
import type { Plan } from '../../src/core/planning/plan.ts';
import { foldReport } from '../../src/core/record/report.ts';
import type { Report } from '../../src/core/model/model.ts';
import type { Scope } from '../../src/core/model/scope.ts';
import { applyPlan, recordStart } from '../../src/run/apply.ts';
import { planRun } from '../../src/run/plan.ts';
import type { ApplyOptions, Stopped } from '../../src/run/apply.ts';
import type { Memory } from './memory-cloud.ts';

export const roleName = 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole';
export const runId = '20260101-000000-abcdef';

export const settingsOf = (over: Partial<RunSettings> = {}): RunSettings => ({
  dhmcRole: roleName,
  roleNames: ['OrganizationAccountAccessRole'],
  overwrite: [],
  allowPrivilegedRole: false,
  deleteRole: false,
  assumeUnused: [],
  permissionsBoundary: null,
  roleTags: {},
  concurrency: 4,
  homeRegion: null,
  failureTolerance: null,
  waves: null,
  needsExternalId: false,
  ...over,
});

export const wholeOrganization: Scope = {
  accounts: { org: true, ous: [], accounts: [], tags: [], excludeOus: [], excludeAccounts: [] },
  regions: { regions: null, excludeRegions: [] },
  source: 'command line',
};

/** The plan of the action over all accounts. */
export const planned = (
  memory: Memory,
  action: 'enable' | 'disable' | 'status',
  settings: RunSettings = settingsOf(),
): Promise<Plan> => {
  const { cloud, clock } = memory;
  return planRun({ cloud, clock, action, scope: wholeOrganization, settings });
};

export const startedOf = (
  memory: Memory,
  action: RunStarted['action'],
  settings: RunSettings,
  run = runId,
): RunStarted => ({
  type: 'run-started',
  run,
  action,
  version: '0.0.0',
  startedAt: new Date(memory.clock.now()).toISOString(),
  caller: memory.cloud.caller,
  organization: memory.cloud.organization,
  partition: 'aws',
  command: `dhmc ${action}`,
  rollsBack: null,
  scope: wholeOrganization,
  settings,
});

export interface Ran {
  readonly events: readonly RunEvent[];
  readonly report: Report;
  readonly history: RunHistory;
  readonly stopped: Stopped | null;
}

export interface RunningOptions {
  readonly run?: string;
  readonly settings?: RunSettings;
  readonly options?: Partial<ApplyOptions>;
  /** Called with each event before it is recorded; `record` rethrows its errors. */
  readonly onEvent?: (event: RunEvent, count: number) => void;
}

/** The event as read back from a journal; throws if the journal cannot be read. */
function asRead(event: RunEvent): RunEvent {
  const parsed = parseLine(formatLine(event).trimEnd());
  if (parsed.ok) return parsed.event;
  throw new Error(`${parsed.reason}: ${JSON.stringify(event)}`);
}

export const historyOf = (events: Iterable<RunEvent>): RunHistory => {
  const fold = foldHistory();
  for (const event of events) fold.add(asRead(event));
  const history = fold.history();
  if (history === null) throw new Error('no run-started');
  return history;
};

/** Applies a plan as a new run and returns the results. */
export async function applied(
  memory: Memory,
  action: ApplyOptions['action'],
  plan: Plan,
  running: RunningOptions = {},
): Promise<Ran> {
  const settings = running.settings ?? settingsOf();
  const run = running.run ?? runId;
  memory.writer = `arn:aws:sts::000000000001:assumed-role/Admin/dhmc-${run}`;
  const events: RunEvent[] = [];
  const record = async (event: RunEvent): Promise<void> => {
    running.onEvent?.(event, events.length);
    await Promise.resolve();
    events.push(event);
  };
  const at = new Date(memory.clock.now()).toISOString();
  await recordStart(record, {
    started: startedOf(memory, action, settings, run),
    plan,
    at,
    by: 'yes',
  });
  const { cloud, clock } = memory;
  const stopped = await applyPlan({
    cloud,
    clock,
    plan,
    run,
    action,
    settings,
    record,
    ...running.options,
  });
  const report = foldReport(null, events).report({ finishedAt: at, calls: 0, throttled: 0 });
  return { events, report, history: historyOf(events), stopped };
}

export async function run(
  memory: Memory,
  action: 'enable' | 'disable',
  running: RunningOptions = {},
  scope = wholeOrganization,
): Promise<Ran> {
  const settings = running.settings ?? settingsOf();
  const plan = await planRun({ cloud: memory.cloud, clock: memory.clock, action, scope, settings });
  return applied(memory, action, plan, running);
}

/** A report's rows as `account/kind/region state verdict`, short enough for a table of cases. */
export const rows = (report: Pick<Report, 'targets'>): readonly string[] =>
  report.targets.map(
    (target) =>
      `${target.account.slice(-2)} ${target.kind}${target.region === null ? '' : ` ${target.region}`}: ${target.state}, ${target.verdict}${target.problem === null ? '' : `, ${target.problem.code}`}`,
  );

export const eventNames = (events: readonly RunEvent[]): readonly string[] =>
  events.map((event) => {
    switch (event.type) {
      case 'change-begun':
        return `begun ${event.target.kind}${event.target.region === null ? '' : ` ${event.target.region}`}`;
      case 'target-ended':
        return `ended ${event.target.kind}${event.target.region === null ? '' : ` ${event.target.region}`} ${event.verdict}`;
      case 'run-stopped':
        return `stopped ${event.reason}`;
      default:
        return event.type;
    }
  });
