/** The end of an account's plan: removes role and policy, or restores a trust policy. */
import type { AccountPlan, PlannedTarget, Verdict } from '../core/model/model.ts';
import { isCallerProblem } from '../core/problems/problems.ts';
import { isToChange } from '../core/planning/plan.ts';
import { roleRemoval, usersOf } from '../core/planning/role-removal.ts';
import type { AccountReadings } from '../core/model/readings.ts';
import { readAccount } from './observe.ts';
import { deleteRoleStep, grantStep, trustStep } from './changes.ts';
import { type TargetOutcome, good, type Work, make, giveUp, asPlanned } from './applying.ts';

/**
 * Whether someone started to use the role in the region since the plan was made. Values that the plan itself restores
 * do not count.
 */
function isTakenUp(
  region: string,
  { cells, outOfScope }: AccountReadings,
  plan: AccountPlan,
): boolean {
  const cell = [...cells, ...outOfScope].find((entry) => entry.region === region);
  if (cell?.setting.known !== true) return false;
  const planned = plan.targets.find((target) => target.region === region);
  // Plans of 0.1.0 do not record how the setting was: count it as used.
  if (planned === undefined) return true;
  if (isToChange(planned) && planned.from !== planned.to) return false;
  const { modifiedBy, modifiedAt } = cell.setting.value;
  return planned.modifiedBy !== modifiedBy || planned.modifiedAt !== modifiedAt;
}

/**
 * Detaches the policy, deletes the role or restores its trust policy, after a last look at who still uses the role.
 * Returns `changed` if it changed anything, because settings that depend on the role then have another state.
 */
export async function takeDown(
  work: Work,
  targets: readonly PlannedTarget[],
  settings: TargetOutcome,
): Promise<TargetOutcome> {
  const { applying, plan, access, subject, role } = work;
  const giveUpAll = async (outcome: TargetOutcome, verdict: Verdict): Promise<TargetOutcome> => {
    let given: TargetOutcome = null;
    for (const target of targets) given = await giveUp(applying, target, outcome, verdict);
    return given;
  };
  if (!good(settings)) return giveUpAll(settings, 'blocked');
  if (applying.halt.isOver()) return null;
  const everywhere = { regions: null, excludeRegions: [] };
  const readings = await readAccount(applying.cloud, access, plan.account, {
    regions: everywhere,
    dhmcRole: access.dhmcRole,
    permissionsBoundary: null,
    forRemoval: true,
    readPolicies: false,
    roles: [],
    readOtherRoles: false,
  });
  const [grantTarget, roleTarget] = [
    targets.find((target) => target.kind === 'grant'),
    targets.find((target) => target.kind === 'role'),
  ];
  const terms = {
    partition: subject.partition,
    role,
    toBeReset: new Set<string>(),
    stillNaming: new Set(
      (plan.stillNaming ?? []).filter((region) => !isTakenUp(region, readings, plan)),
    ),
    grantGoes: grantTarget !== undefined,
    assumeUnused: applying.settings.assumeUnused,
  };
  const deletes = roleTarget !== undefined && roleTarget.to === null;
  const removal = deletes ? roleRemoval(readings, terms) : usersOf(readings, terms);
  if (removal !== null && (removal.kind === 'keep' || removal.kind === 'blocked')) {
    if (isCallerProblem(removal.problem)) {
      applying.halt.stop('credentials-expired', removal.problem.message);
      return null;
    }
    return giveUpAll(
      { verdict: 'blocked', problem: removal.problem },
      removal.kind === 'keep' ? 'skipped' : 'blocked',
    );
  }
  const ofGrant =
    grantTarget === undefined
      ? asPlanned
      : await make(work, grantStep(access, grantTarget, role.name));
  if (roleTarget === undefined) return ofGrant;
  if (!good(ofGrant)) return giveUp(applying, roleTarget, ofGrant);
  const found = readings.role.known ? readings.role.value : null;
  const details = { tags: found?.tags ?? {}, boundary: found?.boundary ?? null };
  const ofRole = await make(
    work,
    roleTarget.to === null
      ? deleteRoleStep(access, roleTarget, subject, details)
      : trustStep(access, roleTarget, subject),
  );
  return ofGrant?.verdict === 'changed' ? ofGrant : ofRole;
}
