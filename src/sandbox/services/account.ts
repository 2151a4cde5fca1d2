/** AWS Account Management: the regions of an account. */
import { authorize } from '../auth/authorize.ts';
import { accountOf, regionStatus } from '../state/state.ts';
import { dialects } from '../protocols/dialect.ts';
import { AwsError } from '../protocols/aws-error.ts';
import { integer, list, text, validationText } from '../protocols/shape.ts';
import { page } from './page.ts';
import { operation } from './service.ts';
import type { Service } from './service.ts';

const statuses = ['ENABLED', 'ENABLING', 'DISABLING', 'DISABLED', 'ENABLED_BY_DEFAULT'] as const;

const listRegions = operation(
  {
    AccountId: text({ pattern: '\\d{12}' }),
    MaxResults: integer({ min: 1, max: 50 }),
    NextToken: text({ min: 0, max: 1000 }),
    RegionOptStatusContains: list(text({ oneOf: statuses }), {}),
  },
  (call, input) => {
    const { state, principal } = call;
    const { organization, partition } = state;
    const id = input.AccountId ?? principal.account;
    const foreign = input.AccountId !== undefined && input.AccountId !== principal.account;
    if (
      input.AccountId === principal.account &&
      principal.account === organization.managementAccount
    ) {
      throw new AwsError(
        'ValidationException',
        'The management account ID must not be specified.',
        400,
        {
          reason: 'invalidRegionOptTarget',
        },
      );
    }
    const resource = foreign
      ? `arn:${partition}:account::${organization.managementAccount}:account/${organization.id}/${id}`
      : `arn:${partition}:account::${id}:account`;
    authorize(call, dialects['rest-json'], 'account:ListRegions', resource);
    if (
      foreign &&
      (principal.account !== organization.managementAccount || !organization.accounts.has(id))
    ) {
      throw dialects['rest-json'].accessDenied(
        `User: ${principal.arn} is not authorized to perform: account:ListRegions on resource: ${resource}`,
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
    const size = Math.min(input.MaxResults ?? 50, state.temper.pageSize ?? 50);
    const found = page(all, { operation: 'ListRegions', token: input.NextToken, size });
    if (found === null)
      throw new AwsError('ValidationException', 'The pagination token is invalid.', 400, {
        reason: 'fieldValidationFailed',
      });
    return { Regions: found.items, NextToken: found.next };
  },
);

export const account: Service = {
  name: 'account',
  protocol: 'rest-json',
  prefix: '',
  operations: { ListRegions: listRegions },
  invalid: (found) =>
    new AwsError('ValidationException', validationText(found), 400, {
      reason: 'fieldValidationFailed',
    }),
  throttled: () => new AwsError('TooManyRequestsException', 'Too Many Requests', 429),
  internal: () => new AwsError('InternalServerException', 'Internal Server Error', 500),
  regional: false,
};
