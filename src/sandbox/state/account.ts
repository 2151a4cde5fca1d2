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

/** The value before a change, and the time of the change. Readers with a delay still see it. */
interface Past<T> {
  readonly before: T | undefined;
  readonly at: number;
}

/** How long accounts with instances keep past values, in milliseconds: agents notice changes hours later. */
export const fleetMemoryMs = 48 * 3_600_000;

/** Values by name, with their recent changes. */
export interface Remembering<T> {
  readonly now: Map<string, T>;
  readonly past: Map<string, Past<T>[]>;
}

const remembering = <T>(entries: Iterable<readonly [string, T]>): Remembering<T> => ({
  now: new Map(entries),
  past: new Map(),
});

/** Sets a value, or removes it if undefined. Past values are kept for `lagMs`. */
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

/** The value for a reader that sees changes `lagMs` late. */
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

/** The value at a given time. */
export function valueAt<T>(values: Remembering<T>, name: string, at: number): T | undefined {
  const later = values.past.get(name)?.find((change) => change.at > at);
  return later === undefined ? values.now.get(name) : later.before;
}

/** The times of all remembered changes. */
export function* changeTimes(values: Remembering<unknown>): Generator<number> {
  for (const changes of values.past.values()) for (const { at } of changes) yield at;
}

export interface AccountState {
  readonly id: string;
  /** The account as given in the world; null for an account outside the organization. */
  readonly given: Account | null;
  /** By name in lower case: IAM compares names without case. */
  readonly roles: Remembering<Role>;
  /** Instance profiles by name in lower case. */
  readonly profiles: Remembering<InstanceProfile>;
  /** Instances that were changed or launched after the start, by region and id. */
  readonly instances: Remembering<FleetInstance>;
  /** Times of agent restarts that were requested, by region and id. */
  readonly restarts: Map<string, readonly number[]>;
  /** The minimum time that past values are kept, in milliseconds. */
  memoryMs: number;
  /** DHMC's setting by region. */
  readonly settings: Remembering<Setting>;
  /** Sibling settings, by region and id; not part of the world. */
  readonly siblings: Map<string, Setting>;
  /** When the setting was last written, by region. */
  readonly settingWrites: Map<string, number>;
  /** Caches the policy documents of each role. */
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

/** The instance profiles of an account: its own, and those that its roles name. */
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

/**
 * The current account; the given object itself if nothing changed. Given items keep their place, and new ones follow
 * by name.
 */
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

/** The given instances, followed by those that were changed or launched, which replace given ones of the same id. */
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
