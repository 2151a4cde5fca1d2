/** The stacks of the caller's own account, and summaries of templates. */
import { AwsError } from '../../protocols/aws-error.ts';
import { flag, structure, text } from '../../protocols/shape.ts';
import { operation } from '../service.ts';
import type { Call, Operation as ServiceOperation, Output, Resource } from '../service.ts';
import { storeOf } from './model.ts';
import { resourceTypes, typeOf } from './resource-types.ts';
import { findStackSet, callAs, isoTime, parametersOut } from './shared.ts';
import { isKnownType, neededCapability, readTemplate } from './stack-set-input.ts';
import type { Stack } from './stack.ts';
import { validationError } from './template.ts';

const stackName = text({ min: 1 });
const requiredName = text({ required: true, min: 1 });

/** The caller's own stacks in the region. */
const stacksOf = ({ state, principal, region }: Call): readonly Stack[] =>
  [...storeOf(state).stacks.values()].filter(
    ({ place }) => place.account === principal.account && place.region === region,
  );

function findStack(call: Call, name: string): Stack {
  const found = stacksOf(call).find(
    ({ place }) => place.stackName === name || place.stackId === name,
  );
  if (found === undefined) throw validationError(`Stack with id ${name} does not exist`);
  return found;
}

const onStack = (
  call: Call,
  { StackName: name = '*' }: { readonly StackName?: string },
): Resource =>
  name.startsWith('arn:')
    ? name
    : `arn:${call.state.partition}:cloudformation:${call.region}:${call.principal.account}:stack/${name}/*`;

const described = (stack: Stack): Output => ({
  StackId: stack.place.stackId,
  StackName: stack.place.stackName,
  Description: stack.description,
  Parameters: parametersOut(stack.parameters),
  CreationTime: isoTime(stack.createdAt),
  LastUpdatedTime: stack.updatedAt === null ? undefined : isoTime(stack.updatedAt),
  StackStatus: stack.status,
  StackStatusReason: stack.statusReason ?? undefined,
  DisableRollback: false,
  EnableTerminationProtection: stack.protected,
  Tags: Object.entries(stack.tags).map(([Key, Value]) => ({ Key, Value })),
  Outputs: Object.entries(stack.outputs).map(([OutputKey, OutputValue]) => ({
    OutputKey,
    OutputValue,
  })),
  DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
});

const describeStacks = operation({
  members: { StackName: stackName, NextToken: text({ min: 1, max: 1024 }) },
  resource: onStack,
  handle(call, input) {
    const all = input.StackName === undefined ? stacksOf(call) : [findStack(call, input.StackName)];
    return call.page({ member: 'Stacks', all, describe: described }, input);
  },
});

const describeStackResources = operation({
  members: { StackName: requiredName, LogicalResourceId: text({}) },
  resource: onStack,
  handle(call, input) {
    const stack = findStack(call, input.StackName);
    return {
      StackResources: stack.resources
        .filter(({ id }) => input.LogicalResourceId === undefined || input.LogicalResourceId === id)
        .map((resource) => ({
          StackName: stack.place.stackName,
          StackId: stack.place.stackId,
          LogicalResourceId: resource.id,
          PhysicalResourceId: typeOf(resource).physicalId(resource, stack.place),
          ResourceType: resource.type,
          Timestamp: isoTime(stack.updatedAt ?? stack.createdAt),
          ResourceStatus: stack.updatedAt === null ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE',
        })),
    };
  },
});

const updateTerminationProtection = operation({
  members: { StackName: requiredName, EnableTerminationProtection: flag({ required: true }) },
  resource: onStack,
  handle(call, input) {
    const stack = findStack(call, input.StackName);
    stack.protected = input.EnableTerminationProtection;
    return { StackId: stack.place.stackId };
  },
});

const getTemplateSummary = operation({
  members: {
    TemplateBody: text({ min: 1 }),
    TemplateURL: text({ min: 1, max: 5120 }),
    StackSetName: text({}),
    CallAs: callAs,
    TemplateSummaryConfig: structure({ TreatUnrecognizedResourceTypesAsWarnings: flag({}) }),
  },
  handle(call, input) {
    const template =
      input.StackSetName === undefined
        ? readTemplate(call, input, { serviceManaged: false })
        : findStackSet(call, input).template;
    const byType = new Map<string, string[]>();
    for (const [id, { type }] of template.resources)
      byType.set(type, [...(byType.get(type) ?? []), id]);
    const capability = neededCapability(template);
    return {
      Parameters: [...template.parameters].map(([name, parameter]) => ({
        ParameterKey: name,
        DefaultValue: parameter.default,
        ParameterType: parameter.type,
        NoEcho: parameter.noEcho,
        Description: parameter.description,
        ParameterConstraints: { AllowedValues: parameter.allowedValues },
      })),
      Description: template.description,
      ...(capability === null
        ? {}
        : {
            Capabilities: [capability],
            CapabilitiesReason: 'The following resource(s) require capabilities: [AWS::IAM::Role]',
          }),
      ResourceTypes: [...byType.keys()],
      Version: '2010-09-09',
      ResourceIdentifierSummaries: [...byType].map(([type, ids]) => ({
        ResourceType: type,
        LogicalResourceIds: ids,
        ResourceIdentifiers: resourceTypes[type]?.identifiers ?? [],
      })),
    };
  },
});

const describeType = operation({
  members: {
    Type: text({ oneOf: ['RESOURCE', 'MODULE', 'HOOK'] }),
    TypeName: text({ required: true, min: 10, max: 204 }),
  },
  handle({ state, region }, { TypeName: name }) {
    if (!isKnownType(state, region, name))
      throw new AwsError('TypeNotFoundException', `The type '${name}' cannot be found.`, 404);
    return {
      Arn: `arn:${state.partition}:cloudformation:${region}::type/resource/${name.replaceAll('::', '-')}`,
      Type: 'RESOURCE',
      TypeName: name,
      Visibility: 'PUBLIC',
      ProvisioningType: 'FULLY_MUTABLE',
      DeprecatedStatus: 'LIVE',
    };
  },
});

export const stackOperations: Readonly<Record<string, ServiceOperation>> = {
  DescribeStacks: describeStacks,
  DescribeStackResources: describeStackResources,
  UpdateTerminationProtection: updateTerminationProtection,
  GetTemplateSummary: getTemplateSummary,
  DescribeType: describeType,
};
