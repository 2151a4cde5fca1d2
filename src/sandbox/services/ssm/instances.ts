/** Lists of managed instances in Systems Manager. */
import { nodesOf } from '../../fleet/nodes.ts';
import type { Node } from '../../fleet/nodes.ts';
import { launchOf } from '../../fleet/instances.ts';
import { tagsOf } from '../../fleet/tags.ts';
import { accountOf, profileArn, profileNamed } from '../../state/state.ts';
import { integer, list, structure, text } from '../../protocols/shape.ts';
import { operation } from '../service.ts';
import type { Call, Operation, Output } from '../service.ts';
import { matchesNode, requireFilterKeys } from './node-filters.ts';
import type { NodeFilter } from './node-filters.ts';
import { fail } from './shared.ts';

const filters = list(
  structure({
    Key: text({ required: true, min: 1 }),
    Values: list(text({ min: 1 }), { required: true, min: 1, max: 100 }),
  }),
  {},
);
const oldFilters = list(
  structure({
    key: text({ required: true }),
    valueSet: list(text({ min: 1 }), { required: true, min: 1, max: 100 }),
  }),
  {},
);

const platformNames = {
  Linux: ['Amazon Linux', '2023'],
  Windows: ['Microsoft Windows Server 2022 Datacenter', '10.0.20348'],
  MacOS: ['macOS', '14.5'],
} as const;

/** The members of a node that both lists have. */
function described(node: Node): Output {
  const [platformName, platformVersion] = platformNames[node.platform];
  return {
    InstanceId: node.id,
    PingStatus: node.ping,
    LastPingDateTime: node.lastPingAt / 1000,
    AgentVersion: node.agentVersion,
    PlatformType: node.platform,
    PlatformName: platformName,
    PlatformVersion: platformVersion,
    ActivationId: node.activationId,
    IamRole: node.iamRole,
    RegistrationDate: node.registeredAt === null ? undefined : node.registeredAt / 1000,
    ResourceType: node.resourceType,
    Name: node.name,
    IPAddress: node.ipAddress,
    ComputerName: node.computerName,
    SourceType: node.sourceType,
    SourceId: node.sourceId,
  };
}

const describeInstanceInformation = operation({
  members: {
    InstanceInformationFilterList: oldFilters,
    Filters: filters,
    MaxResults: integer({ min: 5, max: 50 }),
    NextToken: text({}),
  },
  handle(call, input) {
    if (input.Filters !== undefined && input.InstanceInformationFilterList !== undefined) {
      throw fail(
        'ValidationException',
        'Filters and InstanceInformationFilterList cannot be specified together.',
      );
    }
    const wanted: readonly NodeFilter[] = [
      ...(input.Filters ?? []).map(({ Key, Values }) => ({ key: Key, values: Values })),
      ...(input.InstanceInformationFilterList ?? []).map(({ key, valueSet }) => ({
        key,
        values: valueSet,
      })),
    ];
    requireFilterKeys(wanted, 'information');
    const all = nodesOf(call.state, call.principal.account, call.region).filter((node) =>
      matchesNode(node, wanted),
    );
    return call.page(
      {
        member: 'InstanceInformationList',
        all,
        describe: (node) => ({ ...described(node), IsLatestVersion: node.isLatestVersion }),
      },
      input,
    );
  },
});

/** The members that DescribeInstanceProperties adds from EC2. */
function ec2Members(call: Call, { instance }: Node): Output {
  if (instance === null) return {};
  const { state, principal } = call;
  const account = accountOf(state, principal.account);
  const { profile = null, state: name = 'running' } = instance.spec;
  const found = profile === null ? undefined : profileNamed(account, profile);
  const { instanceRole = 'name' } = state.behavior.fleet ?? {};
  const role =
    profile === null
      ? ''
      : instanceRole === 'name'
        ? profile
        : profileArn(state, account.id, found ?? { name: profile });
  return {
    InstanceRole: role,
    InstanceState: name,
    LaunchTime: launchOf(state, instance.spec) / 1000,
    InstanceType: 't3.medium',
    Architecture: 'x86_64',
    KeyName: tagsOf(instance)['key-name'],
  };
}

const propertyFilters = list(
  structure({
    Key: text({ required: true, min: 1 }),
    Values: list(text({ min: 1 }), { required: true, min: 1, max: 40 }),
    Operator: text({ oneOf: ['Equal', 'NotEqual', 'BeginWith', 'LessThan', 'GreaterThan'] }),
  }),
  { max: 5 },
);

const describeInstanceProperties = operation({
  members: {
    InstancePropertyFilterList: oldFilters,
    FiltersWithOperator: propertyFilters,
    MaxResults: integer({ min: 5, max: 1000 }),
    NextToken: text({}),
  },
  handle(call, input) {
    const wanted: readonly NodeFilter[] = [
      ...(input.FiltersWithOperator ?? []).map(({ Key, Values, Operator }) => ({
        key: Key,
        values: Values,
        operator: Operator ?? 'Equal',
      })),
      ...(input.InstancePropertyFilterList ?? []).map(({ key, valueSet }) => ({
        key,
        values: valueSet,
      })),
    ];
    requireFilterKeys(wanted, 'properties');
    const all = nodesOf(call.state, call.principal.account, call.region).filter((node) =>
      matchesNode(node, wanted),
    );
    return call.page(
      {
        member: 'InstanceProperties',
        all,
        describe: (node) => ({ ...described(node), ...ec2Members(call, node) }),
      },
      input,
    );
  },
});

export const instanceOperations: Readonly<Record<string, Operation>> = {
  DescribeInstanceInformation: describeInstanceInformation,
  DescribeInstanceProperties: describeInstanceProperties,
};
