/** AWS Account Management: the regions of an account. */
import { accountOf, regionStatus } from '../state/state.ts';
import { AwsError } from '../protocols/aws-error.ts';
import { integer, list, text, validationText } from '../protocols/shape.ts';
import { operation } from './service.ts';
import type { Call, Service } from './service.ts';

const statuses = ['ENABLED', 'ENABLING', 'DISABLING', 'DISABLED', 'ENABLED_BY_DEFAULT'] as const;

/**
 * The account to list regions for, and the ARN that needs the permission: the caller's own account or, from the
 * management account, another one.
 */
function whose(
  call: Call,
  named: string | undefined,
): { id: string; arn: string; foreign: boolean } {
  const { organization, partition } = call.state;
  const { account } = call.principal;
  const id = named ?? account;
  const foreign = named !== undefined && named !== account;
  if (named === account && account === organization.managementAccount) {
    throw new AwsError(
      'ValidationException',
      'The management account ID must not be specified.',
      400,
      { reason: 'invalidRegionOptTarget' },
    );
  }
  const arn = foreign
    ? `arn:${partition}:account::${organization.managementAccount}:account/${organization.id}/${id}`
    : `arn:${partition}:account::${id}:account`;
  return { id, arn, foreign };
}

const listRegions = operation({
  members: {
    AccountId: text({ pattern: '\\d{12}' }),
    MaxResults: integer({ min: 1, max: 50 }),
    NextToken: text({ min: 0, max: 1000 }),
    RegionOptStatusContains: list(text({ oneOf: statuses }), {}),
  },
  resource: (call, input) => whose(call, input.AccountId).arn,
  handle(call, input) {
    const { state, principal } = call;
    const { organization } = state;
    const { id, arn, foreign } = whose(call, input.AccountId);
    if (
      foreign &&
      (principal.account !== organization.managementAccount || !organization.accounts.has(id))
    ) {
      throw call.accessDenied(
        `User: ${principal.arn} is not authorized to perform: account:ListRegions on resource: ${arn}`,
      );
    }
    const account = accountOf(state, id);
    const regions = [...state.regions.default, ...state.regions.optIn].sort();
    const all = regions
      .map((region) => ({
        RegionName: region,
        RegionOptStatus: regionStatus(state, account, region),
      }))
      .filter(
        ({ RegionOptStatus: status }) =>
          input.RegionOptStatusContains?.includes(status ?? '') ?? true,
      );
    return call.page({ member: 'Regions', all }, input);
  },
});

export const account: Service = {
  name: 'account',
  protocol: 'rest-json',
  prefix: '',
  paths: { '/listRegions': 'ListRegions' },
  operations: { ListRegions: listRegions },
  rates: { ListRegions: [5, 5] },
  paging: {
    size: 50,
    token: 'NextToken',
    invalidToken: () =>
      new AwsError('ValidationException', 'The pagination token is invalid.', 400, {
        reason: 'fieldValidationFailed',
      }),
  },
  invalid: (found) =>
    new AwsError('ValidationException', validationText(found), 400, {
      reason: 'fieldValidationFailed',
    }),
  throttled: () => new AwsError('TooManyRequestsException', 'Too Many Requests', 429),
  internal: () => new AwsError('InternalServerException', 'Internal Server Error', 500),
  regional: false,
};
