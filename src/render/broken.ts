/** Which part of a broken setting is broken: the role, its trust policy, or the policy attached to it. */
import type { AccountRow, Report, Target } from '../core/model/model.ts';
import { accountsById, append, targetsByAccount } from './targets.ts';

/** Why the account's own DHMC role cannot be used; null where its rows do not say. */
function whatIsBroken(rows: readonly Target[]): string | null {
  const role = rows.find(({ kind }) => kind === 'role');
  const grant = rows.find(({ kind }) => kind === 'grant');
  if (role?.state === 'absent') return 'The role that the setting names is missing.';
  if (role?.state === 'broken')
    return "The role's trust policy does not let Systems Manager assume it.";
  if (grant?.state === 'absent')
    return 'The policy AmazonSSMManagedEC2InstanceDefaultPolicy is not attached to the role.';
  return null;
}

/** Why a row is broken, where it has no problem of its own that says so. */
export const whyBroken = (target: Target, rows: readonly Target[]): string | null =>
  target.kind === 'setting' && target.state === 'broken' && target.problem === null
    ? whatIsBroken(rows)
    : null;

export interface BrokenGroup {
  readonly why: string;
  readonly targets: readonly Target[];
  readonly accounts: readonly AccountRow[];
}

/** Broken settings by what is broken about them. */
export function groupBroken(report: Report): readonly BrokenGroup[] {
  const accounts = accountsById(report);
  const groups = new Map<string, Target[]>();
  for (const [, rows] of targetsByAccount(report)) {
    for (const target of rows) {
      const why = whyBroken(target, rows);
      if (why !== null) append(groups, why, target);
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
