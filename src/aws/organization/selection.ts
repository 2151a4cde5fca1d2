/** Resolves the values of --account, --ou and their exclusions, which are ids and names. */
import { UsageError } from '../../core/model/errors.ts';
import { nearest } from '../../core/problems/nearest.ts';
import type { Directory, NamedUnit } from './directory.ts';

export const isAccountId = (text: string): boolean => /^\d{12}$/.test(text);
export const isUnitId = (text: string): boolean =>
  /^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/.test(text);

const parts = (value: string): readonly string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** The account ids in the values; null if they contain a name, which requires a list of all accounts. */
export const idsAlone = (values: readonly string[]): readonly string[] | null => {
  const all = values.flatMap(parts);
  return all.every(isAccountId) ? [...new Set(all)] : null;
};

const quoted = (text: string): string => JSON.stringify(text);
const suggestion = (near: string | null): string =>
  near === null ? '' : ` Did you mean ${quoted(near)}?`;

const unknownAccount = (value: string, option: string, near: string | null): UsageError =>
  new UsageError(
    `${option} ${quoted(value)}: account not found in the organization.${suggestion(near)}`,
    'Give the twelve-digit id of an account of this organization, or its full, case-sensitive name.',
  );

/** The nearest id with at most two typing errors. With more, it is probably another account. */
const nearestId = (typed: string, ids: Iterable<string>): string | null => nearest(typed, ids, 2);

/** A suggestion for a mistyped id comes from the first pages only, because listing all accounts takes too long. */
const maxPagesSearched = 10;

/** The error for an id that the organization does not have. */
export const unknownId = async (
  id: string,
  option: string,
  directory: Directory,
): Promise<UsageError> => {
  const ids: string[] = [];
  let pages = 0;
  try {
    for await (const page of directory.accounts()) {
      ids.push(...page.map((account) => account.id));
      pages += 1;
      if (pages === maxPagesSearched) break;
    }
  } catch {
    // Without the list, the error has no suggestion.
  }
  return unknownAccount(id, option, nearestId(id, ids));
};

/** Normalizes a name, because the same accents can be encoded differently. */
const composed = (name: string): string => name.normalize('NFC');

/**
 * Resolves an option's values against the list of all accounts. A value that is a whole name is not split at commas.
 */
export const accountsNamed = (
  values: readonly string[],
  option: string,
  accounts: readonly { readonly id: string; readonly name: string }[],
): ReadonlySet<string> => {
  const ids = new Set(accounts.map(({ id }) => id));
  const byName = new Map<string, string[]>();
  for (const { id, name } of accounts)
    byName.set(composed(name), [...(byName.get(composed(name)) ?? []), id]);
  const one = (value: string): string | null => {
    if (ids.has(value)) return value;
    const named = byName.get(composed(value)) ?? [];
    if (named.length > 1)
      throw new UsageError(
        `${option} ${quoted(value)}: ${String(named.length)} accounts have this name: ${named.join(', ')}.`,
        'Give the id of the one you mean.',
      );
    return named[0] ?? null;
  };
  const found = new Set<string>();
  for (const value of values) {
    const whole = one(value);
    for (const part of whole === null ? parts(value) : []) {
      const id = one(part);
      if (id === null)
        throw unknownAccount(
          part,
          option,
          nearestId(part, ids) ?? (isAccountId(part) ? null : nearest(part, byName.keys())),
        );
      found.add(id);
    }
    if (whole !== null) found.add(whole);
  }
  return found;
};

/** Throws `UsageError` unless each id is an account of the organization. */
export const checkAccountIds = async (
  ids: readonly string[],
  option: string,
  directory: Directory,
): Promise<void> => {
  await Promise.all(
    ids.map(async (id) => {
      if ((await directory.account(id)) === null) throw await unknownId(id, option, directory);
    }),
  );
};

/** A root or unit of the selection, with ids and names from the root down to it. */
export interface Branch {
  readonly ids: readonly string[];
  /** Without the root's name; null if the names were not needed. */
  readonly names: readonly string[] | null;
}

const branchOfId = async (id: string, option: string, directory: Directory): Promise<Branch> => {
  const absent = new UsageError(
    `${option} ${quoted(id)}: root or organizational unit not found in the organization.`,
    'Give the id of a unit of this organization (ou-…, r-…), or its names from the root, such as Workloads/Prod.',
  );
  if (id.startsWith('r-')) {
    if ((await directory.roots()).every((root) => root.id !== id)) throw absent;
    return { ids: [id], names: [] };
  }
  if ((await directory.unit(id)) === null) throw absent;
  const parents = await directory.parentsOf(id);
  if (parents === null) throw absent;
  return { ids: [...parents, id], names: null };
};

type Descent =
  | { readonly found: Branch }
  /** `path` has the names that were found. */
  | {
      readonly missing: string;
      readonly path: readonly string[];
      readonly among: readonly NamedUnit[];
    };

/** Descends from the root by names, and lists only the units along the path. */
const descend = async (path: string, option: string, directory: Directory): Promise<Descent> => {
  const names = path.split('/').filter((name) => name !== '');
  let ends: readonly Branch[] = (await directory.roots()).map(({ id }) => ({
    ids: [id],
    names: [],
  }));
  for (const name of names) {
    const next: Branch[] = [];
    const among: NamedUnit[] = [];
    for (const end of ends) {
      const units = await directory.unitsUnder(end.ids.at(-1) ?? '');
      among.push(...units);
      for (const unit of units)
        if (composed(unit.name) === composed(name))
          next.push({ ids: [...end.ids, unit.id], names: [...(end.names ?? []), unit.name] });
    }
    if (next.length === 0) return { missing: name, path: ends[0]?.names ?? [], among };
    ends = next;
  }
  const [found] = ends;
  if (found === undefined || names.length === 0) return { missing: path, path: [], among: [] };
  if (ends.length > 1)
    throw new UsageError(
      `${option} ${quoted(path)}: ${String(ends.length)} organizational units are at this path: ${ends.map(({ ids }) => ids.at(-1)).join(', ')}.`,
      'Give the id of the one you mean.',
    );
  return { found };
};

/** How many units are searched for a unit that was named without its path. */
const maxLookedUnder = 10;

/** The unit that was probably meant: one with a similar name, or one with this name a level below. */
const unitMeant = async (
  descent: Exclude<Descent, { readonly found: Branch }>,
  directory: Directory,
): Promise<string | null> => {
  const { missing, path, among } = descent;
  const near = nearest(
    missing,
    among.map(({ name }) => name),
  );
  if (near !== null) return near;
  for (const unit of among.slice(0, maxLookedUnder)) {
    const below = await directory.unitsUnder(unit.id);
    if (below.some(({ name }) => composed(name) === composed(missing)))
      return [...path, unit.name, missing].join('/');
  }
  return null;
};

/** Resolves an option's values to branches. A value that is the whole path of a unit is not split at commas. */
export const branchesNamed = async (
  values: readonly string[],
  option: string,
  directory: Directory,
): Promise<readonly Branch[]> => {
  const branches: Branch[] = [];
  const one = async (value: string): Promise<Descent> =>
    isUnitId(value)
      ? { found: await branchOfId(value, option, directory) }
      : descend(value, option, directory);
  const or = async (value: string, descent: Descent): Promise<Branch> => {
    if ('found' in descent) return descent.found;
    const near = await unitMeant(descent, directory);
    throw new UsageError(
      `${option} ${quoted(value)}: organizational unit ${quoted(descent.missing)} not found ${descent.path.length === 0 ? 'below the root' : `in ${descent.path.join('/')}`}.${suggestion(near)}`,
      'Give its id (ou-…), or its case-sensitive names from the root, such as Workloads/Prod.',
    );
  };
  for (const value of values) {
    const split = parts(value);
    if (split.every(isUnitId))
      for (const id of split) branches.push(await branchOfId(id, option, directory));
    else {
      const whole = await one(value);
      if ('found' in whole || split.length < 2) branches.push(await or(value, whole));
      else for (const part of split) branches.push(await or(part, await one(part)));
    }
  }
  return branches;
};
