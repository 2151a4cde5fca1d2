/** Waves and the failure tolerance: which accounts come first, and when no more are begun. */
import type { AccountPlan, AccountRow } from '../model/model.ts';
import { hasChanges } from './plan.ts';

/** `10` or `10%`. */
export type Share =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'percent'; readonly percent: number };

/** Null where the text is neither a whole number nor a percentage from 0 to 100. */
export function parseShare(text: string): Share | null {
  const percent = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text)?.[1];
  if (percent !== undefined)
    return Number(percent) <= 100 ? { kind: 'percent', percent: Number(percent) } : null;
  return /^\d{1,9}$/.test(text) ? { kind: 'count', count: Number(text) } : null;
}

/** Something is to be done in the account, or was and could not: waves and the tolerance count these. */
export const needsWork = (plan: AccountPlan): boolean =>
  hasChanges(plan) ||
  plan.targets.some((target) => target.verdict === 'failed' || target.verdict === 'blocked');

/** Throws for what is neither a number nor a share: options are checked before. */
export const shareOf = (text: string): Share => {
  const share = parseShare(text);
  if (share === null) throw new Error(`no share of accounts: ${text}`);
  return share;
};

/** How many accounts may have failed or blocked targets before no more are begun. */
export const toleratedAccounts = (share: Share, accounts: number): number =>
  share.kind === 'count' ? share.count : Math.floor((accounts * share.percent) / 100);

/** Where each wave ends, as counts of accounts: growing, none empty, the last one all of them. */
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

/** The accounts in an order of which every beginning samples across the OUs; the management account last. */
export function orderForWaves<T extends { readonly account: AccountRow }>(
  plans: readonly T[],
  managementAccount: string,
): readonly T[] {
  const byPath = new Map<string, T[]>();
  const last: T[] = [];
  for (const plan of plans) {
    if (plan.account.id === managementAccount) {
      last.push(plan);
      continue;
    }
    const path = plan.account.path ?? '';
    const group = byPath.get(path);
    if (group === undefined) byPath.set(path, [plan]);
    else group.push(plan);
  }
  const groups = [...byPath.values()];
  const longest = Math.max(0, ...groups.map((group) => group.length));
  const ordered: T[] = [];
  for (let index = 0; index < longest; index += 1) {
    for (const group of groups) {
      const plan = group[index];
      if (plan !== undefined) ordered.push(plan);
    }
  }
  return [...ordered, ...last];
}
