import { describe, expect, it } from 'vitest';
import { accountConcurrency, forEachConcurrent } from '../../src/run/pool.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('concurrent work', () => {
  it('handles every item, within the limit', async () => {
    let [running, most] = [0, 0];
    const done: number[] = [];
    await forEachConcurrent([1, 2, 3, 4, 5], 2, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await turn();
      running -= 1;
      done.push(item);
    });
    expect(done.sort()).toEqual([1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  it('takes the next item only when there is room', async () => {
    let pulled = 0;
    const source = function* (): Iterable<number> {
      for (; pulled < 10; pulled += 1) yield pulled;
    };
    let pulledAtFirst = 0;
    await forEachConcurrent(source(), 3, async (item) => {
      if (item === 0) {
        await turn();
        pulledAtFirst = pulled;
      } else await turn();
    });
    expect(pulledAtFirst).toBeLessThanOrEqual(3);
  });

  it('starts nothing after the end or a failure, and finishes the work in flight', async () => {
    const ended: number[] = [];
    const work = async (item: number): Promise<void> => {
      await turn();
      ended.push(item);
      if (item === 2) throw new Error('two');
    };
    await expect(forEachConcurrent([1, 2, 3, 4, 5, 6], 2, work)).rejects.toThrow('two');
    expect(ended).toContain(2);
    expect(ended).not.toContain(6);
    ended.length = 0;
    await forEachConcurrent([1, 3, 4], 1, work, () => ended.length > 0);
    expect(ended).toEqual([1]);
  });

  it('finishes the work in flight if the source fails', async () => {
    let isDone = false;
    const source = function* (): Iterable<number> {
      yield 1;
      throw new Error('source');
    };
    const work = async (): Promise<void> => {
      await turn();
      isDone = true;
    };
    await expect(forEachConcurrent(source(), 5, work)).rejects.toThrow('source');
    expect(isDone).toBe(true);
  });
});

it.each([
  [1, 2],
  [4, 2],
  [5, 3],
  [64, 32],
  [1024, 256],
])('with %d calls in flight needs %d accounts', (concurrency, accounts) => {
  expect(accountConcurrency(concurrency)).toBe(accounts);
});
