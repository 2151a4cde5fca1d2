/** The complete state of a running sandbox. */
import { partitionFacts, regionsOf } from '../partitions.ts';
import { withPresentNames } from '../world.ts';
import type {
  Account,
  FleetInstance,
  InstanceProfile,
  PolicyDocument,
  RegionOptStatus,
  Role,
  Setting,
  Behavior,
  World,
} from '../world.ts';
import { accountNow, accountState, fleetMemoryMs, profilesNamedBy, put } from './account.ts';
import type { AccountState } from './account.ts';
import { organizationTree } from './organization.ts';
import type { OrganizationTree } from './organization.ts';
import { awsManagedPolicy } from './policies.ts';
import { principals } from './principals.ts';
import type { Principals } from './principals.ts';

export interface State {
  /**
   * Replaced as a whole when an account joins, moves or leaves. Its accounts do not show later changes to their
   * contents.
   */
  world: World;
  readonly partition: string;
  readonly dnsSuffix: string;
  readonly regions: { readonly default: readonly string[]; readonly optIn: readonly string[] };
  /** Replaced together with the world. */
  organization: OrganizationTree;
  readonly principals: Principals;
  /** The knobs, replaced as a whole. */
  behavior: Behavior;
  /** How far the world's time is ahead of the clock, in milliseconds. */
  advancedMs: number;
  /** The world's time at the start, in milliseconds since the epoch. */
  readonly startedAt: number;
}

const accounts = new WeakMap<State, Map<string, AccountState>>();

/** The world with absolute times for settings that give minutes before the start. */
function withTimes(world: World, startedAt: number): World {
  const timed = (setting: Setting): Setting => {
    const { modifiedMinutesAgo, ...rest } = setting;
    if (modifiedMinutesAgo === undefined) return setting;
    return { ...rest, modifiedAt: new Date(startedAt - modifiedMinutesAgo * 60_000).toISOString() };
  };
  const accounts = world.accounts.map((account) => {
    const settings = Object.entries(account.settings ?? {});
    if (settings.every(([, setting]) => setting.modifiedMinutesAgo === undefined)) return account;
    return {
      ...account,
      settings: Object.fromEntries(settings.map(([region, setting]) => [region, timed(setting)])),
    };
  });
  return { ...world, accounts };
}

export function newState(given: World): State {
  const startedAt = Date.now() + (given.behavior?.clockSkewMs ?? 0);
  const world = withTimes(withPresentNames(given), startedAt);
  const partition = world.partition ?? 'aws';
  const state: State = {
    world,
    partition,
    dnsSuffix: partitionFacts(partition).dnsSuffix,
    regions: regionsOf(world),
    organization: organizationTree(world),
    principals: principals(world),
    behavior: world.behavior ?? {},
    advancedMs: 0,
    startedAt,
  };
  accounts.set(state, new Map());
  return state;
}

/** The clock for signatures and the Date header, in milliseconds since the epoch. */
export const clockOf = (state: State): number => Date.now() + (state.behavior.clockSkewMs ?? 0);

/** The world's time: the clock plus `advancedMs`. Sessions, delays and dates use it. */
export const nowOf = (state: State): number => clockOf(state) + state.advancedMs;

/** Resets an account to its contents in the world. */
export const forgetAccount = (state: State, id: string): void => {
  accounts.get(state)?.delete(id);
};

/** The state of an account. Accounts outside the organization start empty. */
export function accountOf(state: State, id: string): AccountState {
  const all = accounts.get(state);
  if (all === undefined) throw new Error('The state was not made by newState.');
  let account = all.get(id);
  if (account === undefined)
    all.set(id, (account = accountState(id, state.organization.accounts.get(id) ?? null)));
  return account;
}

export function regionStatus(
  state: State,
  account: AccountState,
  region: string,
): RegionOptStatus | undefined {
  const given = account.given?.regions?.[region];
  if (given !== undefined) return given;
  if (state.regions.default.includes(region)) return 'ENABLED_BY_DEFAULT';
  return state.regions.optIn.includes(region) ? 'DISABLED' : undefined;
}

/** Whether the account can call the region. This includes regions that are being disabled. */
export function isEnabled(state: State, account: AccountState, region: string): boolean {
  const status = regionStatus(state, account, region);
  return status === 'ENABLED' || status === 'ENABLED_BY_DEFAULT' || status === 'DISABLING';
}

export const roleArn = (state: State, accountId: string, role: Role): string =>
  `arn:${state.partition}:iam::${accountId}:role${role.path ?? '/'}${role.name}`;

export const roleNamed = (account: AccountState, name: string): Role | undefined =>
  account.roles.now.get(name.toLowerCase());

/** Creates a role or replaces the one with its name, and puts it into the profiles that it names. */
export const putRole = (state: State, account: AccountState, role: Role): void => {
  const keepMs = Math.max(account.memoryMs, state.behavior.iamPropagationMs ?? 0);
  put(account.roles, role.name.toLowerCase(), role, { at: nowOf(state), lagMs: keepMs });
  for (const profile of profilesNamedBy(role)) {
    const known = account.profiles.now.get(profile.name.toLowerCase());
    if (known?.role !== role.name) putProfile(state, account, { ...known, ...profile });
  }
};

export const removeRole = (state: State, account: AccountState, name: string): void => {
  const keepMs = Math.max(account.memoryMs, state.behavior.iamPropagationMs ?? 0);
  put(account.roles, name.toLowerCase(), undefined, { at: nowOf(state), lagMs: keepMs });
};

export const profileArn = (state: State, accountId: string, profile: InstanceProfile): string =>
  `arn:${state.partition}:iam::${accountId}:instance-profile${profile.path ?? '/'}${profile.name}`;

export const profileNamed = (account: AccountState, name: string): InstanceProfile | undefined =>
  account.profiles.now.get(name.toLowerCase());

export const putProfile = (state: State, account: AccountState, profile: InstanceProfile): void => {
  put(account.profiles, profile.name.toLowerCase(), profile, {
    at: nowOf(state),
    lagMs: account.memoryMs,
  });
};

export const removeProfile = (state: State, account: AccountState, name: string): void => {
  put(account.profiles, name.toLowerCase(), undefined, {
    at: nowOf(state),
    lagMs: account.memoryMs,
  });
};

/** Sets an instance from now on. `key` is its region and id. */
export const putInstance = (
  state: State,
  account: AccountState,
  key: string,
  instance: FleetInstance,
): void => {
  account.memoryMs = fleetMemoryMs;
  put(account.instances, key, instance, { at: nowOf(state), lagMs: account.memoryMs });
};

/** Sets a setting; undefined restores AWS's default. */
export const putSetting = (
  state: State,
  account: AccountState,
  region: string,
  setting: Setting | undefined,
): void => {
  const keepMs = Math.max(account.memoryMs, state.behavior.settingReadLagMs ?? 0);
  put(account.settings, region, setting, { at: nowOf(state), lagMs: keepMs });
};

/** The document of a managed policy, either AWS's or the account's; undefined if it does not exist. */
export function managedPolicy(
  state: State,
  account: AccountState,
  arn: string,
): PolicyDocument | undefined {
  const aws = awsManagedPolicy(state.partition, arn);
  if (aws !== undefined) return aws;
  const prefix = `arn:${state.partition}:iam::${account.id}:policy`;
  return account.given?.policies?.find(
    (policy) => arn === `${prefix}${policy.path ?? '/'}${policy.name}`,
  )?.document;
}

/** The current world. */
export function snapshot(state: State): World {
  const all = accounts.get(state);
  const now = (given: Account): Account => {
    const account = all?.get(given.id);
    return account === undefined ? given : accountNow(account, given);
  };
  return { ...state.world, accounts: state.world.accounts.map(now) };
}
