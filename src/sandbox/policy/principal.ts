/** The Principal of a trust policy's statement. */
import { accountOf, identityArn } from './context.ts';
import type { EvaluationRequest } from './context.ts';
import { list, MalformedPolicy, UnsupportedPolicyElement } from './document.ts';
import type { PolicyStatement } from './document.ts';

/**
 * How a statement matches the caller: `session` and `user` by their own ARN, `role` by the ARN of the session's role,
 * `anyone` by `*`, `service` by the service's name. `account` matches by account, which leaves the decision to the
 * account's own policies.
 */
export type PrincipalMatch = 'session' | 'user' | 'role' | 'anyone' | 'account' | 'service';

/** The caller: a principal of an account, or an AWS service. */
export type Asker = { readonly request: EvaluationRequest } | { readonly service: string };

export type PrincipalTest = (asker: Asker) => PrincipalMatch | null;

const accountId = /^\d{12}$/;
const accountRoot = /^arn:[^:]+:iam::(\d{12}):root$/;
const deletedPrincipal = /^A[A-Z0-9]{15,}$/;

/**
 * Compiles a statement's principal. Throws `MalformedPolicy` for a principal that IAM rejects, and
 * `UnsupportedPolicyElement` for NotPrincipal and canonical users.
 */
export function compilePrincipal(statement: PolicyStatement): PrincipalTest {
  if (statement.NotPrincipal !== undefined) {
    throw new UnsupportedPolicyElement(
      'NotPrincipal',
      'name the principals that are meant, with Principal',
    );
  }
  const principal = statement.Principal;
  if (principal === undefined) throw new MalformedPolicy('Missing required field Principal');
  if (typeof principal === 'string') {
    if (principal !== '*')
      throw new MalformedPolicy(`Invalid principal in policy: "${String(principal)}"`);
    return () => 'anyone';
  }
  const tests = Object.entries(principal).flatMap(([kind, values]) =>
    list(values).map((value) => compileOne(kind, value)),
  );
  return (asker) => strongest(tests.map((test) => test(asker)));
}

const strength: readonly PrincipalMatch[] = [
  'session',
  'user',
  'anyone',
  'service',
  'role',
  'account',
];

/** The match that grants the most; null if there is none. */
export function strongest(matches: readonly (PrincipalMatch | null)[]): PrincipalMatch | null {
  return strength.find((each) => matches.includes(each)) ?? null;
}

function compileOne(kind: string, value: string): PrincipalTest {
  switch (kind) {
    case 'AWS':
      return compileAws(value);
    case 'Service':
      return (asker) => ('service' in asker && asker.service === value ? 'service' : null);
    case 'Federated':
      return () => null;
    default:
      throw new UnsupportedPolicyElement(
        `Principal ${kind}`,
        'known kinds are AWS, Service and Federated',
      );
  }
}

function compileAws(value: string): PrincipalTest {
  if (value === '*') return () => 'anyone';
  const account = accountId.test(value) ? value : accountRoot.exec(value)?.[1];
  if (account !== undefined) {
    return (asker) =>
      'request' in asker && accountOf(asker.request.principalArn) === account ? 'account' : null;
  }
  if (deletedPrincipal.test(value)) return () => null;
  if (!value.startsWith('arn:') || /[*?]/.test(value))
    throw new MalformedPolicy(`Invalid principal in policy: "AWS":"${value}"`);
  return (asker) => {
    if ('service' in asker) return null;
    const { request } = asker;
    const isSession = request.principalArn.includes(':assumed-role/');
    if (value === request.principalArn) return isSession ? 'session' : 'user';
    return isSession && value === identityArn(request) ? 'role' : null;
  };
}
