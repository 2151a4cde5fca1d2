/** The rollback plan of an account: restores each target that still has the value that the run set. */
import { changeStatus, isAsGivenBack, isOwnWork } from '../record/ownership.ts';
import type { Now } from '../record/ownership.ts';
import { changeOutcome, keyOf } from '../record/history.ts';
import type { ChangeRecord, RunHistory } from '../record/history.ts';
import type {
  AccountPlan,
  GrantState,
  Owner,
  PlannedTarget,
  Problem,
  RoleState,
  Setting,
  TargetKey,
} from '../model/model.ts';
import {
  grantPolicyArn,
  isRoleName,
  lastSegment,
  namesRole,
  parseRoleName,
} from '../iam/role-names.ts';
import { privilegesOf } from '../iam/privilege.ts';
import type { RoleName } from '../iam/role-names.ts';
import {
  formerRoleGone,
  changedSinceRun,
  displayValue,
  givenBackUnproven,
  handedOver,
  writtenAgain,
} from '../problems/problems.ts';
import { emptyBook, ownerInRegion } from '../owners/book.ts';
import { formerOwner, plannedRow, takerSince } from './hand-over.ts';
import type { AccountReadings } from '../model/readings.ts';
import { laterRunOn, roleRows, type RollbackCase, type RollbackPlanner } from './rollback-role.ts';
import { accountRowOf, plannedTarget } from '../planning/planned-targets.ts';
import {
  grantState,
  inRegion,
  refusesSystemsManager,
  regionsNaming,
  roleState,
  settingState,
  stateOfValue,
  trustsSystemsManager,
  type Subject,
} from '../planning/states.ts';
import { subjectOf } from '../planning/enable.ts';
import { asRole, asText } from '../model/values.ts';
import { planNote } from '../problems/notes.ts';

export type { RollbackPlanner } from './rollback-role.ts';

/** The changes that a run made or may have made, by account, with settings by region. Refused changes are left out. */
export function changesByAccount(
  history: RunHistory,
): ReadonlyMap<string, readonly ChangeRecord[]> {
  const groups = new Map<string, ChangeRecord[]>();
  for (const change of history.changes.values()) {
    if (changeOutcome(change) === 'none') continue;
    const group = groups.get(change.target.account);
    if (group === undefined) groups.set(change.target.account, [change]);
    else group.push(change);
  }
  for (const group of groups.values())
    group.sort((one, other) => ((one.target.region ?? '') < (other.target.region ?? '') ? -1 : 1));
  return groups;
}

/** The names of the other roles in former values. They must exist before settings can name them again. */
export const formerRoles = (
  changes: readonly ChangeRecord[],
  role: RoleName,
): readonly string[] => [
  ...new Set(
    changes
      .filter((change) => change.target.kind === 'setting' && !namesRole(asText(change.from), role))
      .map((change) => lastSegment(asText(change.from) ?? ''))
      .filter(isRoleName),
  ),
];

/** Plans one account from its readings. `changes` are the run's changes in it to undo. */
export function planRollback(
  readings: AccountReadings,
  changes: readonly ChangeRecord[],
  planner: RollbackPlanner,
): AccountPlan {
  const { partition, settings } = planner;
  const account = readings.account.id;
  const role = parseRoleName(settings.dhmcRole);
  const cells = [...readings.cells, ...readings.outOfScope];
  const subject = { ...subjectOf(account, planner), regions: regionsNaming(cells, role) };
  const policy = grantPolicyArn(partition);
  const roleChange = changes.find((change) => change.target.kind === 'role') ?? null;
  const grantChange = changes.find((change) => change.target.kind === 'grant') ?? null;
  const isThere = readings.role.known && readings.role.value !== null;
  const scene: RollbackCase = {
    readings,
    planner,
    subject,
    policy,
    roleChange,
    grantChange,
    roleComes: isThere || (roleChange !== null && roleChange.from !== null),
  };
  const settingRows = changes
    .filter((change) => change.target.kind === 'setting')
    .flatMap((change) => settingRow(change, scene));
  const left = regionsStillNaming(settingRows, scene);
  const { rows, formerRole } = roleRows(scene, {
    toBeReset: new Set(
      settingRows.flatMap((target) =>
        target.verdict === 'would-change' && target.region !== null ? [target.region] : [],
      ),
    ),
    stillNaming: new Set(left),
  });
  const more = followingRows(scene, { rows, settingRows, left });
  const byRegion = (one: PlannedTarget, other: PlannedTarget): number =>
    (one.region ?? '') < (other.region ?? '') ? -1 : 1;
  return {
    account: accountRowOf(readings),
    targets: [...rows, ...[...settingRows, ...more].sort(byRegion)],
    ...(formerRole === null ? {} : { formerRole }),
    ...(left.length === 0 ? {} : { stillNaming: left }),
  };
}

/**
 * Targets for settings that the run did not change and whose state changes with the role. If the run repaired them by
 * changing the role, its rollback breaks them again.
 */
function followingRows(
  scene: RollbackCase,
  known: {
    readonly rows: readonly PlannedTarget[];
    readonly settingRows: readonly PlannedTarget[];
    readonly left: readonly string[];
  },
): readonly PlannedTarget[] {
  const { readings, subject, policy } = scene;
  const row = (kind: 'role' | 'grant') => known.rows.find((target) => target.kind === kind);
  if (!known.rows.some(({ verdict }) => verdict === 'would-change')) return [];
  const grantNow = grantState(readings.role, readings.grants, policy);
  const grantAfter = (row('grant')?.stateAfter ?? grantNow) as GrantState;
  const roleAfter = (role: RoleState, here: Subject): RoleState => {
    const changed = row('role');
    if (changed?.verdict !== 'would-change') return role;
    const to = asRole(changed.to);
    return to === null ? 'absent' : trustsSystemsManager(to.trust, here) ? 'whole' : 'broken';
  };
  return [...readings.cells, ...readings.outOfScope].flatMap(({ region, setting }) => {
    if (known.settingRows.some((target) => target.region === region)) return [];
    if (!setting.known || !namesRole(setting.value.value, subject.role)) return [];
    const { value, modifiedBy, modifiedAt } = setting.value;
    const owner = ownerHere({ region, setting: setting.value }, scene);
    const here = inRegion(subject, region);
    const now = roleState(readings.role, here);
    const role = roleAfter(now, here);
    const around = { others: readings.others, subject: here };
    const state = settingState(setting, { ...around, role: now, grant: grantNow });
    const grant = role === 'absent' ? role : grantAfter;
    const stateAfter = settingState(setting, { ...around, role, grant });
    if (state === stateAfter && !known.left.includes(region)) return [];
    const key = { kind: 'setting', account: subject.account, region } as const;
    const rest = { state, from: value, to: value, modifiedBy, modifiedAt, owner };
    if (state === stateAfter) return [plannedTarget(key, { ...rest, verdict: 'in-sync' })];
    const notes =
      stateAfter === 'broken' ? [planNote('broken-with-role', { role: subject.role.name })] : [];
    return [plannedTarget(key, { ...rest, verdict: 'would-change', stateAfter, notes })];
  });
}

/** The state and notes of a setting that names our role again. */
type NamedAgain = Pick<PlannedTarget, 'stateAfter' | 'notes'>;

/** Whether our role will work after the plan, from its present state and the run's changes of it. */
function namedAgain(
  { readings, roleChange, grantChange, subject, policy }: RollbackCase,
  region: string | null,
): NamedAgain {
  if (roleChange !== null && roleChange.from === null) return { stateAfter: 'broken', notes: [] };
  const { name } = subject.role;
  const former = roleChange === null ? null : asRole(roleChange.from);
  const here = inRegion(subject, region);
  const trusts =
    former === null
      ? roleState(readings.role, here) === 'whole'
      : trustsSystemsManager(former.trust, here);
  const grant =
    grantChange === null
      ? grantState(readings.role, readings.grants, policy)
      : grantChange.from === policy
        ? 'attached'
        : 'absent';
  const privileged =
    readings.policies?.known === true
      ? privilegesOf(readings.policies.value, readings.account.id).powers
      : [];
  return {
    stateAfter:
      !trusts || grant === 'absent' ? 'broken' : grant === 'unknown' ? 'unknown' : 'enabled',
    notes: [
      ...(trusts ? [] : [planNote('broken-without-trust', { role: name })]),
      ...(grant === 'absent' ? [planNote('broken-without-policy', { role: name, policy })] : []),
      ...(privileged.length === 0
        ? []
        : [planNote('privileged', { role: name, policies: privileged.join('; ') })]),
    ],
  };
}

/** The target of a setting that the run changed; empty without evidence that it did. */
function settingRow(change: ChangeRecord, scene: RollbackCase): readonly PlannedTarget[] {
  const target = changedSettingRow(change, scene);
  return target === null ? [] : [target];
}

function changedSettingRow(change: ChangeRecord, scene: RollbackCase): PlannedTarget | null {
  const { readings, planner, subject } = scene;
  const key: TargetKey = change.target;
  const cell = readings.cells.find((entry) => entry.region === key.region);
  if (cell === undefined)
    return plannedTarget(key, {
      state: 'unknown',
      verdict: 'blocked',
      problem: readings.regions.known ? null : readings.regions.problem,
    });
  if (!cell.setting.known) {
    const { problem } = cell.setting;
    return plannedTarget(key, {
      state: 'unknown',
      verdict: problem.code === 'region-not-enabled' ? 'skipped' : 'blocked',
      problem,
    });
  }
  const setting: Setting = cell.setting.value;
  const here = inRegion(subject, cell.region);
  const state = settingState(cell.setting, {
    role: roleState(readings.role, here),
    grant: grantState(readings.role, readings.grants, scene.policy),
    others: readings.others,
    subject: here,
  });
  const { value, modifiedBy, modifiedAt } = setting;
  const owner = ownerHere({ region: cell.region, setting }, scene);
  const rest = { state, from: value, to: value, modifiedBy, modifiedAt, owner };
  const former = asText(change.from);
  const now: Now = { value, written: setting, role: null };
  const own = { change, history: planner.history };
  const isMade = value === asText(change.to);
  if (changeOutcome(change) === 'doubtful' && !(isMade && isOwnWork(own, now))) return null;
  if (value === former) return plannedTarget(key, { ...rest, verdict: 'in-sync' });
  const before = plannedRow(key, planner.history);
  const status = changeStatus(key, own, planner.laterRuns, now);
  const isBack = isMade && isAsGivenBack(status.last, planner.laterRuns, now);
  const taker = isBack && owner?.kind !== 'stackset' ? null : takerSince(owner, setting, before);
  if (taker !== null) {
    const problem = owner?.kind === 'dhmc' ? givenBackUnproven(taker) : handedOver(taker);
    return plannedTarget(key, { ...rest, verdict: 'skipped', problem });
  }
  if (!isMade) {
    return plannedTarget(key, {
      ...rest,
      verdict: 'conflict',
      problem: changedSinceRun(displayValue(asText(change.to)), displayValue(value), setting),
    });
  }
  const later = laterRunOn(status, setting);
  if (later !== null) return plannedTarget(key, { ...rest, verdict: 'conflict', problem: later });
  if (!isBack && !isOwnWork(status.last, now)) {
    return plannedTarget(key, { ...rest, verdict: 'conflict', problem: writtenAgain(setting) });
  }
  const row = formerRow(key, rest, { former, scene });
  const after = former === null ? null : formerOwner(former, before);
  return row.verdict === 'would-change' && after !== null ? { ...row, ownerAfter: after } : row;
}

/** The present owner of a region's setting. */
const ownerHere = (
  cell: { readonly region: string; readonly setting: Setting },
  { readings, planner, subject }: RollbackCase,
): Owner | null =>
  ownerInRegion(cell, readings, { ours: subject.role, book: planner.owners ?? emptyBook });

/**
 * The target of a setting that gets its former value back. Blocked if the role in that value is missing or unreadable.
 */
function formerRow(
  key: TargetKey,
  rest: Pick<PlannedTarget, 'state' | 'from' | 'to' | 'modifiedBy' | 'modifiedAt'> & {
    readonly owner: Owner | null;
  },
  {
    former,
    scene,
  }: {
    readonly former: string | null;
    readonly scene: RollbackCase;
  },
): PlannedTarget {
  const { readings, subject } = scene;
  const blocked = (problem: Problem): PlannedTarget =>
    plannedTarget(key, { ...rest, to: former, verdict: 'blocked', problem });
  if (former === null)
    return plannedTarget(key, {
      ...rest,
      to: null,
      verdict: 'would-change',
      stateAfter: 'disabled',
    });
  if (namesRole(former, subject.role)) {
    if (!readings.role.known) return blocked(readings.role.problem);
    // If the run created the role, the former value named a role that did not exist.
    const roleWasMade = scene.roleChange !== null && scene.roleChange.from === null;
    if (!scene.roleComes && !roleWasMade) return blocked(formerRoleGone(former));
    return plannedTarget(key, {
      ...rest,
      to: former,
      verdict: 'would-change',
      ...namedAgain(scene, key.region),
    });
  }
  const other = readings.others.get(lastSegment(former).toLowerCase());
  if (other?.known === true && other.value === null) return blocked(formerRoleGone(former));
  const shown = stateOfValue(former, subject.role);
  const isBroken =
    other?.known === true &&
    other.value !== null &&
    refusesSystemsManager(other.value.trust, inRegion(subject, key.region));
  const notes = [planNote('needs-pass-role', { role: former })];
  return plannedTarget(key, {
    ...rest,
    to: former,
    verdict: 'would-change',
    stateAfter: isBroken ? 'broken' : shown,
    notes,
  });
}

/** Regions where the setting may still name the role: it did before the run, and no one wrote it since. */
function regionsStillNaming(
  settingRows: readonly PlannedTarget[],
  scene: RollbackCase,
): readonly string[] {
  const { readings, planner, subject } = scene;
  const { history, begun, laterRuns, isChosen = () => true } = planner;
  const planned = history.plans.get(readings.account.id)?.targets ?? [];
  const left = new Set<string>();
  for (const { region, verdict, from, to } of settingRows) {
    if (region === null) continue;
    const comesBack = verdict === 'would-change' && namesRole(asText(to), subject.role);
    const isBack = verdict === 'in-sync' && namesRole(asText(from), subject.role);
    if (comesBack || isBack) left.add(region);
  }
  for (const { region, setting } of [...readings.cells, ...readings.outOfScope]) {
    if (!isChosen(region) || !setting.known) continue;
    const { value, modifiedBy, modifiedAt } = setting.value;
    if (!namesRole(value, subject.role)) continue;
    const key = keyOf({ kind: 'setting', account: readings.account.id, region });
    const isChanged = ({ changes }: RunHistory): boolean => {
      const change = changes.get(key);
      return change !== undefined && changeOutcome(change) !== 'none';
    };
    if (isChanged(history) || laterRuns.some(isChanged)) continue;
    const before = planned.find((target) => target.kind === 'setting' && target.region === region);
    const same =
      before !== undefined &&
      before.from === value &&
      before.modifiedBy === modifiedBy &&
      before.modifiedAt === modifiedAt;
    const older =
      before === undefined &&
      modifiedAt !== null &&
      begun !== null &&
      Date.parse(modifiedAt) < begun;
    if (same || older) left.add(region);
  }
  return [...left].sort();
}
