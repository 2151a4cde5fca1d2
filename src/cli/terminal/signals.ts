/** Interruption: the first signal stops a command gracefully, the second exits immediately. */
import { exitStatuses } from '../exit.ts';
import { isHangupIgnored } from './ignored-signals.ts';

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interruption {
  /** Aborted at the first signal while someone listens. */
  readonly signal: AbortSignal;
  /** Takes over the signals from Node; disposing gives them back. */
  listen(reactions: InterruptionReactions): Disposable;
}

export interface InterruptionReactions {
  /** Prints what happens now. */
  readonly onFirst: () => void;
  /** Prints how to continue later; the process exits when it returns. */
  readonly onSecond: () => void;
}

/** The interruption of one command. If SIGHUP was ignored at the start, as under `nohup`, it stays ignored. */
export function openInterruption(environment: NodeJS.ProcessEnv): Interruption {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    listen({ onFirst, onSecond }) {
      const handle = (): void => {
        if (controller.signal.aborted) {
          onSecond();
          process.exit(exitStatuses.interrupted);
        }
        controller.abort();
        onFirst();
      };
      const isIgnored = isHangupIgnored(environment);
      if (isIgnored) ignoreHangups();
      const taken = names.filter((name) => !(isIgnored && name === 'SIGHUP'));
      for (const name of taken) process.on(name, handle);
      return {
        [Symbol.dispose]: () => {
          for (const name of taken) process.off(name, handle);
        },
      };
    },
  };
}

const ignore = (): void => {};

/** Ignores SIGHUP as long as the process runs: without a listener Node would exit. */
function ignoreHangups(): void {
  if (!process.listeners('SIGHUP').includes(ignore)) process.on('SIGHUP', ignore);
}
