/** Why a run ended before its whole plan was tried, and the problem of the remaining targets. */
import type { Problem, Report, Stop } from '../model/model.ts';
import type { RunStopped } from './events.ts';
import { asSentence } from '../problems/in-words.ts';
import { problemFor, type FirstStep, type ReasonedProblem } from '../problems/hints.ts';

const firstSteps: Partial<Record<Stop['reason'], FirstStep>> = {
  'credentials-expired': 'sign-in',
  network: 'connection',
  'failure-tolerance': 'rows',
  journal: 'journal',
};

/** The run whose targets are reported. A proof cannot be resumed. */
type StoppedRun = Pick<Report, 'action' | 'run'>;

const notAttempted = (
  { reason, message }: Pick<Stop, 'reason' | 'message'>,
  { action, run }: StoppedRun,
): ReasonedProblem =>
  problemFor(
    run === null
      ? 'not-attempted-without-run'
      : action === 'prove'
        ? 'proof-unfinished'
        : 'not-attempted',
    `Not attempted: ${message}`,
    { first: firstSteps[reason], run: run ?? undefined, stopped: message },
    {
      code: reason === 'credentials-expired' || reason === 'network' ? reason : 'interrupted',
    },
  );

/** Why a run stopped; null if it did not. `isUnfinished`: the journal has no `run-finished`. */
export function stopOf({
  stop,
  of,
  isUnfinished,
}: {
  readonly stop: Pick<RunStopped, 'reason' | 'message'> | null;
  readonly of: StoppedRun;
  readonly isUnfinished: boolean;
}): Stop | null {
  if (stop === null && !isUnfinished) return null;
  const { reason, message: why } = stop ?? {
    reason: 'unfinished',
    message: 'The run has no recorded end: it was killed, or is still running.',
  };
  const message = asSentence(why);
  return { reason, message, hint: notAttempted({ reason, message }, of).hint };
}

/** The problem of every target that the run did not reach. */
export const reasonNotAttempted = (stopped: Stop | null, of: StoppedRun): Problem =>
  stopped === null
    ? problemFor('run-ended', 'The run ended before it reached this target.', {
        run: of.run ?? 'latest',
      })
    : notAttempted(stopped, of);

/** The problem of a change that was begun and has no end on record: nobody looked at its result. */
export const reasonUnfinished = ({ action, run }: StoppedRun): Problem =>
  problemFor(
    action === 'prove' ? 'proof-change-unfinished' : 'change-unfinished',
    'This change was begun, and its result is unknown: the run ended before it was read back.',
    { run: run ?? 'latest' },
  );
