/** Reads for the coverage of one account: instances, managed nodes, and roles with their policies. */
import type { ProfileDetail } from '../../core/coverage/authorization.ts';
import type { Ec2Instance } from '../../core/coverage/facts.ts';
import type { Reading } from '../../core/model/model.ts';
import { known } from '../../core/model/model.ts';
import type { CoverageAccess } from '../../run/cloud.ts';
import { associationsOf, instancesOf } from '../responses/instances.ts';
import { collectPages, pagesOf } from '../responses/pagination.ts';
import { openAuthorization } from './authorization.ts';
import { accountCalls, type AccessOptions } from './calls.ts';
import { createNodeReader } from './managed-nodes.ts';

/** Instance states to list: terminated instances are not part of the fleet. */
const states = ['pending', 'running', 'stopping', 'stopped'];

const from = (token: string | undefined): { readonly NextToken?: string } =>
  token === undefined ? {} : { NextToken: token };

export const createCoverageAccess = (options: AccessOptions): CoverageAccess => {
  const { reading, send } = accountCalls(options);
  const authorization = openAuthorization(options);

  const instancePages = async (region: string): Promise<AsyncIterator<readonly Ec2Instance[]>> => {
    return pagesOf(async (token) => {
      const input = {
        Filters: [{ Name: 'instance-state-name', Values: states }],
        MaxResults: 1000,
        ...from(token),
      };
      const answer = await send('DescribeInstances', region, input);
      return { items: instancesOf(answer), next: answer.NextToken ?? undefined };
    });
  };

  return {
    role: (name) => authorization.role(name),
    profile: async (name): Promise<Reading<ProfileDetail | null>> => authorization.profile(name),
    instanceRoles: () => authorization.instanceRoles(),

    async *instances(region) {
      const opened = await reading('DescribeInstances', region, () => instancePages(region));
      if (!opened.known) {
        yield opened;
        return;
      }
      for (;;) {
        const next = await reading('DescribeInstances', region, () => opened.value.next());
        if (!next.known) {
          yield next;
          return;
        }
        if (next.value.done === true) return;
        yield known(next.value.value);
      }
    },

    nodes: createNodeReader(options),

    associations: (region) =>
      reading('DescribeIamInstanceProfileAssociations', region, async () => {
        const pairs = await collectPages(async (token) => {
          const input = { MaxResults: 1000, ...from(token) };
          const answer = await send('DescribeIamInstanceProfileAssociations', region, input);
          return { items: associationsOf(answer), next: answer.NextToken };
        });
        return new Map(pairs);
      }),
  };
};
