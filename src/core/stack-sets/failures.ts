/** Why a stack instance is not deployed, from CloudFormation's own words, and what to do about it. */
import type { Problem } from '../model/model.ts';

interface Failure {
  readonly pattern: RegExp;
  readonly code: Problem['code'];
  readonly hint: string;
}

const failures: readonly Failure[] = [
  {
    pattern: /AWS::IAM::Role.*already exists|AlreadyExists.*Role/is,
    code: 'role-of-others',
    hint: 'The account has a role of that name: run `dhmc enable` there and hand it over with `dhmc stackset deploy --take-over`, or delete the role if nothing uses it, and deploy again.',
  },
  {
    pattern: /already exists|AlreadyExists/i,
    code: 'names-another-role',
    hint: 'CloudFormation does not take over a setting that is customized: leave the cell to `dhmc enable`.',
  },
  {
    pattern: /region .*not enabled|region is disabled/i,
    code: 'region-not-enabled',
    hint: 'Enable the region in the account and in the management account, or leave it out with --exclude-region.',
  },
  {
    pattern: /explicit deny in a service control policy|service control polic/i,
    code: 'denied-by-scp',
    hint: 'Let the service control policy exempt the roles stacksets-exec-*.',
  },
  {
    pattern: /not authorized|AccessDenied/i,
    code: 'denied',
    hint: 'Allow the action to the role stacksets-exec-* of the account.',
  },
  {
    pattern: /suspended/i,
    code: 'account-not-ready',
    hint: 'CloudFormation skips accounts that are not active; nothing is to be done.',
  },
  {
    pattern: /limit|quota/i,
    code: 'quota-exceeded',
    hint: 'Ask AWS for a higher quota, and deploy again.',
  },
  {
    pattern: /termination protection/i,
    code: 'role-in-use',
    hint: 'Turn the termination protection of the stack off in the account, and run the command again.',
  },
];

/** What became of a stack instance that is not as intended. */
export function problemOfInstance(of: {
  readonly status: string;
  readonly detailedStatus: string | null;
  readonly reason: string | null;
}): Problem {
  const { status, detailedStatus, reason } = of;
  const said = reason ?? '';
  if (detailedStatus === 'SKIPPED_SUSPENDED_ACCOUNT')
    return {
      code: 'account-not-ready',
      message: reason ?? 'The account is suspended, and CloudFormation skipped it.',
      hint: 'CloudFormation skips accounts that are not active; nothing is to be done.',
      requestId: null,
    };
  if (detailedStatus === 'CANCELLED')
    return {
      code: 'interrupted',
      message: `The operation ended before this stack instance: ${said === '' ? 'too many others had failed.' : said}`,
      hint: 'Solve the failures, and run `dhmc stackset deploy` again: it tries this one too.',
      requestId: null,
    };
  const failure = failures.find(({ pattern }) => pattern.test(said));
  return {
    code: failure?.code ?? 'aws-error',
    message:
      said === ''
        ? `The stack instance is ${status}${detailedStatus === null ? '' : ` (${detailedStatus})`}.`
        : said,
    hint:
      failure?.hint ??
      (status === 'INOPERABLE'
        ? 'Its stack could not be deleted: delete the stack in the account, or run `dhmc stackset remove` again.'
        : 'Solve what CloudFormation reports, and run `dhmc stackset deploy` again.'),
    requestId: null,
  };
}
