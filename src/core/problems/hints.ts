/** Hints, and the problems that carry them, from the tables of reasons: for one target, or for many that share a reason. */
import { lastingPrincipal } from '../iam/principal.ts';
import type { Facts, Problem, ProblemCode } from '../model/model.ts';
import { ownReasons, type OwnReason } from './own-reasons.ts';
import { reasons, type Reason } from './reasons.ts';

export type DocumentedReason = keyof typeof reasons;
export type ReasonName = DocumentedReason | keyof typeof ownReasons;

const table: Readonly<Record<string, Reason | OwnReason>> = { ...reasons, ...ownReasons };

export const isReason = (name: string): name is ReasonName => Object.hasOwn(table, name);

/** What is known of a case. What is missing is written in general words. */
export type ReasonFacts = Readonly<Record<string, string | undefined>>;

/** Stands for a fact that is not known. */
const inGeneral: ReasonFacts = {
  role: 'the role',
  account: 'in question',
  caller: 'the caller',
  principal: 'the principal that AWS names',
  action: 'the action that AWS names',
  region: 'in question',
  service: 'AWS',
  policy: 'the policy',
  endpoint: 'the endpoint',
  source: 'from the environment or profile',
  kind: 'foreign',
};

/** The fact as a hint says it: a session stands for its role, so that the hint holds next time too. */
export const factOf = (name: string, facts: ReasonFacts): string => {
  const fact = facts[name];
  if (fact === undefined) return inGeneral[name] ?? '';
  const role = facts['role']?.replace(/^role /, '') ?? null;
  return name === 'principal' || name === 'caller' ? lastingPrincipal(fact, role) : fact;
};

/** In the order of the text. */
export const factsNamedIn = (fix: string): readonly string[] =>
  [...fix.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

/** The fix as the tables have it, with the sentence that goes with the fact `also`. */
export const fixOf = (name: ReasonName, { also }: ReasonFacts): string =>
  `${table[name]?.fix ?? ''}${also === undefined ? '' : " IAM's simulator denies {also} there too."}`;

/** The fix for a reason, in the words of the case. */
export const hintFor = (name: ReasonName, facts: ReasonFacts = {}): string =>
  fixOf(name, facts).replace(/\{(\w+)\}/g, (_, fact: string) => factOf(fact, facts));

const known = (facts: ReasonFacts): Facts =>
  Object.fromEntries(
    Object.entries(facts).flatMap(([name, fact]) => (fact === undefined ? [] : [[name, fact]])),
  );

/** A problem with the code and hint of its reason. `code` is for reasons that have that of their cause. */
export const problemFor = (
  name: ReasonName,
  message: string,
  facts: ReasonFacts = {},
  {
    code = table[name]?.code ?? 'internal-error',
    requestId = null,
  }: { readonly code?: ProblemCode; readonly requestId?: string | null } = {},
): Problem => ({
  code,
  message,
  hint: hintFor(name, facts),
  requestId,
  reason: name,
  facts: known(facts),
});

/** The problem with more facts, and the hint that follows from them. A problem without a reason keeps its hint. */
export const withFacts = (problem: Problem, facts: Facts): Problem => {
  const all = { ...problem.facts, ...facts };
  return problem.reason === undefined || !isReason(problem.reason)
    ? problem
    : { ...problem, facts: all, hint: hintFor(problem.reason, all) };
};
