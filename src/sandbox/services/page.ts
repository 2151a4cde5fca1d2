/** Pages of lists. A token is a position in one operation's list and is invalid in another's. */
import type { AwsError } from '../protocols/aws-error.ts';

/** How a service cuts its lists. */
export interface Paging {
  /** Items in a page where the caller does not say. */
  readonly size: number;
  /** Most items in a page, whatever the caller says. Default: `size`. */
  readonly most?: number;
  /** The answer's member with the token for more. */
  readonly token: 'NextToken' | 'nextToken' | 'Marker';
  /** Whether an answer says `IsTruncated`. */
  readonly truncated?: boolean;
  /** Whether lists begin with an empty page where the world's `emptyPages` says so. */
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
