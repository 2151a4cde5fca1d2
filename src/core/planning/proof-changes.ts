/** What a proof changes: one setting and one role of its own, and nothing that its journal could be made to say besides. */
import { dhmcTrustPolicy, trustsNobody } from '../iam/trust-policy.ts';
import { lastSegment } from '../iam/role-names.ts';
import type { Account, AccountPlan, TargetValue } from '../model/model.ts';
import { plannedTarget } from './planned-targets.ts';

/** What a proof is to do, as its journal has it: the role and the setting that it makes, and takes back. */
export function proofPlan({
  account,
  region,
  role,
  roleArn,
}: {
  readonly account: Account;
  readonly region: string;
  /** What follows `:role/` in the ARN. */
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

/** Every value that a proof gives a target that is planned to become `planned`; null where it takes it back. */
export const proofValues = (account: string, planned: TargetValue): readonly TargetValue[] =>
  typeof planned === 'string'
    ? [planned, lastSegment(planned), null]
    : planned === null
      ? [null]
      : [planned, { ...planned, trust: trustsNobody(account) }, null];
