/** AWS CloudFormation: stack sets, and the stacks that they create. */
import { AwsError } from '../../protocols/aws-error.ts';
import { validationText } from '../../protocols/shape.ts';
import type { Service } from '../service.ts';
import { operationOperations } from './operations.ts';
import { organizationAccessOperations } from './organization-access.ts';
import { stackInstanceOperations } from './stack-instances.ts';
import { stackSetOperations } from './stack-sets.ts';
import { stackOperations } from './stacks.ts';
import { validationError } from './template.ts';

export const cloudformation: Service = {
  name: 'cloudformation',
  protocol: 'query',
  prefix: '2010-05-15',
  xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
  operations: {
    ...stackSetOperations,
    ...stackInstanceOperations,
    ...operationOperations,
    ...organizationAccessOperations,
    ...stackOperations,
  },
  paging: {
    size: 100,
    token: 'NextToken',
    invalidToken: () => validationError('Invalid NextToken'),
  },
  invalid: (found) => validationError(validationText(found)),
  throttled: () => new AwsError('Throttling', 'Rate exceeded'),
  internal: () => new AwsError('InternalFailure', 'An internal error occurred.', 500),
  regional: true,
};
