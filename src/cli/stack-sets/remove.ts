import { UsageError } from '../../core/model/errors.ts';
import { purposeFor } from '../../core/planning/purpose.ts';
import type { RecordEvent } from '../../core/record/events.ts';
import type { Scope } from '../../core/model/scope.ts';
import type { FoundSet } from '../../core/stack-sets/deployment.ts';
import { inOrder as sorted } from '../../core/stack-sets/report.ts';
import { kindOfSet } from '../../core/stack-sets/stack-sets.ts';
import { assessCells } from '../../run/reset-impact.ts';
import { removeStackSets, type Removed } from '../../run/stack-set-removal.ts';
import type { StackSetsAccess } from '../../run/stack-sets-access.ts';
import type { Invocation } from '../args/command.ts';
import { settingsOf } from '../args/run-settings.ts';
import type { ExitStatus } from '../exit.ts';
import { requireConfirmation } from '../rollout/confirm.ts';
import { shown } from '../terminal/terminal.ts';
import { clock } from '../session/clock.ts';
import { openSession, type CommandSession } from '../session/session.ts';
import { findOwnSets, requireStackSets, requireSameRole } from './access.ts';
import { openRun } from './journal.ts';
import { cellsOfSets, removalQuestion, removalText } from './plan-text.ts';
import { lookedAtNothing, reportedInstances, reportedSets, unlessInterrupted } from './outcome.ts';
import { showBusy, showOperation } from './progress.ts';
import { readRecords } from './records.ts';
import { finishReport, openStackSetOutputs, reportUnlessConfirmed } from './report.ts';
import { nothingBack, planTakeBack, recordTakeBackPlan, takeBack } from './take-back.ts';

const wholeOrganization: Scope = {
  accounts: { org: true, ous: [], accounts: [], tags: [], excludeOus: [], excludeAccounts: [] },
  regions: { regions: null, excludeRegions: [] },
  source: 'default',
};

/**
 * `dhmc stackset remove`: deletes the stack sets. Roles and settings stay and belong to dhmc; with --reset they are
 * removed too.
 */
export async function remove(invocation: Invocation): Promise<ExitStatus> {
  const { options, terminal } = invocation;
  const { values } = options;
  const outputs = await openStackSetOutputs(values);
  requireConfirmation(values, terminal);
  const settings = settingsOf(values);
  const { name: prefix = 'dhmc', reset } = values;
  const purpose = purposeFor({ does: 'take-back', dryRun: values['dry-run'], reset });
  using session = await openSession({ invocation, purpose, scope: null, settings });
  const { cloud, messages, signal } = session;
  const access = await requireStackSets(cloud);
  const found = await findOwnSets(access, prefix);
  const records = await readRecords(values, cloud.organization);
  requireSameRole(found, settings);
  const { partition } = cloud;
  const plan = planTakeBack(found, records, { prefix, partition, settings });
  if (found.size === 0 && plan.cells.length === 0 && plan.roles.length === 0)
    throw new UsageError(
      `Nothing to remove: neither stack set ${prefix}-role nor ${prefix}-setting exists.`,
      'Name the prefix with which they were deployed: --name PREFIX.',
    );
  const sets = inOrder(found);
  const removal = { sets, ...plan, reset };
  messages.info(removalText(removal));
  const { names, active } = await listMembers(session);
  if (reset) await warnOfResets(session, sets, { names, active });
  const report = { session, outputs, action: 'remove', names } as const;
  const before = {
    notCovered: [],
    sets: reportedSets(found),
    operations: [],
    instances: reportedInstances(found, lookedAtNothing),
  };
  if (values['dry-run'])
    return await finishReport({ ...report, dryRun: true, run: null, ...before });
  const declined = await reportUnlessConfirmed({ ...report, ...before }, removalQuestion(removal));
  if (declined !== null) return declined;
  const run = await openRun(session, {
    action: 'stackset-remove',
    scope: wholeOrganization,
    settings,
    names,
    stackSets: { prefix, takeOver: false, pilot: null },
  });
  try {
    const { record } = run;
    await recordTakeBackPlan({ record, access }, found, records, plan);
    const removed = await takeDown(session, { access, sets, active, record, reset });
    const left = await findOwnSets(access, prefix);
    // If this removal is interrupted, the next one takes the rest back.
    const back = await unlessInterrupted(
      signal,
      () => takeBack(session, { left, plan, settings, record, names }),
      nothingBack,
    );
    const stopped = removed.stopped ?? (signal.aborted ? interrupted : null);
    await run.finish(stopped);
    return await finishReport({
      ...report,
      dryRun: false,
      run: session.runId,
      sets: reportedSets(left),
      operations: removed.operations,
      instances: sorted([...reportedInstances(left, lookedAtNothing), ...back.instances]),
      notCovered: back.notCovered,
      stopped,
    });
  } finally {
    await run.close();
  }
}

const interrupted = {
  message: 'Interrupted before every cell and role was taken back.',
  hint: 'Run `dhmc stackset remove` again to continue.',
};

/** Stack sets of settings first: a setting must not name a role that no longer exists. */
const inOrder = (found: ReadonlyMap<string, FoundSet>): readonly FoundSet[] => [
  ...[...found.values()].filter(({ set }) => kindOfSet(set) !== 'role'),
  ...[...found.values()].filter(({ set }) => kindOfSet(set) === 'role'),
];

interface Members {
  readonly names: Map<string, string>;
  /** Ids of the active accounts. */
  readonly active: ReadonlySet<string>;
}

async function listMembers({ cloud }: CommandSession): Promise<Members> {
  const names = new Map<string, string>();
  const active = new Set<string>();
  for await (const { id, name, state } of cloud.accounts(wholeOrganization.accounts)) {
    names.set(id, name);
    if (state === 'ACTIVE') active.add(id);
  }
  return { names, active };
}

/** Warns as `disable` does: which instances may lose their connection, and what would turn DHMC on again. */
async function warnOfResets(
  { cloud, settings: { dhmcRole, concurrency }, signal, messages }: CommandSession,
  sets: readonly FoundSet[],
  { names, active }: Members,
): Promise<void> {
  const cells = new Map<string, string[]>();
  for (const { account, region } of cellsOfSets(sets, 'setting'))
    if (active.has(account)) cells.set(account, [...(cells.get(account) ?? []), region]);
  const warnings = await assessCells({ cloud, cells, names, dhmcRole, concurrency, signal });
  for (const warning of warnings) messages.warn(`Warning: ${shown(warning)}`);
  if (warnings.length > 0) messages.info('');
}

async function takeDown(
  session: CommandSession,
  {
    access,
    sets,
    active,
    record,
    reset,
  }: {
    readonly access: StackSetsAccess;
    readonly sets: readonly FoundSet[];
    readonly active: ReadonlySet<string>;
    readonly record: RecordEvent;
    readonly reset: boolean;
  },
): Promise<Removed> {
  const { cloud, messages, signal, runId, invocation } = session;
  const { values } = invocation.options;
  const roots = await cloud.units([]);
  return removeStackSets({
    access,
    clock,
    record,
    signal,
    wait: true,
    runId,
    sets,
    roots: roots.map(({ id }) => id),
    reset,
    active,
    maxConcurrent: values['max-concurrent'] ?? '100%',
    failureTolerance: values['failure-tolerance'] ?? '0',
    onProgress: showOperation(messages),
    onBusy: showBusy(messages),
    onStep: (text) => messages.info(text),
  });
}
