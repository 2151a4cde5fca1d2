/**
 * What journals and stack sets say about the owners of settings. Stack sets are listed only if an account hints at one.
 */
import {
  emptyBook,
  hintsAtStackSet,
  type JournalOwners,
  type OwnerBook,
} from '../core/owners/book.ts';
import type { AccountFound } from '../core/model/readings.ts';
import { known, type Problem, type Reading } from '../core/model/model.ts';
import { kindOfSet } from '../core/stack-sets/stack-sets.ts';
import type { Cloud } from './cloud.ts';

export interface OwnerSource {
  readonly book: OwnerBook;
  /** Await it before planning the account: if the account hints at a stack set, it lists the stack sets, once. */
  see(found: AccountFound): Promise<void>;
  /** Accounts with a stack set's cell that were planned before the stack sets were listed. Plan them again. */
  missed(): ReadonlySet<string>;
  /** Notes about owners that are less certain than they could be. */
  notes(): readonly string[];
}

/** The cells of the stack sets: account → region → name of the stack set. */
export type CellsOfStackSets = ReadonlyMap<string, ReadonlyMap<string, string>>;

export interface OwnerSourceOptions {
  /** What the journals say, and why some of them could not be read. */
  readonly journals: Promise<JournalClaims>;
  /** Lists the cells in which dhmc's own stack sets have a current instance. */
  readonly listCells: () => Promise<Reading<CellsOfStackSets>>;
  /** Whether to list them even if nothing hints at one. */
  readonly isWanted: boolean;
}

export interface JournalClaims {
  readonly claims: JournalOwners;
  readonly unread: readonly string[];
}

/** Kinds of stack sets with a setting in each instance. */
const settingKinds: ReadonlySet<string | null> = new Set(['setting', 'single', 'registered']);

/**
 * Other commands use the list only to be certain of owners, so they do not wait for it as long as for other answers.
 */
const patienceMs = 10_000;

/** Lists the instances of dhmc's own stack sets: a few calls, and one for each hundred instances. */
export async function listStackSetCells(
  cloud: Pick<Cloud, 'stackSets'>,
): Promise<Reading<CellsOfStackSets>> {
  const access = await cloud.stackSets({ patienceMs });
  const sets = await access.sets();
  if (!sets.known) return sets;
  const cells = new Map<string, Map<string, string>>();
  for (const set of sets.value) {
    if (!settingKinds.has(kindOfSet(set))) continue;
    for await (const page of access.instances(set.name)) {
      if (!page.known) return page;
      for (const { account, region, status } of page.value) {
        // An instance that is not current may not have written its setting: the last writer is better evidence.
        if (status !== 'CURRENT') continue;
        const regions = cells.get(account) ?? new Map<string, string>();
        cells.set(account, regions.set(region, set.name));
      }
    }
  }
  return known(cells);
}

export function openOwners(options: OwnerSourceOptions): OwnerSource {
  let journals: JournalClaims = { claims: emptyBook.journals, unread: [] };
  const early = new Set<string>();
  let cells: CellsOfStackSets | null = null;
  let problem: Problem | null = null;
  let listing: Promise<void> | null = null;
  const list = async (): Promise<void> => {
    const reading = await options.listCells();
    if (reading.known) cells = reading.value;
    else problem = reading.problem;
  };
  return {
    book: {
      journals: { ownerOf: (target, setting) => journals.claims.ownerOf(target, setting) },
      stackSetOf: (account, region) => cells?.get(account)?.get(region) ?? null,
      get isListed() {
        return cells !== null;
      },
    },
    async see(found) {
      journals = await options.journals;
      if (found.kind !== 'read') return;
      if (options.isWanted || hintsAtStackSet(found.readings)) listing ??= list();
      else if (cells === null) early.add(found.readings.account.id);
      await listing;
    },
    missed: () => new Set([...early].filter((account) => cells?.has(account) === true)),
    notes: () => [
      ...journals.unread.map(unreadJournal),
      ...(problem === null || (!options.isWanted && isDenied(problem)) ? [] : [unlisted(problem)]),
    ],
  };
}

const unreadJournal = (reason: string): string =>
  `Owners are shown without regard to a journal that could not be read: ${reason}`;

/**
 * Without the right, or from another account, the list is not available. The owners already say how certain they are.
 */
const isDenied = ({ code, message }: Problem): boolean =>
  code.startsWith('denied') || /delegated administrator/i.test(message);

const unlisted = ({ message }: Problem): string =>
  `The instances of stack sets could not be listed, so a setting that a stack set wrote last is probably still its own: ${message}`;
