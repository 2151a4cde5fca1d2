import { UsageError } from '../../core/model/errors.ts';
import { plural } from '../../core/model/counted.ts';
import { purposeFor } from '../../core/planning/purpose.ts';
import type { RecordEvent } from '../../core/record/events.ts';
import { callOf, planDeployment, type Deployment } from '../../core/stack-sets/deployment.ts';
import { nameAndId, type AccountNames } from '../../core/model/account-names.ts';
import { deployStackSets, type Deployed } from '../../run/stack-set-deployment.ts';
import type { StackSetsAccess } from '../../run/stack-sets-access.ts';
import type { Invocation } from '../args/command.ts';
import { followUpCommand } from '../args/command-line.ts';
import { settingsOf } from '../args/run-settings.ts';
import { scopeOf } from '../args/scope.ts';
import type { ExitStatus } from '../exit.ts';
import { requireConfirmation } from '../rollout/confirm.ts';
import { clock } from '../session/clock.ts';
import { openSession, type CommandSession } from '../session/session.ts';
import { findOwnSets, requireStackSets } from './access.ts';
import { contentsOf } from './contents.ts';
import { gather, type Gathered } from './input/deploy-input.ts';
import { currentCells, recordHandOvers } from './hand-overs.ts';
import { openRun } from './journal.ts';
import {
  lookedAtNothing,
  readDeployedCells,
  reportedInstances,
  reportedSets,
  unlessInterrupted,
} from './outcome.ts';
import { planText, questionOf, undoText } from './plan-text.ts';
import { readRecords } from './records.ts';
import {
  finishReport,
  openStackSetOutputs,
  reportUnlessConfirmed,
  type StackSetOutputs,
} from './report.ts';
import { showBusy, showOperation } from './progress.ts';
import { shown } from '../terminal/terminal.ts';

/**
 * `dhmc stackset deploy`: creates stack sets for new accounts; with --take-over, also for settings that dhmc enabled.
 */
export async function deploy(invocation: Invocation): Promise<ExitStatus> {
  const { options, terminal } = invocation;
  const { values } = options;
  const scope = scopeOf(options, 'refuse');
  const outputs = await openStackSetOutputs(values);
  const takeOver = values['take-over'];
  const pilot = values.pilot ?? null;
  if (!takeOver && pilot === null)
    throw new UsageError(
      'No pilot given: CloudFormation makes an organizational unit a target only with a deployment to an account in it.',
      "With --pilot, name an account of the target that is at AWS's default and has no DHMC role; or add --take-over to transfer what dhmc enabled.",
    );
  requireConfirmation(values, terminal);
  const settings = settingsOf(values);
  const prefix = values.name ?? 'dhmc';

  const purpose = purposeFor({ does: 'status' });
  using session = await openSession({
    invocation,
    purpose,
    scope,
    settings,
    scopeDefaults: { regions: 'the regions that every account has from the start' },
  });
  const { cloud, messages } = session;
  const access = await requireStackSets(cloud);
  const records = await readRecords(values, cloud.organization);
  const gathered = await gather(session, {
    access,
    scope,
    settings,
    prefix,
    pilot,
    takeOver,
    maxConcurrent: values['max-concurrent'] ?? null,
    records,
  });
  const deployment = planDeployment(gathered.input);
  requireWork(gathered, takeOver);
  const report = {
    session,
    outputs,
    action: 'deploy',
    notCovered: gathered.notCovered,
    names: gathered.names,
  } as const;
  messages.info(planText(deployment, { ...gathered, takeOver }));
  for (const note of gathered.notes) messages.warn(note);
  if (values['dry-run'])
    return await finishReport({
      ...report,
      dryRun: true,
      run: null,
      ...planned(deployment, gathered),
    });
  if (deployment.steps.length === 0 && gathered.unrecorded.length === 0) {
    messages.info('Everything is deployed already.\n\n');
    return await reportWhatIsThere({ ...report, access, gathered, deployment, settings, prefix });
  }
  const declined = await reportUnlessConfirmed(
    { ...report, ...planned(deployment, gathered) },
    questionOf(deployment),
  );
  if (declined !== null) return declined;
  const run = await openRun(session, {
    action: 'stackset-deploy',
    scope,
    settings,
    names: gathered.names,
    stackSets: { prefix, takeOver, pilot: gathered.input.pilot },
  });
  try {
    const deployed = await runSteps(session, {
      access,
      deployment,
      gathered,
      record: run.record,
      settings,
      wait: !values['no-wait'],
    });
    return await reportWhatIsThere({
      ...report,
      access,
      gathered,
      deployment,
      settings,
      prefix,
      deployed,
      run,
    });
  } finally {
    await run.close();
  }
}

/** Throws `UsageError` if nothing can be handed over: that must not count as a success. */
function requireWork({ input, notCovered, names }: Gathered, takeOver: boolean): void {
  if (!takeOver || input.cells.length > 0 || input.found.size > 0) return;
  throw new UsageError(
    `No cell can be transferred: the target has none that dhmc enabled and nobody has changed since.${reasonOf(notCovered, names)}`,
    'Run `dhmc enable` first, or deploy for new accounts alone: --pilot instead of --take-over.',
  );
}

const reasonOf = (notCovered: Gathered['notCovered'], names: AccountNames): string => {
  const first = notCovered.find(({ cells }) => cells !== null);
  if (first === undefined) return '';
  const { account, region, reason } = first;
  const named = account === null ? null : nameAndId(account, names);
  return ` For example ${[named, region].filter((part) => part !== null).join(' ')}: ${reason}`;
};

interface CarryOut {
  readonly access: StackSetsAccess;
  readonly deployment: Deployment;
  readonly gathered: Gathered;
  readonly record: RecordEvent;
  readonly settings: ReturnType<typeof settingsOf>;
  readonly wait: boolean;
}

async function runSteps(
  session: CommandSession,
  { access, deployment, gathered, record, settings, wait }: CarryOut,
): Promise<Deployed> {
  const { cloud, messages, signal, runId } = session;
  await recordHandOvers(record, access, gathered.unrecorded);
  return deployStackSets({
    access,
    clock,
    record,
    signal,
    wait,
    runId,
    deployment,
    contents: contentsOf(settings, cloud.partition),
    onProgress: showOperation(messages),
    onBusy: showBusy(messages),
    onStep: (step) =>
      messages.info(
        step.kind === 'create-set'
          ? `${step.set}: creating the stack set`
          : `${step.set}: ${step.why === 'take-out' ? 'taking out' : 'creating'} ${plural(step.cells.length, 'stack instance')}`,
      ),
  });
}

const planned = (
  { steps, roleSet, settingSets }: Deployment,
  { input, units }: Gathered,
): Pick<Parameters<typeof finishReport>[0], 'sets' | 'operations' | 'instances'> => ({
  sets: [{ name: roleSet, regions: [input.mainRegion] }, ...settingSets].map(
    ({ name, regions }) => ({
      name,
      arn: input.found.get(name)?.set.arn ?? null,
      targets: units.map(({ id }) => id),
      regions,
      autoDeployment: true,
    }),
  ),
  operations: steps.map((step) => ({
    id: null,
    call: callOf(step),
    set: step.set,
    status: 'planned' as const,
    failed: 0,
    problem: null,
  })),
  instances: steps.flatMap((step) =>
    step.kind === 'create-set' || step.why === 'take-out'
      ? []
      : step.cells.map(({ account, region }) => ({
          set: step.set,
          account,
          region,
          status: 'PLANNED',
          detailedStatus: null,
          drift: null,
          cell: null,
          problem: null,
        })),
  ),
});

async function reportWhatIsThere(of: {
  readonly session: CommandSession;
  readonly outputs: StackSetOutputs;
  readonly action: 'deploy';
  readonly notCovered: Gathered['notCovered'];
  readonly names: Gathered['names'];
  readonly access: StackSetsAccess;
  readonly gathered: Gathered;
  readonly deployment: Deployment;
  readonly settings: ReturnType<typeof settingsOf>;
  readonly prefix: string;
  readonly deployed?: Deployed;
  readonly run?: Awaited<ReturnType<typeof openRun>>;
}): Promise<ExitStatus> {
  const { session, access, deployment, settings, prefix, deployed, run } = of;
  const found = await findOwnSets(access, prefix);
  const cells = deployment.steps.flatMap((step) => (step.kind === 'deploy' ? step.cells : []));
  // Current instances belong to the stack sets now, even if another command saw their operation end.
  if (run !== undefined)
    await recordHandOvers(
      run.record,
      access,
      currentCells(found).filter(
        ({ account, region }) => !run.handedOver.has(`${account} ${region}`),
      ),
    );
  const states = await unlessInterrupted(
    session.signal,
    () =>
      readDeployedCells(session, [...new Set(cells.map(({ account }) => account))], {
        found,
        settings,
        names: of.names,
        regions: of.gathered.input.regions,
      }),
    lookedAtNothing,
  );
  await run?.finish(deployed?.stopped ?? null);
  const status = await finishReport({
    session,
    outputs: of.outputs,
    action: 'deploy',
    notCovered: of.notCovered,
    names: of.names,
    dryRun: false,
    run: run === undefined ? null : session.runId,
    sets: reportedSets(found),
    operations: deployed?.operations ?? [],
    instances: reportedInstances(found, states),
    stopped: deployed?.stopped ?? null,
  });
  if (run !== undefined) {
    const { given } = session.invocation;
    const next = (...words: readonly string[]): string =>
      shown(
        followUpCommand(
          ['stackset', ...words, ...(prefix === 'dhmc' ? [] : ['--name', prefix])],
          given,
        ),
      );
    session.messages.info(
      [`Follow with: ${next('status')}`, ...undoText(deployment, next)].join('\n'),
    );
  }
  return status;
}
