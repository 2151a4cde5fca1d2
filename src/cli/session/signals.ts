/** Interruption: the first signal stops a command in order, the second leaves at once. */
import { exitStatuses } from '../exit.ts';

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interruption {
  readonly signal: AbortSignal;
  /** Gives the signals back to Node. */
  release(): void;
}

/** `onFirst` tells the user what happens now. */
export function interruptible(onFirst: () => void): Interruption {
  const controller = new AbortController();
  const handle = (): void => {
    if (controller.signal.aborted) process.exit(exitStatuses.interrupted);
    controller.abort();
    onFirst();
  };
  for (const name of names) process.on(name, handle);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of names) process.off(name, handle);
    },
  };
}
