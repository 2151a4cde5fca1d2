/** Which accounts the doctor checks if it does not check all of them. */
import type { Account } from '../model/model.ts';

/**
 * At most `most` accounts, in the given order. Every organizational unit gives one before any gives a second; if there
 * are too many units, the accounts come from units at even distances.
 */
export function sampleOf(accounts: readonly Account[], most: number): readonly Account[] {
  if (accounts.length <= most) return accounts;
  const byPath = new Map<string, Account[]>();
  for (const account of accounts)
    byPath.set(account.path ?? '', [...(byPath.get(account.path ?? '') ?? []), account]);
  const units = [...byPath.keys()].sort();
  const picked = new Set<Account>();
  for (let round = 0; picked.size < most; round += 1) {
    const candidates = units.flatMap((unit) => byPath.get(unit)?.[round] ?? []);
    const room = most - picked.size;
    if (candidates.length <= room) for (const account of candidates) picked.add(account);
    else
      for (const [i, account] of candidates.entries())
        if (isEvenStep(i, candidates.length, room)) picked.add(account);
  }
  return accounts.filter((account) => picked.has(account));
}

/** Whether the i-th of `count` items is picked, if `wanted` of them are picked at even distances. */
const isEvenStep = (i: number, count: number, wanted: number): boolean =>
  Math.floor(((i + 1) * wanted) / count) > Math.floor((i * wanted) / count);
