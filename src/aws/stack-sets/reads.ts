/** Reads the organization's stack sets. */
import type { StackSet } from '../../core/stack-sets/stack-sets.ts';
import type { StackSetReads } from '../../run/stack-sets-access.ts';
import { parseSdkError } from '../http/sdk-error.ts';
import { collectPages, pagesOf } from '../responses/pagination.ts';
import {
  accessOf,
  autoTargetsOf,
  driftsOf,
  operationOf,
  operationsOf,
  resultsOf,
  serviceManagedNames,
  stackInstancesOf,
  stackSetOf,
} from './answers.ts';
import type { StackSetCalls, StackSetOptions } from './calls.ts';

const pageSize = 100;
/** The number of stack sets described at once. */
const atOnce = 8;

const from = (token: string | undefined): { readonly NextToken?: string } =>
  token === undefined ? {} : { NextToken: token };

export const stackSetReads = (
  { homeRegion }: Pick<StackSetOptions, 'homeRegion'>,
  { callAs, call, describeType, reading }: StackSetCalls,
): StackSetReads => {
  const describe = async (StackSetName: string): Promise<StackSet | null> => {
    try {
      const answer = await call('DescribeStackSet', { StackSetName });
      return stackSetOf(answer);
    } catch (error) {
      if (parseSdkError(error).name === 'StackSetNotFound') return null;
      throw error;
    }
  };

  return {
    region: homeRegion,
    callAs,

    organizationsAccess: () =>
      reading('DescribeOrganizationsAccess', async () => {
        return accessOf(await call('DescribeOrganizationsAccess', {}));
      }),

    sets: async () => {
      const names = await reading('ListStackSets', async () => {
        return collectPages(async (token) => {
          const answer = await call('ListStackSets', {
            Status: 'ACTIVE' as const,
            MaxResults: pageSize,
            ...from(token),
          });
          return { items: serviceManagedNames(answer), next: answer.NextToken };
        });
      });
      if (!names.known) return names;
      return reading('DescribeStackSet', async () => {
        const found: StackSet[] = [];
        for (let at = 0; at < names.value.length; at += atOnce) {
          const some = await Promise.all(names.value.slice(at, at + atOnce).map(describe));
          // A set that was deleted in the meantime is left out.
          found.push(...some.filter((set) => set !== null));
        }
        return found;
      });
    },

    set: (name) => reading('DescribeStackSet', () => describe(name)),

    async *instances(StackSetName) {
      const pages = pagesOf(async (token) => {
        const answer = await call('ListStackInstances', {
          StackSetName,
          MaxResults: pageSize,
          ...from(token),
        });
        return { items: stackInstancesOf(answer), next: answer.NextToken };
      });
      for (;;) {
        const next = await reading('ListStackInstances', () => pages.next());
        if (!next.known) {
          yield next;
          return;
        }
        if (next.value.done === true) return;
        yield { known: true, value: next.value.value };
      }
    },

    autoTargets: (StackSetName) =>
      reading('ListStackSetAutoDeploymentTargets', async () => {
        return collectPages(async (token) => {
          const answer = await call('ListStackSetAutoDeploymentTargets', {
            StackSetName,
            MaxResults: pageSize,
            ...from(token),
          });
          return { items: autoTargetsOf(answer), next: answer.NextToken };
        });
      }),

    operation: (StackSetName, OperationId) =>
      reading('DescribeStackSetOperation', async () => {
        try {
          const answer = await call('DescribeStackSetOperation', { StackSetName, OperationId });
          return operationOf(answer.StackSetOperation);
        } catch (error) {
          if (/^(OperationNotFound|StackSetNotFound)$/.test(parseSdkError(error).name)) return null;
          throw error;
        }
      }),

    operations: (StackSetName) =>
      reading('ListStackSetOperations', async () => {
        return collectPages(async (token) => {
          const answer = await call('ListStackSetOperations', {
            StackSetName,
            MaxResults: pageSize,
            ...from(token),
          });
          return { items: operationsOf(answer), next: answer.NextToken };
        });
      }),

    results: (StackSetName, OperationId, status) =>
      reading('ListStackSetOperationResults', async () => {
        const filters =
          status === null
            ? {}
            : { Filters: [{ Name: 'OPERATION_RESULT_STATUS' as const, Values: status }] };
        return collectPages(async (token) => {
          const answer = await call('ListStackSetOperationResults', {
            StackSetName,
            OperationId,
            MaxResults: pageSize,
            ...filters,
            ...from(token),
          });
          return { items: resultsOf(answer), next: answer.NextToken };
        });
      }),

    drifts: (StackSetName, OperationId, { account, region }) =>
      reading('ListStackInstanceResourceDrifts', async () => {
        return collectPages(async (token) => {
          const answer = await call('ListStackInstanceResourceDrifts', {
            StackSetName,
            OperationId,
            StackInstanceAccount: account,
            StackInstanceRegion: region,
            StackInstanceResourceDriftStatuses: ['MODIFIED' as const, 'DELETED' as const],
            ...from(token),
          });
          return { items: driftsOf(answer), next: answer.NextToken };
        });
      }),

    knowsType: (region, TypeName) =>
      reading('DescribeType', async () => {
        try {
          await describeType(region, TypeName);
          return true;
        } catch (error) {
          if (/^(TypeNotFound|CFNRegistry)$/.test(parseSdkError(error).name)) return false;
          throw error;
        }
      }),
  };
};
