/** How a run stops gracefully. Calls in flight always finish and are recorded. */
import type { RunStopped } from '../core/record/events.ts';

export type Stopped = Pick<RunStopped, 'reason' | 'message'>;

export interface Halt {
  /** Aborted when nothing new may be begun. */
  readonly signal: AbortSignal;
  /** Why no more accounts are started; null: continue. Only the first reason is kept. */
  stopped(): Stopped | null;
  /** Begins nothing more. */
  stop(reason: Stopped['reason'], message: string): void;
  /** Starts no more accounts; those in flight run to their end. */
  stopAccounts(reason: Stopped['reason'], message: string): void;
  /** Whether nothing new may be begun, even in accounts in flight. */
  isOver(): boolean;
  release(): void;
}

export function haltOn(interrupt: AbortSignal | undefined): Halt {
  const controller = new AbortController();
  let reason: Stopped | null = null;
  const stop = (why: Stopped['reason'], message: string): void => {
    reason ??= { reason: why, message };
    controller.abort();
  };
  const onInterrupt = (): void => {
    const why: unknown = interrupt?.reason;
    const isTold = why instanceof Error && why.name === 'StreamError';
    stop('interrupted', isTold ? why.message : 'The run was interrupted.');
  };
  if (interrupt?.aborted === true) onInterrupt();
  interrupt?.addEventListener('abort', onInterrupt);
  return {
    signal: controller.signal,
    stopped: () => reason,
    stop,
    stopAccounts(why, message) {
      reason ??= { reason: why, message };
    },
    isOver: () => controller.signal.aborted,
    release() {
      interrupt?.removeEventListener('abort', onInterrupt);
    },
  };
}
