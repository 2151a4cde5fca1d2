/** Pages of lists. A token stands for a place in one operation's list and is of no use in another's. */

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

export interface PageRequest {
  readonly operation: string;
  readonly token: string | undefined;
  readonly size: number;
  /** Begin with an empty page that has a token. */
  readonly emptyFirst?: boolean;
}

const write = (operation: string, at: number): string =>
  Buffer.from(`${operation}:${at}:1`).toString('base64');

/** The page that is asked for; null for a token that this operation never gave. */
export function page<T>(
  all: readonly T[],
  { operation, token, size, emptyFirst = false }: PageRequest,
): Page<T> | null {
  if (token === undefined && emptyFirst) return { items: [], next: write(operation, 0) };
  let start = 0;
  if (token !== undefined) {
    const [name, at = ''] = Buffer.from(token, 'base64').toString().split(':');
    if (
      name !== operation ||
      !/^\d+$/.test(at) ||
      write(operation, Number(at)) !== token ||
      Number(at) > all.length
    )
      return null;
    start = Number(at);
  }
  const end = start + size;
  return {
    items: all.slice(start, end),
    next: end < all.length ? write(operation, end) : undefined,
  };
}
