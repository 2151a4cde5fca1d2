/** Evaluates conditions of a trust policy against the request that Systems Manager makes, as far as it is known. */
import type { Partition } from '../model/model.ts';
import {
  hasVariable,
  matchArn,
  matchPattern,
  not,
  some,
  type PolicyAnswer,
} from './policy-patterns.ts';

/** The role's account, and the region in which Systems Manager assumes the role. */
export interface TrustSubject {
  readonly partition: Partition;
  readonly account: string;
  /** The account's organization; absent if unknown. */
  readonly organization?: string;
  /** The region of the setting that names the role; absent for any region. */
  readonly region?: string;
}

/** How strictly conditions are evaluated. */
export interface Strictness {
  /** Whether `aws:SourceAccount` and similar keys count as sent. AWS does not document that for this feature. */
  readonly assumeSent: boolean;
  /** Whether an ARN that some resource could have, and an unknown organization, count as matching. */
  readonly assumeArn: boolean;
}

/** Keys that SSM never sends when it assumes a role. */
const neverSent = /^(sts:externalid|aws:multifactorauth(present|age))$/;

/** Keys that every request from an AWS service has. */
const alwaysSent = /^(aws:securetransport|aws:principalisawsservice)$/;

/** Fills in the policy variables that depend only on the role's account. */
const fillIn = (value: string, { account, organization }: TrustSubject): string =>
  value
    .replace(/\$\{aws:ResourceAccount\}/gi, account)
    .replace(/\$\{aws:ResourceOrgID\}/gi, (text) => organization ?? text);

/** Every ARN that SSM can send for the account and region. */
const sourceArns = ({ partition, account, region = '*' }: TrustSubject): string =>
  `arn:${partition}:ssm:${region}:${account}:*`;

/** Compares one value of a condition with the request; null if the key's value is unknown. */
function compareValue(
  operator: string,
  key: string,
  value: string,
  subject: TrustSubject,
): PolicyAnswer | null {
  const like = operator.includes('like') || operator.startsWith('arn');
  const equals = (text: string): PolicyAnswer =>
    like ? matchPattern(value, text) : value === text ? 'yes' : 'no';
  switch (key) {
    case 'aws:sourceaccount':
      return equals(subject.account);
    case 'aws:sourcearn': {
      const arns = sourceArns(subject);
      // An ARN without a region matches any region.
      if (operator.startsWith('arn'))
        return matchArn(value.replace(/^((?:[^:]*:){3}):/, '$1*:'), arns);
      if (like) return matchPattern(value, arns);
      return matchPattern(arns, value) === 'no' ? 'no' : 'maybe';
    }
    case 'aws:sourceorgid':
      if (subject.organization !== undefined) return equals(subject.organization);
      return matchPattern(like ? value : 'o-*', like ? 'o-*' : value) === 'no' ? 'no' : 'maybe';
    case 'aws:sourceorgpaths': {
      const paths = `${subject.organization ?? 'o-*'}/*`;
      if (like) return matchPattern(value, paths);
      // Without patterns the value is one exact path, and a path never contains a wildcard.
      return /[*?]/.test(value) || matchPattern(paths, value) === 'no' ? 'no' : 'maybe';
    }
    case 'aws:securetransport':
    case 'aws:principalisawsservice':
      return value.toLowerCase() === 'true' ? 'yes' : 'no';
    default:
      return null;
  }
}

/** Compares a key of SSM's request with a condition's values; null if that cannot be evaluated. */
function compare(
  operator: string,
  key: string,
  values: readonly string[],
  subject: TrustSubject,
): PolicyAnswer | null {
  const filled = values.map((value) => fillIn(value, subject));
  const answers = filled
    .filter((value) => !hasVariable(value))
    .map((value) => compareValue(operator, key, value, subject));
  if (answers.includes('yes')) return 'yes';
  if (answers.includes(null) || filled.some(hasVariable)) return null;
  return some(answers.filter((answer) => answer !== null));
}

/** Whether one condition holds. An absent key meets `…IfExists`, `ForAllValues:` and negated operators. */
export function conditionHolds(
  written: string,
  key: string,
  value: unknown,
  { subject, assumeSent, assumeArn }: Strictness & { readonly subject: TrustSubject },
): PolicyAnswer {
  const values = Array.isArray(value) ? value.map(String) : [String(value)];
  const quantifier = /^for(any|all)values?:/.exec(written)?.[1];
  const operator = written.replace(/^for(any|all)values?:/, '');
  const ifExists = operator.endsWith('ifexists');
  const name = ifExists ? operator.slice(0, -'ifexists'.length) : operator;
  const negated = /^(string|arn|numeric|date)not/.test(name);
  const compared = compare(name.replace('not', ''), key, values, subject);
  const isSent: PolicyAnswer = neverSent.test(key)
    ? 'no'
    : alwaysSent.test(key) || (assumeSent && compared !== null)
      ? 'yes'
      : 'maybe';
  if (name === 'null') {
    const wanted = values.every((text) => text.toLowerCase() === 'true');
    return wanted ? not(isSent) : isSent;
  }
  const whenSent = answerWhenSent(compared, { negated, assumeArn });
  const whenAbsent: PolicyAnswer =
    ifExists || quantifier === 'all' || (negated && quantifier !== 'any') ? 'yes' : 'no';
  if (isSent === 'yes') return whenSent;
  if (isSent === 'no') return whenAbsent;
  return whenSent === whenAbsent ? whenSent : 'maybe';
}

/** The result of a condition if SSM sends its key. `compared` is null if the key's value is unknown. */
function answerWhenSent(
  compared: PolicyAnswer | null,
  { negated, assumeArn }: { readonly negated: boolean; readonly assumeArn: boolean },
): PolicyAnswer {
  if (compared === null) return 'maybe';
  if (negated) return not(compared);
  return compared === 'maybe' && assumeArn ? 'yes' : compared;
}
