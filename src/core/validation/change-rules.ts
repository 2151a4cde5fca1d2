/**
 * Which changes a saved plan or a journal may contain: only those that a planner of dhmc could have planned. Someone
 * else may have written either file, so any other change is refused.
 */
import type { RunSettings } from '../record/events.ts';
import { keyOf } from '../record/history.ts';
import type {
  AccountPlan,
  Caller,
  Organization,
  Partition,
  PlannedTarget,
  Verdict,
} from '../model/model.ts';
import {
  createdByDhmc,
  grantPolicyArn,
  isBoundary,
  isReserved,
  isRolePath,
  namesRole,
  parseRoleName,
  roleArn,
  settingValueOf,
} from '../iam/role-names.ts';
import { looksLikeRegion, partitionOfRegion } from '../model/regions.ts';
import type { Scope } from '../model/scope.ts';
import { isToChange } from '../planning/plan.ts';
import { stateOfValue } from '../planning/states.ts';
import {
  dhmcTrustPolicy,
  isPolicyText,
  ownTrusts,
  repairTrust,
  sameDocument,
} from '../iam/trust-policy.ts';
import { isRole } from '../model/values.ts';

/** The action and options of a plan or run. */
export interface ChangeContext {
  readonly action: 'enable' | 'disable' | 'rollback';
  readonly settings: RunSettings;
  readonly partition: Partition;
}

type Rule = (target: PlannedTarget, plan: AccountPlan, context: ChangeContext) => string | null;

const isAccountId = (text: string): boolean => /^\d{12}$/.test(text);

const quoted = (text: string): string => JSON.stringify(text);

/** What is wrong with the stated origin of a plan or run, as a sentence without its period; null if it is valid. */
export function problemOfOrigin({
  caller,
  organization,
  partition,
  scope,
}: {
  readonly caller: Caller;
  readonly organization: Organization;
  readonly partition: Partition;
  readonly scope: Scope;
}): string | null {
  if (!/^o-[a-z0-9]{10,32}$/.test(organization.id))
    return `${quoted(organization.id)} cannot be an organization`;
  const wrong = [organization.managementAccount, caller.account].find((id) => !isAccountId(id));
  if (wrong !== undefined) return `${quoted(wrong)} cannot be an account`;
  const region = [...(scope.regions.regions ?? []), ...scope.regions.excludeRegions].find(
    (code) => !looksLikeRegion(code) || partitionOfRegion(code) !== partition,
  );
  return region === undefined ? null : `${quoted(region)} cannot be a region of ${partition}`;
}

/** Why the command line would have refused the settings, as a sentence without its period; null if they are valid. */
export function problemOfSettings(settings: RunSettings, partition: Partition): string | null {
  const { dhmcRole, roleNames, permissionsBoundary, roleTags, homeRegion, assumeUnused } = settings;
  const name = [dhmcRole, ...roleNames].find((role) => !isRolePath(role));
  if (name !== undefined) return `${quoted(name)} cannot be the name of a role`;
  if (permissionsBoundary !== null && !isBoundary(permissionsBoundary))
    return `${quoted(permissionsBoundary)} cannot be a permissions boundary`;
  const tag = Object.keys(roleTags).find((key) => /^(aws|dhmc):/i.test(key));
  if (tag !== undefined) return `${quoted(tag)} cannot be a tag that a user sets`;
  const region = [...(homeRegion === null ? [] : [homeRegion]), ...assumeUnused].find(
    (code) => !looksLikeRegion(code) || partitionOfRegion(code) !== partition,
  );
  return region === undefined ? null : `${quoted(region)} cannot be a region of ${partition}`;
}

/** What is wrong with the plan of an account, as a sentence; null if it is valid. */
export function problemOfAccount(
  plan: AccountPlan,
  context: ChangeContext,
  { verdicts }: { readonly verdicts: readonly Verdict[] },
): string | null {
  const { id, state } = plan.account;
  if (!isAccountId(id)) return `${quoted(id)} is not an account id.`;
  if (state !== 'ACTIVE' && plan.targets.some(isToChange))
    return `account ${id}: it is ${state}, but the plan changes something in it.`;
  const problem = problemOfRows(plan, context, verdicts) ?? problemOfFormer(plan, context);
  return problem === null ? null : `account ${id}: ${problem}.`;
}

/** A target of an account within a sentence. */
export const describeTarget = ({ kind, region }: Pick<PlannedTarget, 'kind' | 'region'>): string =>
  region === null ? `the ${kind}` : `the setting in ${region}`;

function problemOfRows(
  plan: AccountPlan,
  context: ChangeContext,
  verdicts: readonly Verdict[],
): string | null {
  const seen = new Set<string>();
  for (const target of plan.targets) {
    const where = describeTarget(target);
    if (target.account !== plan.account.id)
      return `${where} is of another account, ${target.account}`;
    if (seen.has(keyOf(target))) return `${where} appears twice`;
    seen.add(keyOf(target));
    if (!verdicts.includes(target.verdict))
      return `${where} has the verdict ${target.verdict}, which no plan has`;
    const problem =
      problemOfValues(target, context.partition) ??
      (isToChange(target) ? rules[target.kind](target, plan, context) : null);
    if (problem !== null) return `${where} ${problem}`;
  }
  return null;
}

/**
 * Why a value cannot belong to the target; null if it can. In AWS, a setting that dhmc leaves alone may have any value.
 */
function problemOfValues(
  { account, from, to }: Pick<PlannedTarget, 'account' | 'from' | 'to'>,
  partition: Partition,
): string | null {
  const prefix = `arn:${partition}:iam::${account}:role/`;
  for (const value of [from, to]) {
    if (!isRole(value)) continue;
    if (!value.arn.startsWith(prefix) || !isRolePath(value.arn.slice(prefix.length)))
      return `has ${quoted(value.arn)}, which is not a role of the account`;
    if (!isPolicyText(value.trust)) return 'has a trust policy that is not valid';
  }
  return null;
}

function problemOfFormer(plan: AccountPlan, { action }: ChangeContext): string | null {
  if (action !== 'rollback' && (plan.formerRole !== undefined || plan.stillNaming !== undefined))
    return 'it has formerRole or stillNaming, which only a rollback has';
  if (plan.formerRole !== undefined && !createdByDhmc(plan.formerRole))
    return 'the role to be created again was not created by dhmc';
  const boundary = plan.formerRole?.boundary ?? null;
  return boundary === null || isBoundary(boundary)
    ? null
    : `${quoted(boundary)} cannot be a permissions boundary`;
}

const rules: Readonly<Record<PlannedTarget['kind'], Rule>> = {
  setting({ region, state, from, to, owner }, plan, { action, settings, partition }) {
    if (region === null || !looksLikeRegion(region) || partitionOfRegion(region) !== partition)
      return 'is not in a region of the partition';
    if (isRole(from) || isRole(to)) return 'has a role as its value';
    const role = parseRoleName(settings.dhmcRole);
    if ([from, to].some((value) => value !== null && (isReserved(value) || !isRolePath(value)))) {
      return 'names a role that dhmc never sets or replaces';
    }
    switch (action) {
      case 'enable': {
        const roleRow = plan.targets.find((target) => target.kind === 'role');
        const arn = isRole(roleRow?.to) ? roleRow.to.arn : null;
        if (to === null || !namesRole(to, role) || arn === null || to !== settingValueOf(arn))
          return "would name a role other than the plan's";
        if (from === null || namesRole(from, role)) return null;
        const kind =
          state === 'broken'
            ? 'broken'
            : stateOfValue(from, role) === 'quick-setup'
              ? 'quick-setup'
              : 'foreign';
        const { overwrite } = settings;
        return overwrite.includes(kind) ||
          (owner?.kind === 'stackset' && overwrite.includes('stackset'))
          ? null
          : `names another role (${kind}), which the plan may not replace`;
      }
      case 'disable':
        return to === null && namesRole(from, role)
          ? null
          : "does not name the plan's role, or would not be reset";
      case 'rollback':
        return namesRole(from, role) || namesRole(to, role)
          ? null
          : 'was not changed by a run of dhmc';
    }
  },
  grant({ region, from, to }, _, { action, partition, settings }) {
    const policy = grantPolicyArn(partition);
    const attaches = from === null && to === policy;
    const detaches = from === policy && to === null;
    if (region !== null || (!attaches && !detaches))
      return `is about a policy other than ${policy}`;
    if (action === 'enable' && !attaches) return 'would be removed, but the plan enables DHMC';
    if (action === 'disable' && !(detaches && settings.deleteRole))
      return 'would change, but the plan keeps the role';
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
      return "differs from the plan's";
    }
    const creates = from === null && to !== null && sameDocument(to.trust, dhmcTrustPolicy);
    const deletes =
      from !== null &&
      to === null &&
      ownTrusts(role, account).some((trust) => sameDocument(from.trust, trust));
    const mends =
      from !== null && to !== null && from.arn === to.arn && isMended(from.trust, to.trust);
    const unmends =
      from !== null && to !== null && from.arn === to.arn && isMended(to.trust, from.trust);
    const possible = {
      enable: creates || mends,
      disable: deletes && settings.deleteRole,
      rollback: creates || deletes || mends || unmends,
    };
    if (!possible[action]) return 'would become something that dhmc never makes of a role';
    return action === 'enable' && creates && to.arn !== roleArn(partition, account, role)
      ? "differs from the plan's"
      : null;
  },
};

function isMended(before: string, after: string): boolean {
  const mended = repairTrust(before);
  return mended !== null && sameDocument(mended, after);
}
