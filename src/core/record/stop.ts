/** Why a run ended before all of its plan was tried, and what that means for the rows it did not come to. */
import type { Problem, Stop } from '../model/model.ts';
import type { RunStopped } from './events.ts';
import { problemFor } from '../problems/hints.ts';

const remedies: Readonly<Record<RunStopped['reason'], string>> = {
  interrupted: '',
  declined: '',
  'credentials-expired': 'Sign in again. ',
  network: 'Check the connection from this machine to AWS. ',
  'failure-tolerance': 'Look at the failed and blocked rows. ',
  journal: 'Make room for the journal, or make its directory writable. ',
};

const goOn = (run: string | null): string =>
  run === null
    ? 'Run the command again to change it.'
    : `Run \`dhmc resume ${run}\` to go on, or \`dhmc rollback ${run}\` to put back what was changed.`;

/** Why a run stopped; null where it did not. `isUnfinished`: its journal has no end. */
export function stopOf({
  stop,
  run,
  isUnfinished,
}: {
  readonly stop: Pick<RunStopped, 'reason' | 'message'> | null;
  readonly run: string | null;
  readonly isUnfinished: boolean;
}): Stop | null {
  if (stop !== null) {
    return {
      reason: stop.reason,
      message: stop.message,
      hint: `${remedies[stop.reason]}${goOn(run)}`,
    };
  }
  if (!isUnfinished) return null;
  return {
    reason: 'unfinished',
    message: 'The run has no recorded end: it was killed, or is still running.',
    hint: goOn(run),
  };
}

/** The reason of every row that the run did not come to. */
export function reasonNotAttempted(stopped: Stop | null): Problem {
  if (stopped === null) {
    return problemFor('run-ended', 'The run ended before it reached this target.');
  }
  const { reason, message, hint } = stopped;
  const code = reason === 'credentials-expired' || reason === 'network' ? reason : 'interrupted';
  return problemFor(
    'not-attempted',
    `Not attempted: ${message}`,
    { fix: hint, stopped: message },
    { code },
  );
}
