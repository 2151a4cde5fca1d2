import { CommandError, UsageError } from '../../core/model/errors.ts';
import { purposeFor } from '../../core/planning/purpose.ts';
import type { FoundSet } from '../../core/stack-sets/deployment.ts';
import { unfinishedRemoval } from '../../core/stack-sets/taken-back.ts';
import { follow } from '../../run/stack-set-operation.ts';
import type { StackSetsAccess } from '../../run/stack-sets-access.ts';
import type { Invocation } from '../args/command.ts';
import { settingsOf } from '../args/run-settings.ts';
import type { ExitStatus } from '../exit.ts';
import { clock } from '../session/clock.ts';
import { openSession, type CommandSession } from '../session/session.ts';
import { findOwnSets, requireStackSets, requireSameRole, valueOf } from './access.ts';
import { readCells, reportedInstances, reportedSets, type Drifts } from './outcome.ts';
import { showOperation } from './progress.ts';
import { readRecords } from './records.ts';
import { finishReport, openStackSetOutputs } from './report.ts';
import { planTakeBack } from './take-back.ts';
import { followUpCommand } from '../args/command-line.ts';
import { shown } from '../terminal/terminal.ts';

/** `dhmc stackset status`: compares what the stack sets say with the actual state of the cells. */
export async function status(invocation: Invocation): Promise<ExitStatus> {
  const { values } = invocation.options;
  const outputs = await openStackSetOutputs(values);
  const settings = settingsOf(values);
  const prefix = values.name ?? 'dhmc';
  const purpose = purposeFor({ does: 'status' });
  using session = await openSession({ invocation, purpose, scope: null, settings });
  const access = await requireStackSets(session.cloud);
  let found = await findOwnSets(access, prefix);
  requireSameRole(found, settings);
  const drifts = values.drift ? await detectDrift(session, access, found) : undefined;
  if (values.drift) found = await findOwnSets(access, prefix);
  const instances = [...found.values()].flatMap((each) => each.instances);
  const names = new Map<string, string>();
  const states = await readCells(session, [...new Set(instances.map(({ account }) => account))], {
    settings,
    names,
    regions: [...new Set(instances.map(({ region }) => region))].sort(),
  });
  if (found.size === 0)
    session.messages.info(
      `No stack sets found: neither ${prefix}-role nor ${prefix}-setting exists.`,
    );
  const unfinished = unfinishedRemoval({
    sets: [...found.values()].map(({ set }) => set),
    ...(found.size > 0 ? { cells: 0, roles: 0 } : await leftOnRecord(session, prefix)),
  });
  const again = ['stackset', 'remove', ...(prefix === 'dhmc' ? [] : ['--name', prefix])];
  if (unfinished !== null)
    session.messages.info(
      `${shown(unfinished)} To continue it: ${shown(followUpCommand(again, invocation.given))} (with --reset, if it was begun with it)\n`,
    );
  return await finishReport({
    session,
    outputs,
    action: 'status',
    names,
    dryRun: false,
    run: null,
    sets: reportedSets(found),
    operations: [],
    instances: reportedInstances(found, states, drifts),
    notCovered: [],
    check: values.check,
  });
}

/**
 * What the journals still count as owned by stack sets that no longer exist. Damaged journals are ignored here;
 * `remove` reports them.
 */
async function leftOnRecord(
  { cloud, invocation, settings }: CommandSession,
  prefix: string,
): Promise<{ readonly cells: number; readonly roles: number }> {
  try {
    const records = await readRecords(invocation.options.values, cloud.organization);
    const { partition } = cloud;
    const { cells, roles } = planTakeBack(new Map(), records, { prefix, partition, settings });
    return { cells: cells.length, roles: roles.length };
  } catch (error) {
    if (error instanceof UsageError) return { cells: 0, roles: 0 };
    throw error;
  }
}

/** Lets CloudFormation detect drift in each stack set, one after another. */
async function detectDrift(
  session: CommandSession,
  access: StackSetsAccess,
  found: ReadonlyMap<string, FoundSet>,
): Promise<Drifts> {
  const { messages, signal, runId } = session;
  const differences = new Map<string, string>();
  const unread = new Map<string, string>();
  for (const [name, { instances }] of found) {
    if (instances.every(({ stack }) => stack === null)) continue;
    const operation = `dhmc-${runId}-drift-${name}`;
    messages.info(`${name}: detecting drift`);
    const written = await access.detectDrift(name, operation, {
      regions: 'at once',
      maxConcurrent: '100%',
      failureTolerance: '100%',
    });
    if (!written.ok) throw new CommandError(written.problem);
    const { problem, unfinished } = await follow(
      {
        access,
        clock,
        record: () => Promise.resolve(),
        signal,
        wait: true,
        onProgress: showOperation(messages),
      },
      name,
      operation,
      Infinity,
    );
    signal.throwIfAborted();
    if (problem !== null) throw new CommandError(problem);
    for (const { account, region, status: result, reason } of unfinished)
      unread.set(`${name} ${account} ${region}`, reason ?? result);
    for await (const page of access.instances(name))
      for (const { account, region, drift } of valueOf(page)) {
        if (drift !== 'DRIFTED') continue;
        const texts = valueOf(await access.drifts(name, operation, { account, region }));
        differences.set(`${name} ${account} ${region}`, texts.join('; '));
      }
  }
  return { differences, unread };
}
