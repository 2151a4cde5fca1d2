/** Which regions `--exclude-region` could exclude without excluding anything else. */
import type { Report } from '../model/model.ts';

const closed: ReadonlySet<string> = new Set(['denied-by-scp', 'region-without-dhmc']);

/** Regions whose every cell in the report was skipped, because a policy or AWS closes them; in order of code. */
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
