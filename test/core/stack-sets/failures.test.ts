import { expect, it } from 'vitest';
import { problemOfInstance } from '../../../src/core/stack-sets/failures.ts';

it.each([
  ['AWS::IAM::Role Dhmc already exists', 'role-of-others', '--take-over'],
  ['The setting already exists', 'names-another-role', 'leave the cell'],
  ['The region eu-south-1 is not enabled', 'region-not-enabled', '--exclude-region'],
  ['with an explicit deny in a service control policy', 'denied-by-scp', 'stacksets-exec-*'],
  ['User is not authorized to perform', 'denied', 'stacksets-exec-*'],
  ['Account is suspended', 'account-not-ready', 'not active'],
  ['Limit exceeded', 'quota-exceeded', 'higher quota'],
  ['Termination protection is on', 'role-in-use', 'termination protection'],
  ['Something new', 'aws-error', 'dhmc stackset deploy'],
])('the reason "%s" becomes the code %s', (reason, code, hint) => {
  const found = problemOfInstance({ status: 'OUTDATED', detailedStatus: 'FAILED', reason });
  expect(found).toMatchObject({ code, message: reason });
  expect(found.hint).toContain(hint);
});

it.each([
  ['OUTDATED', 'SKIPPED_SUSPENDED_ACCOUNT', 'account-not-ready', 'is suspended'],
  ['OUTDATED', 'CANCELLED', 'interrupted', 'too many others had failed'],
  ['OUTDATED', 'FAILED', 'aws-error', 'The stack instance is OUTDATED (FAILED).'],
  ['OUTDATED', 'RUNNING', 'not-read-back', 'has not finished'],
  ['OUTDATED', 'PENDING', 'not-read-back', 'has not finished'],
  ['INOPERABLE', null, 'aws-error', 'The stack instance is INOPERABLE.'],
])(
  'without a reason, the status %s %s becomes the code %s',
  (status, detailedStatus, code, words) => {
    const found = problemOfInstance({ status, detailedStatus, reason: null });
    expect(found.code).toBe(code);
    expect(found.message).toContain(words);
  },
);
