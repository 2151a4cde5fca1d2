/**
 * Groups problems that differ only in account, region and time, and makes one hint for them. Compares reasons and
 * facts, not sentences.
 */
import type { Facts, Problem } from '../model/model.ts';
import { withoutRegions } from '../model/regions.ts';
import { fillFix, withoutAccount } from './fill.ts';
import { factsOfFix, fixOf, isReason, type ReasonName } from './hints.ts';

/** One of the problems that share a hint. */
export interface Case {
  readonly account: string;
  /** Null for the whole account. */
  readonly region: string | null;
  readonly problem: Problem;
}

/** Facts about place and time, which do not distinguish cases. */
const placeOrTime = /^(?:\d+_)?(?:account|regions?|at)$/;

/** A fact without its account and regions. */
export const withoutPlace = (fact: string, account: string): string =>
  withoutRegions(withoutAccount(fact, account));

const explained = (
  problem: Problem,
): { readonly reason: ReasonName; readonly facts: Facts } | null =>
  problem.reason !== undefined && problem.facts !== undefined && isReason(problem.reason)
    ? { reason: problem.reason, facts: problem.facts }
    : null;

const factsWithout = (
  facts: Facts,
  account: string,
  isCounted: (name: string) => boolean,
): readonly (readonly [string, string])[] =>
  Object.keys(facts)
    .filter((name) => !placeOrTime.test(name) && isCounted(name))
    .sort()
    .map((name) => [name, withoutPlace(facts[name] ?? '', account)]);

/**
 * A key that is equal for problems that differ only in place and time. Problems of 0.1.0 are compared by their texts.
 */
export function caseOf(problem: Problem, account: string): string {
  const { code, message, hint } = problem;
  const known = explained(problem);
  return JSON.stringify(
    known === null
      ? [code, withoutPlace(message, account), withoutPlace(hint, account)]
      : [code, known.reason, factsWithout(known.facts, account, () => true)],
  );
}

/** A key that is equal for problems with the same fix. */
export function remedyOf(problem: Problem, account: string): string {
  const known = explained(problem);
  if (known === null) return JSON.stringify([problem.code, withoutPlace(problem.hint, account)]);
  const named = factsOfFix(known.reason, known.facts);
  return JSON.stringify([
    problem.code,
    known.reason,
    factsWithout(known.facts, account, (name) => named.includes(name)),
  ]);
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

/** One hint for problems of one case. It names every region, and says `<account>` if the accounts differ. */
export function sharedHint(cases: readonly Case[]): string {
  const [first] = cases;
  if (first === undefined) return '';
  if (distinct(cases.map(({ problem }) => problem.hint)).length === 1) return first.problem.hint;
  const known = explained(first.problem);
  const text =
    known === null
      ? hintOfTexts(cases, first)
      : fillFix(
          fixOf(known.reason, known.facts),
          cases.map(({ problem, account }) => ({ facts: problem.facts ?? {}, account })),
        );
  return text.includes('<account>') ? `${text} (<account>: the id of each account)` : text;
}

/** For problems without facts: the first hint, with every region, and `<account>` if the accounts differ. */
function hintOfTexts(cases: readonly Case[], first: Case): string {
  const regions = distinct(cases.flatMap(({ region }) => region ?? []));
  const accounts = distinct(cases.map(({ account }) => account));
  const own = first.problem.hint;
  const hint = first.region === null ? own : own.replaceAll(first.region, regions.join(', '));
  return accounts.length > 1 ? withoutAccount(hint, first.account) : hint;
}
