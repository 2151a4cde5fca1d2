/** Divides regions among setting sets. No set exceeds AWS's quota of stack instances, and a region stays in its set. */
import { UsageError } from '../model/errors.ts';
import { isSetOf, maxInstances, type FoundSet, type HandOverCell } from './stack-sets.ts';

export interface SettingSet {
  readonly name: string;
  readonly regions: readonly string[];
  /** The number of stack instances in existing accounts. */
  readonly instances: number;
}

export interface SettingSetInput {
  readonly prefix: string;
  /** dhmc's existing sets, by name. */
  readonly found: ReadonlyMap<string, FoundSet>;
  /** The regions for new accounts. */
  readonly regions: readonly string[];
  readonly cells: readonly HandOverCell[];
}

const nameOf = (prefix: string, number: number): string =>
  number === 1 ? `${prefix}-setting` : `${prefix}-setting-${String(number)}`;

/**
 * A region in which a set has instances, or deploys to new accounts, stays with that set, so two sets never have the
 * same cell. Throws `UsageError` if a set would get more instances than the quota.
 */
export function settingSetsOf(
  { prefix, found, regions, cells }: SettingSetInput,
  quota = maxInstances,
): readonly SettingSet[] {
  const accounts = new Map<string, Set<string>>();
  const add = (region: string, account: string): void => {
    accounts.set(region, (accounts.get(region) ?? new Set()).add(account));
  };
  const homes = new Map<string, string>();
  for (const [name, { set, instances, autoTargets }] of found) {
    if (!isSetOf(set.arn, prefix, 'setting')) continue;
    for (const target of autoTargets)
      for (const region of target.regions) homes.set(region, homes.get(region) ?? name);
    for (const { account, region } of instances) {
      homes.set(region, homes.get(region) ?? name);
      add(region, account);
    }
  }
  for (const { account, region } of cells) add(region, account);
  const all = [...new Set([...regions, ...cells.map(({ region }) => region)])].sort();
  const sizes = new Map(all.map((region) => [region, accounts.get(region)?.size ?? 0]));
  const fixed = new Map<string, SettingSet>();
  for (const [region, name] of homes) {
    const set = fixed.get(name) ?? { name, regions: [], instances: 0 };
    fixed.set(name, {
      name,
      regions: all.includes(region) ? [...set.regions, region] : set.regions,
      instances: set.instances + (accounts.get(region)?.size ?? 0),
    });
  }
  for (const { name, instances } of fixed.values())
    if (instances > quota) throw tooMany(name, instances);
  const loose = all.filter((region) => !homes.has(region));
  for (const region of loose) {
    const size = sizes.get(region) ?? 0;
    if (size > quota) throw tooMany(nameOf(prefix, 1), size);
  }
  const fill = (limit: number) => filled(fixed, { prefix, loose, sizes, limit });
  const fullest = fill(quota);
  // Spreads the instances evenly over the sets, since new accounts need room in each.
  const total = fullest.reduce((sum, { instances }) => sum + instances, 0);
  const step = Math.max(1, ...sizes.values());
  for (let limit = Math.ceil(total / fullest.length); limit < quota; limit += step) {
    const even = fill(limit);
    if (even.length <= fullest.length) return even;
  }
  return fullest;
}

/**
 * Adds regions without a set to sets, one set after another. A set has at most `limit` instances, or a single region.
 */
function filled(
  fixed: ReadonlyMap<string, SettingSet>,
  {
    prefix,
    loose,
    sizes,
    limit,
  }: {
    readonly prefix: string;
    readonly loose: readonly string[];
    readonly sizes: ReadonlyMap<string, number>;
    readonly limit: number;
  },
): readonly SettingSet[] {
  const sets = new Map(fixed);
  let number = 1;
  const current = (): SettingSet => {
    const name = nameOf(prefix, number);
    return sets.get(name) ?? { name, regions: [], instances: 0 };
  };
  for (const region of loose) {
    const size = sizes.get(region) ?? 0;
    while (current().instances > 0 && current().instances + size > limit) number += 1;
    const { name, regions, instances } = current();
    sets.set(name, { name, regions: [...regions, region], instances: instances + size });
  }
  if (sets.size === 0) sets.set(nameOf(prefix, 1), current());
  return [...sets.values()]
    .map((set) => ({ ...set, regions: set.regions.toSorted() }))
    .sort((one, other) => numberIn(one.name) - numberIn(other.name));
}

const numberIn = (name: string): number => Number(/-setting-(\d+)$/.exec(name)?.[1] ?? 1);

const tooMany = (name: string, instances: number): UsageError =>
  new UsageError(
    `The stack set ${name} would have ${instances.toLocaleString('en')} stack instances, and AWS's quota is ${maxInstances.toLocaleString('en')}: nothing was touched.`,
    'Transfer fewer cells, with --ou, --region or --exclude-region; or run `dhmc stackset remove` first, and deploy again: the regions are then divided among several stack sets.',
  );
