/** Regions that options name and dhmc does not know: new ones of AWS, or slips. */
import { UsageError } from '../model/errors.ts';
import type { AccountFound } from '../model/readings.ts';
import { isKnownRegion, knownRegions } from '../model/regions.ts';
import { nearest } from '../problems/nearest.ts';

/** Regions that an option names. */
export interface NamedRegions {
  readonly option: string;
  readonly regions: readonly string[];
}

export interface RegionsListed {
  add(found: AccountFound): void;
  /**
   * Throws `UsageError` for a region that dhmc does not know and that no account lists. Where a list could not be read,
   * that region may be there: a note says so.
   */
  check(named: readonly NamedRegions[]): readonly string[];
}

/** Collects which regions the accounts list, whatever their status. */
export function collectListedRegions(): RegionsListed {
  const listed = new Set<string>();
  let complete = true;
  return {
    add(found) {
      if (found.kind === 'skipped') return;
      if (found.kind === 'unreachable' || !found.readings.regions.known) complete = false;
      else for (const { region } of found.readings.regions.value) listed.add(region);
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
