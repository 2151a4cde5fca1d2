import { describe, expect, it } from 'vitest';
import { outageLimitMs, trackConnectivity } from '../../src/run/connectivity.ts';
import { memoryCloud, problem } from '../support/memory-cloud.ts';

const network = problem('network');
/** Connectivity whose probe answers from the n-th question on. */
const track = (answersFrom: number) => {
  const { clock } = memoryCloud([]);
  let asked = 0;
  const answers = () => Promise.resolve((asked += 1) >= answersFrom);
  return { reach: trackConnectivity(clock, { isReachable: answers }), clock, asked: () => asked };
};

describe('after a network problem', () => {
  it('it is this account’s trouble where others are answered', async () => {
    const { reach, asked } = track(Infinity);
    reach.saw(network);
    reach.saw(null);
    expect(await reach.afterNetworkError()).toBe('give-up');
    expect(asked()).toBe(0);
  });

  it('it is this account’s trouble where STS answers at once', async () => {
    const { reach } = track(1);
    reach.saw(network);
    expect(await reach.afterNetworkError()).toBe('give-up');
  });

  it('is tried again where it was everybody’s and is over', async () => {
    const { reach } = track(3);
    reach.saw(network);
    expect(await reach.afterNetworkError()).toBe('try-again');
  });

  it('reports the outage once, since when it lasts, and its end', async () => {
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

  it('a refusal counts as an answer', async () => {
    const { reach } = track(Infinity);
    reach.saw(network);
    reach.saw(problem('denied'));
    expect(await reach.afterNetworkError()).toBe('give-up');
  });

  it('gives up after thirty seconds without any answer, counted from the last one', async () => {
    const { reach, clock } = track(Infinity);
    const start = clock.now();
    reach.saw(network);
    expect(await reach.afterNetworkError()).toBe('unreachable');
    expect(clock.now() - start).toBe(outageLimitMs);
  });

  it('asks once for all who wait', async () => {
    const { reach, asked } = track(1);
    reach.saw(network);
    await Promise.all([
      reach.afterNetworkError(),
      reach.afterNetworkError(),
      reach.afterNetworkError(),
    ]);
    expect(asked()).toBe(1);
  });

  it('waits no longer once the run is interrupted', async () => {
    const { reach } = track(Infinity);
    reach.saw(network);
    expect(await reach.afterNetworkError(AbortSignal.abort())).toBe('give-up');
  });
});
