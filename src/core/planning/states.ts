/** The state of a role, a grant and a setting, from a reading. */
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
  /** Absent where it is not known. */
  readonly organization?: string;
  /** The regions whose settings name the role, or are to; absent or empty: any. */
  readonly regions?: readonly string[];
}

/** The same, seen from the setting of one region. */
export const inRegion = (subject: Subject, region: string | null): Subject =>
  region === null ? subject : { ...subject, regions: [region] };

/** The regions whose settings are known to name the role. */
export const regionsNaming = (cells: AccountReadings['cells'], role: RoleName): readonly string[] =>
  cells.flatMap(({ region, setting }) =>
    setting.known && namesRole(setting.value.value, role) ? [region] : [],
  );

/** The subject for trust policies, once for each of its regions. */
function placesOf({ partition, account, organization, regions }: Subject): readonly TrustSubject[] {
  const place = { partition, account, ...(organization === undefined ? {} : { organization }) };
  return regions === undefined || regions.length === 0
    ? [place]
    : regions.map((region) => ({ ...place, region }));
}

/** Whether the trust policy lets SSM assume the role for every region of the subject. */
export const trustsSystemsManager = (trust: string, subject: Subject): boolean =>
  placesOf(subject).every((place) => evaluateTrust(trust, place) === 'right');

/** Whether the trust policy certainly keeps SSM out in every region of the subject. */
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

/** The state that a value shows by itself, without reading the role that it names; `enabled` means ours. */
export function stateOfValue(
  value: string | null,
  role: RoleName,
): 'enabled' | 'disabled' | 'foreign' | 'quick-setup' {
  if (value === null) return 'disabled';
  if (namesRole(value, role)) return 'enabled';
  return lastSegment(value).toLowerCase().startsWith(quickSetupPrefix) ? 'quick-setup' : 'foreign';
}

/** The other role that a setting names, in lower case, where IAM can be asked for it; else null. */
export function otherRoleOf(setting: Reading<Setting>, role: RoleName): string | null {
  if (!setting.known || setting.value.value === null || namesRole(setting.value.value, role))
    return null;
  const name = lastSegment(setting.value.value);
  return isRoleName(name) ? name.toLowerCase() : null;
}

/** What a setting shows. `role` and `subject` are those of its own region. */
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
