/** What is reported about each request while it runs. */

/** A request that is being sent: one try of a call. */
export interface CallBegun {
  readonly service: string;
  readonly operation: string;
  /** Null for the caller's own account's calls before it is known. */
  readonly account: string | null;
  readonly region: string;
}

/** How it ended. */
export interface CallEnded {
  readonly ms: number;
  /** `ok`, or the error's name. */
  readonly outcome: string;
}

/** Is called with every request as it is sent; what it returns is called with the request's end. */
export type WatchCall = (call: CallBegun) => (ended: CallEnded) => void;
