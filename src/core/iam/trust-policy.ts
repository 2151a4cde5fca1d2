/**
 * Whether a trust policy lets Systems Manager assume the role, conditions included; and how one that does not is
 * mended. Where a condition cannot be judged it counts against the role: an Allow does not hold, a Deny does.
 */
import type { Partition, TargetValue } from '../model/model.ts';

export interface TrustSubject {
  readonly partition: Partition;
  readonly account: string;
}

/** - right: SSM may assume the role. - wrong: nothing lets it. - denied: a Deny keeps it out. - unreadable: not a policy. */
export type TrustVerdict = 'right' | 'wrong' | 'denied' | 'unreadable';

const ownStatement = {
  Effect: 'Allow',
  Principal: { Service: 'ssm.amazonaws.com' },
  Action: 'sts:AssumeRole',
};

/** The trust of roles that dhmc creates. */
export const dhmcTrustPolicy: string = JSON.stringify({
  Version: '2012-10-17',
  Statement: [ownStatement],
});

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const texts = (value: unknown): readonly string[] =>
  typeof value === 'string'
    ? [value]
    : Array.isArray(value)
      ? value.filter((item) => typeof item === 'string')
      : [];

function parse(trust: string): Json | null {
  try {
    const data: unknown = JSON.parse(trust);
    return isObject(data) ? data : null;
  } catch {
    return null;
  }
}

function statementsOf(document: Json): readonly Json[] | null {
  const list: readonly unknown[] = Array.isArray(document['Statement'])
    ? document['Statement']
    : [document['Statement']];
  return list.every(isObject) ? list : null;
}

/** `*` and `?` as in policies; case ignored where AWS ignores it. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 'is').test(text);
}

const assumeRole = 'sts:AssumeRole';

function coversAction(statement: Json): boolean {
  if (statement['NotAction'] !== undefined)
    return !texts(statement['NotAction']).some((pattern) => matches(pattern, assumeRole));
  return texts(statement['Action']).some((pattern) => matches(pattern, assumeRole));
}

const servicesOf = (partition: Partition): readonly string[] =>
  partition === 'aws-cn' ? ['ssm.amazonaws.com', 'ssm.amazonaws.com.cn'] : ['ssm.amazonaws.com'];

/** Whether the statement's principal takes in SSM. `AWS: *` is taken for everybody in a Deny, for accounts alone in an Allow. */
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

type Answer = 'yes' | 'no' | 'maybe';

const not = (answer: Answer): Answer =>
  answer === 'yes' ? 'no' : answer === 'no' ? 'yes' : 'maybe';

/** Whether an ARN of SSM in the account can be like the pattern: of its six parts the first five are known or free. */
function arnOfAccount(pattern: string, subject: TrustSubject): Answer {
  if (pattern === '*') return 'yes';
  const [arn, partition, service, region, account, ...resource] = pattern.split(':');
  if (
    arn === undefined ||
    partition === undefined ||
    service === undefined ||
    account === undefined
  ) {
    return pattern.endsWith('*') && `arn:${subject.partition}:ssm:`.startsWith(pattern.slice(0, -1))
      ? 'yes'
      : 'no';
  }
  const fits =
    matches(arn, 'arn') &&
    matches(partition, subject.partition) &&
    matches(service, 'ssm') &&
    matches(account, subject.account);
  if (!fits) return 'no';
  return (region === '*' || region === '') && (resource.length === 0 || resource.join(':') === '*')
    ? 'yes'
    : 'maybe';
}

/** How a key of the request that SSM makes compares with a condition's values; null: SSM sends no such key, as far as is known. */
function compare(
  operator: string,
  key: string,
  values: readonly string[],
  subject: TrustSubject,
): Answer | null {
  const any = (test: (value: string) => Answer): Answer => {
    const answers = values.map(test);
    return answers.includes('yes') ? 'yes' : answers.includes('maybe') ? 'maybe' : 'no';
  };
  const like = operator.includes('like') || operator.startsWith('arn');
  switch (key) {
    case 'aws:sourceaccount':
      return any((value) =>
        (like ? matches(value, subject.account) : value === subject.account) ? 'yes' : 'no',
      );
    case 'aws:sourcearn':
      return any((value) =>
        like
          ? arnOfAccount(value, subject)
          : value.includes(`:ssm:`) && value.includes(`:${subject.account}:`)
            ? 'maybe'
            : 'no',
      );
    case 'aws:sourceorgid':
      return any((value) => (value.startsWith('o-') || value === '*' ? 'maybe' : 'no'));
    case 'aws:securetransport':
    case 'aws:principalisawsservice':
      return any((value) => (value.toLowerCase() === 'true' ? 'yes' : 'no'));
    default:
      return null;
  }
}

/** Whether SSM's request meets all of the statement's conditions. `arnIsFree`: an ARN that some resource could bear counts as met. */
function conditionsHold(statement: Json, subject: TrustSubject, arnIsFree: boolean): Answer {
  const conditions = statement['Condition'];
  if (conditions === undefined) return 'yes';
  if (!isObject(conditions)) return 'maybe';
  let result: Answer = 'yes';
  for (const [written, keys] of Object.entries(conditions)) {
    if (!isObject(keys)) return 'maybe';
    const operator = written.toLowerCase().replace(/^for(any|all)values?:/, '');
    const ifExists = operator.endsWith('ifexists');
    const name = ifExists ? operator.slice(0, -'ifexists'.length) : operator;
    const negated =
      name.startsWith('stringnot') ||
      name.startsWith('arnnot') ||
      name === 'numericnotequals' ||
      name === 'datenotequals';
    for (const [writtenKey, value] of Object.entries(keys)) {
      const values = Array.isArray(value) ? value.map(String) : [String(value)];
      const compared = compare(name.replace('not', ''), writtenKey.toLowerCase(), values, subject);
      let answer: Answer;
      if (name === 'null') answer = 'maybe';
      else if (compared === null)
        answer = ifExists ? 'maybe' : negated ? 'maybe' : arnIsFree ? 'no' : 'maybe';
      else answer = negated ? not(compared) : compared === 'maybe' && arnIsFree ? 'yes' : compared;
      if (answer === 'no') return 'no';
      if (answer === 'maybe') result = 'maybe';
    }
  }
  return result;
}

/** Whether the trust policy lets SSM assume a role of the account. */
export function evaluateTrust(trust: string, subject: TrustSubject): TrustVerdict {
  const document = parse(trust);
  const statements = document === null ? null : statementsOf(document);
  if (statements === null) return 'unreadable';
  const allowed = statements.some(
    (statement) =>
      statement['Effect'] === 'Allow' &&
      coversAction(statement) &&
      coversService(statement, subject, 'Allow') &&
      conditionsHold(statement, subject, true) === 'yes',
  );
  const denied = statements.some(
    (statement) =>
      statement['Effect'] === 'Deny' &&
      coversAction(statement) &&
      coversService(statement, subject, 'Deny') &&
      conditionsHold(statement, subject, false) !== 'no',
  );
  return denied ? 'denied' : allowed ? 'right' : 'wrong';
}

/** Whether the trust policy holds any Deny, whomever it is for. */
export function hasDeny(trust: string): boolean {
  const document = parse(trust);
  const statements = document === null ? null : statementsOf(document);
  return statements?.some((statement) => statement['Effect'] === 'Deny') ?? false;
}

/** The trust policy with our statement added and all others kept; null where it is no policy that could be added to. */
export function repairTrust(trust: string): string | null {
  const document = parse(trust);
  const statements = document === null ? null : statementsOf(document);
  if (document === null || statements === null) return null;
  return JSON.stringify({ ...document, Statement: [...statements, ownStatement] });
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, canonical(value[key])]),
  );
}

/** Whether two policies are the same document, whatever their spaces and the order of their members. */
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

/** Whether two values of a target are the same, whatever the spaces of a trust policy. */
export const sameTargetValue = (one: TargetValue, other: TargetValue): boolean =>
  one === null || other === null || typeof one === 'string' || typeof other === 'string'
    ? one === other
    : one.arn === other.arn && sameDocument(one.trust, other.trust);
