/** Stack sets: create, update, delete, describe and list them. */
import { AwsError } from '../../protocols/aws-error.ts';
import { flag, list, text } from '../../protocols/shape.ts';
import { operation } from '../service.ts';
import type { Operation as ServiceOperation } from '../service.ts';
import { begin } from './engine.ts';
import { admit } from './admission.ts';
import { nextUuid, storeOf, type StackSet } from './model.ts';
import { byRegion, isUpdatable, planOperation, skipInactive } from './plan.ts';
import {
  autoDeployment,
  callAs,
  capabilities,
  deploymentTargets,
  findActiveSet,
  findStackSet,
  isoTime,
  managedExecution,
  onStackSet,
  operationId,
  paging,
  parameters,
  parametersOut,
  preferences,
  regions,
  requireAccess,
  requireOwner,
  stackSetName,
  tags,
  tagsOf,
  account,
} from './shared.ts';
import { chosenInstances } from './stack-instances.ts';
import {
  readAutoDeployment,
  noFormerParameters,
  readParameters,
  readTemplate,
  requireCapabilities,
} from './stack-set-input.ts';
import { autoDeploymentOut, driftOut } from './stack-set-output.ts';
import { parameterValues, validationError } from './template.ts';

const maxSets = 1000;

const newName = text({
  required: true,
  min: 1,
  max: 128,
  pattern: '[a-zA-Z][-a-zA-Z0-9]*',
});

const createStackSet = operation({
  members: {
    StackSetName: newName,
    Description: text({ min: 1, max: 1024 }),
    TemplateBody: text({ min: 1 }),
    TemplateURL: text({ min: 1, max: 5120 }),
    Parameters: parameters,
    Capabilities: capabilities,
    Tags: tags,
    AdministrationRoleARN: text({ min: 20, max: 2048 }),
    ExecutionRoleName: text({ min: 1, max: 64, pattern: '[a-zA-Z_0-9+=,.@-]+' }),
    PermissionModel: text({ oneOf: ['SERVICE_MANAGED', 'SELF_MANAGED'] }),
    AutoDeployment: autoDeployment,
    CallAs: callAs,
    ClientRequestToken: text({ min: 1, max: 128, pattern: '[a-zA-Z0-9][-a-zA-Z0-9]*' }),
    ManagedExecution: managedExecution,
  },
  resource: onStackSet,
  handle(call, input) {
    const { state, region, principal } = call;
    const owner = requireOwner(call, input.CallAs);
    if (input.Tags !== undefined && input.Tags.length > 0)
      call.authorize('cloudformation:TagResource', onStackSet(call, input));
    const serviceManaged = input.PermissionModel === 'SERVICE_MANAGED';
    if (serviceManaged) {
      if (owner !== state.organization.managementAccount)
        throw validationError(
          'You must be the management account or delegated administrator of an organization before operating a SERVICE_MANAGED stack set',
        );
      requireAccess(call);
      if (input.AutoDeployment === undefined)
        throw validationError(
          'AutoDeployment must be specified for StackSets with SERVICE_MANAGED permission model',
        );
      if (input.AdministrationRoleARN !== undefined || input.ExecutionRoleName !== undefined)
        throw validationError(
          'AdministrationRoleARN and ExecutionRoleName are not allowed for StackSets with SERVICE_MANAGED permission model',
        );
    } else if (input.AutoDeployment !== undefined) {
      throw validationError(
        'AutoDeployment is not allowed for StackSets with SELF_MANAGED permission model',
      );
    }
    const template = readTemplate(call, input, { serviceManaged });
    const values = readParameters(input.Parameters, noFormerParameters);
    parameterValues(template, values);
    requireCapabilities(template, input.Capabilities ?? []);
    const store = storeOf(state);
    const others = store.sets.filter(
      (set) => set.owner === owner && set.region === region && set.status === 'ACTIVE',
    );
    const same = others.find(({ name }) => name === input.StackSetName);
    if (same !== undefined && same.creation.token === (input.ClientRequestToken ?? '')) {
      if (!same.creation.changed) return { StackSetId: `${same.name}:${same.uuid}` };
      throw new AwsError(
        'CreatedButModifiedException',
        `StackSet ${same.name} was created with this token and has been modified since`,
        409,
      );
    }
    if (same !== undefined)
      throw new AwsError(
        'NameAlreadyExistsException',
        `StackSet ${input.StackSetName} already exists`,
        409,
      );
    if (others.length >= maxSets)
      throw new AwsError('LimitExceededException', `Limit for StackSets is ${maxSets}.`);
    const uuid = nextUuid(store, 'stack set');
    const prefix = `arn:${state.partition}:iam::${principal.account}:role`;
    const set: StackSet = {
      name: input.StackSetName,
      uuid,
      arn: `arn:${state.partition}:cloudformation:${region}:${owner}:stackset/${input.StackSetName}:${uuid}`,
      owner,
      region,
      serviceManaged,
      administrationRole: serviceManaged
        ? null
        : (input.AdministrationRoleARN ?? `${prefix}/AWSCloudFormationStackSetAdministrationRole`),
      executionRole: serviceManaged
        ? null
        : (input.ExecutionRoleName ?? 'AWSCloudFormationStackSetExecutionRole'),
      creation: { token: input.ClientRequestToken ?? null, changed: false },
      status: 'ACTIVE',
      description: input.Description ?? null,
      template,
      parameters: values,
      capabilities: input.Capabilities ?? [],
      tags: tagsOf(input.Tags),
      autoDeployment:
        input.AutoDeployment === undefined ? null : readAutoDeployment(input.AutoDeployment),
      managedExecution: input.ManagedExecution?.Active ?? false,
      instances: new Map(),
      operations: [],
      autoTargets: new Map(),
      drift: null,
    };
    store.sets.push(set);
    return { StackSetId: `${set.name}:${uuid}` };
  },
});

const updateStackSet = operation({
  members: {
    StackSetName: stackSetName,
    Description: text({ min: 1, max: 1024 }),
    TemplateBody: text({ min: 1 }),
    TemplateURL: text({ min: 1, max: 5120 }),
    UsePreviousTemplate: flag({}),
    Parameters: parameters,
    Capabilities: capabilities,
    Tags: tags,
    OperationPreferences: preferences,
    DeploymentTargets: deploymentTargets,
    PermissionModel: text({ oneOf: ['SERVICE_MANAGED', 'SELF_MANAGED'] }),
    AutoDeployment: autoDeployment,
    OperationId: operationId,
    Accounts: list(account, {}),
    Regions: regions,
    CallAs: callAs,
    ManagedExecution: managedExecution,
  },
  resource: onStackSet,
  handle(call, input) {
    const { state, now } = call;
    const set = findActiveSet(call, input);
    const targeted =
      input.DeploymentTargets !== undefined ||
      input.Accounts !== undefined ||
      input.Regions !== undefined;
    if (targeted && input.AutoDeployment !== undefined)
      throw validationError(
        'AutoDeployment cannot be specified together with DeploymentTargets, Accounts or Regions',
      );
    if (input.UsePreviousTemplate === true && input.TemplateBody !== undefined)
      throw validationError('You cannot specify both usePreviousTemplate and Template Body.');
    const template =
      input.UsePreviousTemplate === true ? set.template : readTemplate(call, input, set);
    const values = readParameters(input.Parameters, {
      values: set.parameters,
      declared: set.template.parameters,
    });
    parameterValues(template, values);
    requireCapabilities(template, input.Capabilities ?? []);
    const auto =
      input.AutoDeployment === undefined
        ? set.autoDeployment
        : readAutoDeployment(input.AutoDeployment);
    const changesExecution =
      input.ManagedExecution?.Active !== undefined &&
      input.ManagedExecution.Active !== set.managedExecution;
    if (changesExecution && set.operations.some(({ endedAt }) => endedAt === null))
      throw new AwsError(
        'InvalidOperationException',
        'ManagedExecution cannot be changed while operations are running or queued.',
      );
    const chosen = targeted ? chosenInstances(call, set, input) : [...set.instances.values()];
    const concerned = chosen.filter((instance) => isUpdatable(state, instance));
    const operating = planOperation(state, {
      id: input.OperationId,
      action: 'UPDATE',
      set,
      tasks: byRegion(concerned, input.Regions),
      preferences: input.OperationPreferences ?? {},
      ...(input.DeploymentTargets === undefined ? {} : { targets: input.DeploymentTargets }),
      wholeSet: !targeted,
      now,
    });
    admit(state, operating, input.OperationId);
    set.creation.changed = true;
    Object.assign(set, {
      description: input.Description ?? set.description,
      template,
      parameters: values,
      capabilities: input.Capabilities ?? [],
      tags: input.Tags === undefined ? set.tags : tagsOf(input.Tags),
      autoDeployment: auto,
      managedExecution: input.ManagedExecution?.Active ?? set.managedExecution,
    } satisfies Partial<StackSet>);
    // Instances that this operation does not update are outdated too.
    for (const instance of set.instances.values())
      if (isUpdatable(state, instance)) instance.status = 'OUTDATED';
    skipInactive(state, chosen);
    for (const instance of concerned) {
      instance.detailedStatus = 'PENDING';
      instance.lastOperation = operating.id;
    }
    begin(state, operating, now);
    return { OperationId: operating.id };
  },
});

const deleteStackSet = operation({
  members: { StackSetName: stackSetName, CallAs: callAs },
  resource: onStackSet,
  handle(call, input) {
    const set = findActiveSet(call, input);
    if (set.operations.some(({ endedAt }) => endedAt === null))
      throw new AwsError(
        'OperationInProgressException',
        `An operation on StackSet ${set.name} is in progress`,
        409,
      );
    if (set.instances.size > 0)
      throw new AwsError('StackSetNotEmptyException', `StackSet is not empty`, 409);
    set.status = 'DELETED';
    return {};
  },
});

const describeStackSet = operation({
  members: { StackSetName: stackSetName, CallAs: callAs },
  resource: onStackSet,
  handle(call, input) {
    const set = findStackSet(call, input);
    const instances = [...set.instances.values()];
    const units = new Set(instances.flatMap(({ unit }) => unit ?? []));
    return {
      StackSet: {
        StackSetName: set.name,
        StackSetId: `${set.name}:${set.uuid}`,
        Description: set.description ?? undefined,
        Status: set.status,
        TemplateBody: set.template.text,
        Parameters: parametersOut(set.parameters),
        Capabilities: set.capabilities,
        Tags: Object.entries(set.tags).map(([Key, Value]) => ({ Key, Value })),
        StackSetARN: set.arn,
        AdministrationRoleARN: set.administrationRole ?? undefined,
        ExecutionRoleName: set.executionRole ?? undefined,
        StackSetDriftDetectionDetails: driftOut(set),
        ...(set.autoDeployment === null
          ? {}
          : { AutoDeployment: autoDeploymentOut(set.autoDeployment) }),
        PermissionModel: set.serviceManaged ? 'SERVICE_MANAGED' : 'SELF_MANAGED',
        OrganizationalUnitIds: [...units],
        ManagedExecution: { Active: set.managedExecution },
        Regions: [...new Set(instances.map(({ region }) => region))],
      },
    };
  },
});

const listStackSets = operation({
  members: { ...paging, Status: text({ oneOf: ['ACTIVE', 'DELETED'] }), CallAs: callAs },
  resource: onStackSet,
  handle(call, input) {
    const owner = requireOwner(call, input.CallAs);
    const all = storeOf(call.state).sets.filter(
      (set) =>
        set.owner === owner &&
        set.region === call.region &&
        (input.Status === undefined || set.status === input.Status),
    );
    return call.page(
      {
        member: 'Summaries',
        all,
        describe: (set) => ({
          StackSetName: set.name,
          StackSetId: `${set.name}:${set.uuid}`,
          Description: set.description ?? undefined,
          Status: set.status,
          ...(set.autoDeployment === null
            ? {}
            : { AutoDeployment: autoDeploymentOut(set.autoDeployment) }),
          PermissionModel: set.serviceManaged ? 'SERVICE_MANAGED' : 'SELF_MANAGED',
          DriftStatus: driftOut(set)['DriftStatus'],
          LastDriftCheckTimestamp: set.drift === null ? undefined : isoTime(set.drift.at),
          ManagedExecution: { Active: set.managedExecution },
        }),
      },
      input,
    );
  },
});

export const stackSetOperations: Readonly<Record<string, ServiceOperation>> = {
  CreateStackSet: createStackSet,
  UpdateStackSet: updateStackSet,
  DeleteStackSet: deleteStackSet,
  DescribeStackSet: describeStackSet,
  ListStackSets: listStackSets,
};
