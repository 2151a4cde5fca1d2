import { describe, expect, it } from 'vitest';
import { makeRetryStrategy, type FailedTry } from '../../../src/aws/http/retry.ts';

describe('the retry strategy', () => {
  const strategyFor = (tried: FailedTry, budget = 10) =>
    makeRetryStrategy(
      { throttled: 5, transient: 3, budget },
      () => tried,
      () => 0,
    );
  /** How often a call with these errors is tried; the last error repeats. */
  const tries = async (errors: Error | readonly Error[], tried: FailedTry, budget?: number) => {
    const strategy = strategyFor(tried, budget);
    const all = [errors].flat();
    let token = await strategy.acquireInitialRetryToken('');
    for (let count = 1; ; count += 1) {
      try {
        token = await strategy.refreshRetryTokenForRetry(token, {
          error: all[Math.min(count, all.length) - 1],
        });
      } catch {
        return count;
      }
    }
  };
  const service = (name: string, status: number) =>
    Object.assign(new Error('x'), {
      name,
      $fault: 'client',
      $metadata: { httpStatusCode: status },
    });
  const timeout = Object.assign(new Error('x'), { name: 'TimeoutError' });
  it.each([
    ['a throttled read', service('ThrottlingException', 400), { writes: false, silences: 0 }, 5],
    ['a throttled write', service('ThrottlingException', 400), { writes: true, silences: 0 }, 5],
    ['TooManyUpdates at 429', service('TooManyUpdates', 429), { writes: true, silences: 0 }, 1],
    [
      "IAM's LimitExceeded",
      service('LimitExceededException', 409),
      { writes: true, silences: 0 },
      1,
    ],
    ['a denial', service('AccessDeniedException', 400), { writes: false, silences: 0 }, 1],
    ['a 5xx on a read', service('InternalServerError', 500), { writes: false, silences: 0 }, 3],
    ['a 5xx on a write', service('InternalServerError', 500), { writes: true, silences: 0 }, 1],
    ['a time-out', timeout, { writes: false, silences: 1 }, 3],
    [
      'a time-out in an account that has been silent before',
      timeout,
      { writes: false, silences: 2 },
      1,
    ],
    ['a time-out on a write', timeout, { writes: true, silences: 1 }, 1],
  ] as const)('tries %s as often as it should', async (_, error, tried, expected) => {
    expect(await tries(error, tried)).toBe(expected);
  });
  it.each([
    ['as long as AWS asks', 3, 3000],
    ['at most 20 seconds when AWS asks for more', 600, 20_000],
    ['for its own delay when AWS asks for less', 0, 50],
  ])('waits %s', async (_, seconds, expected) => {
    const strategy = strategyFor({ writes: false, silences: 0 });
    const first = await strategy.acquireInitialRetryToken('');
    const next = await strategy.refreshRetryTokenForRetry(first, {
      error: service('ServiceUnavailableException', 503),
      retryAfterHint: new Date(Date.now() + seconds * 1000),
    });
    expect(next.getRetryDelay()).toBeLessThanOrEqual(expected);
    expect(next.getRetryDelay()).toBeGreaterThan(expected - 1000);
  });
  it('counts throttled and lost tries separately', async () => {
    const throttled = service('ThrottlingException', 400);
    const lost = service('InternalServerError', 500);
    const read = { writes: false, silences: 0 };
    expect(await tries([throttled, throttled, lost], read)).toBe(5);
    expect(await tries([lost, throttled, throttled, throttled, throttled], read)).toBe(5);
    expect(await tries([lost, throttled, lost, lost], read)).toBe(4);
  });
  it('stops when the shared budget for reads is used up', async () => {
    expect(await tries(timeout, { writes: false, silences: 1 }, 1)).toBe(2);
  });
  it('stops once the pauses that AWS asks for add up to a minute and a half', async () => {
    const limits = { throttled: 9, transient: 3, budget: 10 };
    const strategy = makeRetryStrategy(limits, () => ({ writes: false, silences: 0 }));
    let token = await strategy.acquireInitialRetryToken('');
    const again = async (): Promise<boolean> => {
      const retryAfterHint = new Date(Date.now() + 20_000);
      const error = service('ThrottlingException', 400);
      return strategy.refreshRetryTokenForRetry(token, { error, retryAfterHint }).then(
        (next) => ((token = next), true),
        () => false,
      );
    };
    const taken: boolean[] = [];
    for (let tried = 0; tried < 5; tried += 1) taken.push(await again());
    expect(taken).toEqual([true, true, true, true, false]);
  });
});
