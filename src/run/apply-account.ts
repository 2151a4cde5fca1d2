/** Applies one account's plan: what builds the role up, then the settings together, then what takes the role down. */
import type { ChangeBegun, RunSettings, TargetEnded } from '../core/record/events.ts';
import type {
  AccountPlan,
  PlannedTarget,
  Problem,
  Role,
  Setting,
  TargetValue,
  Verdict,
} from '../core/model/model.ts';
import { boundaryArn, namesRole, parseRoleName, tagsOfNewRole } from '../core/iam/role-names.ts';
import type { RoleName } from '../core/iam/role-names.ts';
import { isCallerProblem } from '../core/problems/problems.ts';
import { isToChange } from '../core/planning/plan.ts';
import { roleRemoval, usersOf } from '../core/planning/role-removal.ts';
import type { AccountReadings } from '../core/model/readings.ts';
import { trustsSystemsManager, type Subject } from '../core/planning/states.ts';
import { propagationLimitMs } from '../core/applying/change.ts';
import { writerOf } from '../core/record/ownership.ts';
import type { AccountAccess, Clock, Cloud } from './cloud.ts';
import type { Halt } from './halt.ts';
import { readAccount } from './observe.ts';
import { otherDenials } from './other-denials.ts';
import { privilegeNow } from './privilege-check.ts';
import type { Connectivity } from './connectivity.ts';
import { executeChange } from './execute.ts';
import type { Ending, Step, StepContext } from './execute.ts';
import {
  createRoleStep,
  deleteRoleStep,
  grantStep,
  needsRole,
  settingStep,
  trustStep,
} from './changes.ts';

/** What applying needs besides the account. */
export interface Applying {
  readonly cloud: Cloud;
  readonly clock: Clock;
  readonly run: string;
  readonly strict: boolean;
  /** Whether the role's rights are looked at again before a setting names it. */
  readonly judgesRole: boolean;
  readonly settings: RunSettings;
  readonly halt: Halt;
  readonly reach: Connectivity;
  begin(change: Pick<ChangeBegun, 'target' | 'from' | 'to' | 'formerRole'>): Promise<boolean>;
  end(target: PlannedTarget, ending: Ending, startedAt: number): Promise<void>;
}

/** How a target came out; null: the run stopped first. */
type Outcome = { readonly verdict: Verdict; readonly problem: Problem | null } | null;

const good = (outcome: Outcome): boolean =>
  outcome !== null && (outcome.verdict === 'changed' || outcome.verdict === 'in-sync');

interface Work {
  readonly applying: Applying;
  readonly plan: AccountPlan;
  readonly access: AccountAccess;
  readonly context: StepContext;
  readonly subject: Subject;
  readonly role: RoleName;
  /** Completes the problem of a denied change with the other rights that are missing. */
  readonly withOtherDenials: (problem: Problem) => Promise<Problem>;
}

const isoTime = (clock: Clock): string => new Date(clock.now()).toISOString();

/** Makes the change and records how it ended. */
async function make<T>(work: Work, step: Step<T>): Promise<Outcome> {
  const startedAt = work.applying.clock.now();
  const made = await executeChange(work.context, step);
  if (made === null) return null;
  const ending =
    made.verdict === 'failed' && made.problem !== null
      ? { ...made, problem: await work.withOtherDenials(made.problem) }
      : made;
  await work.applying.end(step.target, ending, startedAt);
  return ending;
}

/** Records a target that was not tried, because of another's outcome. */
async function giveUp(
  applying: Applying,
  target: PlannedTarget,
  outcome: Outcome,
  verdict: Verdict = 'blocked',
): Promise<Outcome> {
  if (outcome === null || outcome.verdict === 'not-attempted') return null;
  const ending: Ending = {
    verdict,
    state: target.state,
    value: target.from,
    modifiedBy: target.modifiedBy,
    modifiedAt: target.modifiedAt,
    problem: outcome.problem,
    attempts: 0,
  };
  await applying.end(target, ending, applying.clock.now());
  return { verdict, problem: outcome.problem };
}

const asPlanned: Outcome = { verdict: 'in-sync', problem: null };
const changed: Outcome = { verdict: 'changed', problem: null };

/** Of role and grant, one after the other: the later one's, or that something was changed. */
const together = (before: Outcome, next: Outcome): Outcome =>
  next?.verdict === 'in-sync' ? before : next;

/** Applies the plan of one account; what is not tried because the run stopped has no ending. */
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
  // A role that this run changed earlier, before it was resumed, may still be on its way.
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

/** The regions of the plan whose settings name the role, by those of their values that count. */
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
    const next = await reach.afterFailure(halt.signal);
    if (next === 'give-up') return { problem };
    if (next === 'unreachable')
      halt.stop('network', `No host could be reached for 30 seconds: ${problem.message}`);
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
  // A trust that shuts out a region whose setting still names the role comes after the settings.
  const regions = regionsTo(work.plan, work.role, ({ from, to }) => [from, to]);
  const buildsRole =
    roleTo !== null &&
    typeof roleTo !== 'string' &&
    trustsSystemsManager(roleTo.trust, { ...subject, regions });
  const buildsGrant = grantTarget !== null && grantTarget.to !== null;

  let base: Outcome = changedBefore ? changed : asPlanned;
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

/** What settings that are to name the role have to wait for: the role and grant, and a last look at its rights. */
async function readyToName(
  { applying, access, subject, role }: Work,
  settings: readonly PlannedTarget[],
  base: Outcome,
): Promise<Outcome> {
  const isLooked = applying.judgesRole && good(base) && !applying.halt.isOver();
  if (!isLooked || !settings.some((target) => needsRole(target, role))) return base;
  const problem = await privilegeNow(access, subject, applying.settings);
  if (problem === null) return base;
  if (!isCallerProblem(problem)) return { verdict: 'blocked', problem };
  applying.halt.stop('credentials-expired', problem.message);
  return null;
}

/** How those settings came out that had to let go of the role. */
function worst(
  settings: readonly PlannedTarget[],
  outcomes: readonly Outcome[],
  role: RoleName,
): Outcome {
  let result: Outcome = asPlanned;
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

async function applySetting(work: Work, target: PlannedTarget, base: Outcome): Promise<Outcome> {
  if (target.region === null) return null;
  if (needsRole(target, work.role) && !good(base)) return giveUp(work.applying, target, base);
  return make(work, stepOf(work, target, target.region));
}

/** A setting whose change is the role's or the grant's, if there was any left to make: it is read again, for it may have moved. */
async function followRole(work: Work, target: PlannedTarget, base: Outcome): Promise<void> {
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

/** Whether somebody took the role into use in the region since the plan was made; what the plan itself puts back is not meant. */
function isTakenUp(
  region: string,
  { cells, elsewhere }: AccountReadings,
  plan: AccountPlan,
): boolean {
  const cell = [...cells, ...elsewhere].find((entry) => entry.region === region);
  if (cell?.setting.known !== true) return false;
  const planned = plan.targets.find((target) => target.region === region);
  // A plan of 0.1.0 does not say how the setting was: it counts as used.
  if (planned === undefined) return true;
  if (isToChange(planned) && planned.from !== planned.to) return false;
  const { modifiedBy, modifiedAt } = cell.setting.value;
  return planned.modifiedBy !== modifiedBy || planned.modifiedAt !== modifiedAt;
}

/**
 * Detaches, deletes or puts a trust back: after a last look at who still uses the role. Gives `changed` where anything
 * was changed, for that is what settings come to another state by.
 */
async function takeDown(
  work: Work,
  targets: readonly PlannedTarget[],
  settings: Outcome,
): Promise<Outcome> {
  const { applying, plan, access, subject, role } = work;
  const giveUpAll = async (outcome: Outcome, verdict: Verdict): Promise<Outcome> => {
    let given: Outcome = null;
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
    policiesToo: false,
    roles: [],
    othersToo: false,
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

/** An ending as an event. */
export const endedEvent = (
  target: PlannedTarget,
  ending: Ending,
  times: { readonly at: string; readonly durationMs: number },
): TargetEnded => ({
  type: 'target-ended',
  target: { kind: target.kind, account: target.account, region: target.region },
  at: times.at,
  ...ending,
  durationMs: times.durationMs,
});
