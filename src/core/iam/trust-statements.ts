/** Statements of a trust policy as text: who else may assume the role, and what a change adds or removes. */
import {
  canonical,
  isObject,
  matches,
  parse,
  statementsOf,
  texts,
  type Json,
} from './trust-policy.ts';
import type { TrustSubject } from './trust-conditions.ts';

const waysIn = ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'];

const allowsEntry = (statement: Json): boolean => {
  const except = statement['NotAction'] !== undefined;
  const patterns = texts(except ? statement['NotAction'] : statement['Action']);
  return waysIn.some((way) => patterns.some((pattern) => matches(pattern, way)) !== except);
};

/** A principal of another account, or everyone, in words; null for principals of the same account and for services. */
function outsider(type: string, principal: string, account: string): string | null {
  if (type === 'Federated') return `the identity provider ${principal}`;
  if (type !== 'AWS') return null;
  if (principal === '*') return 'everybody';
  const [, of] = /^(?:arn:[^:]*:(?:iam|sts)::)?(\d{12})(?::|$)/.exec(principal) ?? [];
  return of === account ? null : of === undefined ? principal : `account ${of} (${principal})`;
}

/** Who may assume the role apart from AWS services and the account's own principals: other accounts, or everyone. */
export function trustedOutsiders(trust: string, { account }: TrustSubject): readonly string[] {
  const document = parse(trust);
  const statements = document === null ? null : statementsOf(document);
  const found = new Set<string>();
  for (const statement of statements ?? []) {
    if (statement['Effect'] !== 'Allow' || !allowsEntry(statement)) continue;
    const principal = statement['Principal'];
    const named = isObject(principal)
      ? Object.entries(principal).flatMap(([type, names]) =>
          texts(names).map((name) => outsider(type, name, account)),
        )
      : principal === '*' || statement['NotPrincipal'] !== undefined
        ? ['everybody']
        : [];
    for (const who of named)
      if (who !== null)
        found.add(statement['Condition'] === undefined ? who : `${who} under a condition`);
  }
  return [...found];
}

/** JSON on one line, with spaces at which it can be wrapped. */
const spaced = (value: unknown): string => JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, ' ');

/** The statements, as JSON text, that a change of the trust policy adds and removes. */
export function trustDifference(
  before: string,
  after: string,
): { readonly added: readonly string[]; readonly removed: readonly string[] } {
  const textsOf = (trust: string): readonly string[] => {
    const list = statementsOf(parse(trust) ?? {}) ?? [];
    return list.map((statement) => spaced(canonical(statement)));
  };
  const [one, other] = [textsOf(before), textsOf(after)];
  return {
    added: other.filter((text) => !one.includes(text)),
    removed: one.filter((text) => !other.includes(text)),
  };
}
