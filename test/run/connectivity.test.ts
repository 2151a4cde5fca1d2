import { describe, expect, it } from 'vitest';
import { outageLimitMs, trackConnectivity } from '../../src/run/connectivity.ts';
import { memoryCloud, problem } from '../support/memory-cloud.ts';

const network = problem('network');
/** Connectivity whose probe succeeds from the `answersFrom`-th try on. */
const track = (answersFrom: number) => {
  const { clock } = memoryCloud([]);
  let asked = 0;
  const answers = () => Promise.resolve((asked += 1) >= answersFrom);
  return { reach: trackConnectivity(clock, { isReachable: answers }), clock, asked: () => asked };
};

describe('connectivity after a network error', () => {
  it('blames the account if other accounts respond', async () => {
    const { reach, asked } = track(Infinity);
    reach.saw(network);
    reach.saw(null);
    expect(await reach.afterNetworkError()).toBe('give-up');
    expect(asked()).toBe(0);
  });

  it('blames the account if STS responds at once', async () => {
    const { reach } = track(1);
    reach.saw(network);
    expect(await reach.afterNetworkError()).toBe('give-up');
  });

  it('retries after a general outage that is over', async () => {
    const { reach } = track(3);
    reach.saw(network);
    expect(await reach.afterNetworkError()).toBe('try-again');
  });

  it('reports an outage once with its start, and its end', async () => {
    const { clock } = memoryCloud([]);
    const start = clock.now();
    const told: (number | null)[] = [];
    let asked = 0;
    const cloud = { isReachable: () => Promise.resolve((asked += 1) >= 3) };
    const reach = trackConnectivity(clock, cloud, (since) => told.push(since));
    reach.saw(network);
    await Promise.all([reach.afterNetworkError(), reach.afterNetworkError()]);
    reach.saw(null);
    expect(told).toEqual([start, null]);
  });

  it('counts a refusal as a response', async () => {
    const { reach } = track(Infinity);
    reach.saw(network);
    reach.saw(problem('denied'));
    expect(await reach.afterNetworkError()).toBe('give-up');
  });

  it('gives up thirty seconds after the last response', async () => {
    const { reach, clock } = track(Infinity);
    const start = clock.now();
    reach.saw(network);
    expect(await reach.afterNetworkError()).toBe('unreachable');
    expect(clock.now() - start).toBe(outageLimitMs);
  });

  it('probes once for all waiting calls', async () => {
    const { reach, asked } = track(1);
    reach.saw(network);
    await Promise.all([
      reach.afterNetworkError(),
      reach.afterNetworkError(),
      reach.afterNetworkError(),
    ]);
    expect(asked()).toBe(1);
  });

  it('stops waiting when the run is interrupted', async () => {
    const { reach } = track(Infinity);
    reach.saw(network);
    expect(await reach.afterNetworkError(AbortSignal.abort())).toBe('give-up');
  });
});
