/** The events of each request, for progress and logs. */

/** A request that is about to be sent: one attempt of a call. */
export interface CallBegun {
  readonly service: string;
  readonly operation: string;
  /** Null for calls before the caller's account is known. */
  readonly account: string | null;
  readonly region: string;
}

/** The end of a request. */
export interface CallEnded {
  readonly ms: number;
  /** `ok`, or the error's name. */
  readonly outcome: string;
}

/** Called with every request before it is sent. The function that it returns is called when the request ends. */
export type WatchCall = (call: CallBegun) => (ended: CallEnded) => void;
