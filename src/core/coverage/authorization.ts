/** What an account's profile roles and DHMC role allow an agent, evaluated from their policy documents. */
import type { Partition, Reading, Role, Setting, SettingState, Problem } from '../model/model.ts';
import type { RequestContext } from '../iam/policy-conditions.ts';
import { evaluatePermission } from '../iam/policy-evaluation.ts';
import type { PermissionAnswer, RolePolicies } from '../iam/policy-evaluation.ts';
import { evaluateTrust } from '../iam/trust-policy.ts';
import { namesRole, type RoleName } from '../iam/role-names.ts';
import { missingRole, type Permitted, type ProfileAccess, type SettingFacts } from './facts.ts';
import { problemFor } from '../problems/hints.ts';

/** A role with its policies. */
export interface RoleDetail {
  readonly role: Role;
  /** ARNs of the attached managed policies. */
  readonly attached: readonly string[];
  readonly policies: RolePolicies;
  /** When the role, its profile, or an account's policy on it last changed, as far as AWS shows. */
  readonly changedAt: number | null;
}

/** An instance profile with its role. */
export interface ProfileDetail {
  /** `AIPA…`; null if unknown. */
  readonly id: string | null;
  /** Null if the profile has none. */
  readonly role: RoleDetail | null;
}

/** Where an agent makes its calls. */
export interface AgentPlace {
  readonly partition: Partition;
  readonly account: string;
  readonly organization: string;
  readonly region: string;
  /** Null for any instance of the region. */
  readonly instance: string | null;
}

const heartbeatAction = 'ssm:UpdateInstanceInformation';
const channelActions = [
  'ssmmessages:CreateControlChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenDataChannel',
];

/** The known part of the request context of an agent's calls with the role. */
export function contextOf(role: Role, place: AgentPlace): RequestContext {
  return {
    'aws:principalaccount': [place.account],
    'aws:principalarn': [role.arn],
    'aws:principaltype': ['AssumedRole'],
    'aws:principalorgid': [place.organization],
    'aws:principalisawsservice': ['false'],
    'aws:viaawsservice': ['false'],
    'aws:requestedregion': [place.region],
    'aws:securetransport': ['true'],
  };
}

const instanceArn = ({ partition, region, account, instance }: AgentPlace): string =>
  `arn:${partition}:ec2:${region}:${account}:instance/${instance ?? '*'}`;

interface AgentRights {
  readonly heartbeat: PermissionAnswer;
  readonly channels: Permitted;
}

/** The same with the calling instance, if `place` names one. */
function contextOfInstance(role: Role, place: AgentPlace): RequestContext {
  const context = contextOf(role, place);
  if (place.instance === null) return context;
  const arn = instanceArn(place);
  return { ...context, 'ec2:sourceinstancearn': [arn], 'ssm:sourceinstancearn': [arn] };
}

/** Whether a role with these policies allows the heartbeat. */
export const evaluateHeartbeat = (
  { role, policies }: Pick<RoleDetail, 'role' | 'policies'>,
  place: AgentPlace,
): PermissionAnswer =>
  evaluatePermission(policies, {
    action: heartbeatAction,
    resource: instanceArn(place),
    context: contextOfInstance(role, place),
  });

function rightsOf({ role, policies }: RoleDetail, place: AgentPlace): AgentRights {
  const ofInstance = contextOfInstance(role, place);
  const channels = channelActions.map(
    (action) => evaluatePermission(policies, { action, resource: '*', context: ofInstance }).result,
  );
  return {
    heartbeat: evaluateHeartbeat({ role, policies }, place),
    channels: channels.includes('denied')
      ? 'denied'
      : channels.every((result) => result === 'allowed')
        ? 'allowed'
        : 'unknown',
  };
}

const isUnread = ({ policies }: RoleDetail): boolean =>
  [...policies.policies, ...(policies.boundary === null ? [] : [policies.boundary])].some(
    ({ statements }) => statements === null,
  );

/**
 * What an instance's profile allows its agent. `attachedId` is the id that EC2 shows: it differs from the profile's if
 * the profile was deleted and created again under the same name.
 */
export function profileAccess(
  profile: Reading<ProfileDetail | null>,
  attachedId: string | null,
  place: AgentPlace,
): ProfileAccess {
  if (!profile.known) return { kind: 'unread', role: null, problem: profile.problem };
  const { value } = profile;
  const replaced = typeof value?.id === 'string' && attachedId !== null && value.id !== attachedId;
  if (value === null || value.role === null || replaced) return { kind: 'without-role' };
  const { role } = value;
  const { heartbeat, channels } = rightsOf(role, place);
  if (heartbeat.result === 'unknown' && isUnread(role)) {
    return { kind: 'unread', role: role.role.name, problem: unreadableDocument(role) };
  }
  return {
    kind: 'role',
    role: role.role.name,
    heartbeat: heartbeat.result,
    unconditional: heartbeat.unconditional,
    channels,
    policies: heartbeat.policies,
    changedAt: role.changedAt,
  };
}

const unreadableDocument = ({ role, policies }: RoleDetail): Problem => {
  const names = policies.policies.filter(({ statements }) => statements === null);
  const which = names.map(({ name }) => name).join(', ') || (policies.boundary?.name ?? '');
  return problemFor(
    'policies-unread',
    `Policies of the role ${role.name} could not be read: ${which}.`,
    { role: role.name, policies: which },
  );
};

const managedPolicy = 'AmazonSSMManagedEC2InstanceDefaultPolicy';

/** Why a role cannot manage instances; null if it can, `unknown` if that cannot be determined. */
function faultOf(detail: RoleDetail, state: SettingState, place: AgentPlace): string | null {
  if (evaluateTrust(detail.role.trust, place) !== 'right')
    return 'Systems Manager may not assume it';
  if (state === 'broken') return `${managedPolicy} is not attached to it`;
  const { heartbeat, channels } = rightsOf(detail, place);
  if (heartbeat.deniedBy === 'boundary')
    return 'its permissions boundary does not allow ssm:UpdateInstanceInformation';
  if (heartbeat.result === 'denied')
    return 'its policies do not allow ssm:UpdateInstanceInformation';
  if (channels === 'denied') return 'it does not allow the channels of ssmmessages';
  if (heartbeat.result === 'unknown' || channels === 'unknown') return 'unknown';
  return null;
}

/** Systems Manager looks a role up by the whole value, with its path. A value without a path fits any path. */
const isElsewhere = ({ role }: RoleDetail, value: string): boolean =>
  value.includes('/') && `/${value}`.toLowerCase() !== `${role.path}${role.name}`.toLowerCase();

const timeOf = (text: string | null): number | null => {
  const time = text === null ? NaN : Date.parse(text);
  return Number.isNaN(time) ? null : time;
};

/** A cell's setting with the role that it names. `state` is the setting's state in `status`. */
export function settingFacts(
  setting: Reading<Setting>,
  named: Reading<RoleDetail | null> | null,
  state: SettingState,
  place: AgentPlace,
  ourRole: RoleName,
): SettingFacts {
  if (!setting.known) {
    return setting.problem.code === 'region-without-dhmc'
      ? { kind: 'unset', modifiedAt: null }
      : { kind: 'unread' };
  }
  const { value, pending } = setting.value;
  const modifiedAt = timeOf(setting.value.modifiedAt);
  if (value === null) return { kind: 'unset', modifiedAt };
  const base = {
    kind: 'set',
    value,
    pending,
    modifiedAt,
    ours: namesRole(value, ourRole),
  } as const;
  if (named === null || !named.known) return { ...base, works: 'unknown', fault: null };
  if (named.value === null) return { ...base, works: 'no', fault: missingRole };
  const fault = isElsewhere(named.value, value)
    ? `the role has another path (${named.value.role.path})`
    : faultOf(named.value, state, place);
  if (fault === 'unknown') return { ...base, works: 'unknown', fault: null };
  return { ...base, works: fault === null ? 'yes' : 'no', fault };
}
