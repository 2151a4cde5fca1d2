/** The enable plan of an account. `status` shows the states in this plan and applies nothing. */
import type { RunSettings } from '../record/events.ts';
import type {
  Account,
  AccountPlan,
  Partition,
  Owner,
  PlannedTarget,
  Problem,
  Role,
  Setting,
  TargetValue,
  PlanNote,
} from '../model/model.ts';
import {
  boundaryArn,
  grantPolicyArn,
  createdByDhmc,
  isReserved,
  namesRole,
  parseRoleName,
  roleArn,
  roleValueOf,
  settingValueOf,
} from '../iam/role-names.ts';
import { caseOf } from '../problems/alike.ts';
import {
  boundaryMissing,
  privilegedRole,
  privilegeUnknown,
  reservedRole,
  roleOfOthers,
  trustStillDenied,
  policyUnread,
} from '../problems/problems.ts';
import { emptyBook, ownerInRegion, type OwnerBook } from '../owners/book.ts';
import type { AccountReadings } from '../model/readings.ts';
import { accountRowOf, plannedTarget, unlistedRow, unreadCells } from './planned-targets.ts';
import { grantState, inRegion, roleState, settingState, trustsSystemsManager } from './states.ts';
import type { Subject } from './states.ts';
import { objectionToTakeOver } from './take-over.ts';
import { privilegesOf } from '../iam/privilege.ts';
import { trustedOutsiders } from '../iam/trust-statements.ts';
import { hasDeny, repairTrust, dhmcTrustPolicy } from '../iam/trust-policy.ts';
import { planNote } from '../problems/notes.ts';

export interface PlannerOptions {
  readonly partition: Partition;
  readonly settings: RunSettings;
  /** The organization's id; absent if unknown. */
  readonly organization?: string;
  /** Owners according to journals and stack sets; absent if not read. */
  readonly owners?: OwnerBook;
}

/** The account and its DHMC role, as the functions for states take them. */
export function subjectOf(
  account: string,
  { partition, settings, organization }: PlannerOptions,
): Subject {
  const subject = { partition, account, role: parseRoleName(settings.dhmcRole) };
  return organization === undefined ? subject : { ...subject, organization };
}

type Hindrance = { readonly verdict: 'conflict' | 'blocked'; readonly problem: Problem };

/** Why the role cannot be used, or null. Matters only if something would have to change. */
function hindranceOf(
  role: Role | null,
  grants: readonly string[],
  { readings, subject }: { readonly readings: AccountReadings; readonly subject: Subject },
  options: PlannerOptions,
): Hindrance | null {
  const { partition, settings } = options;
  if (role === null) {
    const boundary = readings.boundary;
    if (boundary === null || settings.permissionsBoundary === null) return null;
    if (!boundary.known) return { verdict: 'blocked', problem: boundary.problem };
    if (boundary.value) return null;
    const account = readings.account.id;
    return {
      verdict: 'blocked',
      problem: boundaryMissing(
        boundaryArn(partition, account, settings.permissionsBoundary),
        account,
      ),
    };
  }
  if (isReserved(settingValueOf(role.arn)))
    return { verdict: 'conflict', problem: reservedRole(role.arn) };
  if (!createdByDhmc(role) && !settings.overwrite.includes('foreign')) {
    if (hasDeny(role.trust))
      return {
        verdict: 'conflict',
        problem: roleOfOthers(role.arn, 'its trust policy has a Deny'),
      };
    if (grants.length > 0 && !grants.includes(grantPolicyArn(partition))) {
      return {
        verdict: 'conflict',
        problem: roleOfOthers(
          role.arn,
          `it has other policies instead of AWS's: ${grants.join(', ')}`,
        ),
      };
    }
  }
  const privilege = privilegeProblem(role.arn, readings, settings);
  if (privilege !== null) return { verdict: 'blocked', problem: privilege };
  if (!trustsSystemsManager(role.trust, subject)) {
    const mended = repairTrust(role.trust);
    if (mended === null || !trustsSystemsManager(mended, subject))
      return { verdict: 'blocked', problem: trustStillDenied(role.arn) };
  }
  return null;
}

/** The problem with a role that has, or may have, rights that no instance should have; null if it has none. */
export function privilegeProblem(
  arn: string,
  {
    account,
    policies,
  }: Pick<AccountReadings, 'policies'> & {
    readonly account: Pick<Account, 'id'>;
  },
  { allowPrivilegedRole }: Pick<RunSettings, 'allowPrivilegedRole'>,
): Problem | null {
  if (policies === null || allowPrivilegedRole) return null;
  if (!policies.known) return privilegeUnknown(arn, policies.problem);
  const { powers, unread } = privilegesOf(policies.value, account.id);
  if (powers.length > 0) return privilegedRole(arn, powers);
  return unread === null ? null : privilegeUnknown(arn, policyUnread(unread));
}

/** Notes on the rights of a role and on who else may assume it. */
function notesOnRights(
  role: Role,
  { account, policies }: AccountReadings,
  partition: Partition,
): readonly PlanNote[] {
  const notes: PlanNote[] = [];
  const outsiders = trustedOutsiders(role.trust, { partition, account: account.id });
  if (outsiders.length > 0)
    notes.push(planNote('assumable-by-others', { principals: outsiders.join(', ') }));
  if (policies === null) return notes;
  if (!policies.known) return [...notes, unreadNote(role, policies.problem, account.id)];
  const { limited, unread } = privilegesOf(policies.value, account.id);
  const inline = policies.value.flatMap(({ name }) =>
    name.startsWith('inline:') ? [name.slice('inline:'.length)] : [],
  );
  if (inline.length > 0) notes.push(planNote('inline-policies', { policies: inline.join(', ') }));
  if (limited.length > 0)
    notes.push(planNote('limited-policies', { policies: limited.join(', ') }));
  if (unread !== null) notes.push(unreadNote(role, policyUnread(unread), account.id));
  return notes;
}

const unreadNote = ({ arn }: Role, cause: Problem, account: string): PlanNote => {
  const problem = privilegeUnknown(arn, cause);
  return planNote('privileges-unread', {
    message: problem.message,
    case: caseOf(problem, account),
  });
};

/** Notes on the role's other policies, and on what it lacks. dhmc reports these and never changes them. */
function notesOn(
  role: Role | null,
  grants: readonly string[],
  readings: AccountReadings,
  options: PlannerOptions,
): readonly PlanNote[] {
  if (role === null) return [];
  const more = grants.filter((arn) => arn !== grantPolicyArn(options.partition));
  const notes: PlanNote[] = [];
  if (more.length > 0) notes.push(planNote('further-policies', { policies: more.join(', ') }));
  notes.push(...notesOnRights(role, readings, options.partition));
  const boundary = options.settings.permissionsBoundary;
  if (
    boundary !== null &&
    role.boundary !== boundaryArn(options.partition, readings.account.id, boundary)
  ) {
    notes.push(planNote('boundary-kept', { boundary: role.boundary ?? 'none' }));
  }
  return notes;
}

/** Plans one account from its readings. */
export function planEnable(readings: AccountReadings, options: PlannerOptions): AccountPlan {
  const { partition } = options;
  const account = readings.account.id;
  const everywhere = subjectOf(account, options);
  const policy = grantPolicyArn(partition);
  const grant = grantState(readings.role, readings.grants, policy);
  const role = readings.role.known ? readings.role.value : null;
  const grants = readings.grants.known ? (readings.grants.value ?? []) : [];
  const value = settingValueOf(role?.arn ?? roleArn(partition, account, everywhere.role));
  const unread = unreadCells(readings);
  const ownerIn = (setting: Setting, region: string): Owner | null =>
    ownerInRegion({ region, setting }, readings, {
      ours: everywhere.role,
      book: options.owners ?? emptyBook,
    });

  const cells = readings.cells.map((cell) => {
    if (!cell.setting.known)
      return { region: cell.region, unread: unread.get(cell.region) ?? null };
    const setting = cell.setting.value;
    const here = inRegion(everywhere, cell.region);
    const roleHere = roleState(readings.role, here);
    const around = { role: roleHere, grant, others: readings.others, subject: here };
    const cellState = settingState(cell.setting, around);
    const owner = ownerIn(setting, cell.region);
    const ours = setting.value === null || namesRole(setting.value, here.role);
    const objection = ours
      ? null
      : objectionToTakeOver(
          { value: setting.value, setting, state: cellState, owner },
          options.settings,
          here.role,
          readings.others,
        );
    const whole = roleHere === 'whole' && grant === 'attached';
    return { region: cell.region, setting, state: cellState, owner, objection, whole };
  });

  const asking = cells.filter((cell) => cell.setting !== undefined && cell.objection === null);
  const subject = { ...everywhere, regions: asking.map(({ region }) => region) };
  const state = { role: roleState(readings.role, subject), grant };
  const rightValues = asking.every((cell) => cell.setting?.value === value);
  const whole = state.role === 'whole' && state.grant === 'attached';
  const unreadable = !readings.role.known
    ? readings.role.problem
    : readings.role.value !== null && !readings.grants.known
      ? readings.grants.problem
      : null;
  const changes = asking.length > 0 && !(whole && rightValues);
  const hindrance: Hindrance | null =
    unreadable !== null
      ? { verdict: 'blocked', problem: unreadable }
      : changes
        ? hindranceOf(role, grants, { readings, subject }, options)
        : null;

  const settingRows = cells.map((cell): PlannedTarget => {
    const key = { kind: 'setting', account, region: cell.region } as const;
    if (cell.setting === undefined)
      return cell.unread ?? plannedTarget(key, { state: 'unknown', verdict: 'blocked' });
    const { setting } = cell;
    const rest = {
      state: cell.state,
      from: setting.value,
      to: setting.value,
      modifiedBy: setting.modifiedBy,
      modifiedAt: setting.modifiedAt,
      owner: cell.owner,
    };
    if (cell.objection !== null)
      return plannedTarget(key, { ...rest, verdict: 'conflict', problem: cell.objection });
    if (cell.whole && setting.value === value)
      return plannedTarget(key, { ...rest, verdict: 'in-sync' });
    if (hindrance !== null)
      return plannedTarget(key, {
        ...rest,
        to: value,
        verdict: hindrance.verdict,
        problem: hindrance.problem,
      });
    return plannedTarget(key, {
      ...rest,
      to: value,
      verdict: 'would-change',
      stateAfter: 'enabled',
    });
  });

  return {
    account: accountRowOf(readings),
    targets: [
      ...roleAndGrant({
        readings,
        subject,
        role,
        grants,
        state,
        policy,
        asked: asking.length > 0,
        hindrance,
        options,
      }),
      ...settingRows,
      ...unlistedRow(readings),
    ],
  };
}

function roleAndGrant(known: {
  readonly readings: AccountReadings;
  readonly subject: Subject;
  readonly role: Role | null;
  readonly grants: readonly string[];
  readonly state: {
    readonly role: ReturnType<typeof roleState>;
    readonly grant: ReturnType<typeof grantState>;
  };
  readonly policy: string;
  readonly asked: boolean;
  readonly hindrance: Hindrance | null;
  readonly options: PlannerOptions;
}): readonly PlannedTarget[] {
  const { readings, subject, role, grants, state, policy, asked, hindrance, options } = known;
  const account = readings.account.id;
  const roleKey = { kind: 'role', account } as const;
  const grantKey = { kind: 'grant', account } as const;
  const notes = notesOn(role, grants, readings, options);
  const roleFrom: TargetValue = role === null ? null : roleValueOf(role);
  const grantFrom: TargetValue = state.grant === 'attached' ? policy : null;
  const roleAsRead = { state: state.role, from: roleFrom, to: roleFrom, notes };
  const grantAsRead = { state: state.grant, from: grantFrom, to: grantFrom };

  const roleRow = (): PlannedTarget => {
    if (state.role === 'unknown')
      return plannedTarget(roleKey, {
        ...roleAsRead,
        verdict: 'blocked',
        problem: readings.role.known ? null : readings.role.problem,
      });
    const to =
      !asked || state.role === 'whole'
        ? roleFrom
        : role === null
          ? { arn: roleArn(subject.partition, account, subject.role), trust: dhmcTrustPolicy }
          : { arn: role.arn, trust: repairTrust(role.trust) ?? role.trust };
    if (hindrance !== null)
      return plannedTarget(roleKey, {
        ...roleAsRead,
        to,
        verdict: hindrance.verdict,
        problem: hindrance.problem,
      });
    if (to !== roleFrom)
      return plannedTarget(roleKey, {
        ...roleAsRead,
        to,
        verdict: 'would-change',
        stateAfter: 'whole',
      });
    return plannedTarget(roleKey, {
      ...roleAsRead,
      verdict: 'in-sync',
      problem: role === null ? null : privilegeProblem(role.arn, readings, options.settings),
    });
  };
  const grantRow = (): PlannedTarget => {
    if (state.grant === 'unknown')
      return plannedTarget(grantKey, {
        ...grantAsRead,
        verdict: 'blocked',
        problem: readings.grants.known ? null : readings.grants.problem,
      });
    const to = asked ? policy : grantFrom;
    if (hindrance !== null)
      return plannedTarget(grantKey, {
        ...grantAsRead,
        to,
        verdict: hindrance.verdict,
        problem: hindrance.problem,
      });
    if (to !== grantFrom)
      return plannedTarget(grantKey, {
        ...grantAsRead,
        to,
        verdict: 'would-change',
        stateAfter: 'attached',
      });
    return plannedTarget(grantKey, { ...grantAsRead, verdict: 'in-sync' });
  };
  return [roleRow(), grantRow()];
}
