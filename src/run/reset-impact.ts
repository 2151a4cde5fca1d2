/**
 * Before a plan is confirmed: who would be affected by its resets, and who would set a changed setting again. It makes
 * its own calls, only for the cells to be reset.
 */
import { namesOf, type AccountNames } from '../core/model/account-names.ts';
import { unknown } from '../core/model/model.ts';
import type { Plan } from '../core/planning/plan.ts';
import { cellsToReset, warningsOfResets, type CellUse } from '../core/planning/reset-impact.ts';
import { warningsOfOwners } from '../core/planning/owner-warnings.ts';
import type { Cloud } from './cloud.ts';
import { accountConcurrency, forEachConcurrent } from './pool.ts';

export interface ResetReading {
  readonly cloud: Cloud;
  /** `[path/]name` of the DHMC role. */
  readonly dhmcRole: string;
  readonly concurrency: number;
  readonly signal?: AbortSignal;
}

/**
 * Warnings to show before a plan is confirmed; empty if no setting is in use and none would be set again. Stops reading
 * when the signal is aborted.
 */
export const assessResets = async ({
  plan,
  ...reading
}: ResetReading & { readonly plan: Plan }): Promise<readonly string[]> => [
  ...warningsOfOwners(plan),
  ...(await assessCells({
    ...reading,
    cells: cellsToReset(plan),
    names: namesOf(plan.accounts.map(({ account }) => account)),
  })),
];

/** The same warnings for cells that are not in a plan: who is managed in them, and what would turn DHMC on again. */
export async function assessCells({
  cloud,
  cells,
  names,
  dhmcRole,
  concurrency,
  signal,
}: ResetReading & {
  readonly cells: ReadonlyMap<string, readonly string[]>;
  readonly names: AccountNames;
}): Promise<readonly string[]> {
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
  const wanted = [...cells].map(([account, regions], at) => ({ at, account, regions }));
  await forEachConcurrent(
    wanted,
    accountConcurrency(concurrency),
    lookAt,
    () => signal?.aborted === true,
  );
  return warningsOfResets(names, uses.flat(), dhmcRole);
}
