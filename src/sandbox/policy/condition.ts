/** A statement's Condition block: every operator and every key must match, with at least one value of each key. */
import { contextKey, valueOf } from './context.ts';
import type { ContextKey, EvaluationRequest } from './context.ts';
import { list, MalformedPolicy, UnsupportedPolicyElement } from './document.ts';
import type { OneOrMore, PolicyStatement } from './document.ts';
import { compileArn, compilePattern } from './pattern.ts';
import type { Match } from './pattern.ts';

export type Condition = (request: EvaluationRequest) => boolean;

interface Operator {
  /** Compiles one value of the policy. */
  readonly compile: (text: string, variables: boolean) => Match;
  /** Matches if no value of the policy matches, and if the key is missing. */
  readonly negated: boolean;
}

const equals = (text: string, variables: boolean): Match =>
  compilePattern(text, { wildcards: false, ignoreCase: false, variables });
const equalsIgnoringCase = (text: string, variables: boolean): Match =>
  compilePattern(text, { wildcards: false, ignoreCase: true, variables });
const like = (text: string, variables: boolean): Match =>
  compilePattern(text, { wildcards: true, ignoreCase: false, variables });

const operators: Readonly<Record<string, Operator>> = {
  StringEquals: { compile: equals, negated: false },
  StringNotEquals: { compile: equals, negated: true },
  StringEqualsIgnoreCase: { compile: equalsIgnoringCase, negated: false },
  StringNotEqualsIgnoreCase: { compile: equalsIgnoringCase, negated: true },
  StringLike: { compile: like, negated: false },
  StringNotLike: { compile: like, negated: true },
  ArnEquals: { compile: compileArn, negated: false },
  ArnLike: { compile: compileArn, negated: false },
  ArnNotEquals: { compile: compileArn, negated: true },
  ArnNotLike: { compile: compileArn, negated: true },
  Bool: { compile: equalsIgnoringCase, negated: false },
};

/** The condition operators that the sandbox evaluates, besides `IfExists`, `ForAnyValue:`, `ForAllValues:` and `Null`. */
export const conditionOperators: readonly string[] = [...Object.keys(operators), 'Null'];

export function compileConditions(
  block: PolicyStatement['Condition'],
  variables: boolean,
): readonly Condition[] {
  if (block === undefined) return [];
  return Object.entries(block).flatMap(([operator, keys]) => {
    if (typeof keys !== 'object' || keys === null)
      throw new MalformedPolicy(`Condition ${operator} holds no keys.`);
    return Object.entries(keys).map(([key, values]) =>
      compileCondition(operator, contextKey(key), texts(operator, values), variables),
    );
  });
}

function texts(operator: string, values: OneOrMore<string | boolean | number>): readonly string[] {
  return list(values).map((value) => {
    if (typeof value === 'object' || value === undefined)
      throw new MalformedPolicy(`Condition ${operator} has a value that is not a string.`);
    return String(value);
  });
}

function compileCondition(
  written: string,
  key: ContextKey,
  values: readonly string[],
  variables: boolean,
): Condition {
  const parsed = /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/.exec(written);
  const [, set, name = '', ifExists] = parsed ?? [];
  if (name === 'Null' && set === undefined && ifExists === undefined) {
    const absent = values.map((value) => value.toLowerCase() === 'true');
    return (request) => absent.includes(valueOf(key, request) === undefined);
  }
  const operator = operators[name];
  if (operator === undefined || (name === 'Bool' && set !== undefined)) {
    throw new UnsupportedPolicyElement(
      written,
      `known condition operators are ${conditionOperators.join(', ')}`,
    );
  }
  if (key.multiple && set === undefined) {
    throw new UnsupportedPolicyElement(
      `${written} on ${key.name}`,
      'a key with several values needs ForAnyValue: or ForAllValues:',
    );
  }
  const matches = values.map((value) => operator.compile(value, variables));
  const holds = (value: string, request: EvaluationRequest): boolean =>
    matches.some((match) => match(value, request)) !== operator.negated;
  const missing =
    ifExists !== undefined || set === 'ForAllValues' || (set === undefined && operator.negated);
  return (request) => {
    const value = valueOf(key, request);
    if (value === undefined) return missing;
    if (typeof value === 'string') return holds(value, request);
    return set === 'ForAllValues'
      ? value.every((each) => holds(each, request))
      : value.some((each) => holds(each, request));
  };
}
