/** The filters of Systems Manager's lists of nodes. */
import type { Node } from '../../fleet/nodes.ts';
import { tagsOf } from '../../fleet/tags.ts';
import { isAtLeast } from '../../fleet/versions.ts';
import { fail } from './shared.ts';

export interface NodeFilter {
  readonly key: string;
  readonly values: readonly string[];
  /** Default: `Equal`. */
  readonly operator?: string;
}

type Test = (value: string | undefined, given: string) => boolean;

const operators: Readonly<Record<string, Test>> = {
  Equal: (value, given) => value === given,
  NotEqual: (value, given) => value !== given,
  BeginWith: (value, given) => value?.startsWith(given) === true,
  LessThan: (value, given) => value !== undefined && !isAtLeast(value, given),
  GreaterThan: (value, given) => value !== undefined && value !== given && isAtLeast(value, given),
};

const values: Readonly<Record<string, (node: Node) => string | undefined>> = {
  ActivationIds: (node) => node.activationId,
  AgentVersion: (node) => node.agentVersion,
  AssociationStatus: () => undefined,
  IamRole: (node) => node.iamRole,
  InstanceIds: (node) => node.id,
  PingStatus: (node) => node.ping,
  PlatformType: (node) => node.platform,
  PlatformTypes: (node) => node.platform,
  ResourceType: (node) => node.resourceType,
  SourceIds: (node) => node.sourceId,
  SourceTypes: (node) => node.sourceType,
};

/** Throws for keys that the list does not support, and for tags combined with other keys. */
export function requireFilterKeys(
  filters: readonly NodeFilter[],
  of: 'information' | 'properties',
): void {
  for (const { key } of filters) {
    const known = Object.hasOwn(values, key) || (of === 'information' && isTagKey(key));
    if (!known) throw fail('InvalidFilterKey', `The sandbox does not know the filter ${key}.`);
  }
  const tags = filters.filter(({ key }) => isTagKey(key));
  if (tags.length > 0 && tags.length < filters.length) {
    throw fail(
      'InvalidInstanceInformationFilterValue',
      'Tag filters cannot be combined with other filters.',
    );
  }
}

const isTagKey = (key: string): boolean => key === 'tag-key' || key.startsWith('tag:');

export const matchesNode = (node: Node, filters: readonly NodeFilter[]): boolean =>
  filters.every((filter) => matches(node, filter));

function matches(node: Node, { key, values: given, operator = 'Equal' }: NodeFilter): boolean {
  if (isTagKey(key)) {
    const tags = node.instance === null ? {} : tagsOf(node.instance);
    if (key === 'tag-key') return given.some((name) => Object.hasOwn(tags, name));
    const value = tags[key.slice('tag:'.length)];
    return value !== undefined && given.includes(value);
  }
  const value = values[key]?.(node);
  const test = operators[operator] ?? (() => false);
  return operator === 'NotEqual'
    ? given.every((each) => test(value, each))
    : given.some((each) => test(value, each));
}
