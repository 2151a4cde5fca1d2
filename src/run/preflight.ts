/** Runs the doctor's permission checks in the accounts that a plan changes. Read-only. */
import { known, type AccountPlan, type Reading } from '../core/model/model.ts';
import type { PreflightReading } from '../core/doctor/preflight.ts';
import { neededAnywhere } from '../core/doctor/needed.ts';
import { hasChanges, isToChange, type Plan } from '../core/planning/plan.ts';
import type { DiagnosedCloud } from './cloud.ts';
import { accountConcurrency, forEachConcurrent } from './pool.ts';

export interface PreflightOptions {
  readonly cloud: DiagnosedCloud;
  readonly plan: Plan;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly tried: number; readonly of: number }) => void;
}

/** Permissions by account id, for the accounts that the plan changes. Throws the signal's reason if it is aborted. */
export async function readPreflight(
  options: PreflightOptions,
): Promise<ReadonlyMap<string, PreflightReading>> {
  const { cloud, plan, concurrency, signal, onProgress } = options;
  const changed = plan.accounts.filter(hasChanges);
  const readings = new Map<string, PreflightReading>();
  await forEachConcurrent(
    changed,
    accountConcurrency(concurrency),
    async (account) => {
      readings.set(account.account.id, await readOne(cloud, account));
      onProgress({ tried: readings.size, of: changed.length });
    },
    () => signal.aborted,
  );
  signal.throwIfAborted();
  return readings;
}

async function readOne(cloud: DiagnosedCloud, plan: AccountPlan): Promise<PreflightReading> {
  const { account } = plan;
  const isManagement = account.id === cloud.organization.managementAccount;
  const [levels, inside] = await Promise.all([
    isManagement ? null : cloud.controlPolicies(account.id),
    readInside(cloud, plan),
  ]);
  return { account, inside, levels, needs: cloud.needs(account.id, null) };
}

async function readInside(
  cloud: DiagnosedCloud,
  plan: AccountPlan,
): Promise<PreflightReading['inside']> {
  const { account, targets } = plan;
  const entered: Reading<{ leave(): void }> = await cloud.enter(account.id);
  if (!entered.known) return entered;
  const change = targets.find((target) => target.region !== null && isToChange(target));
  const region = change?.region ?? null;
  try {
    const { shown, arn } = await cloud.principal(account.id);
    const needs = neededAnywhere(plan, cloud.needs(account.id, region));
    const permissions = await cloud.permissions(account.id, region, needs);
    return known({ principal: shown, principalArn: arn, permissions });
  } finally {
    entered.value.leave();
  }
}
