/** Whether the cloud can be reached at all: thirty seconds without an answer from any host end the run. */
import type { Problem } from '../core/model.ts';
import type { Clock } from './cloud.ts';

/** Milliseconds without any answer after which nothing is tried any more. */
export const patience = 30_000;
const pause = 2_000;

export interface Reach {
  /** Looks at what a call gave: its problem, or null where it was answered. */
  saw(problem: Problem | null): void;
  /** After a network problem: waits, and says what to do. `give-up`: others answer, so it is this host's trouble. */
  afterFailure(signal?: AbortSignal): Promise<'try-again' | 'give-up' | 'unreachable'>;
}

export function watchReach(clock: Clock): Reach {
  let lastAnswer = clock.now();
  let silent = false;
  return {
    saw(problem) {
      if (problem?.code === 'network') {
        silent = true;
        return;
      }
      silent = false;
      lastAnswer = clock.now();
    },
    async afterFailure(signal) {
      if (!silent) return 'give-up';
      if (clock.now() - lastAnswer >= patience) return 'unreachable';
      await clock.sleep(pause, signal);
      if (signal?.aborted === true) return 'give-up';
      if (!silent) return 'give-up';
      return clock.now() - lastAnswer >= patience ? 'unreachable' : 'try-again';
    },
  };
}
