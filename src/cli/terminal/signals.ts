/** Interruption: the first signal stops a command in order, the second leaves at once. */
import { exitStatuses } from '../exit.ts';
import { isHangupIgnored } from './ignored-signals.ts';

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interruption {
  readonly signal: AbortSignal;
  /** Gives the signals back to Node. */
  release(): void;
}

export interface InterruptionOptions {
  /** Says what happens now. */
  readonly onFirst: () => void;
  /** Says how to go on later; the process ends when it returns. */
  readonly onSecond: () => void;
  readonly environment: NodeJS.ProcessEnv;
}

/** A hangup that was ignored at the start, as under `nohup`, stays ignored. */
export function interruptible(options: InterruptionOptions): Interruption {
  const controller = new AbortController();
  const handle = (): void => {
    if (controller.signal.aborted) {
      options.onSecond();
      process.exit(exitStatuses.interrupted);
    }
    controller.abort();
    options.onFirst();
  };
  const ignore = (): void => {};
  const ignored = isHangupIgnored(options.environment);
  const handlers = names.map((name) => ({
    name,
    handler: name === 'SIGHUP' && ignored ? ignore : handle,
  }));
  for (const { name, handler } of handlers) process.on(name, handler);
  return {
    signal: controller.signal,
    release: () => {
      for (const { name, handler } of handlers) if (handler !== ignore) process.off(name, handler);
    },
  };
}
