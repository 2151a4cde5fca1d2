/** Waves and the failure tolerance: which accounts come first, and when a run starts no more accounts. */
import type { AccountPlan, AccountRow } from '../model/model.ts';
import { hasChanges, isToChange } from './plan.ts';

/** `10` or `10%`. */
export type Share =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'percent'; readonly percent: number };

/** Null if the text is neither a whole number nor a percentage from 0 to 100. */
export function parseShare(text: string): Share | null {
  const percent = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text)?.[1];
  if (percent !== undefined)
    return Number(percent) <= 100 ? { kind: 'percent', percent: Number(percent) } : null;
  return /^\d{1,9}$/.test(text) ? { kind: 'count', count: Number(text) } : null;
}

/** Whether waves and the tolerance count the account: something will change in it, or failed or is blocked. */
export const needsWork = (plan: AccountPlan): boolean =>
  hasChanges(plan) ||
  plan.targets.some((target) => target.verdict === 'failed' || target.verdict === 'blocked');

/** Throws if the text is neither a number nor a percentage: options are checked before. */
export const shareOf = (text: string): Share => {
  const share = parseShare(text);
  if (share === null) throw new Error(`no share of accounts: ${text}`);
  return share;
};

/** How many accounts may have failed or blocked targets before the run starts no more accounts. */
export const toleratedAccounts = (share: Share, accounts: number): number =>
  share.kind === 'count' ? share.count : Math.floor((accounts * share.percent) / 100);

/** The number of accounts up to the end of each wave. Each wave has at least one account; the last ends with all. */
export function waveEnds(shares: readonly Share[], accounts: number): readonly number[] {
  const ends: number[] = [];
  for (const share of shares) {
    const end = Math.min(
      accounts,
      share.kind === 'count' ? share.count : Math.ceil((accounts * share.percent) / 100),
    );
    if (end > (ends.at(-1) ?? 0)) ends.push(end);
  }
  if (accounts > (ends.at(-1) ?? 0)) ends.push(accounts);
  return ends;
}

/** The number of settings of the account that will change. */
export const cellsToChange = ({ targets }: Pick<AccountPlan, 'targets'>): number =>
  targets.filter((target) => target.kind === 'setting' && isToChange(target)).length;

/**
 * Sorts the accounts so that the first ones always come from many OUs and have few cells to change, since a small
 * account is a safe place to begin. `first` come before all others, accounts without possible changes after them, and
 * the management account last.
 */
export function orderForWaves<T extends Pick<AccountPlan, 'account' | 'targets'>>(
  plans: readonly T[],
  managementAccount: string,
  first: readonly string[] = [],
): readonly T[] {
  const isFirst = new Set(first);
  const isManagement = ({ account }: T): boolean => account.id === managementAccount;
  const members = plans.filter((plan) => !isManagement(plan));
  const changing = members.filter((plan) => plan.targets.some(isToChange));
  return [
    ...sampled(changing.filter(({ account }) => isFirst.has(account.id))),
    ...sampled(changing.filter(({ account }) => !isFirst.has(account.id))),
    ...members.filter((plan) => !plan.targets.some(isToChange)),
    ...plans.filter(isManagement),
  ];
}

/** Takes one account of each OU in turn, the smallest of each OU first. The OU with the smallest account begins. */
function sampled<T extends Pick<AccountPlan, 'account' | 'targets'>>(
  plans: readonly T[],
): readonly T[] {
  const bySize = plans
    .map((plan) => ({ plan, cells: cellsToChange(plan) }))
    .sort((one, other) => one.cells - other.cells);
  const byPath = new Map<string, T[]>();
  for (const { plan } of bySize) {
    const path = plan.account.path ?? '';
    const group = byPath.get(path);
    if (group === undefined) byPath.set(path, [plan]);
    else group.push(plan);
  }
  const groups = [...byPath.values()];
  const longest = Math.max(0, ...groups.map((group) => group.length));
  return Array.from({ length: longest }, (_, round) =>
    groups.flatMap((group) => group.slice(round, round + 1)),
  ).flat();
}

/** The accounts that `--wave-first` names, and the names that match no account or several accounts of the plan. */
export function resolveFirst(
  accounts: readonly AccountRow[],
  given: readonly string[],
): {
  readonly ids: readonly string[];
  readonly unknown: readonly string[];
  readonly ambiguous: readonly { readonly name: string; readonly ids: readonly string[] }[];
} {
  const ids: string[] = [];
  const unknown: string[] = [];
  const ambiguous: { name: string; ids: readonly string[] }[] = [];
  const find = (name: string): readonly string[] => {
    const byId = accounts.filter(({ id }) => id === name);
    if (byId.length > 0) return byId.map(({ id }) => id);
    const byName = accounts.filter((account) => account.name === name);
    const under = accounts.filter(
      ({ path }) => path !== null && (path === name || path.startsWith(`${name}/`)),
    );
    const found = [...byName, ...under].map(({ id }) => id);
    if (byName.length > 1 || (byName.length > 0 && under.length > 0))
      ambiguous.push({ name, ids: found });
    return found;
  };
  for (const text of given) {
    const whole = find(text);
    if (whole.length > 0 || !text.includes(',')) {
      ids.push(...whole);
      if (whole.length === 0) unknown.push(text);
      continue;
    }
    for (const part of text
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '')) {
      const found = find(part);
      ids.push(...found);
      if (found.length === 0) unknown.push(part);
    }
  }
  return { ids: [...new Set(ids)], unknown, ambiguous };
}

/** The accounts of each wave, in order: one wave without `waves`, none if nothing changes. */
export function wavesOf<T extends AccountPlan>(
  plans: readonly T[],
  {
    waves,
    managementAccount,
    first,
  }: {
    readonly waves: readonly string[] | null;
    readonly managementAccount: string;
    readonly first?: readonly string[];
  },
): readonly (readonly T[])[] {
  const active = plans.filter(needsWork);
  if (waves === null) return active.length === 0 ? [] : [active];
  const ordered = orderForWaves(active, managementAccount, first);
  const ends = waveEnds(waves.map(shareOf), ordered.length);
  return ends.map((end, index) => ordered.slice(ends[index - 1] ?? 0, end));
}

/** The plans with their waves set. */
export function assignWaves(
  plans: readonly AccountPlan[],
  options: Parameters<typeof wavesOf>[1],
): readonly AccountPlan[] {
  const waveOf = new Map<string, number>();
  if (options.waves !== null)
    for (const [index, wave] of wavesOf(plans, options).entries())
      for (const { account } of wave) waveOf.set(account.id, index + 1);
  return plans.map(({ wave: _former, ...plan }) => {
    const wave = waveOf.get(plan.account.id);
    return wave === undefined ? plan : { ...plan, wave };
  });
}

/** The waves that were assigned, each with its accounts in the order of the plan. */
export function assignedWaves(plans: readonly AccountPlan[]): readonly (readonly AccountPlan[])[] {
  const waves: AccountPlan[][] = [];
  for (const plan of plans) {
    if (plan.wave === undefined) continue;
    while (waves.length < plan.wave) waves.push([]);
    waves[plan.wave - 1]?.push(plan);
  }
  return waves;
}
