/**
 * Before a plan is confirmed: who would be affected by its resets, and who would set a changed setting again. It makes
 * its own calls, only for the cells to be reset.
 */
import { unknown } from '../core/model/model.ts';
import type { Plan } from '../core/planning/plan.ts';
import { cellsToReset, warningsOfResets, type CellUse } from '../core/planning/reset-impact.ts';
import { warningsOfOwners } from '../core/planning/owner-warnings.ts';
import type { Cloud } from './cloud.ts';
import { accountConcurrency, forEachConcurrent } from './pool.ts';

export interface ResetReading {
  readonly cloud: Cloud;
  readonly plan: Plan;
  /** `[path/]name` of our role. */
  readonly dhmcRole: string;
  readonly concurrency: number;
  readonly signal?: AbortSignal;
}

/** What to warn of before a plan is confirmed: empty if nothing is in use, and nobody sets anything again. Once aborted, no more is looked at. */
export async function assessResets({
  cloud,
  plan,
  dhmcRole,
  concurrency,
  signal,
}: ResetReading): Promise<readonly string[]> {
  const cells = [...cellsToReset(plan)];
  const uses: (readonly CellUse[])[] = [];
  const lookAt = async ({
    at,
    account,
    regions,
  }: {
    readonly at: number;
    readonly account: string;
    readonly regions: readonly string[];
  }) => {
    const entered = await cloud.enter(account);
    uses[at] = await Promise.all(
      regions.map(async (region): Promise<CellUse> => {
        if (!entered.known)
          return {
            account,
            region,
            instances: unknown(entered.problem),
            associations: unknown(entered.problem),
          };
        const [instances, associations] = await Promise.all([
          entered.value.managedInstances(region),
          entered.value.enablingAssociations(region),
        ]);
        return { account, region, instances, associations };
      }),
    );
  };
  const wanted = cells.map(([account, regions], at) => ({ at, account, regions }));
  await forEachConcurrent(
    wanted,
    accountConcurrency(concurrency),
    lookAt,
    () => signal?.aborted === true,
  );
  return [...warningsOfOwners(plan), ...warningsOfResets(plan, uses.flat(), dhmcRole)];
}
