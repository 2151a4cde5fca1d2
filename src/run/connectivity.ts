/** Whether AWS can be reached at all: thirty seconds without a response from any host end the run. */
import type { Problem } from '../core/model/model.ts';
import type { Clock, Cloud } from './cloud.ts';

/** Milliseconds without any answer after which nothing is tried any more. */
export const outageLimitMs = 30_000;
const pause = 2_000;

export interface Connectivity {
  /** Looks at what a call gave: its problem, or null if it was answered. */
  saw(problem: Problem | null): void;
  /**
   * After a network problem: waits while nothing answers, and says what to do. `give-up`: others answer, so it is this
   * host's or this account's trouble. `try-again`: it was everybody's, and is over.
   */
  afterNetworkError(signal?: AbortSignal): Promise<'try-again' | 'give-up' | 'unreachable'>;
}

/** Called when nothing answers any more, with the time of the last answer, and with null when something does again. */
export type OnOutage = (since: number | null) => void;

export function trackConnectivity(
  clock: Clock,
  cloud: Pick<Cloud, 'isReachable'>,
  onOutage: OnOutage = () => {},
): Connectivity {
  let lastAnswer = clock.now();
  let silent = false;
  let isOut = false;
  const answered = (): void => {
    silent = false;
    lastAnswer = clock.now();
    if (isOut) onOutage(null);
    isOut = false;
  };
  let probe: Promise<boolean> | null = null;
  /** One question for all who wait. */
  const answers = async (): Promise<boolean> => {
    probe ??= cloud.isReachable().finally(() => {
      probe = null;
    });
    if (await probe) answered();
    return !silent;
  };
  return {
    saw(problem) {
      if (problem?.code === 'network') silent = true;
      else answered();
    },
    async afterNetworkError(signal) {
      if (!silent || (await answers())) return 'give-up';
      if (!isOut) onOutage(lastAnswer);
      isOut = true;
      for (;;) {
        if (clock.now() - lastAnswer >= outageLimitMs) return 'unreachable';
        await clock.sleep(pause, signal);
        if (signal?.aborted === true) return 'give-up';
        if (!silent || (await answers())) return 'try-again';
      }
    },
  };
}
