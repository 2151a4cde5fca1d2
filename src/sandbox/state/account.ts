/** One account's moving parts. Roles and settings are replaced, never changed, so that what was there before stays readable. */
import type { Account, PolicyDocument, Role, Setting } from '../world.ts';

/** What was there before a change, and when the change was made: what a reader sees who is told of it late. */
interface Past<T> {
  readonly before: T | undefined;
  readonly at: number;
}

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
  at: number,
  lagMs: number,
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

export interface AccountState {
  readonly id: string;
  /** As the world gave it; null for an account that is in no organization. */
  readonly given: Account | null;
  /** By name in lower case: IAM's names are unique whatever their case. */
  readonly roles: Remembering<Role>;
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
  settings: remembering(Object.entries(given?.settings ?? {})),
  siblings: new Map(),
  settingWrites: new Map(),
  gathered: new WeakMap(),
});

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
  if (sameRoles && sameSettings) return given;
  return {
    ...given,
    ...(sameRoles ? {} : { roles: roles.map(([, role]) => role) }),
    ...(sameSettings ? {} : { settings: Object.fromEntries(settings) }),
  };
}

function inOrder<T>(now: ReadonlyMap<string, T>, first: readonly string[]): [string, T][] {
  const rank = new Map(first.map((name, index) => [name, index]));
  return [...now].sort(
    ([a], [b]) => (rank.get(a) ?? Infinity) - (rank.get(b) ?? Infinity) || (a < b ? -1 : 1),
  );
}
