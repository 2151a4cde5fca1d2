/** What a plan does, as counts and as sentences in the imperative: creations first, deletions last. */
import { lastSegment } from '../iam/role-names.ts';
import type { Deed, DeedCount, Target, TargetKind, Verdict } from '../model/model.ts';
import { verdictOrder } from './outcome.ts';
import { firstOf, number, plural } from '../model/counted.ts';

/** The order of deeds: creating first, then repairing, and removing last. */
export const deedOrder: readonly Deed[] = [
  'create',
  'attach',
  'repair',
  'set',
  'replace',
  'reset',
  'detach',
  'delete',
];

const kindOrder: readonly TargetKind[] = ['role', 'grant', 'setting'];

type Change = Pick<Target, 'kind' | 'account' | 'region' | 'state' | 'from' | 'to'>;

/** A change of a plan, without its values. */
export interface PlannedDeed {
  readonly deed: Deed;
  readonly kind: TargetKind;
  readonly account: string;
  readonly region: string | null;
  readonly verdict: Verdict;
  /** The change was begun, and its result is unknown. */
  readonly isBegun?: boolean;
}

/**
 * What applying the plan does to a changing target. A broken setting that keeps its role is repaired. A working setting
 * that keeps its role is replaced: a rollback returns it to its former state.
 */
export function deedOf({ kind, state, from, to }: Omit<Change, 'account' | 'region'>): Deed {
  if (kind === 'role') {
    if (from === null) return 'create';
    if (to === null) return 'delete';
    return state === 'broken' ? 'repair' : 'replace';
  }
  if (kind === 'grant') return to === null ? 'detach' : 'attach';
  if (to === null) return 'reset';
  if (from === null) return 'set';
  const isSameRole =
    typeof from === 'string' &&
    typeof to === 'string' &&
    lastSegment(from).toLowerCase() === lastSegment(to).toLowerCase();
  return isSameRole && state !== 'enabled' ? 'repair' : 'replace';
}

function grouped<T extends { readonly deed: Deed; readonly kind: TargetKind }>(
  changes: Iterable<T>,
): readonly (readonly [Deed, TargetKind, readonly T[]])[] {
  const groups = new Map<string, T[]>();
  for (const change of changes) {
    const key = `${change.deed}/${change.kind}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [change]);
    else group.push(change);
  }
  return deedOrder.flatMap((deed) =>
    kindOrder.flatMap((kind) => {
      const group = groups.get(`${deed}/${kind}`);
      return group === undefined ? [] : [[deed, kind, group] as const];
    }),
  );
}

const sizeOf = (values: Iterable<string>): number => new Set(values).size;

const regionsOf = (changes: readonly { readonly region: string | null }[]): number =>
  sizeOf(changes.flatMap(({ region }) => (region === null ? [] : [region])));

/** Counts the deeds of a plan. `regions` is 0 for roles and grants, which have none. */
export const countDeeds = (changes: Iterable<PlannedDeed>): readonly DeedCount[] =>
  grouped(changes).map(([deed, kind, group]) => ({
    deed,
    kind,
    count: group.length,
    accounts: sizeOf(group.map(({ account }) => account)),
    regions: regionsOf(group),
    verdicts: countVerdicts(group),
    ...begunOf(group),
  }));

function begunOf(group: readonly PlannedDeed[]): Pick<DeedCount, 'begun'> {
  const begun = group.filter(({ isBegun = false }) => isBegun).length;
  return begun === 0 ? {} : { begun };
}

function countVerdicts(changes: readonly PlannedDeed[]): DeedCount['verdicts'] {
  const counts: Partial<Record<Verdict, number>> = {};
  for (const { verdict } of changes) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
}

const nouns: Readonly<Record<TargetKind, string>> = {
  role: 'role',
  grant: 'policy',
  setting: 'setting',
};

function countedDeed({ deed, kind, count }: Pick<DeedCount, 'deed' | 'kind' | 'count'>): string {
  const isTrust = kind === 'role' && (deed === 'repair' || deed === 'replace');
  // Only a rollback replaces a trust policy, with the former one.
  const verb = deed === 'delete' ? 'DELETE' : isTrust && deed === 'replace' ? 'restore' : deed;
  return `${verb} ${plural(count, isTrust ? 'trust policy' : nouns[kind])}`;
}

const capitalized = (text: string): string =>
  text.replace(/^[a-z]/, (letter) => letter.toUpperCase());

/** The changes of a plan in one line, deletions last and in capitals. A setting that keeps its value breaks again. */
export function summarizeDeeds(changes: readonly Change[]): string {
  const phrases = split(changes).map(([deed, kind, group, isBroken]) =>
    isBroken
      ? `break ${plural(group.length, 'setting')} again`
      : countedDeed({ deed, kind, count: group.length }),
  );
  const accounts = sizeOf(changes.map(({ account }) => account));
  return capitalized(`${phrases.join(', ')} in ${plural(accounts, 'account')}`);
}

/**
 * A deed of a run with the verdicts of its targets: `Create 5 roles in 5 accounts: 4 changed, 1 failed`. `targets` are
 * all targets of the run; they show which settings a rollback broke again instead of replacing them. Begun changes with
 * an unknown result are counted apart from those that were not attempted.
 */
export function describeOutcome(
  deed: DeedCount,
  targets: readonly (Change & Pick<Target, 'verdict'>)[] = [],
): string {
  const regions = deed.regions === 0 ? '' : `${plural(deed.regions, 'region')} of `;
  const where = `in ${regions}${plural(deed.accounts, 'account')}`;
  const begun = deed.begun ?? 0;
  const outcome = verdictOrder.flatMap((verdict) => {
    const unknown = verdict === 'not-attempted' ? begun : 0;
    const count = (deed.verdicts[verdict] ?? 0) - unknown;
    return [
      ...(unknown > 0 ? [`${number(unknown)} begun (result unknown)`] : []),
      ...(count > 0 ? [`${number(count)} ${verdict}`] : []),
    ];
  });
  const broken =
    deed.deed === 'replace' && deed.kind === 'setting' ? targets.filter(isToBreakAgain).length : 0;
  const what =
    broken === 0
      ? `${countedDeed(deed)} ${where}`
      : broken >= deed.count
        ? `break ${plural(deed.count, 'setting')} ${where} again`
        : `${countedDeed(deed)} ${where}, ${number(broken)} of them broken again as before`;
  return `${capitalized(what)}: ${outcome.join(', ')}`;
}

const notDone: readonly Verdict[] = ['failed', 'blocked', 'not-attempted'];

/**
 * After a run: whether its plan would break the setting again. A setting that was repaired, or left alone, does not
 * count.
 */
const isToBreakAgain = (row: Change & Pick<Target, 'verdict'>): boolean =>
  isBrokenAgain(row) &&
  row.from !== null &&
  (row.verdict === 'changed'
    ? row.state === 'broken'
    : notDone.includes(row.verdict) && row.state === 'enabled');

/** The names with their paths, each with its count if there are several. */
function countedNames(values: readonly Target['from'][]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(nameOf(value), (counts.get(nameOf(value)) ?? 0) + 1);
  const listed = [...counts].sort(([, one], [, other]) => other - one);
  const [only] = listed;
  if (only !== undefined && listed.length === 1) return only[0];
  const more = listed.length - maxNames;
  return `${listed
    .slice(0, maxNames)
    .map(([name, count]) => `${name} (${number(count)})`)
    .join(', ')}${more > 0 ? ` and ${plural(more, 'other role')}` : ''}`;
}

/** The path and name in a role's or policy's ARN. */
export const nameOf = (value: Target['from']): string =>
  (value === null ? '' : typeof value === 'string' ? value : value.arn).replace(
    /^arn:[^/]*:(?:role|policy)\//,
    '',
  );

const maxNames = 3;

function namesOf(values: readonly Target['from'][]): string {
  return firstOf([...new Set(values.map(nameOf))], maxNames);
}

function sentence(deed: Deed, kind: TargetKind, group: readonly Change[]): string {
  const accounts = plural(sizeOf(group.map(({ account }) => account)), 'account');
  const cells = `${plural(group.length, 'setting')} in ${plural(regionsOf(group), 'region')} of ${accounts}`;
  const from = group.map((change) => change.from);
  const to = group.map((change) => change.to);
  if (kind === 'role') {
    switch (deed) {
      case 'create':
        return `Create role ${namesOf(to)} in ${accounts}`;
      case 'delete':
        return `DELETE role ${namesOf(from)} in ${accounts}`;
      case 'repair':
        return `Repair the trust policy of role ${namesOf(to)} in ${accounts}`;
      default:
        return `Restore the former trust policy of role ${namesOf(to)} in ${accounts}`;
    }
  }
  if (kind === 'grant')
    return deed === 'detach'
      ? `Detach policy ${namesOf(from)} in ${accounts}`
      : `Attach policy ${namesOf(to)} in ${accounts}`;
  switch (deed) {
    case 'set':
      return `Set ${cells}, from AWS's default (DHMC off) to ${countedNames(to)}`;
    case 'replace':
      return isBrokenAgain(group[0])
        ? `Break ${cells} again, as before the run: ${group.length === 1 ? 'it keeps' : 'they keep'} the role ${namesOf(from)}, which stops working`
        : `Replace ${cells}, from ${countedNames(from)} to ${countedNames(to)}`;
    case 'reset':
      return `Reset ${cells}, from ${countedNames(from)} to AWS's default (DHMC off)`;
    default: {
      const broken = `${plural(group.length, 'broken setting')} in ${plural(regionsOf(group), 'region')} of ${accounts}`;
      return group.every(keepsValue)
        ? `Repair ${broken}: ${group.length === 1 ? 'it keeps' : 'they keep'} the role ${namesOf(to)}, which then works`
        : `Repair ${broken}, so that ${group.length === 1 ? 'it works' : 'they work'}`;
    }
  }
}

const keepsValue = ({ kind, from, to }: Change): boolean => kind === 'setting' && from === to;

/** Whether a setting is replaced although it keeps its value: a rollback removes the role or grant that it needs. */
const isBrokenAgain = (change: Change | undefined): boolean =>
  change !== undefined && keepsValue(change);

export interface DeedSentence {
  readonly deed: Deed;
  readonly kind: TargetKind;
  readonly text: string;
}

/** The changes by deed. Settings that a rollback breaks again form a group apart from those that it replaces. */
const split = (
  changes: readonly Change[],
): readonly (readonly [Deed, TargetKind, readonly Change[], boolean])[] =>
  grouped(changes.map((change) => ({ ...change, deed: deedOf(change) }))).flatMap(
    ([deed, kind, group]) =>
      [false, true].flatMap((isBroken) => {
        const part = group.filter(
          (change) => (deed === 'replace' && isBrokenAgain(change)) === isBroken,
        );
        return part.length === 0 ? [] : [[deed, kind, part, isBroken] as const];
      }),
  );

/** One sentence for each deed, with the names of roles and policies as in AWS. */
export const describeDeeds = (changes: readonly Change[]): readonly DeedSentence[] =>
  split(changes).map(([deed, kind, group]) => ({ deed, kind, text: sentence(deed, kind, group) }));
