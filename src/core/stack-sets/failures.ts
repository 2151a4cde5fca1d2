/** Why a stack instance is not deployed, from CloudFormation's message, with the fix. */
import type { Problem } from '../model/model.ts';
import { problemFor, type ReasonName } from '../problems/hints.ts';

interface Failure {
  readonly pattern: RegExp;
  readonly reason: ReasonName;
}

const failures: readonly Failure[] = [
  { pattern: /AWS::IAM::Role.*already exists|AlreadyExists.*Role/is, reason: 'stack-role-exists' },
  { pattern: /already exists|AlreadyExists/i, reason: 'stack-setting-customized' },
  { pattern: /region .*not enabled|region is disabled/i, reason: 'stack-region-disabled' },
  {
    pattern: /explicit deny in a service control policy|service control polic/i,
    reason: 'stack-denied-by-scp',
  },
  { pattern: /not authorized|AccessDenied/i, reason: 'stack-denied' },
  { pattern: /suspended/i, reason: 'stack-account-inactive' },
  { pattern: /limit|quota/i, reason: 'stack-quota' },
  { pattern: /termination protection/i, reason: 'stack-protected' },
];

/** The problem of a stack instance that is not deployed as intended. */
export function problemOfInstance(of: {
  readonly status: string;
  readonly detailedStatus: string | null;
  readonly reason: string | null;
}): Problem {
  const { status, detailedStatus, reason } = of;
  const said = reason ?? '';
  if (detailedStatus === 'SKIPPED_SUSPENDED_ACCOUNT')
    return problemFor(
      'stack-account-inactive',
      reason ?? 'The account is suspended, and CloudFormation skipped it.',
    );
  if (detailedStatus === 'CANCELLED')
    return problemFor(
      'stack-not-tried',
      `The operation ended before this stack instance: ${said === '' ? 'too many others had failed.' : said}`,
      { detail: said },
    );
  if (detailedStatus === 'PENDING' || detailedStatus === 'RUNNING')
    return problemFor(
      'stack-underway',
      `CloudFormation has not finished with this stack instance: it is ${status} (${detailedStatus}).`,
    );
  const failure = failures.find(({ pattern }) => pattern.test(said));
  const message =
    said === ''
      ? `The stack instance is ${status}${detailedStatus === null ? '' : ` (${detailedStatus})`}.`
      : said;
  return problemFor(
    failure?.reason ?? (status === 'INOPERABLE' ? 'stack-inoperable' : 'stack-failed'),
    message,
    { detail: message },
  );
}
