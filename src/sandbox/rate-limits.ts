/** AWS's documented rate limits, each as a token bucket. */
import type { Service } from './services/service.ts';

interface Limited {
  readonly service: Service;
  readonly operation: string;
  /** The account that the limits count for. */
  readonly caller: string;
  readonly region: string;
}

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * Makes a limiter. It takes a token for a call, and returns false if none is left. Operations without a documented
 * limit always pass.
 */
export function rateLimiter(): (call: Limited, now: number) => boolean {
  const buckets = new Map<string, Bucket>();
  return ({ service, operation, caller, region }, now) => {
    const rate = service.rates?.[operation];
    if (rate === undefined) return true;
    const [perSecond, burst] = rate;
    const place = service.ratesPerRegion === true ? ` ${region}` : '';
    const name = `${service.name} ${operation} ${caller}${place}`;
    let bucket = buckets.get(name);
    if (bucket === undefined) buckets.set(name, (bucket = { tokens: burst, at: now }));
    const gained = (Math.max(0, now - bucket.at) / 1000) * perSecond;
    bucket.tokens = Math.min(burst, bucket.tokens + gained);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  };
}
