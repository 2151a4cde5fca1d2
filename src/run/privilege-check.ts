/** Checks the rights of the DHMC role once more, directly before the first setting names it. */
import type { RunSettings } from '../core/record/events.ts';
import { roleArn } from '../core/iam/role-names.ts';
import type { Problem } from '../core/model/model.ts';
import { privilegeProblem } from '../core/planning/enable.ts';
import type { Subject } from '../core/planning/states.ts';
import { privilegeUnknown } from '../core/problems/problems.ts';
import type { AccountAccess } from './cloud.ts';
import { readPolicies } from './observe.ts';

/** Why the role must not be named now; null if it may be. A role that IAM does not show yet has no rights yet. */
export async function privilegeNow(
  access: AccountAccess,
  subject: Subject,
  settings: RunSettings,
): Promise<Problem | null> {
  if (settings.allowPrivilegedRole) return null;
  const arn = roleArn(subject.partition, subject.account, subject.role);
  const grants = await access.grants(subject.role.name);
  if (!grants.known) return privilegeUnknown(arn, grants.problem);
  if (grants.value === null) return null;
  const policies = await readPolicies(access, subject.role.name, grants.value, subject);
  return privilegeProblem(arn, { account: { id: subject.account }, policies }, settings);
}
