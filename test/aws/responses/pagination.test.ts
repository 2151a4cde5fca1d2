import { describe, expect, it } from 'vitest';
import { collectPages, pagesOf } from '../../../src/aws/responses/pagination.ts';

describe('collecting pages', () => {
  it('continues after empty pages, and fails on a repeated token or too many pages', async () => {
    const pages = [
      { items: [], next: 'a' },
      { items: [1, 2], next: 'b' },
      { items: [3], next: undefined },
    ];
    let at = 0;
    expect(
      await collectPages(() => Promise.resolve(pages[at++] ?? { items: [], next: undefined })),
    ).toEqual([1, 2, 3]);
    await expect(collectPages(() => Promise.resolve({ items: [1], next: 'same' }))).rejects.toThrow(
      'a second time',
    );
    let count = 0;
    await expect(
      collectPages(() => Promise.resolve({ items: [], next: String((count += 1)) })),
    ).rejects.toThrow('empty pages');
    expect(count).toBeLessThanOrEqual(101);
    await expect(
      collectPages(() => Promise.resolve({ items: [1], next: String((count += 1)) })),
    ).rejects.toThrow('more than 2000 pages');
    await expect(
      collectPages(() => Promise.resolve({ items: [1, 2], next: String((count += 1)) }), 3),
    ).rejects.toThrow('more than 3 entries');
    const last = { items: [1], next: undefined };
    let left = 1_999;
    expect(
      await collectPages(() =>
        Promise.resolve(left === 0 ? last : { items: [1], next: String((left -= 1)) }),
      ),
    ).toHaveLength(2_000);
  });
  it('requests the next page ahead', async () => {
    const asked: (string | undefined)[] = [];
    const pages = pagesOf((token) => {
      asked.push(token);
      return Promise.resolve({ items: [1], next: token === undefined ? 'second' : undefined });
    });
    await pages.next();
    expect(asked).toEqual([undefined, 'second']);
  });
});
