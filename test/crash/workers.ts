/** Worker processes that try points, each one point at a time. */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './sweep.ts';
import type { Task } from './worker.ts';

const script = fileURLToPath(new URL('worker.ts', import.meta.url));
/** After so many points a new process replaces the worker, to limit what commands leave in memory. */
const maxTasks = 200;
/** A point that takes longer than this has failed. */
const maxMs = 600_000;

export interface Worker {
  try(task: Task): Promise<Outcome>;
  stop(): void;
}

export function startWorker(): Worker {
  let child: ChildProcess | null = null;
  let tried = 0;
  const stop = (): void => {
    child?.removeAllListeners().disconnect();
    child = null;
    tried = 0;
  };
  return {
    async try(task) {
      if (tried === maxTasks) stop();
      tried += 1;
      const running = (child ??= fork(script));
      const tooLong = setTimeout(() => running.kill('SIGKILL'), maxMs);
      try {
        return await new Promise<Outcome>((resolve, reject) => {
          running.once('message', (outcome) => resolve(outcome as Outcome));
          running.once('exit', (code, signal) => {
            child = null;
            reject(new Error(`the worker ended with ${String(signal ?? code)}`));
          });
          running.send(task);
        });
      } finally {
        clearTimeout(tooLong);
        running.removeAllListeners();
      }
    },
    stop,
  };
}
