/** Which setting set has which regions: none has more stack instances than AWS's quota, and a region stays where it is. */
import { UsageError } from '../model/errors.ts';
import { isSetOf, maxInstances, type FoundSet, type HandOverCell } from './stack-sets.ts';

export interface SettingSet {
  readonly name: string;
  readonly regions: readonly string[];
  /** Stack instances in accounts that are there already. */
  readonly instances: number;
}

export interface SettingSetInput {
  readonly prefix: string;
  /** By name. */
  readonly found: ReadonlyMap<string, FoundSet>;
  /** Regions of new accounts. */
  readonly regions: readonly string[];
  readonly cells: readonly HandOverCell[];
}

const nameOf = (prefix: string, number: number): string =>
  number === 1 ? `${prefix}-setting` : `${prefix}-setting-${String(number)}`;

/**
 * A region in which a set has instances, or deploys to new accounts, stays with it: two sets never have the same cell. Throws
 * `UsageError` where a set that is there would get more instances than the quota.
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
  const sets = new Map<string, { regions: string[]; instances: number }>();
  const setOf = (name: string) => {
    const set = sets.get(name) ?? { regions: [], instances: 0 };
    sets.set(name, set);
    return set;
  };
  for (const [region, name] of homes) {
    const set = setOf(name);
    set.instances += accounts.get(region)?.size ?? 0;
    if (all.includes(region)) set.regions.push(region);
  }
  for (const [name, { instances }] of sets) if (instances > quota) throw tooMany(name, instances);
  let number = 1;
  for (const region of all) {
    if (homes.has(region)) continue;
    const more = accounts.get(region)?.size ?? 0;
    if (more > quota) throw tooMany(nameOf(prefix, number), more);
    while (setOf(nameOf(prefix, number)).instances + more > quota) number += 1;
    const set = setOf(nameOf(prefix, number));
    set.regions.push(region);
    set.instances += more;
  }
  if (sets.size === 0) setOf(nameOf(prefix, 1));
  return [...sets]
    .map(([name, set]) => ({ name, ...set, regions: set.regions.toSorted() }))
    .sort((one, other) => numberIn(one.name) - numberIn(other.name));
}

const numberIn = (name: string): number => Number(/-setting-(\d+)$/.exec(name)?.[1] ?? 1);

const tooMany = (name: string, instances: number): UsageError =>
  new UsageError(
    `The stack set ${name} would have ${instances.toLocaleString('en')} stack instances, and AWS's quota is ${maxInstances.toLocaleString('en')}: nothing was touched.`,
    'Transfer fewer cells, with --ou, --region or --exclude-region; or run `dhmc stackset remove` first, and deploy again: the regions are then divided among several stack sets.',
  );
