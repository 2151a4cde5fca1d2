import { describe, expect, it } from 'vitest';
import { problemOfInstance } from '../../../src/core/stack-sets/failures.ts';
import { onDeletion, withDeletion } from '../../../src/core/stack-sets/retention.ts';

const template = (...policies: readonly (string | undefined)[]): string =>
  JSON.stringify({
    Resources: Object.fromEntries(
      policies.map((policy, n) => [
        `R${String(n)}`,
        { Type: 'T', ...(policy === undefined ? {} : { DeletionPolicy: policy }) },
      ]),
    ),
  });

describe('the deletion policy of a template', () => {
  it.each([
    [template('Retain'), 'kept'],
    [template('Retain', 'RetainExceptOnCreate'), 'kept'],
    [template('Delete'), 'removed'],
    [template(undefined), 'removed'],
    [template('Retain', undefined), 'unknown'],
    ['Resources:\n  R: {}\n', 'unknown'],
    ['{}', 'unknown'],
    [null, 'unknown'],
  ] as const)('in %s is %s', (given, is) => {
    expect(onDeletion(given)).toBe(is);
  });

  it('can be changed for all resources, but not in text that is not JSON', () => {
    const kept = withDeletion(template('Delete', undefined), 'kept');
    expect(onDeletion(kept)).toBe('kept');
    expect(onDeletion(withDeletion(kept, 'removed'))).toBe('removed');
    expect(withDeletion('no json', 'kept')).toBeNull();
  });
});

describe('the code of a stack instance that is not deployed', () => {
  it.each([
    [
      "Resource of type 'AWS::IAM::Role' with identifier 'X' already exists.",
      'role-of-others',
      /--take-over/,
    ],
    ["Resource of type 'AWS::SSM::ServiceSetting' already exists", 'names-another-role', /enable/],
    ['Region eu-south-1 is not enabled in account 1.', 'region-not-enabled', /Enable/],
    ['… with an explicit deny in a service control policy', 'denied-by-scp', /stacksets-exec/],
    ['User is not authorized to perform: iam:CreateRole', 'denied', /stacksets-exec/],
    ['Something else', 'aws-error', /again/],
    [null, 'aws-error', /again/],
  ] as const)('with the reason %s is %s', (reason, code, hint) => {
    const problem = problemOfInstance({ status: 'OUTDATED', detailedStatus: 'FAILED', reason });
    expect(problem).toMatchObject({ code, hint: expect.stringMatching(hint) as string });
  });

  it.each([
    ['OUTDATED', 'SKIPPED_SUSPENDED_ACCOUNT', 'account-not-ready'],
    ['OUTDATED', 'CANCELLED', 'interrupted'],
    ['INOPERABLE', 'INOPERABLE', 'aws-error'],
  ])('with the status %s, %s is %s', (status, detailedStatus, code) => {
    expect(problemOfInstance({ status, detailedStatus, reason: null }).code).toBe(code);
  });
});
