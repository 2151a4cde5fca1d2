/**
 * Applies one account's plan: creates or repairs the role, then changes the settings in parallel, then removes the
 * role if planned.
 */
import type {
  AccountPlan,
  PlannedTarget,
  Problem,
  Role,
  Setting,
  TargetValue,
} from '../core/model/model.ts';
import { boundaryArn, namesRole, parseRoleName, tagsOfNewRole } from '../core/iam/role-names.ts';
import type { RoleName } from '../core/iam/role-names.ts';
import { isCallerProblem } from '../core/problems/problems.ts';
import { isToChange } from '../core/planning/plan.ts';
import { trustsSystemsManager, type Subject } from '../core/planning/states.ts';
import { propagationLimitMs } from '../core/applying/change.ts';
import { writerOf } from '../core/record/ownership.ts';
import type { AccountAccess } from './cloud.ts';
import { otherDenials } from './other-denials.ts';
import { privilegeNow } from './privilege-check.ts';
import type { Ending, Step } from './execute.ts';
import { createRoleStep, grantStep, needsRole, settingStep, trustStep } from './changes.ts';
import {
  type Applying,
  type TargetOutcome,
  good,
  type Work,
  isoTime,
  make,
  giveUp,
  asPlanned,
  changed,
  together,
} from './applying.ts';
import { takeDown } from './take-down.ts';

/** Applies the plan of one account. A target that was not tried because the run stopped gets no ending. */
export async function applyAccount(applying: Applying, plan: AccountPlan): Promise<void> {
  const { cloud } = applying;
  const targets = plan.targets.filter(isToChange);
  if (targets.length === 0) return;
  const access = await enter(applying, plan.account.id);
  if (access === null) return;
  if ('problem' in access) {
    for (const target of targets)
      await giveUp(applying, target, { verdict: 'blocked', problem: access.problem });
    return;
  }
  const role = parseRoleName(access.dhmcRole);
  const subject: Subject = {
    partition: cloud.partition,
    account: plan.account.id,
    role,
    organization: cloud.organization.id,
    regions: regionsTo(plan, role, ({ to }) => [to]),
  };
  // A role that this run changed before it was resumed may not be visible everywhere yet.
  const changedBefore = plan.targets.some(
    (target) => target.kind !== 'setting' && target.verdict === 'changed',
  );
  const work: Work = {
    applying,
    plan,
    access,
    subject,
    role,
    withOtherDenials: otherDenials({
      cloud,
      plan,
      settings: applying.settings,
      run: applying.run,
      now: () => isoTime(applying.clock),
    }),
    context: {
      clock: applying.clock,
      halt: applying.halt,
      reach: applying.reach,
      visibleUntil: changedBefore ? applying.clock.now() + propagationLimitMs : 0,
      silentUntil: Infinity,
      begin: (change) => applying.begin(change),
    },
  };
  try {
    await applyStages(work, targets, changedBefore);
  } finally {
    access.leave();
  }
}

/** The regions of the plan in which one of the setting's values (those that `valuesOf` gives) names the role. */
const regionsTo = (
  plan: AccountPlan,
  role: RoleName,
  valuesOf: (target: PlannedTarget) => readonly TargetValue[],
): readonly string[] =>
  plan.targets.flatMap((target) =>
    target.kind === 'setting' &&
    target.region !== null &&
    valuesOf(target).some((value) => typeof value === 'string' && namesRole(value, role))
      ? [target.region]
      : [],
  );

async function enter(
  applying: Applying,
  account: string,
): Promise<AccountAccess | { readonly problem: Problem } | null> {
  const { cloud, halt, reach } = applying;
  for (;;) {
    if (halt.isOver()) return null;
    const entered = await cloud.enter(account);
    reach.saw(entered.known ? null : entered.problem);
    if (entered.known) return entered.value;
    const { problem } = entered;
    if (isCallerProblem(problem)) {
      halt.stop('credentials-expired', problem.message);
      return null;
    }
    if (problem.code !== 'network') return { problem };
    const next = await reach.afterNetworkError(halt.signal);
    if (next === 'give-up') return { problem };
    if (next === 'unreachable')
      halt.stop('network', `No host was reachable for 30 seconds: ${problem.message}`);
  }
}

async function applyStages(
  work: Work,
  targets: readonly PlannedTarget[],
  changedBefore: boolean,
): Promise<void> {
  const { applying, subject } = work;
  const roleTarget = targets.find((target) => target.kind === 'role') ?? null;
  const grantTarget = targets.find((target) => target.kind === 'grant') ?? null;
  const settings = targets.filter(
    (target) => target.kind === 'setting' && target.from !== target.to,
  );
  const following = targets.filter(
    (target) => target.kind === 'setting' && target.from === target.to,
  );

  const roleTo = roleTarget?.to ?? null;
  // A trust policy that excludes a region whose setting still names the role is written after the settings.
  const regions = regionsTo(work.plan, work.role, ({ from, to }) => [from, to]);
  const buildsRole =
    roleTo !== null &&
    typeof roleTo !== 'string' &&
    trustsSystemsManager(roleTo.trust, { ...subject, regions });
  const buildsGrant = grantTarget !== null && grantTarget.to !== null;

  let base: TargetOutcome = changedBefore ? changed : asPlanned;
  if (roleTarget !== null && buildsRole) {
    base = together(base, await make(work, roleStep(work, roleTarget)));
    if (good(base)) work.context.visibleUntil = applying.clock.now() + propagationLimitMs;
  }
  if (grantTarget !== null && buildsGrant) {
    if (good(base)) {
      base = together(base, await make(work, grantStep(work.access, grantTarget, work.role.name)));
      if (good(base)) work.context.visibleUntil = applying.clock.now() + propagationLimitMs;
    } else await giveUp(applying, grantTarget, base);
  }

  const ready = await readyToName(work, settings, base);
  const outcomes = await Promise.all(settings.map((target) => applySetting(work, target, ready)));
  const teardown = [buildsGrant ? null : grantTarget, buildsRole ? null : roleTarget].filter(
    (target) => target !== null,
  );
  if (teardown.length > 0) {
    const down = await takeDown(work, teardown, worst(settings, outcomes, work.role));
    base = down?.verdict === 'in-sync' ? base : down;
  }
  await Promise.all(following.map((target) => followRole(work, target, base)));
}

/** What must succeed before a setting may name the role: the role, the grant, and a last check of the role's rights. */
async function readyToName(
  { applying, access, subject, role }: Work,
  settings: readonly PlannedTarget[],
  base: TargetOutcome,
): Promise<TargetOutcome> {
  const isLooked = applying.judgesRole && good(base) && !applying.halt.isOver();
  if (!isLooked || !settings.some((target) => needsRole(target, role))) return base;
  const problem = await privilegeNow(access, subject, applying.settings);
  if (problem === null) return base;
  if (!isCallerProblem(problem)) return { verdict: 'blocked', problem };
  applying.halt.stop('credentials-expired', problem.message);
  return null;
}

/** The worst outcome among the settings that had to stop naming the role. */
function worst(
  settings: readonly PlannedTarget[],
  outcomes: readonly TargetOutcome[],
  role: RoleName,
): TargetOutcome {
  let result: TargetOutcome = asPlanned;
  for (const [index, target] of settings.entries()) {
    const outcome = outcomes[index] ?? null;
    if (good(outcome) || typeof target.from !== 'string' || !namesRole(target.from, role)) continue;
    if (outcome === null) return null;
    result = outcome;
  }
  return result;
}

const stepOf = (
  { access, applying, role }: Work,
  target: PlannedTarget,
  region: string,
): Step<Setting> =>
  settingStep(access, target, region, {
    role,
    strict: applying.strict,
    writer: (by) => writerOf(by, applying.run, [applying.cloud.caller.arn]),
  });

async function applySetting(
  work: Work,
  target: PlannedTarget,
  base: TargetOutcome,
): Promise<TargetOutcome> {
  if (target.region === null) return null;
  if (needsRole(target, work.role) && !good(base)) return giveUp(work.applying, target, base);
  return make(work, stepOf(work, target, target.region));
}

/** A setting that changes only through the role or the grant. It is read again, since its value may have changed. */
async function followRole(work: Work, target: PlannedTarget, base: TargetOutcome): Promise<void> {
  const { applying } = work;
  if (target.region === null || base === null) return;
  if (!good(base)) {
    const verdict = base.verdict === 'skipped' ? 'skipped' : 'blocked';
    await giveUp(applying, target, base, verdict);
    return;
  }
  if (applying.halt.isOver()) return;
  const startedAt = applying.clock.now();
  const step = stepOf(work, target, target.region);
  const reading = await step.read();
  applying.reach.saw(reading.known ? null : reading.problem);
  if (!reading.known) {
    const { problem } = reading;
    if (isCallerProblem(problem)) {
      applying.halt.stop('credentials-expired', problem.message);
      return;
    }
    const unread = { state: 'unknown', value: null, modifiedBy: null, modifiedAt: null } as const;
    await applying.end(target, { ...unread, verdict: 'blocked', problem, attempts: 0 }, startedAt);
    return;
  }
  const { value } = reading;
  const holds = value.value === target.to;
  const ending: Ending = {
    ...step.seen(value),
    verdict: !holds ? 'conflict' : base.verdict === 'in-sync' ? 'in-sync' : 'changed',
    problem: holds ? null : step.moved(value),
    attempts: 0,
  };
  await applying.end(target, ending, startedAt);
}

function roleStep(work: Work, target: PlannedTarget): Step<Role | null> {
  const { applying, plan, access, subject } = work;
  if (target.from !== null) return trustStep(access, target, subject);
  const { permissionsBoundary, roleTags } = applying.settings;
  const details = plan.formerRole ?? {
    tags: tagsOfNewRole(applying.run, isoTime(applying.clock), roleTags),
    boundary:
      permissionsBoundary === null
        ? null
        : boundaryArn(subject.partition, subject.account, permissionsBoundary),
  };
  return createRoleStep(access, target, subject, details);
}
