import { describe, expect, it } from 'vitest';
import { makePace } from '../../../src/aws/http/rate.ts';

describe('makePace', () => {
  it('lets the burst of an operation through at once', async () => {
    const pace = makePace(() => 0);
    await Promise.all(Array.from({ length: 6 }, () => pace('ListAccounts')));
  });
  it('lets no more than one burst through after a long pause', async () => {
    let at = 0;
    const pace = makePace(() => at);
    await pace('ListAccounts');
    at = 3_600_000;
    const sent: number[] = [];
    const all = Array.from({ length: 7 }, (_, i) => pace('ListAccounts').then(() => sent.push(i)));
    await new Promise(setImmediate);
    expect(sent).toEqual([0, 1, 2, 3, 4, 5]);
    await Promise.all(all);
  });
});
