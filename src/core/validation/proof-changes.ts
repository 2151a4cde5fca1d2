/** The changes of a proof: one setting and the proof's role. A proof's journal with any other change is refused. */
import { dhmcTrustPolicy, trustsNobody } from '../iam/trust-policy.ts';
import { isProofRole, lastSegment, parseRoleName } from '../iam/role-names.ts';
import type { Account, AccountPlan, TargetValue } from '../model/model.ts';
import type { RunStarted } from '../record/events.ts';
import { plannedTarget } from '../planning/planned-targets.ts';

/** The plan in a proof's journal: the role and the setting that it sets and restores. */
export function proofPlan({
  account,
  region,
  role,
  roleArn,
}: {
  readonly account: Account;
  readonly region: string;
  /** The part of the role's ARN after `:role/`. */
  readonly role: string;
  readonly roleArn: string;
}): AccountPlan {
  return {
    account: { ...account, skipped: null, problem: null },
    targets: [
      plannedTarget(
        { kind: 'role', account: account.id },
        {
          state: 'absent',
          stateAfter: 'whole',
          verdict: 'would-change',
          to: { arn: roleArn, trust: dhmcTrustPolicy },
        },
      ),
      plannedTarget(
        { kind: 'setting', account: account.id, region },
        { state: 'disabled', stateAfter: 'enabled', verdict: 'would-change', to: role },
      ),
    ],
  };
}

/** Why the terms of a run cannot be those of a proof, as the end of a sentence; null if they can. */
export function problemOfProof({ rollsBack, settings }: RunStarted): string | null {
  const role = parseRoleName(settings.dhmcRole);
  if (!isProofRole(role))
    return `proves with ${JSON.stringify(settings.dhmcRole)}, which is not a role of a proof`;
  return rollsBack !== null || settings.overwrite.length > 0 || settings.deleteRole
    ? 'is a proof that rolls back, overwrites or removes what others made'
    : null;
}

/** Why an account's plan cannot be a proof's, as the end of a sentence; null if it can. */
export function problemOfProofPlan({ account, targets }: AccountPlan): string | null {
  const wrong = targets.find(
    ({ kind, from, to }) => kind === 'grant' || from !== null || to === null,
  );
  return wrong === undefined
    ? null
    : `plans what no proof does: the ${wrong.kind} of account ${account.id}`;
}

/** All values that a proof gives to a target whose planned value is `planned`; the last one, null, restores it. */
export const proofValues = (account: string, planned: TargetValue): readonly TargetValue[] =>
  typeof planned === 'string'
    ? [planned, lastSegment(planned), null]
    : planned === null
      ? [null]
      : [planned, { ...planned, trust: trustsNobody(account) }, null];
