/** Whether AWS can be reached at all: 30 seconds without an answer from any host end the run. */
import type { Problem } from '../core/model/model.ts';
import type { Clock, Cloud } from './cloud.ts';

/** How long nothing may answer before the run gives up, in milliseconds. */
export const outageLimitMs = 30_000;
const pause = 2_000;

export interface Connectivity {
  /** Takes the result of a call: its problem, or null if it was answered. */
  saw(problem: Problem | null): void;
  /**
   * After a network problem: waits while nothing answers, and returns what to do. `give-up`: other hosts answer, so the
   * problem is limited to this host or account. `try-again`: nothing answered, and now something does.
   */
  afterNetworkError(signal?: AbortSignal): Promise<'try-again' | 'give-up' | 'unreachable'>;
}

/**
 * Called with the time of the last answer when nothing answers any more, and with null when something answers again.
 */
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
  /** All waiting callers share one probe. */
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
