/** How many calls are in flight, and how many a second Organizations gets. */
import pLimit from 'p-limit';

export interface Limiter {
  /** Runs the call when there is room. Never call it from within itself. */
  run<T>(call: () => Promise<T>): Promise<T>;
  /** A call was answered without throttling: room grows by one per as many answers as there is room. */
  answered(): void;
  /** A call was throttled: room shrinks, at most once per quarter of a second, since calls in flight are throttled together. */
  throttled(): void;
  readonly room: number;
}

const shrink = 0.7;
const shrinkEveryMs = 250;

/** Additive increase, multiplicative decrease, between 1 and `most` calls in flight. */
export const makeLimiter = (most: number, now: () => number = () => performance.now()): Limiter => {
  const limit = pLimit(most);
  let room = most;
  let lastShrunk = -Infinity;
  const set = (value: number): void => {
    room = value;
    const whole = Math.max(1, Math.floor(room));
    if (limit.concurrency !== whole) limit.concurrency = whole;
  };
  return {
    run: (call) => limit(call),
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

/** Per second, and at once: half of what AWS documents for the calling account, since others share it. */
const organizationsRates: Readonly<Record<string, readonly [rate: number, burst: number]>> = {
  ListAccounts: [4, 6],
  ListAccountsForParent: [2.5, 4],
  ListOrganizationalUnitsForParent: [2.5, 4],
  ListParents: [2.5, 4],
  ListTagsForResource: [5, 7],
  DescribeAccount: [10, 15],
  DescribeOrganizationalUnit: [10, 15],
  DescribeOrganization: [0.5, 1],
  ListRoots: [0.5, 1],
};

/** Waits until the operation of Organizations may be sent. */
export type Pace = (operation: string) => Promise<void>;

export const makePace = (now: () => number = () => performance.now()): Pace => {
  const buckets = new Map<string, { level: number; at: number }>();
  return async (operation) => {
    const [rate, burst] = organizationsRates[operation] ?? [2.5, 4];
    const at = now();
    const bucket = buckets.get(operation) ?? { level: burst, at };
    bucket.level = Math.min(burst, bucket.level + ((at - bucket.at) / 1000) * rate) - 1;
    bucket.at = at;
    buckets.set(operation, bucket);
    // A level below zero is the number of calls that wait before this one may go.
    if (bucket.level < 0) {
      const ms = (-bucket.level / rate) * 1000;
      await new Promise<void>((resolve) => setTimeout(resolve, ms));
    }
  };
};
