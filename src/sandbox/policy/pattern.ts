/** Text patterns of policies: wildcards, policy variables, and ARNs compared part by part. */
import { contextKey, valueOf } from './context.ts';
import type { ContextKey, EvaluationRequest } from './context.ts';
import { UnsupportedPolicyElement } from './document.ts';

/** Whether a value of the request matches a policy's text. */
export type Match = (value: string, request: EvaluationRequest) => boolean;

type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'one' }
  | { readonly kind: 'variable'; readonly key: ContextKey; readonly otherwise: string | null };

export interface PatternOptions {
  readonly wildcards: boolean;
  readonly ignoreCase: boolean;
  /** False for version 2008-10-17, which treats `${…}` as plain text. */
  readonly variables: boolean;
  /** A variable without a value in the request matches nothing (default), or `any` text. */
  readonly missing?: 'any';
}

/** Compiles a text with wildcards and variables. Fast for texts without either. */
export function compilePattern(text: string, options: PatternOptions): Match {
  const tokens = tokenize(text, options);
  if (tokens.some((token) => token.kind === 'variable')) {
    return (value, request) => {
      const resolved = resolve(tokens, request, options.missing === 'any');
      return resolved !== null && staticMatch(resolved, options.ignoreCase)(value);
    };
  }
  const match = staticMatch(tokens, options.ignoreCase);
  return (value) => match(value);
}

/**
 * Compiles an ARN pattern. The six parts are compared separately, so a wildcard never crosses one of the first five
 * colons. Missing parts are filled with `*`, as IAM does.
 */
export function compileArn(
  text: string,
  variables: boolean,
  missing: { readonly missing?: 'any' } = {},
): Match {
  const parts = splitArn(text);
  while (parts.length < 6) parts.push('*');
  const matches = parts.map((part) =>
    compilePattern(part, { wildcards: true, ignoreCase: false, variables, ...missing }),
  );
  return (value, request) => {
    const given = splitArn(value);
    return given.length === 6 && matches.every((match, i) => match(given[i] ?? '', request));
  };
}

/**
 * Compiles the ARN of a Resource or NotResource. IAM allows variables only after the fifth colon; the sandbox refuses
 * others. If a variable has no value, the statement does not apply: a NotResource is treated as if it matched.
 */
export function compileResourceArn(
  text: string,
  { variables, not }: { readonly variables: boolean; readonly not: boolean },
): Match {
  if (
    variables &&
    splitArn(text)
      .slice(0, 5)
      .some((part) => part.includes('${'))
  ) {
    throw new UnsupportedPolicyElement(
      text,
      'in a Resource, policy variables stand behind the fifth colon only',
    );
  }
  return compileArn(text, variables, not ? { missing: 'any' } : {});
}

/**
 * Splits an ARN into at most six parts. The resource part keeps its colons, and variables such as `${aws:…}` stay
 * whole.
 */
export function splitArn(arn: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let depth = 0;
  for (let i = 0; i < arn.length && parts.length < 5; i += 1) {
    const c = arn[i];
    if (c === '$' && arn[i + 1] === '{') depth += 1;
    else if (c === '}' && depth > 0) depth -= 1;
    else if (c === ':' && depth === 0) {
      parts.push(arn.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(arn.slice(start));
  return parts;
}

function tokenize(text: string, options: PatternOptions): readonly Token[] {
  const tokens: Token[] = [];
  let plain = '';
  const flush = (): void => {
    if (plain !== '') tokens.push({ kind: 'text', text: plain });
    plain = '';
  };
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i] ?? '';
    if (options.variables && c === '$' && text[i + 1] === '{') {
      const end = text.indexOf('}', i);
      if (end < 0)
        throw new UnsupportedPolicyElement(text, 'a policy variable without its closing brace');
      const inner = text.slice(i + 2, end);
      i = end;
      if (inner === '*' || inner === '?' || inner === '$') {
        plain += inner;
        continue;
      }
      flush();
      tokens.push(variable(inner));
    } else if (options.wildcards && (c === '*' || c === '?')) {
      flush();
      tokens.push({ kind: c === '*' ? 'any' : 'one' });
    } else {
      plain += c;
    }
  }
  flush();
  return tokens;
}

function variable(inner: string): Token {
  const found = /^([^,]+?)(?:,\s*'([^']*)')?$/.exec(inner.trim());
  const key = contextKey(found?.[1] ?? inner);
  if (key.multiple)
    throw new UnsupportedPolicyElement(
      '${' + inner + '}',
      'a key with several values is not a policy variable',
    );
  return { kind: 'variable', key, otherwise: found?.[2] ?? null };
}

/** Replaces variables with the request's values; null if a value is missing. */
function resolve(
  tokens: readonly Token[],
  request: EvaluationRequest,
  missingIsAny: boolean,
): readonly Token[] | null {
  const resolved: Token[] = [];
  for (const token of tokens) {
    if (token.kind !== 'variable') {
      resolved.push(token);
      continue;
    }
    const value = valueOf(token.key, request) ?? token.otherwise;
    if (typeof value === 'string') resolved.push({ kind: 'text', text: value });
    else if (missingIsAny) resolved.push({ kind: 'any' });
    else return null;
  }
  return resolved;
}

function staticMatch(tokens: readonly Token[], ignoreCase: boolean): (value: string) => boolean {
  const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
  if (tokens.every((token) => token.kind === 'text')) {
    const text = fold(tokens.map((token) => token.text).join(''));
    return (value) => fold(value) === text;
  }
  const [first, second] = tokens;
  if (first?.kind === 'any' && tokens.length === 1) return () => true;
  if (first?.kind === 'text' && second?.kind === 'any' && tokens.length === 2) {
    const start = fold(first.text);
    return (value) => fold(value).startsWith(start);
  }
  const source = tokens
    .map((token) =>
      token.kind === 'any'
        ? '.*'
        : token.kind === 'one'
          ? '.'
          : escapeRegExp(token.kind === 'text' ? fold(token.text) : ''),
    )
    .join('');
  const expression = new RegExp(`^${source}$`, 'su');
  return (value) => expression.test(fold(value));
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
