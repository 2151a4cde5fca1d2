/**
 * Whether a role's identity policies and permissions boundary allow a call, according to their documents. What cannot
 * be evaluated is unknown. Control policies, session policies and endpoint policies are not considered.
 */
import { conditionsHold } from './policy-conditions.ts';
import type { RequestContext } from './policy-conditions.ts';
import type { IdentityPolicy, PolicyPatterns, PolicyStatement } from './policy-document.ts';
import { every, matchArn, matchPattern, not, some } from './policy-patterns.ts';
import type { PolicyAnswer } from './policy-patterns.ts';

/** A role's own policies. */
export interface RolePolicies {
  /** Managed and inline policies. */
  readonly policies: readonly IdentityPolicy[];
  /** The permissions boundary; null if the role has none. */
  readonly boundary: IdentityPolicy | null;
}

export interface PermissionRequest {
  /** `ssm:UpdateInstanceInformation`, without wildcards. */
  readonly action: string;
  /** An ARN, an ARN with wildcards for all resources that it matches, or `*` for an action without resources. */
  readonly resource: string;
  /** By default, nothing about the context is known. */
  readonly context?: RequestContext;
}

export interface PermissionAnswer {
  readonly result: 'allowed' | 'denied' | 'unknown';
  /** Allowed in every context: by a statement without conditions, with no Deny that could apply. */
  readonly unconditional: boolean;
  /** Why it is denied: no statement allows it, a Deny, or the boundary. Null if it is not denied. */
  readonly deniedBy: 'no-allow' | 'deny' | 'boundary' | null;
  /** Names of the policies that decide: those that allow the call or could allow it, or those that deny it. */
  readonly policies: readonly string[];
  /** The condition keys, in lower case, of all statements that apply or could apply. */
  readonly conditionKeys: readonly string[];
}

/** The result of all statements with one effect for a request. */
interface Effect {
  readonly answer: PolicyAnswer;
  /** The answer if nothing about the context is known. */
  readonly always: PolicyAnswer;
  readonly names: readonly string[];
  readonly keys: readonly string[];
}

function matches(
  { patterns, except }: PolicyPatterns,
  match: (pattern: string) => PolicyAnswer,
): PolicyAnswer {
  const matched = some(patterns.map(match));
  return except ? not(matched) : matched;
}

const resourceMatches = (pattern: string, resource: string): PolicyAnswer =>
  resource === '*' ? matchPattern(pattern, '') : matchArn(pattern, resource);

function targetMatches(statement: PolicyStatement, action: string, resource: string): PolicyAnswer {
  const byAction = matches(statement.actions, (pattern) => matchPattern(pattern, action));
  if (byAction === 'no') return 'no';
  const { resources } = statement;
  return every([byAction, matches(resources, (pattern) => resourceMatches(pattern, resource))]);
}

function effectOf(
  effect: 'Allow' | 'Deny',
  policies: readonly IdentityPolicy[],
  request: PermissionRequest,
): Effect {
  const action = request.action.toLowerCase();
  const names = new Set<string>();
  const keys = new Set<string>();
  const answers: PolicyAnswer[] = [];
  const always: PolicyAnswer[] = [];
  for (const { name, statements } of policies) {
    if (statements === null) {
      names.add(name);
      answers.push('maybe');
      always.push('maybe');
    }
    for (const statement of statements ?? []) {
      if (statement.effect !== effect) continue;
      const target = targetMatches(statement, action, request.resource);
      if (target === 'no') continue;
      const conditions = conditionsHold(statement.conditions, request.context ?? {});
      const answer = every([target, conditions]);
      always.push(every([target, conditionsHold(statement.conditions, {})]));
      if (answer === 'no') continue;
      answers.push(answer);
      names.add(name);
      for (const { key } of statement.conditions) keys.add(key);
    }
  }
  return { answer: some(answers), always: some(always), names: [...names], keys: [...keys] };
}

const alwaysAllowed = (allow: Effect, deny: Effect): boolean =>
  allow.always === 'yes' && deny.always === 'no';

/** Evaluates one call. Only the documents count; the names of policies are for the reader. */
export function evaluatePermission(
  { policies, boundary }: RolePolicies,
  request: PermissionRequest,
): PermissionAnswer {
  const allow = effectOf('Allow', policies, request);
  const deny = effectOf('Deny', policies, request);
  const bounds = boundary === null ? [] : [boundary];
  const boundaryAllow = effectOf('Allow', bounds, request);
  const boundaryDeny = effectOf('Deny', bounds, request);
  const conditionKeys = [
    ...new Set([allow, deny, boundaryAllow, boundaryDeny].flatMap((effect) => effect.keys)),
  ].sort();
  const denied = (
    deniedBy: PermissionAnswer['deniedBy'],
    names: readonly string[],
  ): PermissionAnswer => ({
    result: 'denied',
    unconditional: false,
    deniedBy,
    policies: names,
    conditionKeys,
  });
  if (deny.answer === 'yes') return denied('deny', deny.names);
  if (allow.answer === 'no') return denied('no-allow', []);
  if (boundary !== null && (boundaryDeny.answer === 'yes' || boundaryAllow.answer === 'no')) {
    return denied('boundary', [boundary.name]);
  }
  const within =
    boundary === null ? 'yes' : every([boundaryAllow.answer, not(boundaryDeny.answer)]);
  const allowed = every([allow.answer, not(deny.answer), within]) === 'yes';
  return {
    result: allowed ? 'allowed' : 'unknown',
    unconditional:
      alwaysAllowed(allow, deny) &&
      (boundary === null || alwaysAllowed(boundaryAllow, boundaryDeny)),
    deniedBy: null,
    policies: allow.names,
    conditionKeys,
  };
}
