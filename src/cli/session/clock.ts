import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../run/cloud.ts';

export const clock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    // One listener per call in flight is not a leak, but Node would print a warning for more than ten.
    if (signal !== undefined) setMaxListeners(0, signal);
    try {
      await wait(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      if (signal?.aborted !== true) throw error;
    }
  },
};

export const timestamp = (): string => new Date(clock.now()).toISOString();
