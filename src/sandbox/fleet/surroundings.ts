/** The conditions of an instance's agent over time, from the past that the account remembers. */
import { rolePolicies } from '../auth/authorize.ts';
import { evaluate } from '../policy/evaluate.ts';
import { changeTimes, valueAt } from '../state/account.ts';
import type { AccountState } from '../state/account.ts';
import { roleArn } from '../state/state.ts';
import type { State } from '../state/state.ts';
import { assumableByService, assumableBySystemsManager } from '../state/trust.ts';
import type { Role } from '../world.ts';
import type { ProfileError, Surroundings } from './agent.ts';
import { instanceKey, launchOf, timeOf } from './instances.ts';
import { tagsOf } from './tags.ts';
import type { Instance } from './instances.ts';
import type { FleetInstance } from './spec.ts';
import { defaultAgentVersion } from './versions.ts';

interface Place {
  readonly state: State;
  readonly account: AccountState;
  readonly region: string;
}

/** The conditions at every time when they could have changed, in order. The first is the launch. */
export function surroundingsOf(
  place: Place,
  instance: Instance,
  now: number,
): readonly Surroundings[] {
  const { state, account, region } = place;
  const key = instanceKey(region, instance.id);
  const launch = launchOf(state, instance.given ?? instance.spec);
  const restarts = account.restarts.get(key) ?? [];
  const moments = new Set<number>([launch]);
  const add = (at: number): void => {
    if (at > launch && at <= now) moments.add(at);
  };
  for (const at of changeTimes(account.roles)) add(at + (state.behavior.iamPropagationMs ?? 0));
  for (const at of changeTimes(account.profiles)) add(at + profileLag(state));
  for (const { at } of account.settings.past.get(region) ?? []) add(at);
  for (const { at } of account.instances.past.get(key) ?? []) {
    add(at);
    add(at + profileLag(state));
  }
  for (const at of restarts) add(at);
  const given = instance.given ?? instance.spec;
  for (const spec of [given, instance.spec]) {
    if (spec.profileChange !== undefined)
      add(timeOf(state, spec.profileChange.at) + profileLag(state));
    if (spec.agent?.stoppedAt !== undefined) add(timeOf(state, spec.agent.stoppedAt));
  }
  const set = account.given?.settings?.[region]?.modifiedAt ?? null;
  if (set !== null) add(Date.parse(set));
  return [...moments]
    .sort((a, b) => a - b)
    .map((at) => ({
      ...surroundingsAt(place, instance, at),
      ...(restarts.includes(at) ? { restarted: true } : {}),
    }));
}

const profileLag = (state: State): number => state.behavior.fleet?.profileLagMs ?? 0;

function surroundingsAt(place: Place, instance: Instance, at: number): Surroundings {
  const { state, account } = place;
  const key = instanceKey(place.region, instance.id);
  const specAt = (time: number): FleetInstance | undefined =>
    valueAt(account.instances, key, time) ?? instance.given ?? undefined;
  const spec = specAt(at);
  const agent = spec?.agent === undefined ? {} : spec.agent;
  const stopped = agent?.stoppedAt === undefined ? Infinity : timeOf(state, agent.stoppedAt);
  const { network = 'open' } = spec ?? {};
  const own =
    agent?.activation?.role ?? (agent?.ownCredentials === true ? 'keys on the machine' : null);
  return {
    at,
    up:
      spec !== undefined &&
      agent !== null &&
      (spec.state ?? 'running') === 'running' &&
      at < stopped,
    version: agent?.version ?? defaultAgentVersion,
    registered: agent?.registration !== 'lost',
    metadata: spec?.metadata?.endpoint !== 'disabled',
    reachable: network !== 'closed',
    profile: profileAt(place, specAt(at - profileLag(state)) ?? spec, at),
    dhmcRole: network === 'no-dhmc' ? null : dhmcRoleAt(place, at),
    own,
    mayPing: remembered(
      (role, source) =>
        source === 'own' ||
        (!(source === 'profile' && network === 'no-profile') &&
          mayPing(place, instance, spec, roleAt(place, role, at))),
    ),
  };
}

/** Keeps the last result, because an agent asks for the same role repeatedly. */
function remembered(ask: Surroundings['mayPing']): Surroundings['mayPing'] {
  let lastRole = '';
  let lastSource = '';
  let answer = false;
  return (role, source) => {
    if (role !== lastRole || source !== lastSource) {
      answer = ask(role, source);
      lastRole = role;
      lastSource = source;
    }
    return answer;
  };
}

const roleAt = ({ state, account }: Place, name: string, at: number): Role | undefined =>
  valueAt(account.roles, name.toLowerCase(), at - (state.behavior.iamPropagationMs ?? 0));

/** The role of the credentials from the metadata service, or the service's error. */
function profileAt(
  place: Place,
  spec: FleetInstance | undefined,
  at: number,
): { readonly role: string } | { readonly error: ProfileError } {
  const { state, account } = place;
  let name = spec?.profile ?? null;
  const change = spec?.profileChange;
  if (change !== undefined && at < timeOf(state, change.at) + profileLag(state))
    name = change.before ?? null;
  if (name === null) return { error: 'EC2RoleRequestError' };
  // The instance still has a deleted profile. A new profile with the same name does not replace it.
  if (name === spec?.profile && spec.profileId !== undefined)
    return { error: 'EC2RoleRequestError' };
  const profile = valueAt(account.profiles, name.toLowerCase(), at - profileLag(state));
  if (profile === undefined) return { error: 'EC2RoleRequestError' };
  if (profile.role === undefined) return { error: 'EmptyEC2RoleList' };
  const role = roleAt(place, profile.role, at);
  if (role === undefined || !assumableByService(state, account.id, role, 'ec2'))
    return { error: 'AssumeRoleUnauthorizedAccess' };
  return { role: role.name };
}

/** The role that the setting gives to instances; null if Systems Manager cannot assume one. */
function dhmcRoleAt(place: Place, at: number): string | null {
  const { state, account, region } = place;
  if (state.behavior.withoutDhmc?.includes(region) === true) return null;
  const since = account.given?.settings?.[region]?.modifiedAt ?? null;
  if (since !== null && at < Date.parse(since)) return null;
  const value = valueAt(account.settings, region, at)?.value ?? null;
  if (value === null || value === '$None') return null;
  const role = roleAt(place, value.slice(value.lastIndexOf('/') + 1), at);
  if (role === undefined) return null;
  if (
    roleArn(state, account.id, role) !== `arn:${state.partition}:iam::${account.id}:role/${value}`
  )
    return null;
  return assumableBySystemsManager(state, account.id, region, role) ? role.name : null;
}

const instanceArn = ({ state, account, region }: Place, id: string): string =>
  `arn:${state.partition}:ec2:${region}:${account.id}:instance/${id}`;

/** Whether a session of the role may call UpdateInstanceInformation for the instance. */
function mayPing(
  place: Place,
  instance: Instance,
  spec: FleetInstance | undefined,
  role: Role | undefined,
): boolean {
  if (role === undefined) return false;
  const { state, account, region } = place;
  const arn = instanceArn(place, instance.id);
  const request = {
    principalArn: `arn:${state.partition}:sts::${account.id}:assumed-role/${role.name}/${instance.id}`,
    roleArn: roleArn(state, account.id, role),
    principalTags: role.tags ?? {},
    action: 'ssm:UpdateInstanceInformation',
    resource: arn,
    context: {
      'aws:RequestedRegion': region,
      'ec2:SourceInstanceARN': arn,
      'ssm:SourceInstanceARN': arn,
      ...(state.organization.accounts.has(account.id)
        ? { 'aws:PrincipalOrgID': state.organization.id }
        : {}),
      ...(spec?.vpc === undefined ? {} : { 'aws:SourceVpc': spec.vpc }),
      ...resourceTags(tagsOf({ ...instance, spec: spec ?? instance.spec })),
    },
  };
  return evaluate(request, rolePolicies(state, account, role)).allowed;
}

const resourceTags = (tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
