import { CommandError } from '../../core/model/errors.ts';
import { purposeFor } from '../../core/planning/purpose.ts';
import type { FoundSet } from '../../core/stack-sets/deployment.ts';
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
import { finishReport, openStackSetOutputs } from './report.ts';

/** `dhmc stackset status`: compares what the stack sets say with what is there. */
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

/** Lets CloudFormation compare every set, one after the other. */
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
