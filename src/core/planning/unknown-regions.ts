/**
 * Regions that options name and dhmc does not know (new ones of AWS, or mistakes), and exclusions that leave no
 * region.
 */
import { UsageError } from '../model/errors.ts';
import type { Reading, RegionOptIn } from '../model/model.ts';
import { isKnownRegion, knownRegions } from '../model/regions.ts';
import { nearest } from '../problems/nearest.ts';

/** Regions that an option names. */
export interface NamedRegions {
  readonly option: string;
  readonly regions: readonly string[];
}

export interface RegionsListed {
  /** What ListRegions gave of an account. */
  add(regions: Reading<readonly RegionOptIn[]>): void;
  /**
   * Throws `UsageError` for a region that dhmc does not know and that no account lists. Where a list could not be read,
   * that region may be there: a note says so.
   */
  check(named: readonly NamedRegions[]): readonly string[];
}

/** Collects the regions that the accounts list, with any status. */
export function collectListedRegions(): RegionsListed {
  const listed = new Set<string>();
  let complete = true;
  return {
    add(regions) {
      if (!regions.known) complete = false;
      else for (const { region } of regions.value) listed.add(region);
    },
    check: (named) =>
      named.flatMap(({ option, regions }) =>
        regions
          .filter((region) => !isKnownRegion(region) && !listed.has(region))
          .map((region) => {
            const near = nearest(region, [...knownRegions(), ...listed]);
            const text = `${option}: dhmc does not know the region ${JSON.stringify(region)}, and no account that could be read lists it.`;
            const hint = near === null ? 'Give a code such as eu-west-1.' : `Did you mean ${near}?`;
            if (complete) throw new UsageError(text, hint);
            return near === null ? text : `${text} ${hint}`;
          }),
      ),
  };
}

/** Throws `UsageError` where accounts were read, and the exclusions left no region of any of them. */
export function requireRegionsLeft(
  excluded: readonly string[],
  read: { readonly accounts: number; readonly regions: number },
): void {
  if (excluded.length === 0 || read.accounts === 0 || read.regions > 0) return;
  throw new UsageError(
    'No regions left: --exclude-region removes every region that the accounts have enabled.',
    'Leave out some of the exclusions.',
  );
}
