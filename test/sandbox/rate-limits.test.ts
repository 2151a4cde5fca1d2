import { expect, it } from 'vitest';
import { rateLimiter } from '../../src/sandbox/rate-limits.ts';
import type { Service } from '../../src/sandbox/services/service.ts';

const service = (more: object = {}): Service =>
  ({ name: 'ssm', rates: { Get: [2, 3] }, ...more }) as unknown as Service;
const call = (over: object = {}) => ({
  ...{ service: service(), operation: 'Get', caller: '1', region: 'eu-west-1' },
  ...over,
});

it('allows a burst, and then the documented number of calls per second', () => {
  const admits = rateLimiter();
  expect([0, 0, 0, 0].map((now) => admits(call(), now))).toEqual([true, true, true, false]);
  expect([499, 500, 500].map((now) => admits(call(), now))).toEqual([false, true, false]);
  expect([60_000, 60_000, 60_000, 60_000].map((now) => admits(call(), now))).toEqual([
    ...[true, true, true, false],
  ]);
});

it('counts each caller separately, and each region if the service does', () => {
  const spent = (over: object, other: object): boolean => {
    const admits = rateLimiter();
    for (let times = 0; times < 3; times += 1) admits(call(over), 0);
    return !admits(call(other), 0);
  };
  const perRegion = { service: service({ ratesPerRegion: true }) };
  expect(spent({}, {})).toBe(true);
  expect(spent({}, { caller: '2' })).toBe(false);
  expect(spent({}, { region: 'us-east-1' })).toBe(true);
  expect(spent(perRegion, { ...perRegion, region: 'us-east-1' })).toBe(false);
});

it('does not limit an operation without a documented limit', () => {
  const admits = rateLimiter();
  expect(Array.from({ length: 100 }, () => admits(call({ operation: 'List' }), 0))).not.toContain(
    false,
  );
});
