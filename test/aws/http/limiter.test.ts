import { describe, expect, it } from 'vitest';
import { makeLimiter } from '../../../src/aws/http/limiter.ts';

describe('the limiter', () => {
  it('shrinks once when calls in flight are throttled together, and grows again', () => {
    let now = 0;
    const limiter = makeLimiter(100, () => now);
    for (let i = 0; i < 50; i += 1) limiter.throttled();
    expect(limiter.room).toBe(70);
    now += 1000;
    limiter.throttled();
    expect(limiter.room).toBe(49);
    for (let i = 0; i < 5000; i += 1) limiter.answered();
    expect(limiter.room).toBe(100);
  });
  it('grows by one only after as many responses as it has room for', () => {
    const limiter = makeLimiter(100, () => 1000);
    limiter.throttled();
    for (let i = 0; i < 60; i += 1) limiter.answered();
    expect(limiter.room).toBe(70);
    for (let i = 0; i < 20; i += 1) limiter.answered();
    expect(limiter.room).toBe(71);
  });
  it('always leaves room for one call', () => {
    let now = 0;
    const limiter = makeLimiter(2, () => now);
    for (let i = 0; i < 50; i += 1) {
      now += 1000;
      limiter.throttled();
    }
    expect(limiter.room).toBe(1);
  });
  it('prefers a call to an open connection, and starves no other call', async () => {
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const limiter = makeLimiter(1, undefined, (host) => host === 'a');
    const run = (host: string, name: string) =>
      limiter.run(host, () => {
        begun.push(name);
        return new Promise<void>((resolve) => ends.push(resolve));
      });
    const all = ['a0', 'b1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8'].map((name) =>
      run(name.slice(0, 1), name),
    );
    while (ends.length < all.length) {
      ends.at(-1)?.();
      await new Promise(setImmediate);
    }
    ends.at(-1)?.();
    await Promise.all(all);
    expect(begun).toEqual(['a0', 'a2', 'a3', 'a4', 'a5', 'a6', 'b1', 'a7', 'a8']);
  });
  it('never has more calls in flight than it has room for, even after it shrinks', async () => {
    let now = 0;
    let inFlight = 0;
    let most = 0;
    const limiter = makeLimiter(10, () => now);
    const call = async (): Promise<void> => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await new Promise(setImmediate);
      inFlight -= 1;
    };
    await Promise.all(Array.from({ length: 100 }, () => limiter.run('a', call)));
    expect(most).toBe(10);
    limiter.throttled();
    now += 1000;
    most = 0;
    await Promise.all(Array.from({ length: 100 }, () => limiter.run('a', call)));
    expect(most).toBe(7);
  });
  it('passes on results and errors, and continues after an error', async () => {
    const limiter = makeLimiter(1);
    const failed = limiter.run('a', () => Promise.reject(new Error('no')));
    const given = limiter.run('a', () => Promise.resolve(5));
    await expect(failed).rejects.toThrow('no');
    expect(await given).toBe(5);
  });
});
