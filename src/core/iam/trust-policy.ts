/**
 * Whether a trust policy, with its conditions, allows Systems Manager to assume the role; and how to repair one that
 * does not.
 */
import type { Partition, TargetValue } from '../model/model.ts';
import { isProofRole, type RoleName } from './role-names.ts';
import { every, type PolicyAnswer } from './policy-patterns.ts';
import { conditionHolds, type Strictness, type TrustSubject } from './trust-conditions.ts';

/**
 * - right: SSM may assume the role.
 * - wrong: no Allow applies.
 * - denied: a Deny applies.
 * - unreadable: not a policy.
 */
export type TrustVerdict = 'right' | 'wrong' | 'denied' | 'unreadable';

const ownStatement = {
  Effect: 'Allow',
  Principal: { Service: 'ssm.amazonaws.com' },
  Action: 'sts:AssumeRole',
};

/** The trust policy of roles that dhmc creates. */
export const dhmcTrustPolicy: string = JSON.stringify({
  Version: '2012-10-17',
  Statement: [ownStatement],
});

/** A trust policy that allows no principal. `prove` gives it to its role for a moment. */
export const trustsNobody = (account: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Principal: { AWS: account }, Action: 'sts:AssumeRole' }],
  });

/** The trust policies that dhmc gives a role that it creates. */
export const ownTrusts = (role: RoleName, account: string): readonly string[] =>
  isProofRole(role) ? [dhmcTrustPolicy, trustsNobody(account)] : [dhmcTrustPolicy];

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The strings of a value that is a string or a list. */
export const texts = (value: unknown): readonly string[] =>
  typeof value === 'string'
    ? [value]
    : Array.isArray(value)
      ? value.filter((item) => typeof item === 'string')
      : [];

/** Far more than IAM's limit of 8,192 characters without whitespace. */
const maxPolicy = 100_000;
const deepestPolicy = 20;

/** Whether brackets outside strings nest deeper than in any policy. */
function isDeep(json: string): boolean {
  let depth = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*(?:"|\\?$)|[[\]{}]/gs)) {
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    if (depth > deepestPolicy) return true;
  }
  return false;
}

/** Whether the text can be a policy: a JSON object within the limits of length and depth. */
export const isPolicyText = (text: string): boolean => parse(text) !== null;

/** Parses a policy; null if the text cannot be one. */
export function parse(trust: string): Json | null {
  if (trust.length > maxPolicy || isDeep(trust)) return null;
  try {
    const data: unknown = JSON.parse(trust);
    return isObject(data) ? data : null;
  } catch {
    return null;
  }
}

/** The statements of a policy; null if one is not an object. */
export function statementsOf(document: Json): readonly Json[] | null {
  const list: readonly unknown[] = Array.isArray(document['Statement'])
    ? document['Statement']
    : [document['Statement']];
  return list.every(isObject) ? list : null;
}

/**
 * Matches `*` and `?` as policies do, ignoring case. Takes time at most in proportion to the product of both lengths.
 */
export function matches(pattern: string, text: string): boolean {
  const [wanted, given] = [pattern.toLowerCase(), text.toLowerCase()];
  let [at, star, retry] = [0, -1, 0];
  for (let index = 0; index < given.length;) {
    if (wanted[at] === '*') {
      [star, retry] = [at, index];
      at += 1;
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === given[index])) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      retry += 1;
      index = retry;
    } else return false;
  }
  return /^\**$/.test(wanted.slice(at));
}

const assumeRole = 'sts:AssumeRole';

function coversAction(statement: Json): boolean {
  if (statement['NotAction'] !== undefined)
    return !texts(statement['NotAction']).some((pattern) => matches(pattern, assumeRole));
  return texts(statement['Action']).some((pattern) => matches(pattern, assumeRole));
}

const servicesOf = (partition: Partition): readonly string[] =>
  partition === 'aws-cn' ? ['ssm.amazonaws.com', 'ssm.amazonaws.com.cn'] : ['ssm.amazonaws.com'];

/** Whether the statement's principal includes SSM. `AWS: *` means everyone in a Deny, but only accounts in an Allow. */
function coversService(statement: Json, subject: TrustSubject, effect: 'Allow' | 'Deny'): boolean {
  const services = servicesOf(subject.partition);
  const names = (principal: unknown): boolean => {
    if (principal === '*') return true;
    if (!isObject(principal)) return false;
    if (
      texts(principal['Service']).some(
        (name) => name === '*' || services.includes(name.toLowerCase()),
      )
    )
      return true;
    return effect === 'Deny' && texts(principal['AWS']).includes('*');
  };
  if (statement['NotPrincipal'] !== undefined)
    return effect === 'Deny' && !names(statement['NotPrincipal']);
  return names(statement['Principal']);
}

/** Whether SSM's request meets all of the statement's conditions. */
function conditionsHold(
  statement: Json,
  subject: TrustSubject,
  strictness: Strictness,
): PolicyAnswer {
  const conditions = statement['Condition'];
  if (conditions === undefined) return 'yes';
  if (!isObject(conditions)) return 'maybe';
  return every(
    Object.entries(conditions).flatMap(([operator, keys]): readonly PolicyAnswer[] =>
      isObject(keys)
        ? Object.entries(keys).map(([key, value]) =>
            conditionHolds(operator.toLowerCase(), key.toLowerCase(), value, {
              ...strictness,
              subject,
            }),
          )
        : ['maybe'],
    ),
  );
}

/** Whether the statement is about SSM assuming the role. */
const isAbout = (statement: Json, effect: 'Allow' | 'Deny', subject: TrustSubject): boolean =>
  statement['Effect'] === effect &&
  coversAction(statement) &&
  coversService(statement, subject, effect);

/** Whether the trust policy allows SSM to assume the role. What cannot be evaluated counts against the role. */
export function evaluateTrust(trust: string, subject: TrustSubject): TrustVerdict {
  const document = parse(trust);
  const statements = document === null ? null : statementsOf(document);
  if (statements === null) return 'unreadable';
  const allowed = statements.some(
    (statement) =>
      isAbout(statement, 'Allow', subject) &&
      conditionsHold(statement, subject, { assumeSent: true, assumeArn: true }) === 'yes',
  );
  const denied = statements.some(
    (statement) =>
      isAbout(statement, 'Deny', subject) &&
      conditionsHold(statement, subject, { assumeSent: true, assumeArn: false }) !== 'no',
  );
  return denied ? 'denied' : allowed ? 'right' : 'wrong';
}

/**
 * Whether SSM certainly cannot assume the role: no Allow can apply, or a Deny does. A condition that cannot be
 * evaluated, such as one on a key that SSM might not send, is not certain.
 */
export function certainlyRefuses(trust: string, subject: TrustSubject): boolean {
  const document = parse(trust);
  const statements = document === null ? null : statementsOf(document);
  if (statements === null) return false;
  const hold = (statement: Json): PolicyAnswer =>
    conditionsHold(statement, subject, { assumeSent: false, assumeArn: false });
  const mayAllow = statements.some(
    (statement) =>
      statement['Effect'] === 'Allow' &&
      coversAction(statement) &&
      (statement['NotPrincipal'] !== undefined || coversService(statement, subject, 'Allow')) &&
      hold(statement) !== 'no',
  );
  return (
    !mayAllow ||
    statements.some((statement) => isAbout(statement, 'Deny', subject) && hold(statement) === 'yes')
  );
}

/** Whether the trust policy has a Deny for any principal. */
export function hasDeny(trust: string): boolean {
  const document = parse(trust);
  const statements = document === null ? null : statementsOf(document);
  return statements?.some((statement) => statement['Effect'] === 'Deny') ?? false;
}

/** The trust policy with our statement added and all others unchanged; null if it cannot be parsed. */
export function repairTrust(trust: string): string | null {
  const document = parse(trust);
  const statements = document === null ? null : statementsOf(document);
  if (document === null || statements === null) return null;
  return JSON.stringify({ ...document, Statement: [...statements, ownStatement] });
}

/**
 * The same policy in one canonical form. Members of objects are sorted. Lists are sets, and a list with one item equals
 * the item alone.
 */
export function canonical(value: unknown): unknown {
  if (!isObject(value) && !Array.isArray(value)) return value;
  if (Array.isArray(value)) {
    const items = [...new Set(value.map((item) => JSON.stringify(canonical(item))))].sort();
    return items.length === 1 && items[0] !== undefined
      ? (JSON.parse(items[0]) as unknown)
      : items.map((item) => JSON.parse(item) as unknown);
  }
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, canonical(value[key])]),
  );
}

/** Whether two policies are equal, apart from whitespace and the order of members and lists. */
export function sameDocument(one: string, other: string): boolean {
  if (one === other) return true;
  const left = parse(one);
  const right = parse(other);
  return (
    left !== null &&
    right !== null &&
    JSON.stringify(canonical(left)) === JSON.stringify(canonical(right))
  );
}

/** Whether two values of a target are equal, apart from the formatting of a trust policy. */
export const sameTargetValue = (one: TargetValue, other: TargetValue): boolean =>
  one === null || other === null || typeof one === 'string' || typeof other === 'string'
    ? one === other
    : one.arn === other.arn && sameDocument(one.trust, other.trust);
