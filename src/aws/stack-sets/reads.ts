/** What is read of the organization's stack sets. */
import type { StackSet } from '../../core/stack-sets/stack-sets.ts';
import type { StackSetReads } from '../../run/stack-sets-access.ts';
import { parseSdkError } from '../http/sdk-error.ts';
import { collectPages, pagesOf } from '../responses/pagination.ts';
import { cloudFormationModule } from '../sdk/index.ts';
import { accessOf, serviceManagedNames, stackInstancesOf, stackSetOf } from './answers.ts';
import type { StackSetCalls, StackSetOptions } from './calls.ts';

const pageSize = 100;
/** Stack sets that are described at once. */
const atOnce = 8;

const from = (token: string | undefined): { readonly NextToken?: string } =>
  token === undefined ? {} : { NextToken: token };

export const stackSetReads = (
  { wire, homeRegion }: Pick<StackSetOptions, 'wire' | 'homeRegion'>,
  { callAs, call, reading }: StackSetCalls,
): StackSetReads => {
  const client = () => wire.client('cloudformation', homeRegion);

  const describe = async (StackSetName: string): Promise<StackSet | null> => {
    const { DescribeStackSetCommand } = await cloudFormationModule();
    const cloudFormation = await client();
    try {
      const answer = await call('DescribeStackSet', { StackSetName }, (input) =>
        cloudFormation.send(new DescribeStackSetCommand(input)),
      );
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
        const { DescribeOrganizationsAccessCommand } = await cloudFormationModule();
        const cloudFormation = await client();
        return accessOf(
          await call('DescribeOrganizationsAccess', {}, (input) =>
            cloudFormation.send(new DescribeOrganizationsAccessCommand(input)),
          ),
        );
      }),

    sets: async () => {
      const names = await reading('ListStackSets', async () => {
        const { ListStackSetsCommand } = await cloudFormationModule();
        const cloudFormation = await client();
        return collectPages(async (token) => {
          const answer = await call(
            'ListStackSets',
            { Status: 'ACTIVE' as const, MaxResults: pageSize, ...from(token) },
            (input) => cloudFormation.send(new ListStackSetsCommand(input)),
          );
          return { items: serviceManagedNames(answer), next: answer.NextToken };
        });
      });
      if (!names.known) return names;
      return reading('DescribeStackSet', async () => {
        const found: StackSet[] = [];
        for (let at = 0; at < names.value.length; at += atOnce) {
          const some = await Promise.all(names.value.slice(at, at + atOnce).map(describe));
          // One that was deleted meanwhile is no set any more.
          found.push(...some.filter((set) => set !== null));
        }
        return found;
      });
    },

    set: (name) => reading('DescribeStackSet', () => describe(name)),

    async *instances(StackSetName) {
      const { ListStackInstancesCommand } = await cloudFormationModule();
      const cloudFormation = await client();
      const pages = pagesOf(async (token) => {
        const answer = await call(
          'ListStackInstances',
          { StackSetName, MaxResults: pageSize, ...from(token) },
          (input) => cloudFormation.send(new ListStackInstancesCommand(input)),
        );
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
  };
};
