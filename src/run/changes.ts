/**
 * The possible changes: set or reset a setting; create a role, change its trust policy, delete it; attach or detach a
 * grant.
 */
import type {
  PlannedTarget,
  RoleDetails,
  Role,
  Setting,
  Problem,
  State,
} from '../core/model/model.ts';
import { lastSegment, namesRole, settingValueOf } from '../core/iam/role-names.ts';
import type { RoleName } from '../core/iam/role-names.ts';
import { isAsCreated } from '../core/replanning/apply-saved.ts';
import { changedSincePlanned, displayValue } from '../core/problems/problems.ts';
import { roleState, stateOfValue } from '../core/planning/states.ts';
import type { Subject } from '../core/planning/states.ts';
import { sameDocument } from '../core/iam/trust-policy.ts';
import { known } from '../core/model/model.ts';
import type { MadeBy } from '../core/applying/change.ts';
import type { AccountAccess } from './cloud.ts';
import type { Observation, Step } from './execute.ts';
import { asRole, asText } from '../core/model/values.ts';
import { problemFor } from '../core/problems/hints.ts';

/** `strict`: a setting that was written again since planning counts as moved, even with the same value. */
export function settingStep(
  access: AccountAccess,
  target: PlannedTarget,
  region: string,
  {
    role,
    strict,
    writer,
  }: {
    readonly role: RoleName;
    readonly strict: boolean;
    readonly writer: (by: string | null) => MadeBy;
  },
): Step<Setting> {
  const from = asText(target.from);
  const to = asText(target.to);
  const stateOf = (value: string | null): State => {
    if (value === to) return target.stateAfter;
    return value === from ? target.state : stateOfValue(value, role);
  };
  return {
    target,
    read: () => access.setting(region),
    judge(setting, begun) {
      if (setting.value === to) return 'after';
      if (setting.value !== from) return 'moved';
      const again =
        setting.modifiedBy !== target.modifiedBy || setting.modifiedAt !== target.modifiedAt;
      return strict && !begun && again ? 'moved' : 'before';
    },
    madeBy: (setting) => writer(setting.modifiedBy),
    write: () => (to === null ? access.resetSetting(region) : access.updateSetting(region, to)),
    seen(setting): Observation {
      return {
        state: setting.pending ? 'pending' : stateOf(setting.value),
        value: setting.value,
        modifiedBy: setting.modifiedBy,
        modifiedAt: setting.modifiedAt,
      };
    },
    moved: (setting) =>
      changedSincePlanned(displayValue(from), displayValue(setting.value), setting),
  };
}

const seenRole = (role: Role | null, subject: Subject): Observation => ({
  state: roleState(known(role), subject),
  value: role === null ? null : { arn: role.arn, trust: role.trust },
  modifiedBy: null,
  modifiedAt: null,
});

/** The creation-time tag is ignored when deciding whether dhmc created the role. */
const timeTag = 'dhmc:created-at';

/** A role that another run of dhmc created meanwhile is accepted if it is exactly as planned. */
export function createRoleStep(
  access: AccountAccess,
  target: PlannedTarget,
  subject: Subject,
  details: RoleDetails,
): Step<Role | null> {
  const to = asRole(target.to) ?? { arn: '', trust: '' };
  const place = `/${settingValueOf(to.arn)}`;
  const name = lastSegment(place);
  const isOurs = (role: Role): boolean =>
    Object.entries(details.tags).every(
      ([key, value]) => key === timeTag || role.tags[key] === value,
    );
  return {
    target,
    read: () => access.role(name),
    judge(role) {
      if (role === null) return 'before';
      if (role.arn !== to.arn) return 'moved';
      return isOurs(role) || isAsCreated(role, to, details.boundary) ? 'after' : 'moved';
    },
    madeBy: (role) => (role !== null && isOurs(role) ? 'run' : 'others'),
    write: () =>
      access.createRole({
        name,
        path: place.slice(0, place.length - name.length),
        trust: to.trust,
        tags: details.tags,
        boundary: details.boundary,
        description:
          'Lets Systems Manager manage EC2 instances by default (Default Host Management Configuration). Made by dhmc.',
      }),
    seen: (role) => seenRole(role, subject),
    moved: (role) =>
      roleMoved(
        `Someone else has created the role ${role?.arn ?? name}.`,
        'created',
        role?.arn ?? name,
      ),
  };
}

export function trustStep(
  access: AccountAccess,
  target: PlannedTarget,
  subject: Subject,
): Step<Role | null> {
  const from = asRole(target.from);
  const to = asRole(target.to) ?? { arn: '', trust: '' };
  const name = lastSegment(settingValueOf(to.arn));
  return {
    target,
    read: () => access.role(name),
    judge(role) {
      if (role === null) return 'moved';
      if (sameDocument(role.trust, to.trust)) return 'after';
      return from !== null && sameDocument(role.trust, from.trust) ? 'before' : 'moved';
    },
    madeBy: () => 'unclear',
    write: () => access.updateTrust(name, to.trust),
    seen: (role) => seenRole(role, subject),
    moved: (role) =>
      role === null
        ? roleMoved(`The role ${to.arn} no longer exists.`, 'gone', to.arn)
        : roleMoved(
            `The trust policy of ${to.arn} is not what it was when it was planned.`,
            'trust',
            to.arn,
          ),
  };
}

export function deleteRoleStep(
  access: AccountAccess,
  target: PlannedTarget,
  subject: Subject,
  details: RoleDetails,
): Step<Role | null> {
  const from = asRole(target.from) ?? { arn: '', trust: '' };
  const name = lastSegment(settingValueOf(from.arn));
  return {
    target,
    read: () => access.role(name),
    judge(role) {
      if (role === null) return 'after';
      return role.arn === from.arn && sameDocument(role.trust, from.trust) ? 'before' : 'moved';
    },
    madeBy: () => 'unclear',
    write: () => access.deleteRole(name),
    seen: (role) => seenRole(role, subject),
    moved: () =>
      roleMoved(`The role ${from.arn} is not what it was when it was planned.`, 'role', from.arn),
    formerRole: details,
  };
}

export function grantStep(
  access: AccountAccess,
  target: PlannedTarget,
  roleName: string,
): Step<readonly string[] | null> {
  const attach = target.to !== null;
  const policy = asText(target.to) ?? asText(target.from) ?? '';
  return {
    target,
    read: () => access.grants(roleName),
    judge: (grants) => ((grants?.includes(policy) ?? false) === attach ? 'after' : 'before'),
    madeBy: () => 'unclear',
    write: () =>
      attach ? access.attachGrant(roleName, policy) : access.detachGrant(roleName, policy),
    seen(grants) {
      const attached = grants?.includes(policy) ?? false;
      return {
        state: attached ? 'attached' : 'absent',
        value: attached ? policy : null,
        modifiedBy: null,
        modifiedAt: null,
      };
    },
    moved: () => roleMoved(`The role ${roleName} no longer exists.`, 'gone', roleName),
  };
}

/** A role differs from the plan in the respect that `what` names. */
const roleMoved = (
  message: string,
  what: 'created' | 'gone' | 'trust' | 'role',
  role: string,
): Problem => problemFor('role-changed-since-planned', message, { what, role });

/** Whether the change of a setting needs the DHMC role to be complete. */
export const needsRole = (target: PlannedTarget, role: RoleName): boolean =>
  namesRole(asText(target.to), role);
