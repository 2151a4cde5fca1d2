/** Injected faults, and how long responses take. */
import type { Service } from './services/service.ts';
import { rateLimiter } from './rate-limits.ts';
import type { State } from './state/state.ts';
import type { Fault, Match } from './world.ts';

/** The facts of a call that limits and faults depend on. */
export interface CallInfo {
  readonly service: Service;
  readonly operation: string;
  /** The account that rate limits count for. */
  readonly caller: string;
  /** The account that the call is made in. */
  readonly account: string;
  readonly region: string;
}

export interface FaultInjector {
  /** Takes a token from the documented rate limit; false if none is left. */
  allow(call: CallInfo, now: number): boolean;
  /** The first fault that hits the call, if any. Faults after it in the list do not count the call. */
  nextFault(call: CallInfo): Fault | null;
  /** The delay before the response, in milliseconds. */
  latency(call: CallInfo): number;
}

const matches = (match: Match, { service, operation, account, region }: CallInfo): boolean =>
  (match.service === undefined || match.service === service.name) &&
  (match.operation === undefined || match.operation === operation) &&
  (match.account === undefined || match.account === account) &&
  (match.region === undefined || match.region === region);

export function createFaultInjector(state: State): FaultInjector {
  const withinLimits = rateLimiter();
  const counts = new WeakMap<Fault, { matched: number; hit: number }>();
  const random = seeded(20_261_122);

  const strikes = (fault: Fault, call: CallInfo): boolean => {
    if (!matches(fault, call)) return false;
    let count = counts.get(fault);
    if (count === undefined) counts.set(fault, (count = { matched: 0, hit: 0 }));
    count.matched++;
    const nth = count.matched - (fault.skip ?? 0);
    if (nth <= 0 || count.hit >= (fault.times ?? Infinity)) return false;
    if (fault.every !== undefined && nth % fault.every !== 0) return false;
    if (fault.share !== undefined && random() >= fault.share) return false;
    count.hit++;
    return true;
  };

  return {
    allow: (call, now) => state.behavior.rateLimits !== true || withinLimits(call, now),
    nextFault(call) {
      let struck: Fault | null = null;
      for (const fault of state.behavior.faults ?? []) {
        if (struck === null && strikes(fault, call)) struck = fault;
      }
      return struck;
    },
    latency(call) {
      const { slow = [], latencyMs = 0 } = state.behavior;
      return slow.find((each) => matches(each, call))?.latencyMs ?? latencyMs;
    },
  };
}

/** Mulberry32: numbers in [0, 1), the same sequence for the same seed. */
function seeded(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
