/** AWS Systems Manager: service settings, managed instances, associations. */
import { validationText } from '../../protocols/shape.ts';
import type { Service } from '../service.ts';
import { associationOperations } from './associations.ts';
import { instanceOperations } from './instances.ts';
import { settingOperations } from './settings.ts';
import { fail } from './shared.ts';

export { dhmcSettingId } from './settings.ts';

export const ssm: Service = {
  name: 'ssm',
  protocol: 'json',
  prefix: 'AmazonSSM',
  lowerCaseMessage: true,
  operations: { ...settingOperations, ...instanceOperations, ...associationOperations },
  paging: {
    size: 50,
    most: 1000,
    token: 'NextToken',
    invalidToken: () => fail('InvalidNextToken', 'The specified token is not valid.'),
  },
  invalid: (found) => fail('ValidationException', validationText(found)),
  throttled: () => fail('ThrottlingException', 'Rate exceeded'),
  internal: () => fail('InternalServerError', 'An error occurred on the server side.', 500),
  regional: true,
};
