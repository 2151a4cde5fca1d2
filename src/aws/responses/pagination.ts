/** Reads the pages of a listing. A repeated token, or too many empty pages, is an error. */
import { InvalidResponse } from './problems.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** Undefined or empty on the last page. */
  readonly next: string | undefined;
}

const maxPages = 2_000;
const maxEmptyPages = 100;

/**
 * Yields the pages of a listing, and requests the next one while the last is used. An empty page with a token does
 * not end the listing. A repeated token, 100 empty pages in a row, or more than 2,000 pages are an `InvalidResponse`.
 */
export async function* pagesOf<T>(
  ask: (token: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<readonly T[]> {
  const seen = new Set<string>();
  let [pages, empty] = [0, 0];
  let coming: Promise<Page<T>> | null = ask(undefined);
  while (coming !== null) {
    const { items, next: token } = await coming;
    const next = token === '' ? undefined : token;
    if (next !== undefined && seen.has(next))
      throw new InvalidResponse('The list does not end: a page token came a second time.');
    pages += 1;
    if (pages >= maxPages && next !== undefined)
      throw new InvalidResponse(`The list does not end: more than ${String(maxPages)} pages.`);
    empty = items.length === 0 ? empty + 1 : 0;
    if (empty >= maxEmptyPages && next !== undefined)
      throw new InvalidResponse(`The list does not end: ${String(empty)} empty pages in a row.`);
    if (next === undefined) coming = null;
    else {
      seen.add(next);
      coming = ask(next);
      // If the reader stops early, nobody awaits this page, so its failure is ignored.
      coming.catch(() => {});
    }
    yield items;
  }
}

/** All items of all pages. More than `most` items are an `InvalidResponse`. */
export const collectPages = async <T>(
  ask: (token: string | undefined) => Promise<Page<T>>,
  most = Infinity,
): Promise<readonly T[]> => {
  const all: T[] = [];
  for await (const items of pagesOf(ask)) {
    all.push(...items);
    if (all.length > most)
      throw new InvalidResponse(`The list has more than ${String(most)} entries.`);
  }
  return all;
};
