/**
 * One call that changes a stack set: recorded before it is sent, retried until its result is certain, and followed
 * until its operation ends.
 */
import type { Problem } from '../core/model/model.ts';
import type { RecordEvent, StackSetCall, StackSetCallEnded } from '../core/record/events.ts';
import {
  hasEnded,
  type DeploymentTargets,
  type OperationResult,
  type OperationStatus,
  type StackSetOperation,
} from '../core/stack-sets/stack-sets.ts';
import type { Clock } from './cloud.ts';
import type { StackSetsAccess, StackSetWrite } from './stack-sets-access.ts';
import { problemFor } from '../core/problems/hints.ts';
import { because } from '../core/problems/problems.ts';

export interface StackSetRun {
  readonly access: StackSetsAccess;
  readonly clock: Clock;
  readonly record: RecordEvent;
  readonly signal: AbortSignal;
  /** False: operations are started but not awaited. */
  readonly wait: boolean;
  readonly onProgress: (progress: OperationProgress) => void;
  /** Called before each wait for another operation that blocks the call. */
  readonly onBusy?: (set: string, why: Problem) => void;
}

export interface OperationProgress {
  readonly set: string;
  readonly operation: StackSetOperation;
  /** Results by status; null: not read, because there are too many. */
  readonly results: Readonly<Record<string, number>> | null;
}

/** What is recorded about a call. */
export interface CallPlan extends DeploymentTargets {
  readonly call: StackSetCall;
  readonly set: string;
  /** Null if the call starts no operation. */
  readonly operation: string | null;
  readonly regions: readonly string[];
  /** Whether every cell is still as a run of dhmc left it. */
  readonly takesOver?: boolean;
  /** How many stack instances the call concerns. If there are many, results are not counted while it runs. */
  readonly cells: number;
}

export interface CallOutcome {
  readonly status: StackSetCallEnded['status'];
  readonly failed: number;
  /** Instances that the operation did not finish, and why. */
  readonly unfinished: readonly OperationResult[];
  readonly problem: Problem | null;
  /** When the operation ended, by AWS's clock; null if there is none or AWS does not say. */
  readonly endedAt?: string | null;
}

const wholeSet = { units: [], accounts: [], accountFilter: 'NONE', regions: [] } as const;

/** The record of a call that concerns a whole stack set. */
export const aboutSet = (
  call: StackSetCall,
  set: string,
  operation: string | null = null,
  cells = 0,
): CallPlan => ({ call, set, operation, cells, ...wholeSet });

/** Milliseconds until an operation is read again: short at first, since most small operations end soon. */
const pauseAfter = (looks: number): number => Math.min(5_000, 150 * 1.5 ** looks);
/** Longest wait for another operation to end, in milliseconds. */
const busyLimitMs = 30 * 60_000;
const lostTries = 5;
/** With more stack instances than this, results are read only at the end. */
const maxCounted = 300;

/**
 * Sends the call and waits for the operation that it starts. Returns early, with what is known, if the signal is
 * aborted.
 */
export async function runCall(
  run: StackSetRun,
  plan: CallPlan,
  send: () => Promise<StackSetWrite>,
): Promise<CallOutcome> {
  const { clock, record } = run;
  const at = (): string => new Date(clock.now()).toISOString();
  const { call, set: stackSet, operation, units, accounts, accountFilter, regions } = plan;
  const { takesOver = false } = plan;
  const event = { call, stackSet, operation };
  await record({
    type: 'stack-set-call-begun',
    at: at(),
    ...event,
    units: [...units],
    accounts: [...accounts],
    accountFilter,
    regions: [...regions],
    ...(takesOver ? { takesOver } : {}),
  });
  const refusal = await certain(run, plan, send);
  const outcome: CallOutcome =
    refusal !== null
      ? { status: 'refused', failed: 0, unfinished: [], problem: refusal }
      : operation === null
        ? { status: 'done', failed: 0, unfinished: [], problem: null }
        : await follow(run, stackSet, operation, plan.cells);
  await record({
    type: 'stack-set-call-ended',
    at: at(),
    ...event,
    arn: null,
    status: outcome.status,
    failed: outcome.failed,
    problem: outcome.problem,
  });
  return outcome;
}

/** Sends the call until it is certain that AWS accepted it. Returns null, or why it was not accepted. */
async function certain(
  run: StackSetRun,
  plan: CallPlan,
  send: () => Promise<StackSetWrite>,
): Promise<Problem | null> {
  const { access, clock, signal } = run;
  const started = clock.now();
  for (let tries = 0; ; tries += 1) {
    const written = await send();
    if (written.ok) return null;
    const { kind, problem } = written;
    // If our operation id exists already, an earlier attempt of the same call was accepted.
    if (kind === 'exists')
      return plan.operation !== null && tries > 0 ? null : takenId(plan, problem);
    if (kind === 'gone' && plan.call === 'DeleteStackSet') return null;
    if (kind === 'lost' && tries < lostTries) {
      const { operation } = plan;
      const found = operation === null ? null : await access.operation(plan.set, operation);
      if (found?.known === true && found.value !== null) return null;
    } else if (kind !== 'busy') return problem;
    else if (clock.now() - started > busyLimitMs) return stillBusy(problem);
    else run.onBusy?.(plan.set, problem);
    if (signal.aborted) return interrupted(plan.set);
    await clock.sleep(pauseAfter(tries), signal);
  }
}

/** The operation id was used before by another operation. A new run chooses other ids. */
const takenId = ({ operation }: CallPlan, problem: Problem): Problem =>
  operation === null ? problem : because(problem, 'operation-id-taken', { operation });

const stillBusy = (problem: Problem): Problem => because(problem, 'operation-busy', {});

const interrupted = (set: string): Problem =>
  problemFor('call-interrupted', `Interrupted before the call for ${set} was accepted.`, { set });

/** How often to look for an operation that was accepted and does not show: about two minutes. */
const maxLooksForNothing = 30;

const notThere = (set: string, id: string): Problem =>
  problemFor(
    'operation-not-shown',
    `CloudFormation accepted the operation ${id} of ${set}, and does not show it.`,
    { set, id },
  );

/** Waits until the operation has ended or the signal is aborted. */
export async function follow(
  run: StackSetRun,
  set: string,
  id: string,
  cells: number,
): Promise<CallOutcome> {
  const { access, clock, signal, wait, onProgress } = run;
  for (let looks = 0; ; looks += 1) {
    const reading = await access.operation(set, id);
    if (!reading.known)
      return { status: 'RUNNING', failed: 0, unfinished: [], problem: reading.problem };
    const operation = reading.value;
    const status: OperationStatus = operation?.status ?? 'QUEUED';
    if (operation !== null && hasEnded(operation)) return endOf(access, set, operation);
    if (operation === null && looks >= maxLooksForNothing)
      return { status: 'RUNNING', failed: 0, unfinished: [], problem: notThere(set, id) };
    if (!wait || signal.aborted)
      return {
        status,
        failed: operation?.failed ?? 0,
        unfinished: [],
        problem: wait ? leftRunning(set, id) : null,
      };
    if (operation !== null)
      onProgress({ set, operation, results: await countsOf(access, set, id, cells) });
    await clock.sleep(pauseAfter(looks), signal);
  }
}

async function countsOf(
  access: StackSetsAccess,
  set: string,
  id: string,
  cells: number,
): Promise<Readonly<Record<string, number>> | null> {
  if (cells > maxCounted) return null;
  const results = await access.results(set, id, null);
  if (!results.known) return null;
  const counts: Record<string, number> = {};
  for (const { status } of results.value) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

const leftRunning = (set: string, id: string): Problem =>
  problemFor('operation-continues', `The operation ${id} of ${set} continues in AWS.`, { set, id });

/** What failed and what was canceled, by account: SUCCEEDED can hide failures within the tolerance. */
async function endOf(
  access: StackSetsAccess,
  set: string,
  { id, status, failed, endedAt }: StackSetOperation,
): Promise<CallOutcome> {
  if (status === 'SUCCEEDED' && failed === 0)
    return { status, failed, unfinished: [], problem: null, endedAt };
  const unfinished: OperationResult[] = [];
  for (const wanted of ['FAILED', 'CANCELLED'] as const) {
    const results = await access.results(set, id, wanted);
    if (!results.known) return { status, failed, unfinished, problem: results.problem };
    unfinished.push(...results.value);
  }
  return { status, failed, unfinished, problem: null, endedAt };
}
