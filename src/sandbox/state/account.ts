/**
 * The state of one account. Roles and settings are replaced, never changed in place, so earlier values stay readable.
 */
import type {
  Account,
  FleetInstance,
  InstanceProfile,
  PolicyDocument,
  Role,
  Setting,
} from '../world.ts';

/** What was there before a change, and when the change was made: what a reader sees who learns of it late. */
interface Past<T> {
  readonly before: T | undefined;
  readonly at: number;
}

/** How long the past of accounts with instances is kept: agents notice changes hours later. */
export const fleetMemoryMs = 48 * 3_600_000;

/** Values by name, with their recent past. */
export interface Remembering<T> {
  readonly now: Map<string, T>;
  readonly past: Map<string, Past<T>[]>;
}

const remembering = <T>(entries: Iterable<readonly [string, T]>): Remembering<T> => ({
  now: new Map(entries),
  past: new Map(),
});

/** Puts a value, or removes it where it is undefined. `lagMs` says how long the past is of interest. */
export function put<T>(
  values: Remembering<T>,
  name: string,
  value: T | undefined,
  { at, lagMs }: { readonly at: number; readonly lagMs: number },
): void {
  if (lagMs > 0) {
    const past = (values.past.get(name) ?? []).filter((change) => change.at + lagMs > at);
    values.past.set(name, [...past, { before: values.now.get(name), at }]);
  } else {
    values.past.delete(name);
  }
  if (value === undefined) values.now.delete(name);
  else values.now.set(name, value);
}

/** The value as somebody sees it whom changes reach only after `lagMs`. */
export function seen<T>(
  values: Remembering<T>,
  name: string,
  at: number,
  lagMs: number,
): T | undefined {
  if (lagMs > 0) {
    const unheard = values.past.get(name)?.find((change) => change.at + lagMs > at);
    if (unheard !== undefined) return unheard.before;
  }
  return values.now.get(name);
}

/** The value as it was at a moment. */
export function valueAt<T>(values: Remembering<T>, name: string, at: number): T | undefined {
  const later = values.past.get(name)?.find((change) => change.at > at);
  return later === undefined ? values.now.get(name) : later.before;
}

/** When values changed, as far back as the past is kept. */
export function* changeTimes(values: Remembering<unknown>): Generator<number> {
  for (const changes of values.past.values()) for (const { at } of changes) yield at;
}

export interface AccountState {
  readonly id: string;
  /** As the world gave it; null for an account that is in no organization. */
  readonly given: Account | null;
  /** By name in lower case: IAM's names are unique whatever their case. */
  readonly roles: Remembering<Role>;
  /** Instance profiles by name in lower case. */
  readonly profiles: Remembering<InstanceProfile>;
  /** Instances that were changed or launched since the start, by region and id. */
  readonly instances: Remembering<FleetInstance>;
  /** When agents were started again by hand, by region and id. */
  readonly restarts: Map<string, readonly number[]>;
  /** How long the past is kept at least. */
  memoryMs: number;
  /** DHMC's setting by region. */
  readonly settings: Remembering<Setting>;
  /** Sibling settings, by region and id; not part of the world. */
  readonly siblings: Map<string, Setting>;
  /** When the setting was last written, by region. */
  readonly settingWrites: Map<string, number>;
  /** A role's policies, gathered. */
  readonly gathered: WeakMap<Role, readonly PolicyDocument[]>;
}

export const accountState = (id: string, given: Account | null): AccountState => ({
  id,
  given,
  roles: remembering((given?.roles ?? []).map((role) => [role.name.toLowerCase(), role] as const)),
  profiles: remembering(profilesOf(given)),
  instances: remembering([]),
  restarts: new Map(),
  memoryMs: given?.fleet === undefined ? 0 : fleetMemoryMs,
  settings: remembering(Object.entries(given?.settings ?? {})),
  siblings: new Map(),
  settingWrites: new Map(),
  gathered: new WeakMap(),
});

/** The profiles of an account: its own, and those that its roles name. */
export const profilesOf = (
  given: Account | null,
): (readonly [name: string, profile: InstanceProfile])[] =>
  [...(given?.instanceProfiles ?? []), ...(given?.roles ?? []).flatMap(profilesNamedBy)].map(
    (profile) => [profile.name.toLowerCase(), profile],
  );

export const profilesNamedBy = (role: Role): readonly InstanceProfile[] =>
  (role.instanceProfiles ?? []).map((name) => ({
    name,
    role: role.name,
    ...(role.createdAt === undefined ? {} : { createdAt: role.createdAt }),
  }));

/** The account as it is now; the given object itself where nothing was changed. What was there keeps its place, what is new comes after it by name. */
export function accountNow(state: AccountState, given: Account): Account {
  const roleNames = (given.roles ?? []).map((role) => role.name.toLowerCase());
  const roles = inOrder(state.roles.now, roleNames);
  const settings = inOrder(state.settings.now, Object.keys(given.settings ?? {}));
  const sameRoles =
    roles.length === roleNames.length &&
    roles.every(([, role], index) => role === given.roles?.[index]);
  const sameSettings =
    settings.length === Object.keys(given.settings ?? {}).length &&
    settings.every(([region, setting]) => setting === given.settings?.[region]);
  const givenProfiles = profilesOf(given);
  const profiles = inOrder(
    state.profiles.now,
    givenProfiles.map(([name]) => name),
  );
  const sameProfiles =
    profiles.length === givenProfiles.length &&
    profiles.every(([, { role }], index) => role === givenProfiles[index]?.[1].role);
  const fleet = fleetNow(state, given);
  if (sameRoles && sameSettings && sameProfiles && fleet === given.fleet) return given;
  return {
    ...given,
    ...(sameRoles ? {} : { roles: roles.map(([, role]) => role) }),
    ...(sameSettings ? {} : { settings: Object.fromEntries(settings) }),
    ...(sameProfiles
      ? {}
      : {
          instanceProfiles: profiles.map(([, profile]) => profile),
          roles: roles.map(([, { instanceProfiles: _named, ...role }]) => role),
        }),
    ...(fleet === undefined ? {} : { fleet }),
  };
}

/** The given instances, and behind them those that were changed or launched, which win by their ids. */
function fleetNow(state: AccountState, given: Account): Account['fleet'] {
  if (state.instances.now.size === 0) return given.fleet;
  const fleet: Record<string, readonly FleetInstance[]> = { ...given.fleet };
  for (const [name, instance] of state.instances.now) {
    const region = name.slice(0, name.indexOf(' '));
    fleet[region] = [...(fleet[region] ?? []), instance];
  }
  return fleet;
}

function inOrder<T>(now: ReadonlyMap<string, T>, first: readonly string[]): [string, T][] {
  const rank = new Map(first.map((name, index) => [name, index]));
  return [...now].sort(
    ([a], [b]) => (rank.get(a) ?? Infinity) - (rank.get(b) ?? Infinity) || (a < b ? -1 : 1),
  );
}
