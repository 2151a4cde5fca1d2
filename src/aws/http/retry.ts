/**
 * When the SDK retries a call. Throttled calls: always, with growing pauses. Reads that got no response or a 5xx: a
 * few times. Writes that got no response: never, since AWS may have made the change; the engine reads first.
 */
import { parseSdkError, isThrottling, isTimeout, isTransient } from './sdk-error.ts';

export interface RetryLimits {
  /** Maximum attempts of a throttled call, and of any call in total. */
  readonly throttled: number;
  /** Maximum attempts of a read that gets no response or a 5xx. Throttled attempts do not count. */
  readonly transient: number;
  /** The total number of retries for such reads. It prevents a retry storm when a service is down. */
  readonly budget: number;
}

/** The limits of retries. AWS_MAX_ATTEMPTS overrides them. */
export const retryLimits = (concurrency: number): RetryLimits => {
  const wanted = Number(process.env['AWS_MAX_ATTEMPTS'] ?? '');
  const set = Number.isInteger(wanted) && wanted > 0 ? wanted : null;
  return { throttled: set ?? 9, transient: set ?? 5, budget: Math.max(200, 4 * concurrency) };
};

/** The facts about a failed attempt, besides its error. */
export interface FailedTry {
  readonly writes: boolean;
  /** How many calls of the account timed out since its last response, including this one. */
  readonly silences: number;
}

interface Token {
  getRetryCount(): number;
  getRetryDelay(): number;
  /** Attempts without a response, or with a 5xx. */
  readonly lost: number;
  /** The total of all pauses of the call, including this one, in milliseconds. */
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
/** The maximum pause for `Retry-After`, and the maximum total of a call's pauses, in milliseconds. */
const maxAskedPauseMs = 20_000;
const maxWaitMs = 90_000;

/** Half of the growing pause plus a random part of the other half, so that calls that failed together retry apart. */
const pause = (baseMs: number, count: number, random: () => number): number =>
  Math.min(maxPauseMs, baseMs * 2 ** count) * (0.5 + random() / 2);

/**
 * Makes the retry strategy for all clients of a run, in the form of the SDK's `retryStrategy`. `tryOf` finds the
 * attempt that an error belongs to.
 */
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
