/** Limits the calls in flight, and chooses the next waiting call. */
import pLimit from 'p-limit';

export interface Limiter {
  /** Runs the call when the limit allows it. A call must not use `run` itself. */
  run<T>(host: string, call: () => Promise<T>): Promise<T>;
  /** Reports a response without throttling. After as many of them as the limit, the limit grows by one. */
  answered(): void;
  /**
   * Reports a throttled call. The limit shrinks at most once per 250 ms, because calls in flight are throttled
   * together.
   */
  throttled(): void;
  readonly room: number;
}

const shrink = 0.7;
const shrinkEveryMs = 250;

interface Waiting {
  readonly order: number;
  /** How many calls had started when this one was added. */
  readonly since: number;
  readonly call: () => Promise<void>;
}

/**
 * The waiting calls, by host. The oldest goes first, but a host with a free connection takes precedence: with many
 * hosts, most calls would otherwise need a new handshake. No call is passed over more than `maxPassed` times.
 */
const makeQueue = (maxPassed: number, isFree: (host: string) => boolean) => {
  const hosts = new Map<string, Waiting[]>();
  let came = 0;
  let begun = 0;
  const oldestOf = (among: (host: string) => boolean): string | null => {
    let oldest: string | null = null;
    let order = Infinity;
    for (const [host, [first]] of hosts) {
      if (first === undefined || first.order >= order || !among(host)) continue;
      oldest = host;
      order = first.order;
    }
    return oldest;
  };
  const pick = (): string | null => {
    const oldest = oldestOf(() => true);
    if (oldest === null || hosts.size === 1) return oldest;
    const passed = begun - (hosts.get(oldest)?.[0]?.since ?? begun);
    return passed > maxPassed ? oldest : (oldestOf(isFree) ?? oldest);
  };
  return {
    add: (host: string, call: () => Promise<void>): void => {
      const waiting = { order: came, since: begun, call };
      came += 1;
      const queue = hosts.get(host);
      if (queue === undefined) hosts.set(host, [waiting]);
      else queue.push(waiting);
    },
    /** Removes the next call from the queue and returns it; null if none waits. */
    next: (): (() => Promise<void>) | null => {
      const host = pick();
      const queue = host === null ? undefined : hosts.get(host);
      const waiting = queue?.shift();
      if (host === null || queue === undefined || waiting === undefined) return null;
      if (queue.length === 0) hosts.delete(host);
      begun += 1;
      return waiting.call;
    },
  };
};

/** Additive increase and multiplicative decrease, between 1 and `most` calls in flight. */
export const makeLimiter = (
  most: number,
  now: () => number = () => performance.now(),
  isFree: (host: string) => boolean = () => false,
): Limiter => {
  const limit = pLimit(most);
  const queue = makeQueue(4 * most, isFree);
  let room = most;
  let lastShrunk = -Infinity;
  const set = (value: number): void => {
    room = value;
    const whole = Math.max(1, Math.floor(room));
    if (limit.concurrency !== whole) limit.concurrency = whole;
    begin();
  };
  /** Gives p-limit as many calls as it can start. The rest wait in `queue`, which orders them. */
  const begin = (): void => {
    while (limit.activeCount + limit.pendingCount < limit.concurrency) {
      const call = queue.next();
      if (call === null) return;
      void limit(call).finally(begin);
    }
  };
  return {
    run: (host, call) =>
      new Promise((resolve, reject) => {
        queue.add(host, () => call().then(resolve, reject));
        begin();
      }),
    answered: () => {
      if (room < most) set(Math.min(most, room + 1 / room));
    },
    throttled: () => {
      const at = now();
      if (at - lastShrunk < shrinkEveryMs) return;
      lastShrunk = at;
      set(Math.max(1, room * shrink));
    },
    get room() {
      return limit.concurrency;
    },
  };
};
