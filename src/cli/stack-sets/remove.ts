import { UsageError } from '../../core/model/errors.ts';
import { plural } from '../../core/model/counted.ts';
import { purposeFor } from '../../core/planning/purpose.ts';
import type { RecordEvent } from '../../core/record/events.ts';
import type { Scope } from '../../core/model/scope.ts';
import type { FoundSet } from '../../core/stack-sets/deployment.ts';
import { inOrder as sorted } from '../../core/stack-sets/report.ts';
import { onDeletion } from '../../core/stack-sets/retention.ts';
import { kindOfSet, managedByStackSet, managedByTag } from '../../core/stack-sets/stack-sets.ts';
import { removeStackSets, type Removed } from '../../run/stack-set-removal.ts';
import type { StackSetsAccess } from '../../run/stack-sets-access.ts';
import type { Invocation } from '../args/command.ts';
import { settingsOf } from '../args/run-settings.ts';
import type { ExitStatus } from '../exit.ts';
import { requireConfirmation } from '../rollout/confirm.ts';
import { clock } from '../session/clock.ts';
import { openSession, type CommandSession } from '../session/session.ts';
import { findOwnSets, requireStackSets, requireSameRole } from './access.ts';
import { openRun } from './journal.ts';
import { lookedAtNothing, reportedInstances, reportedSets } from './outcome.ts';
import { showBusy, showOperation } from './progress.ts';
import { readRecords } from './records.ts';
import { finishReport, openStackSetOutputs, reportUnlessConfirmed } from './report.ts';
import { planTakeBack, recordTakeBackPlan, takeBack, type TakeBackPlan } from './take-back.ts';

const wholeOrganization: Scope = {
  accounts: { org: true, ous: [], accounts: [], tags: [], excludeOus: [], excludeAccounts: [] },
  regions: { regions: null, excludeRegions: [] },
  source: 'default',
};

/** `dhmc stackset remove`: the stack sets go, role and settings stay and are dhmc's; with --reset these go too. */
export async function remove(invocation: Invocation): Promise<ExitStatus> {
  const { options, terminal } = invocation;
  const { values } = options;
  const outputs = await openStackSetOutputs(values);
  requireConfirmation(values, terminal);
  const settings = settingsOf(values);
  const prefix = values.name ?? 'dhmc';
  const { reset } = values;
  const purpose = purposeFor({ does: 'take-back', dryRun: values['dry-run'] });
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
  messages.info(removalText(found, plan, reset));
  const names = new Map<string, string>();
  const report = { session, outputs, action: 'remove', names } as const;
  const before = {
    notCovered: [],
    sets: reportedSets(found),
    operations: [],
    instances: reportedInstances(found, lookedAtNothing),
  };
  if (values['dry-run']) {
    for await (const { id, name } of cloud.accounts(wholeOrganization.accounts))
      names.set(id, name);
    return await finishReport({ ...report, dryRun: true, run: null, ...before });
  }
  const declined = await reportUnlessConfirmed(
    { ...report, ...before },
    question(found, plan, reset),
  );
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
    const removed = await takeDown(session, { access, found, record, reset });
    const left = await findOwnSets(access, prefix);
    // What an interrupted removal does not get to, the next one does.
    const back = signal.aborted
      ? { instances: [], notCovered: [] }
      : await takeBack(session, { left, plan: plan, settings, record, names });
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

const rolesInWords = ({ roles }: TakeBackPlan): string => plural(roles.length, 'role');

function question(
  found: ReadonlyMap<string, FoundSet>,
  plan: TakeBackPlan,
  reset: boolean,
): string {
  if (reset) return 'Reset the settings, remove the roles and delete the stack sets? [y/N] ';
  const tags = plan.roles.length === 0 ? '' : `tag ${rolesInWords(plan)} as dhmc's`;
  if (found.size === 0)
    return tags === ''
      ? "Record the cells as dhmc's? [y/N] "
      : `Record the cells as dhmc's, and ${tags}? [y/N] `;
  return tags === ''
    ? 'Delete the stack sets, and keep roles and settings? [y/N] '
    : `Delete the stack sets, keep roles and settings, and ${tags}? [y/N] `;
}

/** The order of the removal, and what is proven before anything is deleted. */
function removalText(
  found: ReadonlyMap<string, FoundSet>,
  plan: TakeBackPlan,
  reset: boolean,
): string {
  const sets = inOrder(found);
  const names = sets.map(({ set }) => set.name);
  const settings = sets.filter(({ set }) => kindOfSet(set) !== 'role').map(({ set }) => set.name);
  const roles = sets.filter(({ set }) => kindOfSet(set) === 'role').map(({ set }) => set.name);
  const list = (some: readonly string[]): string => (some.length === 0 ? 'none' : some.join(', '));
  const accounts = new Set(plan.roles.map(({ account }) => account)).size;
  const lastSteps = [
    `Read ${plural(plan.cells.length, 'cell')}, and record ${plan.cells.length === 1 ? 'it' : 'them'} as dhmc's`,
    ...(plan.roles.length === 0
      ? []
      : [
          `TagRole ${managedByTag}=dhmc, with the access role of ${plural(accounts, 'account')}: ${reset ? 'whatever remains of ' : ''}${plan.roles.length === 1 ? 'the role' : `the ${rolesInWords(plan)}`} that the stack sets created, if still tagged ${managedByTag}=${managedByStackSet}`,
        ]),
  ];
  if (sets.length === 0)
    return [
      'The stack sets are gone. This completes an earlier removal.',
      ...lastSteps.map((text, index) => `   ${String(index + 1)}. ${text}`),
      '\n',
    ].join('\n');
  return [
    ...sets.map(
      ({ set, instances }) =>
        `${set.name}: ${plural(instances.length, 'stack instance')}; with its current template, deleting a stack ${onDeletion(set.template) === 'kept' ? 'keeps' : 'does not keep'} what it created`,
    ),
    `   1. UpdateStackSet ${list(names)}: automatic deployment off${reset ? '; settings are reset when their stacks are deleted' : ''}; all stacks must be current before anything is deleted`,
    `   2. DeleteStackInstances and DeleteStackSet ${list(settings)}${reset ? ": the settings go back to AWS's default" : ': the settings stay'}`,
    `   3. DeleteStackInstances and DeleteStackSet ${list(roles)}${reset ? ": the roles that it created are deleted; roles of dhmc's runs stay" : ': the roles stay'}`,
    ...lastSteps.map((text, index) => `   ${String(index + 4)}. ${text}`),
    '\n',
  ].join('\n');
}

/** Setting sets first: no setting may name a role that is gone. */
const inOrder = (found: ReadonlyMap<string, FoundSet>): readonly FoundSet[] => [
  ...[...found.values()].filter(({ set }) => kindOfSet(set) !== 'role'),
  ...[...found.values()].filter(({ set }) => kindOfSet(set) === 'role'),
];

async function takeDown(
  session: CommandSession,
  {
    access,
    found,
    record,
    reset,
  }: {
    readonly access: StackSetsAccess;
    readonly found: ReadonlyMap<string, FoundSet>;
    readonly record: RecordEvent;
    readonly reset: boolean;
  },
): Promise<Removed> {
  const { cloud, messages, signal, runId, invocation } = session;
  const { values } = invocation.options;
  const roots = await cloud.units([]);
  const active = new Set<string>();
  for await (const { id, state } of cloud.accounts(wholeOrganization.accounts))
    if (state === 'ACTIVE') active.add(id);
  return removeStackSets({
    access,
    clock,
    record,
    signal,
    wait: true,
    runId,
    sets: inOrder(found),
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
