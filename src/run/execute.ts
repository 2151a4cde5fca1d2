/**
 * One change, carried out: look, record the intent, write, look again. Answers that were lost are looked after before
 * anything is tried again, so that a change is never made twice over somebody else's.
 */
import type { ChangeBegun, TargetEnded } from '../core/record/events.ts';
import type { PlannedTarget, Problem, Reading, State, TargetValue } from '../core/model/model.ts';
import {
  concurrent,
  isCallerProblem,
  isCredentialProblem,
  notReadBack,
  propagation,
} from '../core/problems/problems.ts';
import type { Clock, WriteResult } from './cloud.ts';
import type { Halt } from './halt.ts';
import type { Connectivity } from './connectivity.ts';

/** How long a change may take to be seen by our own reads, in milliseconds. */
const readBackPatience = 15_000;
/** How long IAM may take to make a role known, counted from the run's last change of it, in milliseconds. */
export const propagationLimitMs = 60_000;
const busyTries = 8;
const lostTries = 5;
const takenTries = 5;

/** What there is after a look, in the terms of an ending. */
export interface Observation {
  readonly state: State;
  readonly value: TargetValue;
  readonly modifiedBy: string | null;
  readonly modifiedAt: string | null;
}

export interface Step<T> {
  readonly target: PlannedTarget;
  /** Whether the world is looked at before the first write: not where the write itself fails if the world has moved. */
  readonly lookFirst: boolean;
  read(): Promise<Reading<T>>;
  /** `before`: as it was planned from. `after`: as wanted. `moved`: neither. `begun`: whether we have written already. */
  judge(value: T, begun: boolean): 'before' | 'after' | 'moved';
  write(): Promise<WriteResult>;
  seen(value: T): Observation;
  moved(value: T): Problem;
  readonly formerRole?: ChangeBegun['formerRole'];
}

export type Ending = Pick<
  TargetEnded,
  'verdict' | 'state' | 'value' | 'modifiedBy' | 'modifiedAt' | 'problem' | 'attempts'
>;

/** What the steps of an account share. */
export interface StepContext {
  readonly clock: Clock;
  readonly halt: Halt;
  readonly reach: Connectivity;
  /** Until when a role that SSM does not see may still be on its way; 0: this run has not changed it. */
  visibleUntil: number;
  /** Durable when it resolves to true; false: the journal cannot be written, and nothing may be changed. */
  begin(change: Pick<ChangeBegun, 'target' | 'from' | 'to' | 'formerRole'>): Promise<boolean>;
}

/** Milliseconds before the next try: 0.25 s doubling to 4 s. */
const backoff = (tries: number): number => Math.min(4_000, 250 * 2 ** tries);

/** Null: the step was not begun, or undone for certain, because the run stopped. */
export async function executeChange<T>(
  context: StepContext,
  step: Step<T>,
): Promise<Ending | null> {
  const { clock, halt, reach } = context;
  const { target } = step;
  let attempts = 0;
  let begun = false;
  // An answer was lost: the change may have been made.
  let uncertain = false;
  let mustLook = step.lookFirst;
  const tries = { busy: 0, lost: 0, taken: 0, unseen: 0 };

  const asPlanned = {
    state: target.state,
    value: target.from,
    modifiedBy: target.modifiedBy,
    modifiedAt: target.modifiedAt,
  };
  const nobodyKnows = {
    state: 'unknown',
    value: null,
    modifiedBy: null,
    modifiedAt: null,
  } as const;
  const failed = (problem: Problem): Ending => ({
    ...(uncertain ? nobodyKnows : asPlanned),
    verdict: 'failed',
    problem,
    attempts,
  });
  const stopped = (problem: Problem | null): Ending | null => {
    if (!begun) return null;
    if (uncertain && problem !== null) return failed(problem);
    return uncertain ? null : { ...asPlanned, verdict: 'not-attempted', problem, attempts };
  };
  let last: Problem | null = null;

  for (;;) {
    if (halt.isOver()) return stopped(last);
    if (mustLook) {
      const reading = await step.read();
      reach.saw(reading.known ? null : reading.problem);
      if (!reading.known) {
        last = reading.problem;
        const next = await afterProblem(context, last);
        if (next === 'try-again') continue;
        if (next === 'stopped') return stopped(last);
        return begun
          ? failed(last)
          : { ...nobodyKnows, verdict: 'blocked', problem: last, attempts };
      }
      const judged = step.judge(reading.value, begun);
      if (judged === 'moved')
        return {
          ...step.seen(reading.value),
          verdict: 'conflict',
          problem: step.moved(reading.value),
          attempts,
        };
      if (judged === 'after')
        return {
          ...step.seen(reading.value),
          verdict: begun ? 'changed' : 'in-sync',
          problem: null,
          attempts,
        };
      if (tries.taken >= takenTries && last !== null) return failed(last);
      uncertain = false;
      if (halt.isOver()) return stopped(last);
    }
    if (!begun) {
      const { formerRole } = step;
      const change = {
        target: { kind: target.kind, account: target.account, region: target.region },
        from: target.from,
        to: target.to,
      };
      if (!(await context.begin(formerRole === undefined ? change : { ...change, formerRole })))
        return null;
      begun = true;
      if (halt.isOver()) return stopped(null);
    }
    attempts += 1;
    const written = await step.write();
    reach.saw(written.ok ? null : written.problem);
    if (written.ok) return readBack(context, step, attempts);
    last = written.problem;
    mustLook = step.lookFirst;
    switch (written.kind) {
      case 'refused':
        if (isCallerProblem(last)) {
          halt.stop('credentials-expired', last.message);
          return stopped(last);
        }
        return failed(last);
      case 'not-visible':
        // IAM itself sees its roles at once: only SSM has to be waited for.
        if (target.kind !== 'setting' || context.visibleUntil === 0) return failed(last);
        // A denial that outlasts the wait is none of IAM's delays.
        if (clock.now() >= context.visibleUntil)
          return failed(last.code.startsWith('denied') ? last : propagation(last));
        await clock.sleep(backoff(tries.unseen++), halt.signal);
        break;
      case 'busy':
        if (tries.busy >= busyTries) return failed(concurrent(last));
        await clock.sleep(backoff(tries.busy++), halt.signal);
        break;
      case 'lost': {
        uncertain = true;
        mustLook = true;
        if (last.code === 'network') {
          const next = await afterProblem(context, last);
          if (next === 'stopped') return stopped(last);
          if (next === 'try-again') break;
        }
        if (tries.lost >= lostTries) return lastLook(context, step, last, attempts);
        await clock.sleep(backoff(tries.lost++), halt.signal);
        if (halt.isOver()) return lastLook(context, step, last, attempts);
        break;
      }
      case 'exists':
        mustLook = true;
        if (tries.taken++ > 0) await clock.sleep(backoff(tries.taken), halt.signal);
        break;
      case 'gone':
        if (target.to !== null && clock.now() < context.visibleUntil) {
          await clock.sleep(backoff(tries.unseen++), halt.signal);
          break;
        }
        mustLook = true;
        if (tries.taken > 0) return failed(last);
        tries.taken += 1;
        break;
    }
  }
}

/** Of a problem that may be everybody's: whether to try again, to leave it at that, or whether the run has stopped. */
async function afterProblem(
  context: StepContext,
  problem: Problem,
): Promise<'try-again' | 'give-up' | 'stopped'> {
  const { halt, reach } = context;
  if (isCallerProblem(problem)) {
    halt.stop('credentials-expired', problem.message);
    return 'stopped';
  }
  if (problem.code !== 'network') return 'give-up';
  const next = await reach.afterFailure(halt.signal);
  if (next === 'unreachable') {
    halt.stop('network', `No host could be reached for 30 seconds: ${problem.message}`);
    return 'stopped';
  }
  return next;
}

/** After an answer was lost for good: what is there decides. */
async function lastLook<T>(
  context: StepContext,
  step: Step<T>,
  problem: Problem,
  attempts: number,
): Promise<Ending> {
  const reading = await step.read();
  context.reach.saw(reading.known ? null : reading.problem);
  if (!reading.known) {
    return {
      verdict: 'failed',
      state: 'unknown',
      value: null,
      modifiedBy: null,
      modifiedAt: null,
      problem,
      attempts,
    };
  }
  const seen = step.seen(reading.value);
  switch (step.judge(reading.value, true)) {
    case 'after':
      return { ...seen, verdict: 'changed', problem: null, attempts };
    case 'before':
      return { ...seen, verdict: 'failed', problem, attempts };
    case 'moved':
      return { ...seen, verdict: 'conflict', problem: step.moved(reading.value), attempts };
  }
}

/** Looks until the change is seen, for as long as reads may lag. */
async function readBack<T>(context: StepContext, step: Step<T>, attempts: number): Promise<Ending> {
  const { clock, reach } = context;
  const deadline = clock.now() + readBackPatience;
  for (let tries = 0; ; tries += 1) {
    const reading = await step.read();
    reach.saw(reading.known ? null : reading.problem);
    const late = clock.now() >= deadline;
    if (reading.known) {
      const judged = step.judge(reading.value, true);
      const seen = step.seen(reading.value);
      if (judged === 'after') return { ...seen, verdict: 'changed', problem: null, attempts };
      if (judged === 'moved')
        return { ...seen, verdict: 'conflict', problem: step.moved(reading.value), attempts };
      if (late)
        return {
          ...seen,
          verdict: 'failed',
          problem: notReadBack(typeof seen.value === 'string' ? seen.value : 'the former value'),
          attempts,
        };
    } else if (
      late ||
      reading.problem.code.startsWith('denied') ||
      isCredentialProblem(reading.problem)
    ) {
      return {
        verdict: 'failed',
        state: 'unknown',
        value: null,
        modifiedBy: null,
        modifiedAt: null,
        problem: reading.problem,
        attempts,
      };
    }
    await clock.sleep(backoff(tries));
  }
}
