/** Interruption: the first signal stops a command gracefully, the second exits immediately. */
import { exitStatuses } from '../exit.ts';
import { isHangupIgnored } from './ignored-signals.ts';

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interruption {
  /** Aborts at the first signal that somebody listens for. */
  readonly signal: AbortSignal;
  /** Takes the signals from Node, and gives them back when it is disposed of. */
  listen(reactions: InterruptionReactions): Disposable;
}

export interface InterruptionReactions {
  /** Says what happens now. */
  readonly onFirst: () => void;
  /** Says how to go on later; the process ends when it returns. */
  readonly onSecond: () => void;
}

/** The interruption of one command. A hangup that was ignored at the start, as under `nohup`, stays ignored. */
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

/** For as long as the process runs: Node would end at a hangup that nobody listens for. */
function ignoreHangups(): void {
  if (!process.listeners('SIGHUP').includes(ignore)) process.on('SIGHUP', ignore);
}
