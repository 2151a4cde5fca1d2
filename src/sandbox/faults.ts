/** AWS's temper: how fast it lets one call, how long it takes, and what it does wrong on purpose. */
import type { Service, ServiceName } from './services/service.ts';
import type { State } from './state/state.ts';
import type { Fault, Match } from './world.ts';

type Rate = readonly [perSecond: number, burst: number];

/**
 * Rate and burst per operation and calling account, as documented for Organizations, Account Management and STS
 * (there also per region). IAM and Systems Manager publish none for what is served here.
 */
const rates: Readonly<Partial<Record<ServiceName, Readonly<Record<string, Rate>>>>> = {
  organizations: {
    ListAccounts: [8, 12],
    ListAccountsForParent: [5, 8],
    ListOrganizationalUnitsForParent: [5, 8],
    ListParents: [5, 8],
    ListDelegatedAdministrators: [5, 8],
    ListChildren: [6, 10],
    ListTagsForResource: [10, 15],
    DescribeAccount: [20, 30],
    DescribeOrganization: [1, 2],
    ListRoots: [1, 2],
  },
  account: { ListRegions: [5, 5] },
  sts: { AssumeRole: [600, 600], GetCallerIdentity: [600, 600] },
};

/** What a call is, as far as temper goes. */
export interface CallInfo {
  readonly service: Service;
  readonly operation: string;
  /** Whose limits count. */
  readonly caller: string;
  /** In which account the call is made. */
  readonly account: string;
  readonly region: string;
}

interface Bucket {
  tokens: number;
  at: number;
}

export interface FaultInjector {
  /** Takes a token of the documented limits; false where there is none left. */
  admits(occasion: CallInfo, now: number): boolean;
  /** The fault that strikes the call, if any. Counts the call for every fault that it matches. */
  strike(occasion: CallInfo): Fault | null;
  /** How long the answer waits, in milliseconds. */
  latency(occasion: CallInfo): number;
}

const matches = (match: Match, { service, operation, account, region }: CallInfo): boolean =>
  (match.service === undefined || match.service === service.name) &&
  (match.operation === undefined || match.operation === operation) &&
  (match.account === undefined || match.account === account) &&
  (match.region === undefined || match.region === region);

export function createFaultInjector(state: State): FaultInjector {
  const buckets = new Map<string, Bucket>();
  const counts = new WeakMap<Fault, { matched: number; hit: number }>();
  const random = seeded(20_261_122);

  const strikes = (fault: Fault, occasion: CallInfo): boolean => {
    if (!matches(fault, occasion)) return false;
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
    admits({ service, operation, caller, region }, now) {
      const rate = state.temper.rateLimits === true ? rates[service.name]?.[operation] : undefined;
      if (rate === undefined) return true;
      const [perSecond, burst] = rate;
      const name = `${service.name} ${operation} ${caller}${service.name === 'sts' ? ` ${region}` : ''}`;
      let bucket = buckets.get(name);
      if (bucket === undefined) buckets.set(name, (bucket = { tokens: burst, at: now }));
      bucket.tokens = Math.min(
        burst,
        bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * perSecond,
      );
      bucket.at = now;
      if (bucket.tokens < 1) return false;
      bucket.tokens--;
      return true;
    },
    strike(occasion) {
      let struck: Fault | null = null;
      for (const fault of state.temper.faults ?? []) {
        if (struck === null && strikes(fault, occasion)) struck = fault;
      }
      return struck;
    },
    latency(occasion) {
      const { slow = [], latencyMs = 0 } = state.temper;
      return slow.find((each) => matches(each, occasion))?.latencyMs ?? latencyMs;
    },
  };
}

/** Mulberry32: numbers in [0, 1), the same for the same seed. */
function seeded(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
