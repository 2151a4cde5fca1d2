/** The resource types that the sandbox supports in stacks. */
import type { JsonObject } from './template.ts';
import { defaultHostManagement } from './types/default-host-management.ts';
import { iamRole } from './types/iam-role.ts';
import type { ResourceType } from './types/resource-type.ts';
import { serviceSetting } from './types/service-setting.ts';
import { waitConditionHandle } from './types/wait-condition-handle.ts';

export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::IAM::Role': iamRole,
  'AWS::SSM::ServiceSetting': serviceSetting,
  'AWS::SSM::DefaultHostManagementConfiguration': defaultHostManagement,
  'AWS::CloudFormation::WaitConditionHandle': waitConditionHandle,
};

export const typeOf = ({ type }: { readonly type: string }): ResourceType => {
  const found = resourceTypes[type];
  if (found === undefined) throw new Error(`The resource type ${type} was let through.`);
  return found;
};

/** Whether changed properties require a new resource. */
export const isReplaced = (type: ResourceType, before: JsonObject, after: JsonObject): boolean =>
  type.createOnly.some(
    (name) => JSON.stringify(before[name] ?? null) !== JSON.stringify(after[name] ?? null),
  );
