/** One hint for many targets: it names every region, and leaves a place for the account where the accounts differ. */
import { normalizedMessage, regionPattern } from './normalized-message.ts';

export interface HintOf {
  readonly hint: string;
  readonly account: string;
  readonly region: string | null;
}

/** The hints differ in account and region alone: `general` is what they have in common. */
export function sharedHint(hints: readonly HintOf[]): string {
  const [first] = hints;
  if (first === undefined) return '';
  const distinct = new Set(hints.map(({ hint }) => hint));
  if (distinct.size === 1) return first.hint;
  const accounts = new Set(hints.map(({ account }) => account));
  const regions = [...new Set([...distinct].flatMap((hint) => hint.match(regionPattern) ?? []))];
  const general = normalizedMessage(first.hint, first.account);
  const withRegions = general
    .replaceAll('--exclude-region <region>', `--exclude-region ${regions.join(',')}`)
    .replaceAll(/\b(in )?region <region>/gi, (_, preposition: string | undefined) =>
      regions.length === 1
        ? `${preposition ?? ''}region ${regions[0] ?? ''}`
        : `${preposition ?? ''}each of the regions ${regions.join(', ')}`,
    )
    .replaceAll('<region>', regions.length === 1 ? (regions[0] ?? '') : regions.join(', '));
  const [account = ''] = accounts;
  if (accounts.size === 1) return withRegions.replaceAll('<account>', account);
  const named = withRegions.replaceAll(/\baccount <account>/g, 'each of these accounts');
  return named.includes('<account>') ? `${named} (<account>: the id of each of these)` : named;
}
