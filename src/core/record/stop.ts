/** Why a run ended before its whole plan was tried, and the problem of the remaining targets. */
import type { Problem, Stop } from '../model/model.ts';
import type { RunStopped } from './events.ts';
import { asSentence } from '../problems/in-words.ts';
import { problemFor, type FirstStep, type ReasonedProblem } from '../problems/hints.ts';

const firstSteps: Partial<Record<Stop['reason'], FirstStep>> = {
  'credentials-expired': 'sign-in',
  network: 'connection',
  'failure-tolerance': 'rows',
  journal: 'journal',
};

const notAttempted = (
  { reason, message }: Pick<Stop, 'reason' | 'message'>,
  run: string | null,
): ReasonedProblem =>
  problemFor(
    run === null ? 'not-attempted-without-run' : 'not-attempted',
    `Not attempted: ${message}`,
    { first: firstSteps[reason], run: run ?? undefined, stopped: message },
    {
      code: reason === 'credentials-expired' || reason === 'network' ? reason : 'interrupted',
    },
  );

/** Why a run stopped; null if it did not. `isUnfinished`: the journal has no `run-finished`. */
export function stopOf({
  stop,
  run,
  isUnfinished,
}: {
  readonly stop: Pick<RunStopped, 'reason' | 'message'> | null;
  readonly run: string | null;
  readonly isUnfinished: boolean;
}): Stop | null {
  if (stop === null && !isUnfinished) return null;
  const { reason, message: why } = stop ?? {
    reason: 'unfinished',
    message: 'The run has no recorded end: it was killed, or is still running.',
  };
  const message = asSentence(why);
  return { reason, message, hint: notAttempted({ reason, message }, run).hint };
}

/** The problem of every target that the run did not reach. */
export const reasonNotAttempted = (stopped: Stop | null, run: string | null): Problem =>
  stopped === null
    ? problemFor('run-ended', 'The run ended before it reached this target.', {
        run: run ?? 'latest',
      })
    : notAttempted(stopped, run);
