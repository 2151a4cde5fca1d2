/** What is wrong with a broken setting: the role, its trust policy, or the attached policy. */
import type { AccountRow, Report, Target } from '../core/model/model.ts';
import { lastSegment } from '../core/iam/role-names.ts';
import { deedOf } from '../core/record/deeds.ts';
import { accountsById, append, targetsByAccount, valueText } from './targets.ts';

/** Whether the setting names another role than the account's rows show, or may do so. */
function namesAnother({ from, to, verdict }: Target, role: Target | undefined): boolean {
  const now = verdict === 'changed' ? to : from;
  const ours = role?.from ?? role?.to ?? null;
  if (typeof now !== 'string') return false;
  // Only a broken setting that names another role can be in the desired state.
  if (ours === null) return verdict === 'in-sync';
  return lastSegment(now).toLowerCase() !== lastSegment(valueText(ours)).toLowerCase();
}

/** Why the role of the setting cannot be used; null if the account's rows do not show it. */
function whatIsBroken(setting: Target, rows: readonly Target[]): string | null {
  const role = rows.find(({ kind }) => kind === 'role');
  if (role !== undefined && namesAnother(setting, role))
    return 'The role that the setting names is missing, or its trust policy does not let Systems Manager assume it.';
  const grant = rows.find(({ kind }) => kind === 'grant');
  if (role?.state === 'absent') return 'The role that the setting names is missing.';
  if (role?.state === 'broken')
    return "The role's trust policy does not let Systems Manager assume it.";
  if (grant?.state === 'absent')
    return 'The policy AmazonSSMManagedEC2InstanceDefaultPolicy is not attached to the role.';
  return null;
}

/** Why a setting is broken, if its own problem does not say so. */
export const whyBroken = (target: Target, rows: readonly Target[]): string | null =>
  target.kind === 'setting' && target.state === 'broken' && target.problem === null
    ? whatIsBroken(target, rows)
    : null;

export interface BrokenGroup {
  /** What is broken, and what repairs it. */
  readonly why: string;
  readonly targets: readonly Target[];
  readonly accounts: readonly AccountRow[];
}

/** What repairs the setting: this plan, or after `status` an `enable`; empty if nothing planned does. */
const remedyOf = (target: Target, { action }: Pick<Report, 'action'>): string =>
  target.verdict === 'would-change' && deedOf(target) === 'repair'
    ? ` ${action === 'status' ? 'dhmc enable' : 'This plan'} repairs it.`
    : '';

/** Broken settings, grouped by cause. */
export function groupBroken(report: Report): readonly BrokenGroup[] {
  const accounts = accountsById(report);
  const groups = new Map<string, Target[]>();
  for (const [, rows] of targetsByAccount(report)) {
    for (const target of rows) {
      const why = whyBroken(target, rows);
      if (why !== null) append(groups, `${why}${remedyOf(target, report)}`, target);
    }
  }
  return [...groups].map(([why, targets]) => ({
    why,
    targets,
    accounts: [...new Set(targets.map(({ account }) => account))].flatMap(
      (id) => accounts.get(id) ?? [],
    ),
  }));
}
