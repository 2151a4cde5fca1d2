import { describe, expect, it } from 'vitest';
import { sampleOf } from '../../../src/core/doctor/sample.ts';
import type { Account } from '../../../src/core/model/model.ts';

describe('a sample of accounts', () => {
  const account = (id: number, path: string): Account => ({
    id: String(id),
    name: `a${id}`,
    path,
    state: 'ACTIVE',
  });
  it('takes one account of each organizational unit before a second of any, evenly and in order', () => {
    const accounts = Array.from({ length: 40 }, (_, i) => account(i, `ou${i % 10}`));
    const sample = sampleOf(accounts, 5);
    expect(sample).toHaveLength(5);
    expect(new Set(sample.map(({ path }) => path)).size).toBe(5);
    expect(sample.map(({ id }) => Number(id))).toEqual(
      [...sample].map(({ id }) => Number(id)).sort((a, b) => a - b),
    );
  });
  it.each([1, 2, 5, 7, 39, 40, 100])(
    'of at most %i accounts has that many, or all accounts where there are fewer',
    (most) => {
      const accounts = Array.from({ length: 40 }, (_, i) => account(i, `ou${i % 3}`));
      expect(sampleOf(accounts, most)).toHaveLength(Math.min(most, 40));
    },
  );
});
