/** AWS Identity and Access Management: the roles of an account and what hangs on them. */
import { AwsError } from '../../protocols/aws-error.ts';
import { validationText } from '../../protocols/shape.ts';
import { policyOperations } from './policies.ts';
import { roleOperations } from './roles.ts';
import type { Service } from '../service.ts';

export const iam: Service = {
  name: 'iam',
  protocol: 'query',
  prefix: '2010-05-08',
  operations: { ...roleOperations, ...policyOperations },
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
