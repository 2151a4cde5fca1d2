/**
 * When the SDK retries a call. Throttled calls: always, with growing pauses. Reads that got no response or a 5xx: a
 * few times. Writes that got no response: never, since AWS may have made the change; the engine reads first.
 */
import { parseSdkError, isThrottling, isTimeout, isTransient } from './sdk-error.ts';

export interface RetryLimits {
  /** Tries of a throttled call, and of any call in all. */
  readonly throttled: number;
  /** Tries of a read that got no answer, or a 5xx; those that were throttled do not count. */
  readonly transient: number;
  /** The budget of retries for all such reads: no storm on a service that is down. */
  readonly budget: number;
}

/** AWS_MAX_ATTEMPTS holds where it is set. */
export const retryLimits = (concurrency: number): RetryLimits => {
  const wanted = Number(process.env['AWS_MAX_ATTEMPTS'] ?? '');
  const set = Number.isInteger(wanted) && wanted > 0 ? wanted : null;
  return { throttled: set ?? 9, transient: set ?? 5, budget: Math.max(200, 4 * concurrency) };
};

/** What the strategy must know of a try beyond its error. */
export interface FailedTry {
  readonly writes: boolean;
  /** Calls of the same account that timed out since its last answer, this one included. */
  readonly silences: number;
}

interface Token {
  getRetryCount(): number;
  getRetryDelay(): number;
  /** Tries that got no answer, or a 5xx. */
  readonly lost: number;
  /** All pauses of the call so far, this one included, in milliseconds. */
  readonly waitedMs: number;
}

export interface RetryStrategy {
  acquireInitialRetryToken(scope: string): Promise<Token>;
  refreshRetryTokenForRetry(
    token: Token,
    info: { readonly error?: unknown; readonly retryAfterHint?: Date },
  ): Promise<Token>;
  recordSuccess(token: Token): void;
}

const token = ({
  count,
  delay,
  lost,
  waitedMs,
}: Pick<Token, 'lost' | 'waitedMs'> & {
  readonly count: number;
  readonly delay: number;
}): Token => ({
  getRetryCount: () => count,
  getRetryDelay: () => delay,
  lost,
  waitedMs,
});
const first = Promise.resolve(token({ count: 0, lost: 0, delay: 0, waitedMs: 0 }));

const throttledBaseMs = 400;
const transientBaseMs = 100;
const maxPauseMs = 10_000;
/** A pause that AWS asks for (`Retry-After`) is kept up to this length, and all of a call's up to the second. */
const maxAskedPauseMs = 20_000;
const maxWaitMs = 90_000;

/** Half of the growing pause, and the other half at random: calls that failed together come back apart. */
const pause = (baseMs: number, count: number, random: () => number): number =>
  Math.min(maxPauseMs, baseMs * 2 ** count) * (0.5 + random() / 2);

/** One for all clients of a run, in the form of the SDK's `retryStrategy`. `tryOf` says what was tried, by the error that came of it. */
export const makeRetryStrategy = (
  limits: RetryLimits,
  tryOf: (error: unknown) => FailedTry | undefined,
  random: () => number = Math.random,
): RetryStrategy => {
  let budget = limits.budget;
  return {
    acquireInitialRetryToken: () => first,
    refreshRetryTokenForRetry: (last, { error, retryAfterHint }) => {
      const failure = parseSdkError(error);
      const count = last.getRetryCount();
      const { writes = true, silences = 0 } = tryOf(error) ?? {};
      const asked = Math.min(maxAskedPauseMs, (retryAfterHint?.getTime() ?? 0) - Date.now());
      const again = (lost: number, ownPause: number): Promise<Token> => {
        const delay = Math.max(ownPause, asked);
        const waited = last.waitedMs + delay;
        return waited > maxWaitMs
          ? Promise.reject(new Error('No more retries.'))
          : Promise.resolve(token({ count: count + 1, lost, delay, waitedMs: waited }));
      };
      if (isThrottling(failure)) {
        if (count + 1 < limits.throttled)
          return again(last.lost, pause(throttledBaseMs, count, random));
      } else if (
        isTransient(failure) &&
        !writes &&
        budget > 0 &&
        !(isTimeout(failure) && silences > 1)
      ) {
        const lost = last.lost + 1;
        if (lost < limits.transient && count + 1 < Math.max(limits.throttled, limits.transient)) {
          budget -= 1;
          return again(lost, pause(transientBaseMs, last.lost, random));
        }
      }
      return Promise.reject(new Error('No more retries.'));
    },
    recordSuccess: (last) => {
      if (last.getRetryCount() === 0 && budget < limits.budget) budget += 1;
    },
  };
};
