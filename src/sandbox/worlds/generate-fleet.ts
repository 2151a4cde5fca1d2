/** Any number of instances for generated worlds, in lists that accounts share. */
import type { Account, FleetInstance } from '../world.ts';
import { appServer, webOnly } from './default-fleet.ts';

export const generatedRoles = [appServer, webOnly] as const;

/** A mix of twenty instances: eight wait for the setting, two wait under a profile, and so on. */
const pattern: readonly FleetInstance[] = [
  ...several(8, { name: 'worker' }),
  ...several(2, { name: 'batch', profile: webOnly.name }),
  ...several(7, { name: 'app', profile: appServer.name }),
  { name: 'old', agent: { version: '3.1.1732.0' } },
  { name: 'dark', agent: null },
  { name: 'parked', profile: appServer.name, state: 'stopped' },
];

function several(count: number, instance: FleetInstance): readonly FleetInstance[] {
  return Array.from({ length: count }, () => instance);
}

/**
 * Spreads the instances evenly over the member accounts and their regions. Returns a function from an account's
 * index, counted from 0, to its instances.
 */
export function spreadFleet(
  instances: number,
  accounts: number,
  regions: readonly string[],
): (n: number) => Pick<Account, 'fleet'> {
  const members = Math.max(1, accounts - 1);
  const cells = members * regions.length;
  const lists = new Map<string, readonly FleetInstance[]>();
  const listFrom = (start: number, count: number): readonly FleetInstance[] => {
    const key = `${start % pattern.length} ${count}`;
    let list = lists.get(key);
    if (list === undefined) lists.set(key, (list = grouped(start % pattern.length, count)));
    return list;
  };
  const before = (cell: number): number => Math.floor((cell * instances) / cells);
  return (n) => {
    if (instances === 0 || n >= members) return {};
    const fleet: Record<string, readonly FleetInstance[]> = {};
    regions.forEach((region, at) => {
      const cell = n * regions.length + at;
      const start = before(cell);
      const count = before(cell + 1) - start;
      if (count > 0) fleet[region] = listFrom(start, count);
    });
    return { fleet };
  };
}

/** Takes instances from the pattern, beginning at `start`, with one entry for identical ones. */
function grouped(start: number, count: number): readonly FleetInstance[] {
  const counts = new Map<FleetInstance, number>();
  for (let i = 0; i < pattern.length; i++) {
    const instance = pattern[(start + i) % pattern.length];
    const times = Math.floor((count - i + pattern.length - 1) / pattern.length);
    if (instance !== undefined && times > 0)
      counts.set(instance, (counts.get(instance) ?? 0) + times);
  }
  return [...counts].map(([instance, times]) => ({ ...instance, count: times }));
}
