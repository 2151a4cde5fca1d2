/** Pages of a listing, with an end: tokens that come back and pages that stay empty for ever are no answers. */
import { InvalidResponse } from './problems.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

const mostEmptyPages = 1000;

/**
 * Yields page after page, the next being asked for while the last is used. An empty page with a token is none of the
 * ends; a token seen before, or a thousand empty pages in a row, is an `InvalidResponse`.
 */
export async function* pagesOf<T>(
  ask: (token: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<readonly T[]> {
  const seen = new Set<string>();
  let empty = 0;
  let coming: Promise<Page<T>> | null = ask(undefined);
  while (coming !== null) {
    const { items, next } = await coming;
    if (next !== undefined && seen.has(next))
      throw new InvalidResponse('The list does not end: a page token came a second time.');
    empty = items.length === 0 ? empty + 1 : 0;
    if (empty > mostEmptyPages)
      throw new InvalidResponse(`The list does not end: ${String(empty)} empty pages in a row.`);
    if (next === undefined) coming = null;
    else {
      seen.add(next);
      coming = ask(next);
      // Whoever stops early leaves this page unasked for; its failure is then nobody's.
      coming.catch(() => {});
    }
    yield items;
  }
}

/** All items of all pages. */
export const collectPages = async <T>(
  ask: (token: string | undefined) => Promise<Page<T>>,
): Promise<readonly T[]> => {
  const all: T[] = [];
  for await (const items of pagesOf(ask)) all.push(...items);
  return all;
};
