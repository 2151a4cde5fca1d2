/** A saved plan, `dhmc.plan/v1`, which `--save-plan` writes and `dhmc apply` applies. */
import { isAsGivenBack, isOwnWork } from '../record/ownership.ts';
import type { RunSettings } from '../record/events.ts';
import { keyOf } from '../record/history.ts';
import type { RunHistory } from '../record/history.ts';
import type {
  AccountPlan,
  Caller,
  Organization,
  Partition,
  PlannedTarget,
  RoleDetails,
  TargetValue,
} from '../model/model.ts';
import { namesRole, parseRoleName } from '../iam/role-names.ts';
import { problemOfAccount, problemOfOrigin, problemOfSettings } from './change-rules.ts';
import { isToChange } from '../planning/plan.ts';
import type { Scope } from '../model/scope.ts';
import { sameTargetValue } from '../iam/trust-policy.ts';
import { isRole } from '../model/values.ts';

export interface PlanFile {
  readonly schema: 'dhmc.plan/v1';
  /** The version of dhmc that wrote the file. */
  readonly version: string;
  readonly createdAt: string;
  readonly action: 'enable' | 'disable' | 'rollback';
  readonly caller: Caller;
  readonly organization: Organization;
  readonly partition: Partition;
  /** The command line for display, without the values of secret options. */
  readonly command: string;
  /** The run that a rollback undoes. */
  readonly rollsBack: string | null;
  readonly scope: Scope;
  readonly settings: RunSettings;
  readonly notes: readonly string[];
  /** For the reader only: `apply` reads them again. Absent in plans of 0.1.0. */
  readonly warnings?: readonly string[];
  readonly accounts: readonly AccountPlan[];
}

/**
 * Why a planner cannot have made the plan, as a sentence; null if one can. Targets that do not change have no effect,
 * so only their values are checked.
 */
export function validatePlanFile(file: PlanFile): string | null {
  const origin = problemOfOrigin(file) ?? problemOfSettings(file.settings, file.partition);
  if (origin !== null) return `${origin}.`;
  const seen = new Set<string>();
  for (const plan of file.accounts) {
    const { id } = plan.account;
    if (seen.has(id)) return `the account ${id} appears twice.`;
    seen.add(id);
    const problem = problemOfAccount(plan, file, { verdicts: plannedVerdicts });
    if (problem !== null) return problem;
  }
  return null;
}

const plannedVerdicts = ['in-sync', 'would-change', 'conflict', 'blocked', 'skipped'] as const;

/**
 * What is wrong with a saved rollback, as a sentence, compared with the journal of the run that it undoes. It may only
 * restore the former values of that run's changes, and only where a run of dhmc wrote last. `laterRuns` are the runs
 * that changed the same targets after it.
 */
export function validateRollback(
  file: PlanFile,
  undone: RunHistory,
  laterRuns: readonly RunHistory[],
): string | null {
  const { run, settings, organization } = undone.started;
  if (file.rollsBack !== run || file.organization.id !== organization.id)
    return `it is not a rollback of the run ${run}.`;
  if (file.settings.dhmcRole !== settings.dhmcRole)
    return `its DHMC role differs from that of the run ${run}.`;
  for (const plan of file.accounts) {
    const roleChange = undone.changes.get(
      keyOf({ kind: 'role', account: plan.account.id, region: null }),
    );
    for (const target of plan.targets.filter(isToChange)) {
      const where = `account ${plan.account.id}: ${target.region === null ? `the ${target.kind}` : `the setting in ${target.region}`}`;
      const change = undone.changes.get(keyOf(target));
      if (change === undefined) {
        const goesWithRole =
          target.kind === 'grant' && target.to === null && roleChange?.from === null;
        // The state of a setting that keeps its value changes with the role.
        if (goesWithRole || (target.kind === 'setting' && target.from === target.to)) continue;
        return `${where} was not changed by the run ${run}.`;
      }
      if (!isVerbatim(target.to, change.from))
        return `${where} would not get back its value from before the run ${run}.`;
      if (target.kind === 'grant') continue;
      if (!sameTargetValue(target.from, change.to))
        return `${where} is not as the run ${run} left it.`;
      const runs = [undone, ...laterRuns];
      if (
        target.kind === 'setting' &&
        !runs.some((history) => wroteLast(history, laterRuns, target))
      )
        return `${where} was not written last by the run ${run}.`;
    }
    const named = (plan.stillNaming ?? []).find(
      (region) => !mayGoOnNaming(region, plan.account.id, undone, laterRuns),
    );
    if (named !== undefined)
      return `account ${plan.account.id}: the setting in ${named} would go on naming the role, which it did not name before the run ${run}.`;
    if (
      plan.formerRole !== undefined &&
      !isVerbatim(plan.formerRole, roleChange?.formerRole ?? { tags: {}, boundary: null })
    )
      return `account ${plan.account.id}: the role to be created again differs from the role before the run ${run}.`;
  }
  return null;
}

/**
 * Whether the setting may have named the role even before the run. For a region outside its scope, the journal does not
 * show that, unless a later run wrote the setting.
 */
function mayGoOnNaming(
  region: string,
  account: string,
  { changes, plans, started }: RunHistory,
  laterRuns: readonly RunHistory[],
): boolean {
  const key = keyOf({ kind: 'setting', account, region });
  if (!changes.has(key) && laterRuns.some((later) => later.changes.has(key))) return false;
  const before =
    changes.get(key) ?? plans.get(account)?.targets.find((target) => keyOf(target) === key);
  return (
    before === undefined ||
    (!isRole(before.from) && namesRole(before.from, parseRoleName(started.settings.dhmcRole)))
  );
}

function wroteLast(
  history: RunHistory,
  laterRuns: readonly RunHistory[],
  target: PlannedTarget,
): boolean {
  const change = history.changes.get(keyOf(target));
  if (change === undefined || !sameTargetValue(change.to, target.from)) return false;
  const now = { value: target.from, written: target, role: null };
  const entry = { change, history };
  return isOwnWork(entry, now) || isAsGivenBack(entry, laterRuns, now);
}

const isVerbatim = (one: TargetValue | RoleDetails, other: TargetValue | RoleDetails): boolean =>
  textOf(one) === textOf(other);

/** JSON text with sorted members. */
const textOf = (value: TargetValue | RoleDetails): string =>
  JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  );
