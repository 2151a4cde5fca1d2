/** AWS Organizations: the tree of units and accounts, tags, and service control policies. */
import { AwsError } from '../../protocols/aws-error.ts';
import type { ViolationKind } from '../../protocols/shape.ts';
import type { Service } from '../service.ts';
import { policyOperations } from './policies.ts';
import { fail } from './shared.ts';
import { treeOperations } from './tree.ts';

/** The reasons of InvalidInputException, with the API reference's texts. */
const reasons: Readonly<Record<ViolationKind, readonly [reason: string, message: string]>> = {
  missing: ['INPUT_REQUIRED', 'You must include a value for all required parameters.'],
  'min-length': [
    'MIN_LENGTH_EXCEEDED',
    'You provided a string parameter that is shorter than allowed.',
  ],
  'max-length': [
    'MAX_LENGTH_EXCEEDED',
    'You provided a string parameter that is longer than allowed.',
  ],
  'min-value': [
    'MIN_VALUE_EXCEEDED',
    'You provided a numeric parameter that has a smaller value than allowed.',
  ],
  'max-value': [
    'MAX_VALUE_EXCEEDED',
    'You provided a numeric parameter that has a larger value than allowed.',
  ],
  pattern: ['INVALID_PATTERN', "You provided a value that doesn't match the required pattern."],
  enum: ['INVALID_ENUM', 'You specified an invalid value.'],
  type: ['INVALID_PATTERN', "You provided a value that doesn't match the required pattern."],
  unknown: ['INVALID_PATTERN', "You provided a value that doesn't match the required pattern."],
};

export const organizations: Service = {
  name: 'organizations',
  protocol: 'json',
  prefix: 'AWSOrganizationsV20161128',
  operations: { ...treeOperations, ...policyOperations },
  paging: {
    size: 20,
    token: 'NextToken',
    emptyPages: true,
    invalidToken: () =>
      fail(
        'InvalidInputException',
        'Get the value for the NextToken parameter from the response to a previous call of the operation.',
        { Reason: 'INVALID_PAGINATION_TOKEN' },
      ),
  },
  rates: {
    ListAccounts: [8, 12],
    ListAccountsForParent: [5, 8],
    ListOrganizationalUnitsForParent: [5, 8],
    ListParents: [5, 8],
    ListDelegatedAdministrators: [5, 8],
    ListChildren: [6, 10],
    ListTagsForResource: [10, 15],
    DescribeAccount: [20, 30],
    DescribeOrganization: [1, 2],
    ListRoots: [1, 2],
  },
  invalid: (found) => {
    const [reason, message] = reasons[found[0]?.kind ?? 'pattern'];
    return fail('InvalidInputException', message, { Reason: reason });
  },
  throttled: () =>
    fail(
      'TooManyRequestsException',
      'You have sent too many requests in too short a period of time. The quota helps protect against denial-of-service attacks. Try again later.',
    ),
  internal: () =>
    new AwsError(
      'ServiceException',
      "Organizations can't complete your request because of an internal service error. Try again later.",
      500,
    ),
  regional: false,
};
