/** Pages of lists. A token is a position in one operation's list and invalid in any other. */
import type { AwsError } from '../protocols/aws-error.ts';

/** How a service divides its lists into pages. */
export interface Paging {
  /** The page size if the request does not set one. */
  readonly size: number;
  /** The maximum page size, whatever the request sets. Default: `size`. */
  readonly most?: number;
  /** The response member with the token for the next page. */
  readonly token: 'NextToken' | 'nextToken' | 'Marker';
  /** Whether responses have `IsTruncated`. */
  readonly truncated?: boolean;
  /** Whether lists begin with an empty page if the world sets `emptyPages`. */
  readonly emptyPages?: boolean;
  readonly invalidToken: (token: string) => AwsError;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

export interface PageRequest {
  readonly operation: string;
  readonly token: string | undefined;
  readonly size: number;
  /** Returns an empty first page with a token. */
  readonly emptyFirst?: boolean;
}

const write = (operation: string, at: number): string =>
  Buffer.from(`${operation}:${at}:1`).toString('base64');

/** The requested page; null for a token that this operation did not issue. */
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
