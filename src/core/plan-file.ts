/**
 * Saved plans, `dhmc.plan/v1`: what they hold, and whether one could have come from a planner. What a plan may change is
 * checked against the plan's own role, policy and former values, so that an edited file is refused before anything is touched.
 */
import type { RunSettings } from './events.ts';
import { keyOf } from './history.ts';
import type { RunHistory } from './history.ts';
import type { AccountPlan, Organization, Partition, PlannedTarget, RoleValue, TargetValue } from './model.ts';
import { grantPolicyArn, isReserved, namesRole, parseRoleName, valueOfArn } from './names.ts';
import type { Scope } from './scope.ts';
import { judgeTrust, mendTrust, ownTrust, sameDocument } from './trust.ts';

export const planSchema = 'dhmc.plan/v1';

export interface PlanFile {
  readonly schema: typeof planSchema;
  /** dhmc's own. */
  readonly version: string;
  readonly action: 'enable' | 'disable' | 'rollback';
  readonly savedAt: string;
  readonly organization: Organization;
  readonly partition: Partition;
  /** The run that a rollback plan undoes. */
  readonly rollsBack: string | null;
  readonly scope: Scope;
  readonly settings: RunSettings;
  readonly accounts: readonly AccountPlan[];
  readonly notes: readonly string[];
}

/** What a plan is held against. */
export interface PlanFileTerms {
  readonly version: string;
  readonly organization: Organization;
  readonly partition: Partition;
  /** Of the run that a rollback plan undoes; null where its journal is not there. */
  readonly rolledBack: RunHistory | null;
}

const asRole = (value: TargetValue): RoleValue | null => (typeof value === 'string' ? null : value);

const isSame = (one: TargetValue, other: TargetValue): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Why the plan must not be applied, in words that name the place; null: it may. */
export function objectionToPlan(file: PlanFile, terms: PlanFileTerms): string | null {
  if (file.version !== terms.version) return `it was saved by dhmc ${file.version}, and this is dhmc ${terms.version}`;
  if (file.organization.id !== terms.organization.id) {
    return `it is for the organization ${file.organization.id}, and the caller's is ${terms.organization.id}`;
  }
  if (file.partition !== terms.partition) return `it is for the partition ${file.partition}, and the caller's is ${terms.partition}`;
  if (file.action === 'rollback' && terms.rolledBack === null) {
    return `it rolls back the run ${file.rollsBack ?? '(none)'}, whose journal is not in the state directory`;
  }
  const seen = new Set<string>();
  for (const plan of file.accounts) {
    for (const target of plan.targets) {
      const place = `${target.kind} of account ${plan.account.id}${target.region === null ? '' : ` in ${target.region}`}`;
      if (target.account !== plan.account.id) return `the ${place} is written under another account`;
      if (seen.has(keyOf(target))) return `the ${place} stands in it twice`;
      seen.add(keyOf(target));
      if (target.verdict === 'changed' || target.verdict === 'failed' || target.verdict === 'not-attempted' || target.attempts !== 0) {
        return `the ${place} is marked as tried already`;
      }
      if (target.verdict !== 'would-change') continue;
      const objection =
        plan.account.skipped === null ? objectionToChange(target, plan, file, terms) : 'it is in an account that was left out';
      if (objection !== null) return `no planner makes this change of the ${place}: ${objection}`;
    }
  }
  return null;
}

function objectionToChange(target: PlannedTarget, plan: AccountPlan, file: PlanFile, terms: PlanFileTerms): string | null {
  if (file.action === 'rollback') return objectionToUndoing(target, file, terms);
  switch (target.kind) {
    case 'role':
      return objectionToRole(target, file);
    case 'grant': {
      const to = file.action === 'enable' ? grantPolicyArn(file.partition) : null;
      return target.to === to ? null : 'the policy is not the one that the plan is for';
    }
    case 'setting':
      return objectionToSetting(target, plan, file);
  }
}

function objectionToRole(target: PlannedTarget, file: PlanFile): string | null {
  const { path, name } = parseRoleName(file.settings.dhmcRole);
  const place = `arn:${file.partition}:iam::${target.account}:role`;
  const from = asRole(target.from);
  const to = asRole(target.to);
  if (file.action === 'disable') {
    if (target.to !== null) return 'a role is only ever removed by disable';
    return file.settings.deleteRole ? null : 'the plan was not made with --delete-role';
  }
  if (to === null) return 'a role is never removed by enable';
  if (from === null)
    return to.arn === `${place}${path}${name}` && to.trust === ownTrust ? null : "it is not the plan's own role, with its own trust";
  if (from.arn !== to.arn || !from.arn.startsWith(place) || !namesRole(valueOfArn(to.arn), { path, name }))
    return "it is not the plan's own role";
  const mended = mendTrust(from.trust);
  const right = judgeTrust(to.trust, { partition: file.partition, account: target.account }) === 'right';
  return mended !== null && right && sameDocument(mended, to.trust) ? null : 'its trust is mended in another way';
}

function objectionToSetting(target: PlannedTarget, plan: AccountPlan, file: PlanFile): string | null {
  const role = parseRoleName(file.settings.dhmcRole);
  const from = typeof target.from === 'string' ? target.from : null;
  if (target.region === null) return 'it has no region';
  if (file.action === 'disable') {
    if (target.to !== null) return 'disable only ever resets';
    return namesRole(from, role) ? null : "it does not name the plan's own role";
  }
  const planned = plan.targets.find((row) => row.kind === 'role');
  const ours = asRole(planned?.to ?? null) ?? asRole(planned?.from ?? null);
  if (ours === null || target.to !== valueOfArn(ours.arn) || !namesRole(target.to, role))
    return "it does not come to name the plan's own role";
  if (from === null || namesRole(from, role)) return null;
  if (isReserved(from)) return "it takes over a role of AWS's own";
  const { overwrite } = file.settings;
  const kind = target.state === 'broken' || target.state === 'quick-setup' ? target.state : 'foreign';
  return overwrite.includes(kind) || target.state === 'pending'
    ? null
    : `it takes over another role, and the plan was not made with --overwrite=${kind}`;
}

/** A rollback only ever puts back what its run's journal has as the former value. */
function objectionToUndoing(target: PlannedTarget, file: PlanFile, terms: PlanFileTerms): string | null {
  const { rolledBack } = terms;
  if (rolledBack === null || rolledBack.started.run !== file.rollsBack) return 'the journal of the run is another one';
  if (rolledBack.started.settings.dhmcRole !== file.settings.dhmcRole) return "the DHMC role is not the run's own";
  const change = rolledBack.changes.get(keyOf(target));
  if (change !== undefined) return isSame(change.from, target.to) ? null : 'the value is not the one that the journal has';
  const roleChange = rolledBack.changes.get(keyOf({ kind: 'role', account: target.account, region: null }));
  const goesWithRole = target.kind === 'grant' && target.to === null && roleChange?.from === null;
  return goesWithRole ? null : 'the run did not change it';
}
