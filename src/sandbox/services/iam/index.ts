/** AWS Identity and Access Management: the roles of an account, with their policies and instance profiles. */
import { AwsError } from '../../protocols/aws-error.ts';
import { validationText } from '../../protocols/shape.ts';
import { accountDetailOperations } from './account-details.ts';
import { instanceProfileOperations } from './instance-profiles.ts';
import { managedPolicyOperations } from './managed-policies.ts';
import { rolePolicyOperations } from './role-policies.ts';
import { roleOperations } from './roles.ts';
import { simulationOperations } from './simulate.ts';
import type { Service } from '../service.ts';

export const iam: Service = {
  name: 'iam',
  protocol: 'query',
  prefix: '2010-05-08',
  xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  operations: {
    ...roleOperations,
    ...rolePolicyOperations,
    ...managedPolicyOperations,
    ...instanceProfileOperations,
    ...accountDetailOperations,
    ...simulationOperations,
  },
  paging: {
    size: 100,
    most: 1000,
    token: 'Marker',
    truncated: true,
    invalidToken: (token) => new AwsError('ValidationError', `Invalid Marker: ${token}`),
  },
  invalid: (found) => {
    const name =
      found.length === 1 &&
      found[0]?.kind === 'pattern' &&
      /^(role|policy)Name$/.test(found[0].path)
        ? found[0].path
        : null;
    return new AwsError(
      'ValidationError',
      name === null
        ? validationText(found)
        : `The specified value for ${name} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    );
  },
  throttled: () => new AwsError('Throttling', 'Rate exceeded'),
  internal: () =>
    new AwsError(
      'ServiceFailure',
      'The request processing has failed because of an unknown error, exception or failure.',
      500,
    ),
  regional: false,
};
