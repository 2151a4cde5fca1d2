/** The regions that `--exclude-region` could exclude without losing anything. */
import type { Report } from '../model/model.ts';

const closed: ReadonlySet<string> = new Set(['denied-by-scp', 'region-without-dhmc']);

/**
 * Regions of which the report skipped every cell, because of an SCP or because AWS does not offer DHMC there; sorted.
 */
export function regionsToExclude({ targets }: Pick<Report, 'targets'>): readonly string[] {
  const skipped = new Set<string>();
  const needed = new Set<string>();
  for (const { kind, region, verdict, problem } of targets) {
    if (kind !== 'setting' || region === null) continue;
    const isClosed = verdict === 'skipped' && problem !== null && closed.has(problem.code);
    (isClosed ? skipped : needed).add(region);
  }
  return [...skipped].filter((region) => !needed.has(region)).sort();
}
