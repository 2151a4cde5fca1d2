/** Reads the packed report, and selects and sorts the accounts that pass the filters. Does not use the DOM. */
import { deedOrder } from '../../../core/record/deeds.ts';
import { column, kinds, rowWidth, textOf } from '../data.ts';
import type { PageData } from '../data.ts';

export interface Filters {
  /** An OU and everything below it; null for all accounts. `''` is the root, which also selects all. */
  readonly ou: string | null;
  readonly states: ReadonlySet<string>;
  readonly verdicts: ReadonlySet<string>;
  /** Deeds of a plan with their kind of target, such as `repair role`. */
  readonly deeds: ReadonlySet<string>;
  readonly region: string | null;
  /** The code of a problem. */
  readonly reason: string | null;
  /** The kind of an owner. */
  readonly owner: string | null;
  /** In lower case. */
  readonly search: string;
  readonly order: 'ou' | 'name' | 'id' | 'worst';
}

export const noFilters: Filters = {
  ou: null,
  states: new Set(),
  verdicts: new Set(),
  deeds: new Set(),
  region: null,
  reason: null,
  owner: null,
  search: '',
  order: 'ou',
};

/** An account with the rows of its targets: `count` rows from row `first`. */
export interface AccountView {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly path: string | null;
  readonly state: string;
  readonly skipped: string | null;
  readonly problem: number;
  readonly first: number;
  readonly count: number;
  /** How many of its targets need action. */
  readonly exceptions: number;
}

export interface TargetView {
  readonly kind: string;
  readonly region: string | null;
  readonly state: string;
  readonly verdict: string;
  /** What the plan does to the target; null for nothing, and in other reports. */
  readonly deed: string | null;
  /** Whether the change was begun and its result is unknown. */
  readonly isBegun: boolean;
  readonly from: string | null;
  readonly to: string | null;
  readonly modifiedBy: string | null;
  readonly modifiedAt: string | null;
  readonly owner: OwnerView | null;
  readonly problem: ProblemView | null;
  readonly attempts: number;
  readonly durationMs: number;
}

export interface OwnerView {
  readonly kind: string;
  readonly name: string;
  readonly evidence: string;
}

export interface ProblemView {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly requestId: string | null;
}

export interface View {
  readonly data: PageData;
  readonly accounts: readonly AccountView[];
  readonly at: (row: number, place: keyof typeof column) => number;
  readonly deed: (row: number) => string | null;
  /** Whether the row's change was begun and its result is unknown. */
  readonly isBegun: (row: number) => boolean;
  /** Whether the row needs action: it went wrong, or `--preflight` found that it would. */
  readonly isException: (row: number) => boolean;
  readonly matches: (account: AccountView, row: number, filters: Filters) => boolean;
  readonly target: (account: AccountView, row: number) => TargetView;
  readonly problem: (
    number: number,
    account: AccountView,
    region: string | null,
    requestId: number,
  ) => ProblemView | null;
  /** The accounts that pass the filters, in order. */
  readonly select: (filters: Filters) => readonly AccountView[];
}

const exceptional = new Set(['failed', 'blocked', 'not-attempted', 'conflict']);
export const isExceptional = (verdict: string): boolean => exceptional.has(verdict);

/** Whether a filter selects targets, not only accounts. */
export const asksForTargets = (filters: Filters): boolean =>
  filters.states.size > 0 ||
  filters.verdicts.size > 0 ||
  filters.deeds.size > 0 ||
  filters.region !== null ||
  filters.reason !== null ||
  filters.owner !== null;

/** The name of a deed in a filter. */
export const deedKey = (deed: string, kind: string): string => `${deed} ${kind}`;

const inUnit = (path: string | null, ou: string | null): boolean =>
  ou === null || ou === '' || (path !== null && (path === ou || path.startsWith(`${ou}/`)));

const byText = new Intl.Collator('en', { numeric: true });

export const makeView = (data: PageData): View => {
  const at = (row: number, place: keyof typeof column): number =>
    data.rows[row * rowWidth + column[place]] ?? 0;
  const verdictOf = (row: number): string => data.verdicts[at(row, 'verdict')] ?? '';
  const deedOf = (row: number): string | null => deedOrder[at(row, 'deed') - 1] ?? null;
  const regionOf = (row: number): string | null => data.regions[at(row, 'region') - 1] ?? null;

  const isException = (row: number): boolean =>
    isExceptional(verdictOf(row)) ||
    (deedOf(row) !== null && (data.problems[at(row, 'problem')]?.[0] ?? '').startsWith('denied'));

  const isBegun = (row: number): boolean => data.problems[at(row, 'problem')]?.[3] === 1;

  let first = 0;
  const accounts = data.accounts.map(
    ([id, name, path, state, skipped, problem, count], index): AccountView => {
      let exceptions = 0;
      for (let row = first; row < first + count; row += 1) if (isException(row)) exceptions += 1;
      first += count;
      return {
        index,
        id,
        name,
        path,
        state,
        skipped,
        problem,
        first: first - count,
        count,
        exceptions,
      };
    },
  );

  const problem: View['problem'] = (number, account, region, requestId) => {
    const packed = data.problems[number];
    if (number === 0 || packed === undefined) return null;
    return {
      code: packed[0],
      message: textOf(data.texts, packed[1], account.id, region) ?? '',
      hint: textOf(data.texts, packed[2], account.id, region) ?? '',
      requestId: textOf(data.texts, requestId, account.id, region),
    };
  };

  const ownerOf = (
    number: number,
    account: AccountView,
    region: string | null,
  ): OwnerView | null => {
    const packed = data.owners[number];
    if (number === 0 || packed === undefined) return null;
    const [kind, name, evidence] = packed;
    return { kind, name: textOf(data.texts, name, account.id, region) ?? '', evidence };
  };

  const reasonOf = (account: AccountView, row: number): string | undefined =>
    data.problems[
      at(row, 'problem') || (['in-sync', 'changed'].includes(verdictOf(row)) ? 0 : account.problem)
    ]?.[0];

  const matches: View['matches'] = (account, row, filters) => {
    if (filters.states.size > 0 && !filters.states.has(data.states[at(row, 'state')] ?? ''))
      return false;
    if (filters.verdicts.size > 0 && !filters.verdicts.has(verdictOf(row))) return false;
    if (
      filters.deeds.size > 0 &&
      !filters.deeds.has(deedKey(deedOf(row) ?? '', kinds[at(row, 'kind')] ?? ''))
    )
      return false;
    // A setting's row without a region counts for all regions, a role's row for none.
    if (
      filters.region !== null &&
      regionOf(row) !== filters.region &&
      !(kinds[at(row, 'kind')] === 'setting' && regionOf(row) === null)
    )
      return false;
    if (filters.owner !== null && data.owners[at(row, 'owner')]?.[0] !== filters.owner)
      return false;
    return filters.reason === null || reasonOf(account, row) === filters.reason;
  };

  const anyMatches = (account: AccountView, filters: Filters): boolean => {
    for (let row = account.first; row < account.first + account.count; row += 1)
      if (matches(account, row, filters)) return true;
    return false;
  };

  const orders: Readonly<
    Record<Filters['order'], (one: AccountView, other: AccountView) => number>
  > = {
    ou: (one, other) =>
      byText.compare(one.path ?? '\uFFFF', other.path ?? '\uFFFF') ||
      byText.compare(one.name, other.name),
    name: (one, other) => byText.compare(one.name, other.name),
    id: (one, other) => byText.compare(one.id, other.id),
    worst: (one, other) =>
      other.exceptions - one.exceptions || byText.compare(one.name, other.name),
  };
  const sorted = new Map<Filters['order'], readonly AccountView[]>();
  const inOrder = (order: Filters['order']): readonly AccountView[] => {
    const known = sorted.get(order);
    if (known !== undefined) return known;
    const made = [...accounts].sort(orders[order]);
    sorted.set(order, made);
    return made;
  };

  return {
    data,
    accounts,
    at,
    deed: deedOf,
    isBegun,
    isException,
    matches,
    problem,
    target: (account, row) => {
      const region = regionOf(row);
      const text = (place: 'from' | 'to' | 'modifiedBy' | 'modifiedAt'): string | null =>
        textOf(data.texts, at(row, place), account.id, region);
      return {
        kind: kinds[at(row, 'kind')] ?? 'setting',
        region,
        state: data.states[at(row, 'state')] ?? '',
        verdict: verdictOf(row),
        deed: deedOf(row),
        isBegun: isBegun(row),
        from: text('from'),
        to: text('to'),
        modifiedBy: text('modifiedBy'),
        modifiedAt: text('modifiedAt'),
        owner: ownerOf(at(row, 'owner'), account, region),
        problem: problem(at(row, 'problem'), account, region, at(row, 'requestId')),
        attempts: at(row, 'attempts'),
        durationMs: at(row, 'durationMs'),
      };
    },
    select: (filters) => {
      const wanted = asksForTargets(filters);
      return inOrder(filters.order).filter(
        (account) =>
          inUnit(account.path, filters.ou) &&
          (filters.search === '' ||
            account.name.toLowerCase().includes(filters.search) ||
            account.id.includes(filters.search)) &&
          (!wanted || anyMatches(account, filters)),
      );
    },
  };
};
