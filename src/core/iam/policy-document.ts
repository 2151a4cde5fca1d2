/** Parses identity policies and permissions boundaries from their JSON text. */

/** A condition of a statement: one operator on one key. */
export interface PolicyCondition {
  /** Lower case, without set prefix and `IfExists`: `stringequals`, `null`. */
  readonly operator: string;
  readonly set: 'any' | 'all' | null;
  readonly ifExists: boolean;
  /** Lower case. */
  readonly key: string;
  readonly values: readonly string[];
}

/** The patterns of a statement. With `except` it covers everything that they do not match. */
export interface PolicyPatterns {
  readonly patterns: readonly string[];
  readonly except: boolean;
  /** The patterns in the policy's own spelling, if that is not lower case. */
  readonly written?: readonly string[];
}

export interface PolicyStatement {
  readonly effect: 'Allow' | 'Deny';
  /** Patterns in lower case: IAM ignores the case of actions. */
  readonly actions: PolicyPatterns;
  readonly resources: PolicyPatterns;
  readonly conditions: readonly PolicyCondition[];
}

/** A role's policy: `name` is its ARN or `inline:<name>`; `statements` is null if they could not be read. */
export interface IdentityPolicy {
  readonly name: string;
  readonly statements: readonly PolicyStatement[] | null;
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as readonly unknown[]) : [value];

/** Null for a value that a policy cannot have. */
function strings(value: unknown): readonly string[] | null {
  const list = listOf(value);
  return list.length > 0 && list.every((item) => typeof item === 'string') ? list : null;
}

function patternsOf(plain: unknown, except: unknown): PolicyPatterns | null {
  if ((plain === undefined) === (except === undefined)) return null;
  const patterns = strings(plain ?? except);
  return patterns === null ? null : { patterns, except: plain === undefined };
}

function conditionsOf(block: unknown): readonly PolicyCondition[] | null {
  if (block === undefined) return [];
  if (!isObject(block)) return null;
  const conditions: PolicyCondition[] = [];
  for (const [written, keys] of Object.entries(block)) {
    const parsed = /^(?:for(any|all)values?:)?(\w+?)(ifexists)?$/.exec(written.toLowerCase());
    if (parsed === null || !isObject(keys)) return null;
    const [, set, operator = '', ifExists] = parsed;
    for (const [key, value] of Object.entries(keys)) {
      const values = listOf(value);
      if (values.some((item) => typeof item === 'object' || item === undefined)) return null;
      conditions.push({
        operator,
        set: set === 'any' || set === 'all' ? set : null,
        ifExists: ifExists !== undefined,
        key: key.toLowerCase(),
        values: values.map(String),
      });
    }
  }
  return conditions;
}

function inLowerCase({ patterns: written, except }: PolicyPatterns): PolicyPatterns {
  const patterns = written.map((pattern) => pattern.toLowerCase());
  const isSame = patterns.every((pattern, at) => pattern === written[at]);
  return isSame ? { patterns, except } : { patterns, except, written };
}

function statementOf(value: unknown): PolicyStatement | null {
  if (!isObject(value)) return null;
  const effect = value['Effect'];
  const actions = patternsOf(value['Action'], value['NotAction']);
  const resources = patternsOf(value['Resource'], value['NotResource']);
  const conditions = conditionsOf(value['Condition']);
  if (effect !== 'Allow' && effect !== 'Deny') return null;
  if (actions === null || resources === null || conditions === null) return null;
  return { effect, actions: inLowerCase(actions), resources, conditions };
}

function statementsOf(text: string): readonly PolicyStatement[] | null {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(document)) return null;
  const statements = listOf(document['Statement'] ?? []).map(statementOf);
  return statements.every((statement) => statement !== null) ? statements : null;
}

/** Parses a policy. If the text is null or not a policy, its statements are unknown. */
export const parsePolicy = (name: string, text: string | null): IdentityPolicy => ({
  name,
  statements: text === null ? null : statementsOf(text),
});
