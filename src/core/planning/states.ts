/** The states of roles, grants and settings, from their readings. */
import { isRoleName, lastSegment, namesRole } from '../iam/role-names.ts';
import type { RoleName } from '../iam/role-names.ts';
import type {
  GrantState,
  Partition,
  Reading,
  Role,
  RoleState,
  Setting,
  SettingState,
} from '../model/model.ts';
import { certainlyRefuses, evaluateTrust } from '../iam/trust-policy.ts';
import type { AccountReadings } from '../model/readings.ts';
import type { TrustSubject } from '../iam/trust-conditions.ts';

export interface Subject {
  readonly partition: Partition;
  readonly account: string;
  readonly role: RoleName;
  /** The organization's id; absent if unknown. */
  readonly organization?: string;
  /** The regions where the setting names the role, or will name it; absent or empty for any region. */
  readonly regions?: readonly string[];
}

/** The same subject for the setting of one region. */
export const inRegion = (subject: Subject, region: string | null): Subject =>
  region === null ? subject : { ...subject, regions: [region] };

/** The regions where the setting is known to name the role. */
export const regionsNaming = (cells: AccountReadings['cells'], role: RoleName): readonly string[] =>
  cells.flatMap(({ region, setting }) =>
    setting.known && namesRole(setting.value.value, role) ? [region] : [],
  );

/** The subject for evaluating trust policies, once for each region. */
function placesOf({ partition, account, organization, regions }: Subject): readonly TrustSubject[] {
  const place = { partition, account, ...(organization === undefined ? {} : { organization }) };
  return regions === undefined || regions.length === 0
    ? [place]
    : regions.map((region) => ({ ...place, region }));
}

/** Whether the trust policy allows SSM to assume the role in every region of the subject. */
export const trustsSystemsManager = (trust: string, subject: Subject): boolean =>
  placesOf(subject).every((place) => evaluateTrust(trust, place) === 'right');

/** Whether the trust policy certainly refuses SSM in every region of the subject. */
export const refusesSystemsManager = (trust: string, subject: Subject): boolean =>
  placesOf(subject).every((place) => certainlyRefuses(trust, place));

export function roleState(role: Reading<Role | null>, subject: Subject): RoleState {
  if (!role.known) return 'unknown';
  if (role.value === null) return 'absent';
  return trustsSystemsManager(role.value.trust, subject) ? 'whole' : 'broken';
}

export function grantState(
  role: Reading<Role | null>,
  grants: Reading<readonly string[] | null>,
  policyArn: string,
): GrantState {
  if (role.known && role.value === null) return 'absent';
  if (!grants.known) return 'unknown';
  return grants.value?.includes(policyArn) === true ? 'attached' : 'absent';
}

const quickSetupPrefix = 'aws-quicksetup-';

/**
 * The state that a value alone shows, without reading the role that it names. `enabled` means that it names our role.
 */
export function stateOfValue(
  value: string | null,
  role: RoleName,
): 'enabled' | 'disabled' | 'foreign' | 'quick-setup' {
  if (value === null) return 'disabled';
  if (namesRole(value, role)) return 'enabled';
  return lastSegment(value).toLowerCase().startsWith(quickSetupPrefix) ? 'quick-setup' : 'foreign';
}

/** The name, in lower case, of another role in the setting; null if there is none, or IAM does not allow the name. */
export function otherRoleOf(setting: Reading<Setting>, role: RoleName): string | null {
  if (!setting.known || setting.value.value === null || namesRole(setting.value.value, role))
    return null;
  const name = lastSegment(setting.value.value);
  return isRoleName(name) ? name.toLowerCase() : null;
}

/** The state of a setting. `role` and `subject` must be those for its region. */
export function settingState(
  setting: Reading<Setting>,
  around: {
    readonly role: RoleState;
    readonly grant: GrantState;
    readonly others: ReadonlyMap<string, Reading<Role | null>>;
    readonly subject: Subject;
  },
): SettingState {
  if (!setting.known) return 'unknown';
  if (setting.value.pending) return 'pending';
  const shown = stateOfValue(setting.value.value, around.subject.role);
  if (shown === 'disabled') return shown;
  if (shown === 'enabled') {
    if (around.role === 'unknown') return 'unknown';
    if (around.role !== 'whole') return 'broken';
    return around.grant === 'unknown'
      ? 'unknown'
      : around.grant === 'attached'
        ? 'enabled'
        : 'broken';
  }
  const name = otherRoleOf(setting, around.subject.role);
  const other = name === null ? undefined : around.others.get(name);
  if (other === undefined || !other.known) return shown;
  const isBroken = other.value === null || refusesSystemsManager(other.value.trust, around.subject);
  return isBroken ? 'broken' : shown;
}
