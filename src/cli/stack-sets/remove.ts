import { UsageError } from '../../core/model/errors.ts';
import { purposeFor } from '../../core/planning/purpose.ts';
import type { RecordEvent, RunSettings } from '../../core/record/events.ts';
import type { Scope } from '../../core/model/scope.ts';
import type { FoundSet } from '../../core/stack-sets/deployment.ts';
import { onDeletion } from '../../core/stack-sets/retention.ts';
import { kindOfSet } from '../../core/stack-sets/stack-sets.ts';
import type { Records } from '../../core/stack-sets/take-over.ts';
import { removeStackSets, type Removed } from '../../run/stack-set-removal.ts';
import type { StackSetsAccess } from '../../run/stack-sets-access.ts';
import type { Invocation } from '../args/command.ts';
import { settingsOf } from '../args/run-settings.ts';
import type { ExitStatus } from '../exit.ts';
import { requireConfirmation } from '../rollout/confirm.ts';
import { clock, timestamp } from '../session/clock.ts';
import { openSession, type CommandSession } from '../session/session.ts';
import { findOwnSets, openStackSets } from './access.ts';
import { openRun } from './journal.ts';
import { cellKey, readCells, reportedInstances, reportedSets } from './outcome.ts';
import { sayOperation } from './progress.ts';
import { readRecords } from './records.ts';
import { finishReport, openStackSetOutputs } from './report.ts';

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
  const purpose = purposeFor({ does: 'status' });
  using session = await openSession({ invocation, purpose, scope: null, settings });
  const { cloud, messages, signal, whilePrompting } = session;
  const access = await openStackSets(cloud);
  const found = await findOwnSets(access, prefix);
  const records = await readRecords(values, cloud.organization);
  const cells = cellsToTakeBack(found, records, prefix);
  if (found.size === 0 && cells.size === 0)
    throw new UsageError(
      `There are no stack sets ${prefix}-role or ${prefix}-setting to remove.`,
      'Name the prefix with which they were deployed: --name PREFIX.',
    );
  messages.say(removalText(found, reset));
  const report = { session, outputs, action: 'remove', notCovered: [] } as const;
  const before = {
    sets: reportedSets(found),
    operations: [],
    instances: reportedInstances(found, new Map()),
  };
  if (values['dry-run'])
    return await finishReport({ ...report, dryRun: true, run: null, ...before });
  if (!values.yes) {
    const answer = await whilePrompting(() =>
      terminal.ask(
        reset
          ? 'Reset the settings, remove the roles and delete the stack sets? [y/N] '
          : 'Delete the stack sets, and keep roles and settings? [y/N] ',
        signal,
      ),
    );
    if (!['y', 'yes'].includes((answer ?? '').trim().toLowerCase())) {
      messages.warn('Canceled; nothing was changed.');
      const stopped = {
        message: 'Canceled; nothing was changed.',
        hint: 'Run the command again and answer yes.',
      };
      return await finishReport({ ...report, dryRun: false, run: null, stopped, ...before });
    }
  }
  const run = await openRun(session, {
    action: 'stackset-remove',
    scope: wholeOrganization,
    settings,
    stackSets: { prefix, takeOver: false, pilot: null },
  });
  try {
    const removed = await takeDown(session, { access, found, record: run.record, reset });
    const left = await findOwnSets(access, prefix);
    await takeBack(session, { left, cells, settings, record: run.record });
    await run.finish(removed.stopped);
    return await finishReport({
      ...report,
      dryRun: false,
      run: session.runId,
      sets: reportedSets(left),
      operations: removed.operations,
      instances: reportedInstances(left, new Map()),
      stopped: removed.stopped,
    });
  } finally {
    await run.close();
  }
}

/** Cells that a set of ours has, or was given and nobody took back: by `account region`, the set's ARN. */
function cellsToTakeBack(
  found: ReadonlyMap<string, FoundSet>,
  { handOvers }: Records,
  prefix: string,
): ReadonlyMap<string, string> {
  const cells = new Map<string, string>();
  for (const { target, stackSet, to } of handOvers.values())
    if (to === 'stackset' && stackSet.includes(`:stackset/${prefix}-setting`))
      cells.set(cellKey(target.account, target.region ?? ''), stackSet);
  for (const { set, instances } of found.values())
    if (kindOfSet(set) !== 'role')
      for (const { account, region, stack } of instances)
        if (stack !== null) cells.set(cellKey(account, region), set.arn);
  return cells;
}

/** The order of the removal, and what is proven before anything is deleted. */
function removalText(found: ReadonlyMap<string, FoundSet>, reset: boolean): string {
  const sets = inOrder(found);
  const names = sets.map(({ set }) => set.name);
  const settings = sets.filter(({ set }) => kindOfSet(set) !== 'role').map(({ set }) => set.name);
  const roles = sets.filter(({ set }) => kindOfSet(set) === 'role').map(({ set }) => set.name);
  const list = (some: readonly string[]): string => (some.length === 0 ? 'none' : some.join(', '));
  return [
    ...sets.map(
      ({ set, instances }) =>
        `${set.name}: ${instances.length.toLocaleString('en')} stack instances; now, deleting a stack ${onDeletion(set.template) === 'kept' ? 'keeps what it made' : 'does not keep what it made'}`,
    ),
    `   1. UpdateStackSet ${list(names)}: automatic deployment off${reset ? '; settings are reset when their stacks are deleted' : ''}; every stack has to be current`,
    `   2. DeleteStackInstances and DeleteStackSet ${list(settings)}${reset ? ': the settings go back to AWS’s default' : ': the settings stay'}`,
    `   3. DeleteStackInstances and DeleteStackSet ${list(roles)}${reset ? ': the roles that it made are deleted; roles of dhmc’s runs stay' : ': the roles stay'}`,
    '',
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
    maxConcurrent: values['max-concurrent'] ?? '100%',
    failureTolerance: values['failure-tolerance'] ?? '0',
    onProgress: sayOperation(messages),
    onStep: (text) => messages.say(text),
  });
}

/** Reads every cell that no set has any more, and records that it is dhmc's. */
async function takeBack(
  session: CommandSession,
  {
    left,
    cells,
    settings,
    record,
  }: {
    readonly left: ReadonlyMap<string, FoundSet>;
    readonly cells: ReadonlyMap<string, string>;
    readonly settings: RunSettings;
    readonly record: RecordEvent;
  },
): Promise<void> {
  const still = new Set(
    [...left.values()].flatMap(({ set, instances }) =>
      kindOfSet(set) === 'role'
        ? []
        : instances.map(({ account, region }) => cellKey(account, region)),
    ),
  );
  const free = [...cells].filter(([key]) => !still.has(key));
  const places = free.map(([key, stackSet]) => {
    const [account = '', region = ''] = key.split(' ');
    return { key, account, region, stackSet };
  });
  const states = await readCells(session, [...new Set(places.map(({ account }) => account))], {
    settings,
    regions: [...new Set(places.map(({ region }) => region))].sort(),
  });
  for (const { key, account, region, stackSet } of places) {
    const there = states.get(key);
    await record({
      type: 'cell-taken-back',
      at: timestamp(),
      target: { kind: 'setting', account, region },
      stackSet,
      value: there?.value ?? null,
      state: there?.state ?? 'unknown',
    });
  }
}
