/** Makes problems with a reason, and their hints from the tables of reasons. */
import type { Facts, Problem, ProblemCode } from '../model/model.ts';
import { commandReasons } from './command-reasons.ts';
import { factsNamedIn, fillFix, type ReasonFacts } from './fill.ts';
import { ownReasons, type OwnReason } from './own-reasons.ts';
import { reasons, type Reason } from './reasons.ts';

export type DocumentedReason = keyof typeof reasons;
export type ReasonName =
  DocumentedReason | keyof typeof ownReasons | keyof typeof commandReasons | typeof severalReasons;

/** The reason of a problem that has several reasons. The names of its facts are numbered. */
const severalReasons = 'several-reasons';

/** A problem with a reason and facts, from which its hint is made. */
export type ReasonedProblem = Problem & { readonly reason: ReasonName; readonly facts: Facts };

const table: Readonly<Record<string, Reason | OwnReason>> = {
  ...reasons,
  ...ownReasons,
  ...commandReasons,
};

export const isReason = (name: string): name is ReasonName =>
  name === severalReasons || Object.hasOwn(table, name);

/** Sentences that the fact `first` adds before the fix. */
const before = {
  'sign-in': 'Sign in again.',
  connection: 'Check the connection from this machine to AWS.',
  rows: 'Look at the failed and blocked rows.',
  journal:
    'Free some space for the journal, make its directory writable, or name another one with --state-dir.',
} as const;

/** Sentences that the fact `then` adds after the fix. */
const after = {
  'tag-again': 'Then run `dhmc stackset remove` again: it tags the role.',
} as const;

export type FirstStep = keyof typeof before;
export type NextStep = keyof typeof after;

const sentence = (sentences: Readonly<Record<string, string>>, name: string | undefined): string =>
  name !== undefined && Object.hasOwn(sentences, name) ? (sentences[name] ?? '') : '';

/** The text of a fix from the tables, with the sentences that its facts add. */
export function fixOf(name: ReasonName, facts: ReasonFacts): string {
  const fix = name === severalReasons ? fixOfSeveral(facts) : (table[name]?.fix ?? '');
  return [
    sentence(before, facts['first']),
    fix,
    facts['also'] === undefined ? '' : "IAM's simulator denies {also} there too.",
    sentence(after, facts['then']),
  ]
    .filter((part) => part !== '')
    .join(' ');
}

const fixOfSeveral = ({ reasons: names = '' }: ReasonFacts): string =>
  names
    .split(' ')
    .map((name, at) => (table[name]?.fix ?? '').replace(/\{(\w+)\}/g, `{${String(at + 1)}_$1}`))
    .join(' ');

/** The fix for a reason, with the facts filled in. */
export const hintFor = (name: ReasonName, facts: ReasonFacts = {}): string =>
  fillFix(fixOf(name, facts), [{ facts, account: '' }]);

/** The facts that the fix of a problem names. */
export const factsOfFix = (name: ReasonName, facts: ReasonFacts): readonly string[] =>
  factsNamedIn(fixOf(name, facts));

const known = (facts: ReasonFacts): Facts =>
  Object.fromEntries(
    Object.entries(facts).flatMap(([name, fact]) => (fact === undefined ? [] : [[name, fact]])),
  );

/** A problem with the code and hint of its reason. Pass `code` for reasons that take it from their cause. */
export const problemFor = (
  name: ReasonName,
  message: string,
  facts: ReasonFacts = {},
  {
    code = table[name]?.code ?? 'internal-error',
    requestId = null,
  }: { readonly code?: ProblemCode; readonly requestId?: string | null } = {},
): ReasonedProblem => ({
  code,
  message,
  hint: hintFor(name, facts),
  requestId,
  reason: name,
  facts: known(facts),
});

/** The problem with more facts and a new hint from them. A problem without a reason does not change. */
export const withFacts = (problem: Problem, facts: Facts): Problem => {
  const all = { ...problem.facts, ...facts };
  return problem.reason === undefined || !isReason(problem.reason)
    ? problem
    : { ...problem, facts: all, hint: hintFor(problem.reason, all) };
};

/** The problem with one more step at the end of its hint. */
export const withNextStep = (problem: Problem, then: NextStep): Problem =>
  problem.reason !== undefined && isReason(problem.reason)
    ? withFacts(problem, { then })
    : { ...problem, hint: `${problem.hint} ${after[then]}`.trimStart() };

/** Combines the problems of one target into one, with the code of the first. Null if there are none. */
export function combined(problems: readonly ReasonedProblem[]): ReasonedProblem | null {
  const [first] = problems;
  if (first === undefined || problems.length === 1) return first ?? null;
  const facts = problems.flatMap((problem, at) =>
    Object.entries(problem.facts).map(([name, fact]): readonly [string, string] => [
      `${String(at + 1)}_${name}`,
      fact,
    ]),
  );
  return problemFor(
    severalReasons,
    problems.map(({ message }) => message).join(' '),
    {
      ...Object.fromEntries(facts),
      reasons: problems.map(({ reason }) => reason).join(' '),
    },
    { code: first.code },
  );
}
