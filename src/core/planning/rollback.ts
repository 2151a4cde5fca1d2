/** The rollback plan of an account: put back what a run changed, where the world still is as the run left it. */
import { wasLastWrittenBy, changeStatus } from '../record/ownership.ts';
import type { ChangeStatus } from '../record/ownership.ts';
import { isUnfinished, keyOf } from '../record/history.ts';
import type { ChangeRecord, RunHistory } from '../record/history.ts';
import type {
  AccountPlan,
  PlannedTarget,
  Problem,
  RoleDetails,
  RoleValue,
  Setting,
  TargetKey,
  TargetValue,
} from '../model/model.ts';
import {
  grantPolicyArn,
  isRoleName,
  lastSegment,
  namesRole,
  parseRoleName,
  privilegedPolicies,
  roleValueOf,
} from '../iam/role-names.ts';
import type { RoleName } from '../iam/role-names.ts';
import type { PlannerOptions } from './enable.ts';
import {
  attribution,
  changedSince,
  formerRoleGone,
  changedSincePlanned,
  displayValue,
} from '../problems/problems.ts';
import type { AccountReadings } from '../model/readings.ts';
import { roleRemoval, usersOf } from './role-removal.ts';
import { accountRowOf, plannedTarget } from './planned-targets.ts';
import { grantState, roleState, settingState, stateOfValue } from './states.ts';
import type { Subject } from './states.ts';
import { evaluateTrust, sameTargetValue } from '../iam/trust-policy.ts';

export interface RollbackPlanner extends PlannerOptions {
  /** Of the run that is put back. */
  readonly history: RunHistory;
  /** Oldest first. */
  readonly laterRuns: readonly RunHistory[];
}

const asText = (value: TargetValue): string | null => (typeof value === 'string' ? value : null);
const asRole = (value: TargetValue): RoleValue | null => (typeof value === 'string' ? null : value);

/** The changes that a run began, by account; settings in order of region. */
export function changesByAccount(
  history: RunHistory,
): ReadonlyMap<string, readonly ChangeRecord[]> {
  const groups = new Map<string, ChangeRecord[]>();
  for (const change of history.changes.values()) {
    const group = groups.get(change.target.account);
    if (group === undefined) groups.set(change.target.account, [change]);
    else group.push(change);
  }
  for (const group of groups.values())
    group.sort((one, other) => ((one.target.region ?? '') < (other.target.region ?? '') ? -1 : 1));
  return groups;
}

/** The other roles that former values name, by name: they have to be there to be named again. */
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

function rollBackFirst(later: RunHistory): Problem {
  const { run } = later.started;
  return isUnfinished(later)
    ? changedSince(
        `The later run ${run}, which did not finish, changed it too.`,
        `Roll back ${run} first, with \`dhmc disable rollback ${run}\`, or finish it with \`dhmc resume ${run}\` and leave this as it is.`,
      )
    : changedSince(
        `The later run ${run} changed it too.`,
        `Roll back ${run} first, with \`dhmc disable rollback ${run}\`.`,
      );
}

/** What later hands made of a change, if that forbids to undo it; `by` tells whose hand it is now, where AWS keeps that. */
function laterHand({ inForce, above }: ChangeStatus, by: string): Problem | null {
  if (above !== null) return rollBackFirst(above);
  return inForce
    ? null
    : changedSince(
        `The run was rolled back here already, and somebody made the change again${by}.`,
        'Look at who made it, and decide.',
      );
}

interface RollbackCase {
  readonly readings: AccountReadings;
  readonly planner: RollbackPlanner;
  readonly subject: Subject;
  readonly policy: string;
  /** Whether our role will be there once the plan is applied, for settings that are to name it again. */
  readonly roleComes: boolean;
  /** Whether the run created the role: what named it before named a role that was not there. */
  readonly roleWasMade: boolean;
  /** What a setting comes to that names our role again, and what to say of it. */
  readonly ours: Pick<PlannedTarget, 'stateAfter' | 'notes'>;
}

interface RoleChanges {
  readonly roleChange: ChangeRecord | null;
  readonly grantChange: ChangeRecord | null;
}

/** Plans one account from what was read of it; `changes` are those of the run in it that are to be put back. */
export function planRollback(
  readings: AccountReadings,
  changes: readonly ChangeRecord[],
  planner: RollbackPlanner,
): AccountPlan {
  const { partition, settings } = planner;
  const account = readings.account.id;
  const role = parseRoleName(settings.dhmcRole);
  const subject: Subject = { partition, account, role };
  const policy = grantPolicyArn(partition);
  const roleChange = changes.find((change) => change.target.kind === 'role') ?? null;
  const grantChange = changes.find((change) => change.target.kind === 'grant') ?? null;
  const settingChanges = changes.filter((change) => change.target.kind === 'setting');
  const isThere = readings.role.known && readings.role.value !== null;
  const roleWasMade = roleChange !== null && roleChange.from === null;
  const scene: RollbackCase = {
    readings,
    planner,
    subject,
    policy,
    roleComes: isThere || (roleChange !== null && roleChange.from !== null),
    roleWasMade,
    ours: roleWasMade
      ? { stateAfter: 'broken', notes: [] }
      : roleToCome(readings, { roleChange, grantChange, subject, policy }),
  };
  const settingRows = settingChanges.map((change) => settingRow(change, scene));
  const left = leftNaming(settingRows, scene);
  const down = takeDownRows({ roleChange, grantChange, settingRows, left, scene });
  const formerRole = down.formerRole;
  return {
    account: accountRowOf(readings),
    targets: [...down.rows, ...settingRows],
    ...(formerRole === null ? {} : { formerRole }),
    ...(left.length === 0 ? {} : { leftNaming: left }),
  };
}

/** Whether our role will do once the plan is applied, from how it is and from what the run had changed of it. */
function roleToCome(
  readings: AccountReadings,
  {
    roleChange,
    grantChange,
    subject,
    policy,
  }: RoleChanges & Pick<RollbackCase, 'subject' | 'policy'>,
): RollbackCase['ours'] {
  const { name } = subject.role;
  const former = roleChange === null ? null : asRole(roleChange.from);
  const trusts =
    former === null
      ? roleState(readings.role, subject) === 'whole'
      : evaluateTrust(former.trust, subject) === 'right';
  const grant =
    grantChange === null
      ? grantState(readings.role, readings.grants, policy)
      : grantChange.from === policy
        ? 'attached'
        : 'absent';
  const privileged = readings.grants.known ? privilegedPolicies(readings.grants.value ?? []) : [];
  return {
    stateAfter:
      !trusts || grant === 'absent' ? 'broken' : grant === 'unknown' ? 'unknown' : 'enabled',
    notes: [
      ...(trusts
        ? []
        : [
            `The role ${name} does not trust Systems Manager: the setting is put back, and stays broken.`,
          ]),
      ...(grant === 'absent'
        ? [
            `The role ${name} lacks the policy ${policy}: the setting is put back, and stays broken.`,
          ]
        : []),
      ...(privileged.length === 0
        ? []
        : [
            `The role ${name} carries ${privileged.join(', ')}: every managed instance can obtain its rights.`,
          ]),
    ],
  };
}

function settingRow(change: ChangeRecord, scene: RollbackCase): PlannedTarget {
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
  const state = settingState(cell.setting, {
    role: roleState(readings.role, subject),
    grant: grantState(readings.role, readings.grants, scene.policy),
    others: readings.others,
    subject,
  });
  const { value, modifiedBy, modifiedAt } = setting;
  const rest = { state, from: value, to: value, modifiedBy, modifiedAt };
  const former = asText(change.from);
  if (value === former) return plannedTarget(key, { ...rest, verdict: 'in-sync' });
  if (value !== asText(change.to)) {
    return plannedTarget(key, {
      ...rest,
      verdict: 'conflict',
      problem: changedSincePlanned(displayValue(asText(change.to)), displayValue(value), setting),
    });
  }
  const standing = changeStatus(key, { change, history: planner.history }, planner.laterRuns, {
    value,
    hand: setting,
  });
  const later = laterHand(standing, ` (${attribution(setting)})`);
  if (later !== null) return plannedTarget(key, { ...rest, verdict: 'conflict', problem: later });
  const { started } = standing.last.history;
  if (!wasLastWrittenBy(setting, standing.last.change, started.run, started.caller)) {
    const problem = changedSince(
      `It was written again since the run (${attribution(setting)}).`,
      'Look at who wrote it; reset it by hand if it is to go.',
    );
    return plannedTarget(key, { ...rest, verdict: 'conflict', problem });
  }
  return { ...formerRow(key, rest, former, scene) };
}

/** The row of a setting that is to hold its former value again, if the role that it names can be named. */
function formerRow(
  key: TargetKey,
  rest: Pick<PlannedTarget, 'state' | 'from' | 'to' | 'modifiedBy' | 'modifiedAt'>,
  former: string | null,
  scene: RollbackCase,
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
    if (!scene.roleComes && !scene.roleWasMade) return blocked(formerRoleGone(former));
    return plannedTarget(key, { ...rest, to: former, verdict: 'would-change', ...scene.ours });
  }
  const other = readings.others.get(lastSegment(former).toLowerCase());
  if (other?.known === true && other.value === null) return blocked(formerRoleGone(former));
  const shown = stateOfValue(former, subject.role);
  const right =
    other?.known !== true ||
    other.value === null ||
    evaluateTrust(other.value.trust, subject) === 'right';
  const notes = [`The session needs iam:PassRole on the role ${former}.`];
  return plannedTarget(key, {
    ...rest,
    to: former,
    verdict: 'would-change',
    stateAfter: right ? shown : 'broken',
    notes,
  });
}

/** Regions that may go on naming the role: they did before the run, and nobody wrote them since. */
function leftNaming(settingRows: readonly PlannedTarget[], scene: RollbackCase): readonly string[] {
  const { readings, planner, subject } = scene;
  const { history } = planner;
  const planned = history.plans.get(readings.account.id)?.targets ?? [];
  const left = new Set<string>();
  for (const target of settingRows) {
    if (
      target.region !== null &&
      target.verdict === 'would-change' &&
      namesRole(asText(target.to), subject.role)
    )
      left.add(target.region);
    if (
      target.region !== null &&
      target.verdict === 'in-sync' &&
      namesRole(asText(target.from), subject.role)
    )
      left.add(target.region);
  }
  for (const cell of [...readings.cells, ...readings.elsewhere]) {
    if (!cell.setting.known || !namesRole(cell.setting.value.value, subject.role)) continue;
    if (
      history.changes.has(
        keyOf({ kind: 'setting', account: readings.account.id, region: cell.region }),
      )
    )
      continue;
    const before = planned.find(
      (target) => target.kind === 'setting' && target.region === cell.region,
    );
    const { value, modifiedBy, modifiedAt } = cell.setting.value;
    const same =
      before !== undefined &&
      before.from === value &&
      before.modifiedBy === modifiedBy &&
      before.modifiedAt === modifiedAt;
    const older =
      before === undefined &&
      modifiedAt !== null &&
      Date.parse(modifiedAt) < Date.parse(history.started.startedAt);
    if (same || older) left.add(cell.region);
  }
  return [...left].sort();
}

/** Rows of role and grant, where the run changed them. */
function takeDownRows(
  known: RoleChanges & {
    readonly settingRows: readonly PlannedTarget[];
    readonly left: readonly string[];
    readonly scene: RollbackCase;
  },
): { readonly rows: readonly PlannedTarget[]; readonly formerRole: RoleDetails | null } {
  const { roleChange, grantChange, scene } = known;
  const { readings, planner, subject, policy } = scene;
  const rows: PlannedTarget[] = [];
  const role = readings.role.known ? readings.role.value : null;
  const state = {
    role: roleState(readings.role, subject),
    grant: grantState(readings.role, readings.grants, policy),
  };
  const terms = {
    partition: subject.partition,
    role: subject.role,
    toBeReset: new Set(
      known.settingRows.flatMap((target) =>
        target.verdict === 'would-change' && target.region !== null ? [target.region] : [],
      ),
    ),
    leftNaming: new Set(known.left),
    assumeUnused: planner.settings.assumeUnused,
  };
  const roleKey = { kind: 'role', account: readings.account.id } as const;
  const grantKey = { kind: 'grant', account: readings.account.id } as const;
  const roleFrom = role === null ? null : roleValueOf(role);
  const grantFrom = state.grant === 'attached' ? policy : null;
  const roleRest = { state: state.role, from: roleFrom, to: roleFrom };
  const grantRest = { state: state.grant, from: grantFrom, to: grantFrom };
  let formerRole: RoleDetails | null = null;
  let removed = false;
  let kept: {
    readonly verdict: 'skipped' | 'blocked' | 'conflict';
    readonly problem: Problem;
  } | null = null;

  const laterHandOn = (change: ChangeRecord, value: TargetValue): Problem | null =>
    laterHand(
      changeStatus(change.target, { change, history: planner.history }, planner.laterRuns, {
        value,
        hand: null,
      }),
      '',
    );
  const keptBy = (removal: { readonly kind: 'keep' | 'blocked'; readonly problem: Problem }) =>
    ({
      verdict: removal.kind === 'keep' ? 'skipped' : 'blocked',
      problem: removal.problem,
    }) as const;

  if (roleChange !== null) {
    const former = asRole(roleChange.from);
    const made = asRole(roleChange.to);
    const later = laterHandOn(roleChange, roleFrom);
    if (!readings.role.known) kept = { verdict: 'blocked', problem: readings.role.problem };
    else if (sameTargetValue(roleFrom, former))
      rows.push(plannedTarget(roleKey, { ...roleRest, verdict: 'in-sync' }));
    else if (!sameTargetValue(roleFrom, made) || later !== null) {
      const moved = changedSince(
        'The role is not what the run left.',
        'Look at the role, and put it right by hand if need be.',
      );
      kept = { verdict: 'conflict', problem: later ?? moved };
    } else if (former === null) {
      const removal = roleRemoval(readings, terms);
      if (removal.kind === 'keep' || removal.kind === 'blocked') kept = keptBy(removal);
      else {
        removed = true;
        rows.push(
          plannedTarget(roleKey, {
            ...roleRest,
            to: null,
            verdict: 'would-change',
            stateAfter: 'absent',
          }),
        );
      }
    } else if (role === null) {
      formerRole = roleChange.formerRole ?? { tags: {}, boundary: null };
      const stateAfter = evaluateTrust(former.trust, subject) === 'right' ? 'whole' : 'broken';
      rows.push(
        plannedTarget(roleKey, { ...roleRest, to: former, verdict: 'would-change', stateAfter }),
      );
    } else {
      const users = usersOf(readings, terms);
      if (users !== null) kept = keptBy(users);
      else {
        const stateAfter = evaluateTrust(former.trust, subject) === 'right' ? 'whole' : 'broken';
        rows.push(
          plannedTarget(roleKey, { ...roleRest, to: former, verdict: 'would-change', stateAfter }),
        );
      }
    }
    if (kept !== null) rows.push(plannedTarget(roleKey, { ...roleRest, ...kept }));
  }

  if (grantChange !== null || removed) {
    const former = grantChange === null ? null : asText(grantChange.from);
    const later = grantChange === null ? null : laterHandOn(grantChange, grantFrom);
    const change = (to: string | null): PlannedTarget =>
      plannedTarget(grantKey, {
        ...grantRest,
        to,
        verdict: 'would-change',
        stateAfter: to === null ? 'absent' : 'attached',
      });
    if (readings.role.known && role !== null && !readings.grants.known) {
      rows.push(
        plannedTarget(grantKey, {
          ...grantRest,
          verdict: 'blocked',
          problem: readings.grants.problem,
        }),
      );
    } else if (!readings.role.known)
      rows.push(
        plannedTarget(grantKey, {
          ...grantRest,
          verdict: 'blocked',
          problem: readings.role.problem,
        }),
      );
    else if (grantFrom === former)
      rows.push(plannedTarget(grantKey, { ...grantRest, verdict: 'in-sync' }));
    else if (later !== null)
      rows.push(plannedTarget(grantKey, { ...grantRest, verdict: 'conflict', problem: later }));
    else if (former !== null) {
      if (scene.roleComes) rows.push(change(former));
      else
        rows.push(
          plannedTarget(grantKey, {
            ...grantRest,
            to: former,
            verdict: 'blocked',
            problem: formerRoleGone(subject.role.name),
          }),
        );
    } else if (removed) rows.push(change(null));
    else if (kept !== null) rows.push(plannedTarget(grantKey, { ...grantRest, ...kept }));
    else {
      const users = usersOf(readings, terms);
      rows.push(
        users === null ? change(null) : plannedTarget(grantKey, { ...grantRest, ...keptBy(users) }),
      );
    }
  }
  return { rows, formerRole };
}
