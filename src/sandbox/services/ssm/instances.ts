/** Managed instances, as Systems Manager lists them. */
import { accountOf } from '../../state/state.ts';
import { integer, list, structure, text } from '../../protocols/shape.ts';
import { operation } from '../service.ts';
import type { Operation } from '../service.ts';
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

const describeInstanceInformation = operation({
  members: {
    InstanceInformationFilterList: oldFilters,
    Filters: filters,
    MaxResults: integer({ min: 5, max: 50 }),
    NextToken: text({}),
  },
  handle(call, input) {
    const { state, principal, region } = call;
    const wanted = [
      ...(input.Filters ?? []).map(({ Key, Values }) => ({ key: Key, values: Values })),
      ...(input.InstanceInformationFilterList ?? []).map(({ key, valueSet }) => ({
        key,
        values: valueSet,
      })),
    ];
    const given = accountOf(state, principal.account).given?.instances?.[region] ?? [];
    const all = given
      .map((instance) => ({
        InstanceId: instance.id,
        PingStatus: instance.ping ?? 'Online',
        LastPingDateTime: call.now / 1000,
        AgentVersion: instance.agentVersion ?? '3.3.987.0',
        IsLatestVersion: true,
        PlatformType: instance.platform ?? 'Linux',
        IamRole: instance.role,
        ResourceType: instance.id.startsWith('mi-') ? 'ManagedInstance' : 'EC2Instance',
        Name: instance.name,
        ComputerName: instance.name ?? instance.id,
      }))
      .filter((instance) =>
        wanted.every(({ key, values }) => {
          switch (key) {
            case 'InstanceIds':
              return values.includes(instance.InstanceId);
            case 'PingStatus':
              return values.includes(instance.PingStatus);
            case 'AgentVersion':
              return values.includes(instance.AgentVersion);
            case 'PlatformTypes':
              return values.includes(instance.PlatformType);
            case 'ResourceType':
              return values.includes(instance.ResourceType);
            case 'IamRole':
              return instance.IamRole !== undefined && values.includes(instance.IamRole);
            default:
              throw fail('InvalidFilterKey', `The sandbox does not know the filter ${key}.`);
          }
        }),
      );
    return call.page({ member: 'InstanceInformationList', all }, input);
  },
});

export const instanceOperations: Readonly<Record<string, Operation>> = {
  DescribeInstanceInformation: describeInstanceInformation,
};
