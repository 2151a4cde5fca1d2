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
  /** Replaced as a whole where an account joins, moves or leaves; accounts are as they were given. */
  world: World;
  readonly partition: string;
  readonly dnsSuffix: string;
  readonly regions: { readonly default: readonly string[]; readonly optIn: readonly string[] };
  /** Replaced with the world. */
  organization: OrganizationTree;
  readonly principals: Principals;
  /** The knobs; replaced as a whole. */
  behavior: Behavior;
  /** What the world's time is ahead of the clock, in milliseconds. */
  advancedMs: number;
  /** The world's time at the start, in milliseconds since the epoch. */
  readonly startedAt: number;
}

const accounts = new WeakMap<State, Map<string, AccountState>>();

/** The world with the times of its settings, where it gives them in minutes before the start. */
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

/** The clock that signatures and the Date header go by, in milliseconds since the epoch. */
export const clockOf = (state: State): number => Date.now() + (state.behavior.clockSkewMs ?? 0);

/** The world's time: the clock, and what it was moved forward by. Sessions, delays and dates go by it. */
export const nowOf = (state: State): number => clockOf(state) + state.advancedMs;

/** Lets an account begin anew, with what the world says of it. */
export const forgetAccount = (state: State, id: string): void => {
  accounts.get(state)?.delete(id);
};

/** An account of the world, or one outside the organization, which is bare. */
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

/** Whether calls into the region are served for the account: regions being disabled still are. */
export function isEnabled(state: State, account: AccountState, region: string): boolean {
  const status = regionStatus(state, account, region);
  return status === 'ENABLED' || status === 'ENABLED_BY_DEFAULT' || status === 'DISABLING';
}

export const roleArn = (state: State, accountId: string, role: Role): string =>
  `arn:${state.partition}:iam::${accountId}:role${role.path ?? '/'}${role.name}`;

export const roleNamed = (account: AccountState, name: string): Role | undefined =>
  account.roles.now.get(name.toLowerCase());

/** Puts a role in place of the one of its name, and the profiles that it names. */
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

/** Puts an instance as it is from now on; `key` is its region and id. */
export const putInstance = (
  state: State,
  account: AccountState,
  key: string,
  instance: FleetInstance,
): void => {
  account.memoryMs = fleetMemoryMs;
  put(account.instances, key, instance, { at: nowOf(state), lagMs: account.memoryMs });
};

/** Puts a setting; undefined for AWS's default as it was never touched. */
export const putSetting = (
  state: State,
  account: AccountState,
  region: string,
  setting: Setting | undefined,
): void => {
  const keepMs = Math.max(account.memoryMs, state.behavior.settingReadLagMs ?? 0);
  put(account.settings, region, setting, { at: nowOf(state), lagMs: keepMs });
};

/** The document of a managed policy, AWS's or the account's own; undefined if there is none. */
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

/** The world as it is now. */
export function snapshot(state: State): World {
  const all = accounts.get(state);
  const now = (given: Account): Account => {
    const account = all?.get(given.id);
    return account === undefined ? given : accountNow(account, given);
  };
  return { ...state.world, accounts: state.world.accounts.map(now) };
}
