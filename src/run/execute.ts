/** Executes one change: reads, records, writes and waits as `next` says, and never overwrites someone else's change. */
import {
  firstState,
  next,
  silenceLimitMs,
  type Circumstances,
  type Reachability,
  type Found,
  type MadeBy,
  type Outcome,
} from '../core/applying/change.ts';
import type { ChangeBegun, TargetEnded } from '../core/record/events.ts';
import type { PlannedTarget, Problem, Reading, State, TargetValue } from '../core/model/model.ts';
import { isCallerProblem, notReadBack } from '../core/problems/problems.ts';
import type { Clock, WriteResult } from './cloud.ts';
import type { Halt } from './halt.ts';
import type { Connectivity } from './connectivity.ts';

/** What a read found, in the members of a `target-ended` event. */
export interface Observation {
  readonly state: State;
  readonly value: TargetValue;
  readonly modifiedBy: string | null;
  readonly modifiedAt: string | null;
}

export interface Step<T> {
  readonly target: PlannedTarget;
  read(): Promise<Reading<T>>;
  /** `begun`: whether the journal already has the change. */
  judge(value: T, begun: boolean): Found;
  /** Who made the value that was planned. */
  madeBy(value: T): MadeBy;
  write(): Promise<WriteResult>;
  seen(value: T): Observation;
  moved(value: T): Problem;
  readonly formerRole?: ChangeBegun['formerRole'];
}

export type Ending = Pick<
  TargetEnded,
  'verdict' | 'state' | 'value' | 'modifiedBy' | 'modifiedAt' | 'problem' | 'attempts'
>;

/** Shared by all changes of an account. */
export interface StepContext {
  readonly clock: Clock;
  readonly halt: Halt;
  readonly reach: Connectivity;
  /** Until when a role that SSM does not see may still become visible; 0: this run has not changed it. */
  visibleUntil: number;
  /** Until when the account's unanswered calls are retried; Infinity while all are answered. */
  silentUntil: number;
  /**
   * Resolves to true once the change is on disk; to false if the journal cannot be written: then nothing may be
   * changed.
   */
  begin(change: Pick<ChangeBegun, 'target' | 'from' | 'to' | 'formerRole'>): Promise<boolean>;
}

const nothing: Observation = { state: 'unknown', value: null, modifiedBy: null, modifiedAt: null };

/**
 * Returns null if the change was not begun, or if the run stopped while its result was unknown: nothing is recorded
 * then.
 */
export async function executeChange<T>(
  context: StepContext,
  step: Step<T>,
): Promise<Ending | null> {
  const { clock, halt } = context;
  const { target } = step;
  let state = firstState;
  let seen: { readonly value: T } | null = null;

  const read = async (): Promise<Outcome> => {
    const reading = await step.read();
    context.reach.saw(reading.known ? null : reading.problem);
    if (!reading.known) {
      const { problem } = reading;
      const isOurs = state.doing === 'look';
      const connection = isOurs ? await afterProblem(context, problem) : 'give-up';
      return { kind: 'unread', problem, connection };
    }
    const { value } = reading;
    seen = { value };
    const found = step.judge(value, state.begun);
    return { kind: 'read', found, by: found === 'after' ? step.madeBy(value) : 'unclear' };
  };
  const record = async (): Promise<Outcome> => {
    const { formerRole } = step;
    const change = {
      target: { kind: target.kind, account: target.account, region: target.region },
      from: target.from,
      to: target.to,
      ...(formerRole === undefined ? {} : { formerRole }),
    };
    return { kind: (await context.begin(change)) ? 'recorded' : 'not-recorded' };
  };
  const write = async (): Promise<Outcome> => {
    const written = await step.write();
    context.reach.saw(written.ok ? null : written.problem);
    if (written.ok) {
      context.silentUntil = Infinity;
      return { kind: 'accepted' };
    }
    const { kind, problem } = written;
    if (kind === 'refused' || kind === 'lost') {
      if (problem.code === 'network' && context.silentUntil === Infinity) {
        context.silentUntil = clock.now() + silenceLimitMs;
      }
      const isEverybodys = kind === 'lost' || isCallerProblem(problem);
      const connection = isEverybodys ? await afterProblem(context, problem) : 'give-up';
      return { kind, problem, connection };
    }
    return { kind, problem };
  };
  const act = async (): Promise<Outcome> => {
    switch (state.doing) {
      case 'verify':
      case 'last-look':
        return read();
      default:
        if (halt.isOver()) return { kind: 'stopped' };
        return state.doing === 'look' ? read() : state.doing === 'record' ? record() : write();
    }
  };

  for (;;) {
    const outcome = await act();
    const circumstances: Circumstances = {
      kind: target.kind,
      makes: target.to !== null,
      now: clock.now(),
      visibleUntil: context.visibleUntil,
      silentUntil: context.silentUntil,
    };
    const then = next(state, outcome, circumstances);
    state = then.state;
    if (then.kind === 'end') {
      return then.ended === null ? null : describeEnding(step, { ...then.ended, seen, state });
    }
    if (then.afterMs > 0) {
      await clock.sleep(then.afterMs, state.doing === 'verify' ? undefined : halt.signal);
    }
  }
}

function describeEnding<T>(
  step: Step<T>,
  {
    verdict,
    shows,
    problem,
    seen,
    state,
  }: {
    readonly verdict: Ending['verdict'];
    readonly shows: 'reading' | 'plan' | 'nothing';
    readonly problem: Problem | 'moved' | 'not-read-back' | null;
    readonly seen: { readonly value: T } | null;
    readonly state: { readonly attempts: number };
  },
): Ending {
  const { state: planned, from: value, modifiedBy, modifiedAt } = step.target;
  const shown: Observation =
    shows === 'plan'
      ? { state: planned, value, modifiedBy, modifiedAt }
      : shows === 'reading' && seen !== null
        ? step.seen(seen.value)
        : nothing;
  const explained = (): Problem | null => {
    if (problem === 'moved') return seen === null ? null : step.moved(seen.value);
    if (problem === 'not-read-back')
      return notReadBack(typeof shown.value === 'string' ? shown.value : 'the former value');
    return problem;
  };
  return { ...shown, verdict, problem: explained(), attempts: state.attempts };
}

/** For a problem that may not be limited to this account: try again, give up, or stop the run. */
async function afterProblem(context: StepContext, problem: Problem): Promise<Reachability> {
  const { halt, reach } = context;
  if (isCallerProblem(problem)) {
    halt.stop('credentials-expired', problem.message);
    return 'stopped';
  }
  if (problem.code !== 'network') return 'give-up';
  const next = await reach.afterNetworkError(halt.signal);
  if (next === 'unreachable') {
    halt.stop('network', `No host was reachable for 30 seconds: ${problem.message}`);
    return 'stopped';
  }
  return next;
}
