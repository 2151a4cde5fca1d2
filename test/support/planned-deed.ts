import type { Target } from '../../src/core/model/model.ts';
import { deedOf, type PlannedDeed } from '../../src/core/record/deeds.ts';

type Row = Pick<Target, 'kind' | 'account' | 'region' | 'state' | 'verdict' | 'from' | 'to'>;

/** The planned action on a target, as a plan counts it. */
export const plannedDeed = (row: Row): PlannedDeed => ({
  deed: deedOf(row),
  kind: row.kind,
  account: row.account,
  region: row.region,
  verdict: row.verdict,
});
