/**
 * Compiles policy documents for evaluation, once per document object. Documents never change after their first use.
 */
import { compileConditions } from './condition.ts';
import type { Condition } from './condition.ts';
import type { EvaluationRequest } from './context.ts';
import { list, MalformedPolicy } from './document.ts';
import type { PolicyDocument, PolicyStatement } from './document.ts';
import { compilePattern, compileResourceArn } from './pattern.ts';
import { compilePrincipal } from './principal.ts';
import type { Asker, PrincipalMatch, PrincipalTest } from './principal.ts';

export interface CompiledStatement {
  readonly allow: boolean;
  readonly action: (lowerCaseAction: string) => boolean;
  readonly resource: (request: EvaluationRequest) => boolean;
  readonly conditions: readonly Condition[];
  /** Set for trust policies only. */
  readonly principal: PrincipalTest | null;
}

/**
 * Identity policies, boundaries, session policies and SCPs have resources and no principal. Trust policies are the
 * reverse.
 */
export type PolicyKind = 'permissions' | 'trust';

const compiled: Readonly<
  Record<PolicyKind, WeakMap<PolicyDocument, readonly CompiledStatement[]>>
> = {
  permissions: new WeakMap(),
  trust: new WeakMap(),
};

/**
 * Compiles and checks a whole document. Throws `MalformedPolicy` or `UnsupportedPolicyElement`, even for a statement
 * that no request uses.
 */
export function compilePolicy(
  document: PolicyDocument,
  kind: PolicyKind,
): readonly CompiledStatement[] {
  const ready = compiled[kind].get(document);
  if (ready !== undefined) return ready;
  if (
    document.Version !== undefined &&
    document.Version !== '2012-10-17' &&
    document.Version !== '2008-10-17'
  ) {
    throw new MalformedPolicy(
      'Syntax errors in policy. (Version must be 2012-10-17 or 2008-10-17)',
    );
  }
  const variables = document.Version === '2012-10-17';
  const statements = list(document.Statement).map((statement) =>
    compileStatement(statement, kind, variables),
  );
  compiled[kind].set(document, statements);
  return statements;
}

function compileStatement(
  statement: PolicyStatement,
  kind: PolicyKind,
  variables: boolean,
): CompiledStatement {
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny')
    throw new MalformedPolicy('Syntax errors in policy. (Effect)');
  if (
    kind === 'permissions' &&
    (statement.Principal !== undefined || statement.NotPrincipal !== undefined)
  ) {
    throw new MalformedPolicy('Policy document should not specify a principal.');
  }
  if (
    kind === 'trust' &&
    (statement.Resource !== undefined || statement.NotResource !== undefined)
  ) {
    throw new MalformedPolicy('Has prohibited field Resource');
  }
  return {
    allow: statement.Effect === 'Allow',
    action: compileActions(statement),
    resource: kind === 'trust' ? () => true : compileResources(statement, variables),
    conditions: compileConditions(statement.Condition, variables),
    principal: kind === 'trust' ? compilePrincipal(statement) : null,
  };
}

/**
 * Compiles Action or NotAction. Results are cached, because requests use few actions and a region deny lists dozens.
 */
function compileActions(statement: PolicyStatement): CompiledStatement['action'] {
  const { texts, not } = either('Action', statement.Action, statement.NotAction);
  const patterns = texts.map((text) => {
    if (text !== '*' && !/^[\w-]+:.+$/.test(text))
      throw new MalformedPolicy(`Actions/Conditions must be prefaced by a vendor: "${text}"`);
    return compilePattern(text.toLowerCase(), {
      wildcards: true,
      ignoreCase: false,
      variables: false,
    });
  });
  const answers = new Map<string, boolean>();
  return (action) => {
    const ready = answers.get(action);
    if (ready !== undefined) return ready;
    const answer = patterns.some((pattern) => pattern(action, noRequest)) !== not;
    answers.set(action, answer);
    return answer;
  };
}

function compileResources(
  statement: PolicyStatement,
  variables: boolean,
): CompiledStatement['resource'] {
  const { texts, not } = either('Resource', statement.Resource, statement.NotResource);
  if (texts.includes('*')) return () => !not;
  const arns = texts.map((text) => {
    if (!text.startsWith('arn:'))
      throw new MalformedPolicy(`Resource ${text} must be in ARN format or "*".`);
    return compileResourceArn(text, { variables, not });
  });
  return (request) => arns.some((arn) => arn(request.resource, request)) !== not;
}

function either(
  name: string,
  plain: PolicyStatement['Action'],
  not: PolicyStatement['Action'],
): { readonly texts: readonly string[]; readonly not: boolean } {
  if ((plain === undefined) === (not === undefined)) {
    throw new MalformedPolicy(
      `Syntax errors in policy. (A statement needs either ${name} or Not${name})`,
    );
  }
  const texts = list(plain ?? not);
  if (texts.some((text) => typeof text !== 'string'))
    throw new MalformedPolicy(`Syntax errors in policy. (${name})`);
  return { texts, not: plain === undefined };
}

const noRequest: EvaluationRequest = {
  principalArn: '',
  principalTags: {},
  action: '',
  resource: '',
  context: {},
};

/** The decision of a document; null if none of its statements applies. */
export function decide(
  document: PolicyDocument,
  lowerCaseAction: string,
  request: EvaluationRequest,
): 'allow' | 'deny' | null {
  let allowed = false;
  for (const statement of compilePolicy(document, 'permissions')) {
    if (
      (statement.allow && allowed) ||
      !statement.action(lowerCaseAction) ||
      !statement.resource(request)
    )
      continue;
    if (!statement.conditions.every((condition) => condition(request))) continue;
    if (!statement.allow) return 'deny';
    allowed = true;
  }
  return allowed ? 'allow' : null;
}

/** The decision of a trust policy: a deny, or how each allowing statement matches the caller. */
export function decideTrust(
  document: PolicyDocument,
  lowerCaseAction: string,
  request: EvaluationRequest,
  asker: Asker,
): readonly PrincipalMatch[] | 'deny' {
  const matches: PrincipalMatch[] = [];
  for (const statement of compilePolicy(document, 'trust')) {
    const match = statement.principal?.(asker) ?? null;
    if (match === null || !statement.action(lowerCaseAction)) continue;
    if (!statement.conditions.every((condition) => condition(request))) continue;
    if (!statement.allow) return 'deny';
    matches.push(match);
  }
  return matches;
}
