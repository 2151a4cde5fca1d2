/** `AWS::CloudFormation::WaitConditionHandle`: a resource without effect, for stacks that need at least one. */
import type { ResourceType } from './resource-type.ts';

export const waitConditionHandle: ResourceType = {
  properties: [],
  required: [],
  createOnly: [],
  identifiers: ['Id'],
  physicalId: (resource, { stackId }) => `${stackId}/${resource.id}`,
  attribute: (resource, name, { stackId }) =>
    name === '' ? `${stackId}/${resource.id}` : undefined,
  create: () => undefined,
  update: () => undefined,
  remove: () => undefined,
  drift: () => ({ status: 'NOT_CHECKED', differences: [] }),
};
