/**
 * Streams the accounts of a selection. With `--org` and with ids, the first accounts are yielded while later pages
 * are listed. A selected or excluded name needs all accounts first, because it may be ambiguous.
 */
import { CommandError, UsageError } from '../../core/model/errors.ts';
import type { Account } from '../../core/model/model.ts';
import type { AccountSelection } from '../../core/model/scope.ts';
import type { Unit } from '../../run/cloud.ts';
import type { ListedAccount } from '../responses/validate.ts';
import type { Directory } from './directory.ts';
import {
  accountsNamed,
  branchesNamed,
  checkAccountIds,
  idsAlone,
  unknownId,
  type Branch,
} from './selection.ts';

/** With more ids than this, all accounts are listed instead of reading them one by one. */
const maxSingleLookups = 40;

type DiscoveredAccount = ListedAccount;

/** Yields the accounts of a branch, depth first and without excluded units. Learns the names of its units. */
async function* walk(
  directory: Directory,
  ids: readonly string[],
  excluded: ReadonlySet<string>,
  names: Names,
): AsyncGenerator<readonly DiscoveredAccount[]> {
  const id = ids.at(-1) ?? '';
  if (ids.some((each) => excluded.has(each))) return;
  const units = directory.unitsUnder(id);
  units.catch(() => {});
  for await (const page of directory.accountsUnder(id))
    yield page.map((account) => ({ ...account, parents: ids }));
  for (const unit of await units) {
    names.learn(unit.id, unit.name);
    yield* walk(directory, [...ids, unit.id], excluded, names);
  }
}

/** Names of units, each read once. */
interface Names {
  learn(id: string, name: string): void;
  /** The names from the root, joined by slashes; null if one could not be read. */
  path(parents: readonly string[] | null): Promise<string | null>;
}

const namesFrom = (directory: Directory): Names => {
  const known = new Map<string, string>();
  const nameOf = async (id: string): Promise<string | null> => {
    const name = known.get(id);
    if (name !== undefined) return name;
    const unit = await directory.unit(id).catch(() => null);
    if (unit !== null) known.set(id, unit.name);
    return unit?.name ?? null;
  };
  return {
    learn: (id, name) => known.set(id, name),
    path: async (parents) => {
      if (parents === null) return null;
      const names = await Promise.all(parents.slice(1).map(nameOf));
      return names.every((name) => name !== null) ? names.join('/') : null;
    },
  };
};

/** Yields every account: from one listing if AWS returns paths, otherwise by walking the tree. */
async function* everyAccount(
  directory: Directory,
  needsParents: boolean,
  excluded: ReadonlySet<string>,
  names: Names,
): AsyncGenerator<readonly DiscoveredAccount[]> {
  let first = true;
  let roots: readonly { readonly id: string }[] | null = null;
  for await (const page of directory.accounts()) {
    if (first && page.length > 0) {
      first = false;
      if (page.every(({ parents }) => parents === null)) {
        roots = await directory.roots().catch((error: unknown) => {
          // Unless a filter needs the tree, it only provides names, and the listing works without it.
          if (needsParents || !(error instanceof CommandError)) throw error;
          return null;
        });
        if (roots !== null) break;
      }
    }
    yield await Promise.all(
      page.map(async (account) =>
        account.parents === null && needsParents
          ? { ...account, parents: await directory.parentsOf(account.id) }
          : account,
      ),
    );
  }
  for (const root of roots ?? []) yield* walk(directory, [root.id], excluded, names);
}

/** The branches that are not inside another one of the list. */
const outermost = (branches: readonly Branch[]): readonly Branch[] => {
  const ends = new Set(branches.map(({ ids }) => ids.at(-1)));
  const seen = new Set<string | undefined>();
  return branches.filter(({ ids }) => {
    const end = ids.at(-1);
    const inside = ids.slice(0, -1).some((id) => ends.has(id));
    const again = seen.has(end);
    seen.add(end);
    return !inside && !again;
  });
};

/** The outermost units of `--ou`, or the roots if it is not given. */
export async function findUnits(
  directory: Directory,
  ous: readonly string[],
): Promise<readonly Unit[]> {
  if (ous.length === 0) return (await directory.roots()).map(({ id }) => ({ id, path: '' }));
  const names = namesFrom(directory);
  const branches = outermost(await branchesNamed(ous, '--ou', directory));
  return Promise.all(
    branches.map(async (branch) => ({
      id: branch.ids.at(-1) ?? '',
      path: branch.names?.join('/') ?? (await names.path(branch.ids)) ?? '',
    })),
  );
}

async function* each(
  directory: Directory,
  ids: readonly string[],
  needsParents: boolean,
): AsyncGenerator<readonly DiscoveredAccount[]> {
  const accounts = await Promise.all(
    ids.map(async (id) => {
      const account = await directory.account(id);
      if (account === null) throw await unknownId(id, '--account', directory);
      const parents =
        account.parents ??
        (await directory.parentsOf(id).catch((error: unknown) => {
          if (needsParents) throw error;
          return null;
        }));
      return { ...account, parents };
    }),
  );
  yield accounts;
}

const collected = async (
  pages: AsyncGenerator<readonly DiscoveredAccount[]>,
): Promise<readonly DiscoveredAccount[]> => {
  const all = new Map<string, DiscoveredAccount>();
  for await (const page of pages) for (const account of page) all.set(account.id, account);
  return [...all.values()];
};

/**
 * Yields each account of a selection once. Throws `UsageError` for unknown accounts and units, and `CommandError` if
 * a listing fails.
 */
export async function* discover(
  directory: Directory,
  selection: AccountSelection,
): AsyncGenerator<Account> {
  const names = namesFrom(directory);
  const branches = outermost(await branchesNamed(selection.ous, '--ou', directory));
  const excludedBranches = await branchesNamed(selection.excludeOus, '--exclude-ou', directory);
  const excludedUnits = new Set(excludedBranches.map(({ ids }) => ids.at(-1) ?? ''));
  for (const branch of [...branches, ...excludedBranches])
    branch.names?.forEach((name, index) => names.learn(branch.ids[index + 1] ?? '', name));
  const needsParents = branches.length > 0 || excludedUnits.size > 0;

  let accountIds: ReadonlySet<string>;
  let excludedIds: ReadonlySet<string>;
  /** Sources of account pages. A list that was already read is a single page. */
  const sources: (
    AsyncIterable<readonly DiscoveredAccount[]> | Iterable<readonly DiscoveredAccount[]>
  )[] = [];
  const plain = [idsAlone(selection.accounts), idsAlone(selection.excludeAccounts)] as const;
  const lookups = (plain[0]?.length ?? 0) + (plain[1]?.length ?? 0);
  const all = selection.org || (selection.accounts.length === 0 && selection.ous.length === 0);
  if (plain[0] === null || plain[1] === null || lookups > maxSingleLookups) {
    const every = await collected(everyAccount(directory, needsParents, new Set(), names));
    accountIds = accountsNamed(selection.accounts, '--account', every);
    excludedIds = accountsNamed(selection.excludeAccounts, '--exclude-account', every);
    sources.push([every]);
  } else {
    accountIds = new Set(plain[0]);
    excludedIds = new Set(plain[1]);
    await checkAccountIds(plain[1], '--exclude-account', directory);
    if (all) sources.push(everyAccount(directory, needsParents, excludedUnits, names));
    else {
      if (plain[0].length > 0) sources.push(each(directory, plain[0], excludedUnits.size > 0));
      for (const { ids } of branches) sources.push(walk(directory, ids, excludedUnits, names));
    }
  }

  const unitIds = new Set(branches.map(({ ids }) => ids.at(-1)));
  const selected = ({ id, parents }: DiscoveredAccount): boolean =>
    !excludedIds.has(id) &&
    !(parents ?? []).some((parent) => excludedUnits.has(parent)) &&
    (all || accountIds.has(id) || (parents ?? []).some((parent) => unitIds.has(parent)));
  const tagged = async (account: DiscoveredAccount): Promise<boolean> => {
    if (selection.tags.length === 0) return true;
    const tags = await directory.tags(account.id);
    return selection.tags.every(({ key, value }) => tags[key] === value);
  };

  const seen = new Set<string>();
  let active = 0;
  for (const source of sources)
    for await (const page of source) {
      const fresh = page.filter((account) => !seen.has(account.id) && selected(account));
      for (const account of fresh) seen.add(account.id);
      const distinct = [...new Map(fresh.map((account) => [account.id, account])).values()];
      const kept = await Promise.all(
        distinct.map(async (account) => ((await tagged(account)) ? account : null)),
      );
      const chosen = kept.filter((account) => account !== null);
      const paths = await Promise.all(chosen.map(({ parents }) => names.path(parents)));
      for (const [index, account] of chosen.entries()) {
        if (account.state === 'ACTIVE') active += 1;
        yield {
          id: account.id,
          name: account.name,
          state: account.state,
          path: paths[index] ?? null,
        };
      }
    }
  if (active > 0) return;
  throw seen.size === 0
    ? new UsageError(
        'The selection matches no account of the organization.',
        'Widen the selection, or remove an exclusion or --tag.',
      )
    : selection.tags.length > 0
      ? new UsageError(
          'The selection matches no active account with these tags.',
          'Check the key and the value of --tag (case-sensitive), or leave it out. If --tag is given several times, an account must have all of these tags.',
        )
      : new UsageError(
          'The selection has no active account: all of them are suspended, pending or closed.',
          'Select at least one account that is ACTIVE.',
        );
}
