/** Whether the conditions of a statement hold for a request with a partly known context. */
import type { PolicyCondition } from './policy-document.ts';
import { every, hasVariable, matchArn, matchWithVariables, not, some } from './policy-patterns.ts';
import type { PolicyAnswer } from './policy-patterns.ts';

/**
 * The known part of a request's context: the values by key in lower case, or null if the request does not have the key.
 * A missing key is unknown.
 */
export type RequestContext = Readonly<Record<string, readonly string[] | null>>;

type Compare = (value: string, text: string) => PolicyAnswer;

const yesOrNo = (holds: boolean): PolicyAnswer => (holds ? 'yes' : 'no');

const withoutCase: Compare = (value, text) =>
  hasVariable(value)
    ? matchWithVariables(escaped(value).toLowerCase(), text.toLowerCase())
    : yesOrNo(value.toLowerCase() === text.toLowerCase());
const exactly: Compare = (value, text) =>
  hasVariable(value) ? matchWithVariables(escaped(value), text) : yesOrNo(value === text);
/**
 * Operators without wildcards take `*` literally. Beside a variable, `?` is close enough: the answer is at most
 * `maybe`.
 */
const escaped = (value: string): string => value.replaceAll('*', '?');

const like: Compare = (value, text) => matchWithVariables(value, text);

const comparisons: Readonly<
  Record<string, { readonly compare: Compare; readonly negated: boolean }>
> = {
  stringequals: { compare: exactly, negated: false },
  stringnotequals: { compare: exactly, negated: true },
  stringequalsignorecase: { compare: withoutCase, negated: false },
  stringnotequalsignorecase: { compare: withoutCase, negated: true },
  stringlike: { compare: like, negated: false },
  stringnotlike: { compare: like, negated: true },
  arnequals: { compare: matchArn, negated: false },
  arnlike: { compare: matchArn, negated: false },
  arnnotequals: { compare: matchArn, negated: true },
  arnnotlike: { compare: matchArn, negated: true },
  bool: { compare: withoutCase, negated: false },
};

/** Operators on numbers, dates, addresses and bytes: evaluated only if the request does not have the key. */
const unjudged = /^(numeric|date|binary|ipaddress|notipaddress)/;
const negatedUnjudged = ['numericnotequals', 'datenotequals', 'notipaddress'];

function holdsWithout(condition: PolicyCondition, negated: boolean): PolicyAnswer {
  if (condition.ifExists || condition.set === 'all') return 'yes';
  return yesOrNo(condition.set === null && negated);
}

function conditionHolds(condition: PolicyCondition, context: RequestContext): PolicyAnswer {
  const { operator, key, values, set } = condition;
  const found = Object.hasOwn(context, key) ? context[key] : undefined;
  if (found === undefined) return 'maybe';
  if (operator === 'null') {
    const absent = found === null ? 'true' : 'false';
    return some(values.map((value) => yesOrNo(value.toLowerCase() === absent)));
  }
  const comparison = Object.hasOwn(comparisons, operator) ? comparisons[operator] : undefined;
  if (comparison === undefined) {
    if (found !== null || !unjudged.test(operator)) return 'maybe';
    return holdsWithout(condition, negatedUnjudged.includes(operator));
  }
  if (found === null) return holdsWithout(condition, comparison.negated);
  const answers = found.map((text) => {
    const matched = some(values.map((value) => comparison.compare(value, text)));
    return comparison.negated ? not(matched) : matched;
  });
  return set === 'all' ? every(answers) : some(answers);
}

/** Whether all conditions of a statement hold. */
export const conditionsHold = (
  conditions: readonly PolicyCondition[],
  context: RequestContext,
): PolicyAnswer => every(conditions.map((condition) => conditionHolds(condition, context)));
