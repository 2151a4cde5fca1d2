/** A saved plan, `dhmc.plan/v1`: what `--save-plan` writes and `dhmc apply` does. */
import { isOwnWork } from '../record/ownership.ts';
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
  RoleValue,
  TargetValue,
} from '../model/model.ts';
import {
  grantPolicyArn,
  createdByDhmc,
  isReserved,
  isRoleName,
  lastSegment,
  namesRole,
  parseRoleName,
  roleArn,
  settingValueOf,
} from '../iam/role-names.ts';
import { isToChange } from './plan.ts';
import { looksLikeRegion, partitionOfRegion } from '../model/regions.ts';
import type { Scope } from '../model/scope.ts';
import { stateOfValue } from './states.ts';
import {
  repairTrust,
  dhmcTrustPolicy,
  sameDocument,
  sameTargetValue,
} from '../iam/trust-policy.ts';

export interface PlanFile {
  readonly schema: 'dhmc.plan/v1';
  /** Of the dhmc that made it. */
  readonly version: string;
  readonly createdAt: string;
  readonly action: 'enable' | 'disable' | 'rollback';
  readonly caller: Caller;
  readonly organization: Organization;
  readonly partition: Partition;
  /** Words of the command line for people, without values of secret options. */
  readonly command: string;
  /** The run that a rollback undoes. */
  readonly rollsBack: string | null;
  readonly scope: Scope;
  readonly settings: RunSettings;
  readonly notes: readonly string[];
  readonly accounts: readonly AccountPlan[];
}

type Rule = (target: PlannedTarget, plan: AccountPlan, file: PlanFile) => string | null;

/**
 * What is wrong with a plan that no planner could have made, as a sentence; null where nothing is. Only what would be
 * written is looked at: the other rows have no effect.
 */
export function validatePlanFile(file: PlanFile): string | null {
  const seen = new Set<string>();
  for (const plan of file.accounts) {
    const { id, state } = plan.account;
    if (!/^\d{12}$/.test(id)) return `${JSON.stringify(id)} is no account id.`;
    if (seen.has(id)) return `the account ${id} is in it twice.`;
    seen.add(id);
    const problem = problemOfAccount(plan, file);
    if (problem !== null) return `account ${id}: ${problem}`;
    if (state !== 'ACTIVE' && plan.targets.some(isToChange))
      return `account ${id}: it is ${state}, and something is to change in it.`;
  }
  return null;
}

function problemOfAccount(plan: AccountPlan, file: PlanFile): string | null {
  const { id } = plan.account;
  const seen = new Set<string>();
  for (const target of plan.targets) {
    const where = target.region === null ? `the ${target.kind}` : `the setting in ${target.region}`;
    if (target.account !== id) return `${where} is of another account, ${target.account}.`;
    if (seen.has(keyOf(target))) return `${where} is in it twice.`;
    seen.add(keyOf(target));
    if (!['in-sync', 'would-change', 'conflict', 'blocked', 'skipped'].includes(target.verdict)) {
      return `${where} has the verdict ${target.verdict}, which no plan has.`;
    }
    if (!isToChange(target)) continue;
    const problem = rules[target.kind](target, plan, file);
    if (problem !== null) return `${where} ${problem}.`;
  }
  if (
    file.action !== 'rollback' &&
    (plan.formerRole !== undefined || plan.leftNaming !== undefined)
  )
    return 'it says what a role had before, or may go on to be named, which only a rollback does.';
  if (plan.formerRole !== undefined && !createdByDhmc(plan.formerRole))
    return 'the role to be made again was not made by dhmc.';
  return null;
}

const rules: Readonly<Record<PlannedTarget['kind'], Rule>> = {
  setting({ region, state, from, to }, plan, { action, settings, partition }) {
    if (region === null || !looksLikeRegion(region) || partitionOfRegion(region) !== partition)
      return 'is of no region of the partition';
    if (isRole(from) || isRole(to)) return 'has a role as its value';
    const role = parseRoleName(settings.dhmcRole);
    if (
      [from, to].some(
        (value) => value !== null && (isReserved(value) || !isRoleName(lastSegment(value))),
      )
    ) {
      return 'names a role that is never named or taken over';
    }
    switch (action) {
      case 'enable': {
        const roleRow = plan.targets.find((target) => target.kind === 'role');
        const arn = isRole(roleRow?.to) ? roleRow.to.arn : null;
        if (to === null || !namesRole(to, role) || arn === null || to !== settingValueOf(arn))
          return "is to name another role than the plan's own";
        if (from === null || namesRole(from, role)) return null;
        const kind =
          state === 'broken'
            ? 'broken'
            : stateOfValue(from, role) === 'quick-setup'
              ? 'quick-setup'
              : 'foreign';
        return settings.overwrite.includes(kind)
          ? null
          : `names another role (${kind}), which the plan may not take over`;
      }
      case 'disable':
        return to === null && namesRole(from, role)
          ? null
          : "is not one that names the plan's role and is to be reset";
      case 'rollback':
        return namesRole(from, role) || namesRole(to, role)
          ? null
          : 'is not one that a run of dhmc changed';
    }
  },
  grant({ region, from, to }, _, { action, partition, settings }) {
    const policy = grantPolicyArn(partition);
    const attaches = from === null && to === policy;
    const detaches = from === policy && to === null;
    if (region !== null || (!attaches && !detaches)) return `is of another policy than ${policy}`;
    if (action === 'enable' && !attaches) return 'is to be taken away, in a plan that enables';
    if (action === 'disable' && !(detaches && settings.deleteRole))
      return 'is to change, in a plan that keeps the role';
    return null;
  },
  role({ account, region, from, to }, _, { action, partition, settings }) {
    if (region !== null || typeof from === 'string' || typeof to === 'string')
      return 'has no role as its value';
    const role = parseRoleName(settings.dhmcRole);
    const prefix = `arn:${partition}:iam::${account}:role/`;
    if (
      [from, to].some(
        (value) =>
          value !== null &&
          !(value.arn.startsWith(prefix) && namesRole(settingValueOf(value.arn), role)),
      )
    ) {
      return "is another than the plan's own";
    }
    const creates = from === null && to !== null && sameDocument(to.trust, dhmcTrustPolicy);
    const deletes = from !== null && to === null && sameDocument(from.trust, dhmcTrustPolicy);
    const mends =
      from !== null && to !== null && from.arn === to.arn && isMended(from.trust, to.trust);
    const unmends =
      from !== null && to !== null && from.arn === to.arn && isMended(to.trust, from.trust);
    const possible = {
      enable: creates || mends,
      disable: deletes && settings.deleteRole,
      rollback: creates || deletes || mends || unmends,
    };
    if (!possible[action]) return 'is to become what dhmc never makes of a role';
    return action === 'enable' && creates && to.arn !== roleArn(partition, account, role)
      ? "is another than the plan's own"
      : null;
  },
};

const isRole = (value: TargetValue | undefined): value is RoleValue =>
  typeof value === 'object' && value !== null;

function isMended(before: string, after: string): boolean {
  const mended = repairTrust(before);
  return mended !== null && sameDocument(mended, after);
}

/**
 * What is wrong with a saved rollback, as a sentence, held against the journal of the run that it undoes: it puts back what
 * that run changed, to what was there before, and only where a run of dhmc wrote last. `laterRuns` are those that changed
 * the same targets after it.
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
    return `its DHMC role is another than that of the run ${run}.`;
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
        // A setting that keeps its value comes to another state with the role.
        if (goesWithRole || (target.kind === 'setting' && target.from === target.to)) continue;
        return `${where} is not one that the run ${run} changed.`;
      }
      if (!isVerbatim(target.to, change.from))
        return `${where} is to become another than it was before the run ${run}.`;
      if (target.kind === 'grant') continue;
      if (!sameTargetValue(target.from, change.to))
        return `${where} is not as the run ${run} left it.`;
      const runs = [undone, ...laterRuns];
      if (target.kind === 'setting' && !runs.some((history) => wroteLast(history, target)))
        return `${where} was not written last by the run ${run}.`;
    }
    const named = (plan.leftNaming ?? []).find(
      (region) => !mayGoOnNaming(region, plan.account.id, undone, laterRuns),
    );
    if (named !== undefined)
      return `account ${plan.account.id}: the setting in ${named} is to go on naming the role, which it did not name before the run ${run}.`;
    if (
      plan.formerRole !== undefined &&
      !isVerbatim(plan.formerRole, roleChange?.formerRole ?? { tags: {}, boundary: null })
    )
      return `account ${plan.account.id}: the role to be made again is another than it was before the run ${run}.`;
  }
  return null;
}

/** Whether the setting named the role before the run already. Of a region outside its scope the journal says nothing, unless a later run wrote it. */
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

function wroteLast(history: RunHistory, target: PlannedTarget): boolean {
  const change = history.changes.get(keyOf(target));
  return (
    change !== undefined &&
    sameTargetValue(change.to, target.from) &&
    isOwnWork({ change, history }, { value: target.from, written: target, role: null })
  );
}

const isVerbatim = (one: TargetValue | RoleDetails, other: TargetValue | RoleDetails): boolean =>
  textOf(one) === textOf(other);

/** With the members of objects in one order. */
const textOf = (value: TargetValue | RoleDetails): string =>
  JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  );
