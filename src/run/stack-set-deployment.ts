/**
 * Carries out a deployment step by step. Each call is on record, and each wave starts only after the previous one
 * succeeded.
 */
import type { Problem } from '../core/model/model.ts';
import {
  callOf,
  type CreateSetStep,
  type Deployment,
  type DeploymentStep,
  type DeployStep,
} from '../core/stack-sets/deployment.ts';
import type { ReportedOperation } from '../core/stack-sets/report.ts';
import type { OperationResult } from '../core/stack-sets/stack-sets.ts';
import type { NewStackSet } from './stack-sets-access.ts';
import { aboutSet, runCall, type CallOutcome, type StackSetRun } from './stack-set-operation.ts';

/** The contents of a stack set, without its name and its dependencies. */
export type SetContents = Pick<NewStackSet, 'description' | 'template' | 'tags' | 'needsNamedIam'>;

export interface DeploymentOptions extends StackSetRun {
  readonly runId: string;
  readonly deployment: Deployment;
  readonly contents: (of: 'role' | 'setting') => SetContents;
  readonly onStep: (step: DeploymentStep) => void;
}

export interface Deployed {
  readonly operations: readonly ReportedOperation[];
  /** By stack set: instances that an operation did not finish. */
  readonly unfinished: ReadonlyMap<string, readonly OperationResult[]>;
  /** Why it ended before everything was done; null if it did not. */
  readonly stopped: { readonly message: string; readonly hint: string } | null;
}

const again =
  'Fix what is reported, and run the same command again: it continues where this one stopped.';

export async function deployStackSets(options: DeploymentOptions): Promise<Deployed> {
  const { deployment, signal, runId } = options;
  const operations: ReportedOperation[] = [];
  const unfinished = new Map<string, OperationResult[]>();
  let count = 0;
  let settingsAreTaken = true;
  const end = (stopped: Deployed['stopped']): Deployed => ({ operations, unfinished, stopped });
  const add = (step: DeploymentStep, id: string | null, outcome: CallOutcome): void => {
    operations.push({
      id,
      call: callOf(step),
      set: step.set,
      status: outcome.status,
      failed: outcome.failed,
      problem: outcome.problem,
    });
    unfinished.set(step.set, [...(unfinished.get(step.set) ?? []), ...outcome.unfinished]);
  };

  const groups = inGroups(deployment.steps);
  for (const [index, group] of groups.entries()) {
    if (signal.aborted) return end(interrupted);
    const [first] = group;
    if (first === undefined) continue;
    if (first.kind === 'create-set') {
      options.onStep(first);
      const outcome = await createSet(options, first);
      add(first, null, outcome);
      if (outcome.problem !== null) return end(refusedCall(first.set, outcome.problem));
      continue;
    }
    if (!settingsAreTaken && (first.why === 'wave' || first.why === 'pilot-cell')) continue;
    const isLast = index === groups.length - 1;
    const ended = await Promise.all(
      group.map(async (step) => {
        if (step.kind !== 'deploy') throw new Error('A group of several steps deploys.');
        options.onStep(step);
        count += 1;
        const id = `dhmc-${runId}-${String(count)}`;
        const wait = options.wait || !isLast;
        const carryOut = step.why === 'take-out' ? takeOut : deploy;
        return { step, id, outcome: await carryOut({ ...options, wait }, step, id) };
      }),
    );
    for (const { step, id, outcome } of ended) add(step, id, outcome);
    if (first.why === 'pilot-cell' && ended.some(({ outcome }) => isAlreadyExists(outcome))) {
      settingsAreTaken = false;
      for (const { step } of ended) {
        count += 1;
        const id = `dhmc-${runId}-${String(count)}`;
        add({ ...step, why: 'take-out' }, id, await takeOut(options, step, id));
      }
      continue;
    }
    const stop = reasonToStop(ended, first.why);
    if (stop !== null) return end(stop);
  }
  if (!settingsAreTaken) {
    for (const step of deployment.targetsAlone) {
      options.onStep(step);
      count += 1;
      const id = `dhmc-${runId}-${String(count)}`;
      add(step, id, await deploy({ ...options, wait: true }, step, id));
    }
    return end({
      message:
        'CloudFormation refuses settings that are customized already (AlreadyExists): no cell was transferred.',
      hint: 'The cells stay with dhmc, which is recommended: new accounts are covered anyway. To give one to the stack set, reset it first with `dhmc disable`; it is off until the stack set has it.',
    });
  }
  return end(signal.aborted ? interrupted : null);
}

const interrupted = {
  message: 'Interrupted: operations that were started continue in AWS.',
  hint: 'Run the same command again: it finds them and continues.',
};

const refusedCall = (set: string, { message, hint }: Problem): Deployed['stopped'] => ({
  message: `${set}: ${message}`,
  hint: hint === '' ? again : hint,
});

/** Groups the steps that run at the same time: those of one wave, or of one call that had to be split. */
function inGroups(steps: readonly DeploymentStep[]): readonly (readonly DeploymentStep[])[] {
  const groups: DeploymentStep[][] = [];
  const keyOf = (step: DeploymentStep): string =>
    step.kind === 'create-set'
      ? `create ${step.set}`
      : `${step.set} ${step.why} ${String(step.wave)}`;
  let key = '';
  for (const step of steps) {
    const group = groups.at(-1);
    if (group !== undefined && keyOf(step) === key) group.push(step);
    else groups.push([step]);
    key = keyOf(step);
  }
  return groups;
}

async function createSet(options: DeploymentOptions, step: CreateSetStep): Promise<CallOutcome> {
  const { access, runId, contents } = options;
  const dependsOn: string[] = [];
  for (const name of step.dependsOn) {
    const reading = await access.set(name);
    if (!reading.known)
      return { status: 'refused', failed: 0, unfinished: [], problem: reading.problem };
    if (reading.value !== null) dependsOn.push(reading.value.arn);
  }
  return runCall(options, aboutSet('CreateStackSet', step.set), () =>
    access.createSet({
      name: step.set,
      ...contents(step.of),
      autoDeployment: { enabled: true, retainStacks: true, dependsOn },
      token: `dhmc-${runId}-${step.set}`,
    }),
  );
}

async function deploy(
  options: DeploymentOptions,
  step: DeployStep,
  operation: string,
): Promise<CallOutcome> {
  const { access, record, clock } = options;
  const { set, units, accounts, accountFilter, regions, preferences, value, cells } = step;
  const { takesOver } = step;
  const targets = { units, accounts, accountFilter, regions };
  const plan = {
    call: 'CreateStackInstances' as const,
    set,
    operation,
    cells: cells.length,
    takesOver,
    ...targets,
  };
  const outcome = await runCall(options, plan, () =>
    access.createInstances({
      set,
      operation,
      ...targets,
      preferences,
      overrides: value === null ? {} : { Role: value },
    }),
  );
  if (step.of === 'role') return outcome;
  if (!['SUCCEEDED', 'FAILED'].includes(outcome.status)) return outcome;
  const reading = await access.set(set);
  if (!reading.known || reading.value === null || outcome.problem !== null) return outcome;
  const left = new Set(outcome.unfinished.map(({ account, region }) => `${account} ${region}`));
  for (const { account, region } of cells) {
    if (left.has(`${account} ${region}`)) continue;
    await record({
      type: 'cell-handed-over',
      at: new Date(clock.now()).toISOString(),
      target: { kind: 'setting', account, region },
      stackSet: reading.value.arn,
      operation,
      ...(typeof outcome.endedAt === 'string' ? { endedAt: outcome.endedAt } : {}),
    });
  }
  return outcome;
}

const isAlreadyExists = ({ unfinished }: CallOutcome): boolean =>
  unfinished.some(({ reason }) => /already exists|AlreadyExists/.test(reason ?? ''));

/** Removes instances that could not be created. Their accounts contain nothing of them. */
async function takeOut(
  options: DeploymentOptions,
  step: DeployStep,
  operation: string,
): Promise<CallOutcome> {
  const { set, units, accounts, accountFilter, regions, preferences } = step;
  const targets = { units, accounts, accountFilter, regions };
  const plan = {
    call: 'DeleteStackInstances' as const,
    set,
    operation,
    cells: step.cells.length,
    ...targets,
  };
  return runCall({ ...options, wait: true }, plan, () =>
    options.access.deleteInstances({
      set,
      operation,
      ...targets,
      preferences,
      retainStacks: false,
    }),
  );
}

/** Why nothing more is begun after these calls; null if they succeeded. */
function reasonToStop(
  ended: readonly { readonly step: DeploymentStep; readonly outcome: CallOutcome }[],
  why: DeployStep['why'],
): Deployed['stopped'] {
  for (const { step, outcome } of ended) {
    const { status, problem, failed } = outcome;
    if (status === 'refused' && problem !== null) return refusedCall(step.set, problem);
    if (problem?.code === 'interrupted') return interrupted;
    if (problem !== null) return refusedCall(step.set, problem);
    if (status === 'STOPPED' || (status === 'FAILED' && why !== 'retry'))
      return {
        message: `The operation of ${step.set} ${status === 'STOPPED' ? 'was stopped' : 'failed'}: ${String(failed)} stack ${failed === 1 ? 'instance' : 'instances'} failed.`,
        hint: again,
      };
    if (failed > 0 && (why === 'pilot' || why === 'pilot-cell'))
      return { message: `The pilot failed in ${step.set}.`, hint: again };
  }
  return null;
}
