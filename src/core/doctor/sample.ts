/** Which accounts the doctor checks if it does not check all of them. */
import type { Account } from '../model/model.ts';

/** At most so many accounts, one of each unit before a second of any, the units evenly spread; in the order given. */
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

/** Whether the i-th of `count` is one of `wanted` that lie evenly among them. */
const isEvenStep = (i: number, count: number, wanted: number): boolean =>
  Math.floor(((i + 1) * wanted) / count) > Math.floor((i * wanted) / count);
