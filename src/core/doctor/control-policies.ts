/**
 * Which needed calls service control policies deny, according to their text. Conditions on the principal's ARN, the
 * region and the service that a role is passed to are evaluated; the keys of other conditions are reported.
 */
import type { ControlPolicy, Need, PolicyLevel } from './readings.ts';

/** The caller, for conditions. */
export interface Request {
  /** The principal's ARN with its path; null if unknown. */
  readonly principalArn: string | null;
}

export interface Denial {
  readonly target: string;
  /** Null if no policy of the level allows the calls. */
  readonly policy: Pick<ControlPolicy, 'arn' | 'name'> | null;
  readonly needs: readonly Need[];
  /** The condition keys that decide, as the policy spells them; empty if the policy denies for certain. */
  readonly depends: readonly string[];
}

/** The denials by the policies of all levels, and the policies that could not be parsed. */
export interface PolicyJudgement {
  readonly denials: readonly Denial[];
  readonly unreadable: readonly Pick<ControlPolicy, 'arn' | 'name'>[];
}

interface Statement {
  readonly effect: string;
  readonly matches: (need: Need) => boolean;
  readonly conditions: readonly {
    readonly operator: string;
    readonly key: string;
    readonly values: readonly string[];
  }[];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const texts = (value: unknown): readonly string[] | null => {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const kept = list
    .filter((each): each is string | boolean | number =>
      ['string', 'boolean', 'number'].includes(typeof each),
    )
    .map(String);
  return kept.length === list.length ? kept : null;
};

/** Matches IAM's wildcards without backtracking into exponential time, as a regular expression could. */
export function isLike(text: string, pattern: string): boolean {
  let [at, star, mark, from] = [0, -1, 0, 0];
  while (from < text.length) {
    if (
      at < pattern.length &&
      (pattern[at] === '?' || pattern[at] === text[from]) &&
      pattern[at] !== '*'
    ) {
      at += 1;
      from += 1;
    } else if (at < pattern.length && pattern[at] === '*') {
      star = at;
      mark = from;
      at += 1;
    } else if (star >= 0) {
      at = star + 1;
      mark += 1;
      from = mark;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

const anyLike = (text: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => isLike(text, pattern));
const lower = (list: readonly string[]): readonly string[] =>
  list.map((each) => each.toLowerCase());

function statementOf(value: unknown): Statement | null {
  if (!isRecord(value) || (value['Effect'] !== 'Allow' && value['Effect'] !== 'Deny')) return null;
  const member = (name: string): readonly string[] | null | undefined =>
    value[name] === undefined ? undefined : texts(value[name]);
  const [action, notAction, resource, notResource] = [
    member('Action'),
    member('NotAction'),
    member('Resource'),
    member('NotResource'),
  ];
  if ([action, notAction, resource, notResource].includes(null)) return null;
  const conditions: { operator: string; key: string; values: readonly string[] }[] = [];
  const block = value['Condition'] ?? {};
  if (!isRecord(block)) return null;
  for (const [operator, keys] of Object.entries(block)) {
    if (!isRecord(keys)) return null;
    for (const [key, given] of Object.entries(keys)) {
      const values = texts(given);
      if (values === null) return null;
      conditions.push({ operator, key, values });
    }
  }
  const actions = action === undefined || action === null ? null : lower(action);
  const notActions = notAction === undefined || notAction === null ? null : lower(notAction);
  return {
    effect: value['Effect'],
    conditions,
    matches(need) {
      const asked = need.action.toLowerCase();
      const actionFits =
        actions !== null
          ? anyLike(asked, actions)
          : notActions !== null && !anyLike(asked, notActions);
      if (!actionFits) return false;
      if (resource !== undefined && resource !== null)
        return need.resource === '*' || anyLike(need.resource, resource);
      return (
        notResource === undefined ||
        notResource === null ||
        need.resource === '*' ||
        !anyLike(need.resource, notResource)
      );
    },
  };
}

function statementsOf(content: string): readonly Statement[] | null {
  let document: unknown;
  try {
    document = JSON.parse(content);
  } catch {
    return null;
  }
  if (!isRecord(document)) return null;
  const given = document['Statement'];
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  const statements = list.map(statementOf);
  return statements.includes(null) ? null : statements.filter((statement) => statement !== null);
}

/** Keys that a need names whenever its request has them: a missing value means that the key is absent. */
const absentUnlessNamed: ReadonlySet<string> = new Set([
  'iam:permissionsboundary',
  'iam:passedtoservice',
]);

const isRequestTag = (key: string): boolean => key.startsWith('aws:requesttag/');

/** Whether a condition holds; null if the text alone does not show it. */
function holds(
  { operator, key, values }: Statement['conditions'][number],
  need: Need,
  request: Request,
): boolean | null {
  const name = key.toLowerCase();
  const value =
    name === 'aws:principalarn'
      ? request.principalArn
      : (Object.entries(need.context).find(([known]) => known.toLowerCase() === name)?.[1] ?? null);
  const plain = operator.replace(/IfExists$/i, '').toLowerCase();
  const isKnownAbsent = value === null && (absentUnlessNamed.has(name) || isRequestTag(name));
  if (plain === 'null') {
    if (value === null && !isKnownAbsent) return null;
    return values.some((each) => each.toLowerCase() === String(value === null));
  }
  // An absent key satisfies only negated operators and those with IfExists.
  if (isKnownAbsent) return /IfExists$/i.test(operator) || plain.includes('not');
  if (value === null) return null;
  const isIn = values.some((each) => each === value);
  const isInAnyCase = values.some((each) => each.toLowerCase() === value.toLowerCase());
  switch (plain) {
    case 'stringequalsignorecase':
      return isInAnyCase;
    case 'stringnotequalsignorecase':
      return !isInAnyCase;
    case 'stringequals':
      return isIn;
    case 'stringnotequals':
      return !isIn;
    case 'stringlike':
    case 'arnlike':
    case 'arnequals':
      return anyLike(value, values);
    case 'stringnotlike':
    case 'arnnotlike':
    case 'arnnotequals':
      return !anyLike(value, values);
    default:
      return null;
  }
}

/** Which needs the levels deny. The root is the first level. */
export function judgeLevels(
  levels: readonly PolicyLevel[],
  needs: readonly Need[],
  request: Request,
): PolicyJudgement {
  const denials: Denial[] = [];
  const unreadable = new Map<string, Pick<ControlPolicy, 'arn' | 'name'>>();
  for (const { target, policies } of levels) {
    // Without any policy on a level, the organization does not use service control policies.
    if (policies.length === 0) continue;
    const allowing: Statement[] = [];
    let understood = true;
    for (const { arn, name, content } of policies) {
      const statements = statementsOf(content);
      if (statements === null) {
        unreadable.set(arn, { arn, name });
        understood = false;
        continue;
      }
      allowing.push(...statements.filter(({ effect }) => effect === 'Allow'));
      const byDependence = new Map<string, { needs: Need[]; depends: readonly string[] }>();
      for (const statement of statements) {
        if (statement.effect !== 'Deny') continue;
        for (const need of needs) {
          if (!statement.matches(need)) continue;
          const held = statement.conditions.map((condition) => ({
            key: condition.key,
            held: holds(condition, need, request),
          }));
          if (held.some((each) => each.held === false)) continue;
          const depends = [
            ...new Set(held.flatMap((each) => (each.held === null ? [each.key] : []))),
          ].sort();
          const group = byDependence.get(depends.join()) ?? { needs: [], depends };
          if (!group.needs.includes(need)) group.needs.push(need);
          byDependence.set(depends.join(), group);
        }
      }
      for (const group of byDependence.values())
        denials.push({ target, policy: { arn, name }, ...group });
    }
    const uncovered = understood
      ? needs.filter((need) => !allowing.some((statement) => statement.matches(need)))
      : [];
    if (uncovered.length > 0) denials.push({ target, policy: null, needs: uncovered, depends: [] });
  }
  return { denials, unreadable: [...unreadable.values()] };
}
