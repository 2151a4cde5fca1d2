/**
 * The managed nodes of a region. DescribeInstanceInformation returns 50 a page, with the role that each node uses.
 * DescribeInstanceProperties returns 1,000 a page; it is used after the first page, as long as both agree.
 */
import type { ManagedNode } from '../../core/coverage/facts.ts';
import type { CoverageAccess } from '../../run/cloud.ts';
import { nodesOf } from '../responses/instances.ts';
import { collectPages, type Page } from '../responses/pagination.ts';
import { accountCalls, type AccessOptions } from './calls.ts';

const from = (token: string | undefined): { readonly NextToken?: string } =>
  token === undefined ? {} : { NextToken: token };

type NodePage = Page<ManagedNode>;
type Ask = (token: string | undefined) => Promise<NodePage>;

/**
 * Whether the long list can replace the short one: both must show the same role for every node of the short list. AWS
 * documents the role in the long list for hybrid nodes only.
 */
export function agrees(short: readonly ManagedNode[], long: readonly ManagedNode[]): boolean {
  const roles = new Map(long.map(({ id, role }) => [id, role]));
  return short.every(({ id, role }) => roles.has(id) && roles.get(id) === role);
}

const showsRole = ({ items }: NodePage): boolean =>
  items.some(({ id, role }) => id.startsWith('i-') && role !== null);

/**
 * Reads the nodes of the account's regions. Once the long list is denied or disagrees, only the short list is used.
 */
export function createNodeReader(options: AccessOptions): CoverageAccess['nodes'] {
  const { reading, send } = accountCalls(options);
  let isLongUsable = true;

  const shortPages = async (region: string): Promise<Ask> => {
    return async (token) => {
      const input = { MaxResults: 50, ...from(token) };
      const answer = await send('DescribeInstanceInformation', region, input);
      return { items: nodesOf(answer), next: answer.NextToken };
    };
  };

  const longPages = async (region: string): Promise<Ask> => {
    return async (token) => {
      const input = { MaxResults: 1000, ...from(token) };
      const answer = await send('DescribeInstanceProperties', region, input);
      return { items: nodesOf(answer, 'InstanceProperties'), next: answer.NextToken };
    };
  };

  /** The long list; null if it cannot be read or disagrees with the short list. */
  const longList = async (
    region: string,
    first: readonly ManagedNode[],
  ): Promise<readonly ManagedNode[] | null> => {
    try {
      const nodes = await collectPages(await longPages(region));
      if (agrees(first, nodes)) return nodes;
    } catch {
      // Problems with the account's other calls also stop the short list, which reports them.
    }
    isLongUsable = false;
    return null;
  };

  return (region) =>
    reading('DescribeInstanceInformation', region, async () => {
      const ask = await shortPages(region);
      const first = await ask(undefined);
      const isMore = first.next !== undefined && first.next !== '';
      if (isMore && isLongUsable && showsRole(first)) {
        const nodes = await longList(region, first.items);
        if (nodes !== null) return nodes;
      }
      return collectPages((token) => (token === undefined ? Promise.resolve(first) : ask(token)));
    });
}
