/**
 * Checks for regions in options that dhmc does not know (new in AWS, or mistyped), and for exclusions that leave no
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
  /** Adds the result of ListRegions in an account. */
  add(regions: Reading<readonly RegionOptIn[]>): void;
  /**
   * Throws `UsageError` for a region that neither dhmc nor any account lists. If a list could not be read, the region
   * may be in it: then this returns a note instead.
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

/** Throws `UsageError` if accounts were read, and the exclusions leave no region in any of them. */
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
