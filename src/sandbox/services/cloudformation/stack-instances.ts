/** Stack instances: create, update, delete, describe and list them. */
import { AwsError, unsupported } from '../../protocols/aws-error.ts';
import { flag, list, structure, text } from '../../protocols/shape.ts';
import { operation } from '../service.ts';
import type { Call, Operation as ServiceOperation, Output } from '../service.ts';
import { admit } from './admission.ts';
import { begin } from './engine.ts';
import { instanceKey, type Instance, type StackSet } from './model.ts';
import {
  byRegion,
  ensureInstance,
  isUpdatable,
  planOperation,
  skipInactive,
  tasksFor,
} from './plan.ts';
import {
  account,
  callAs,
  deploymentTargets,
  findActiveSet,
  findStackSet,
  isoTime,
  onStackSet,
  operationId,
  paging,
  parameters,
  parametersOut,
  preferences,
  region,
  stackSetName,
} from './shared.ts';
import { checkRegions, targetAccounts, type Asked } from './targets.ts';
import { parameterValues, validationError } from './template.ts';

const targeted = {
  StackSetName: stackSetName,
  Accounts: list(account, {}),
  DeploymentTargets: deploymentTargets,
  Regions: list(region, { required: true }),
  OperationPreferences: preferences,
  OperationId: operationId,
  CallAs: callAs,
} as const;

interface AskedInstances extends Asked {
  readonly Regions?: readonly string[];
}

const instanceNotFound = (id: string, at: string): AwsError =>
  new AwsError(
    'StackInstanceNotFoundException',
    `Stack instance for account ${id} and region ${at} is not found`,
    404,
  );

/** The instances that the targets select. Throws if an account that the targets name has no instance. */
export function chosenInstances(
  { state }: Call,
  set: StackSet,
  asked: AskedInstances,
): readonly Instance[] {
  if (asked.DeploymentTargets?.AccountsUrl !== undefined) throw unsupported('AccountsUrl');
  const accounts =
    asked.DeploymentTargets === undefined && asked.Accounts === undefined
      ? [...new Set([...set.instances.values()].map((instance) => instance.account))].map((id) => ({
          id,
        }))
      : targetAccounts(state, set, asked, { unitsRequired: true });
  const regions = asked.Regions ?? [
    ...new Set([...set.instances.values()].map((instance) => instance.region)),
  ];
  if (asked.Regions !== undefined) checkRegions(state, asked.Regions);
  const named = new Set([
    ...(asked.Accounts ?? []),
    ...(asked.DeploymentTargets?.AccountFilterType === 'INTERSECTION'
      ? (asked.DeploymentTargets.Accounts ?? [])
      : []),
  ]);
  return accounts.flatMap(({ id }) =>
    regions.flatMap((at) => {
      const instance = set.instances.get(instanceKey(id, at));
      if (instance !== undefined) return instance;
      if (named.has(id)) throw instanceNotFound(id, at);
      return [];
    }),
  );
}

const overridesOf = (
  given:
    readonly { readonly ParameterKey?: string; readonly ParameterValue?: string }[] | undefined,
): ReadonlyMap<string, string> =>
  new Map(
    (given ?? []).map(({ ParameterKey = '', ParameterValue }) => {
      if (ParameterValue === undefined)
        throw validationError(`Parameter ${ParameterKey} has no value.`);
      return [ParameterKey, ParameterValue];
    }),
  );

const createStackInstances = operation({
  members: { ...targeted, ParameterOverrides: parameters },
  resource: onStackSet,
  handle(call, input) {
    const { state, now } = call;
    const set = findActiveSet(call, input);
    if (input.DeploymentTargets?.AccountsUrl !== undefined) throw unsupported('AccountsUrl');
    checkRegions(state, input.Regions);
    const overrides = overridesOf(input.ParameterOverrides);
    parameterValues(set.template, new Map([...set.parameters, ...overrides]));
    const accounts = targetAccounts(state, set, input, { unitsRequired: true });
    const regions = [...new Set(input.Regions)];
    const fresh = accounts.reduce(
      (sum, { id }) => sum + regions.filter((at) => !set.instances.has(instanceKey(id, at))).length,
      0,
    );
    const { stackInstanceQuota = 100_000 } = state.behavior;
    if (set.instances.size + fresh > stackInstanceQuota)
      throw new AwsError(
        'LimitExceededException',
        `StackSet cannot have more than ${stackInstanceQuota} stack instances`,
      );
    const isInoperable = (id: string, at: string): boolean =>
      set.instances.get(instanceKey(id, at))?.status === 'INOPERABLE';
    const operating = planOperation(state, {
      id: input.OperationId,
      action: 'CREATE',
      set,
      tasks: tasksFor(regions, (at) =>
        accounts.filter(({ id, active }) => active && !isInoperable(id, at)),
      ),
      preferences: input.OperationPreferences ?? {},
      ...(input.DeploymentTargets === undefined ? {} : { targets: input.DeploymentTargets }),
      now,
    });
    admit(state, operating, input.OperationId);
    for (const at of regions)
      for (const each of accounts) {
        const instance = ensureInstance(set, each, at, overrides);
        if (instance.status === 'OUTDATED') instance.lastOperation = operating.id;
      }
    for (const unit of input.DeploymentTargets?.OrganizationalUnitIds ?? []) {
      const known = set.autoTargets.get(unit) ?? new Set();
      set.autoTargets.set(unit, new Set([...known, ...regions]));
    }
    begin(state, operating, now);
    return { OperationId: operating.id };
  },
});

const updateStackInstances = operation({
  members: { ...targeted, ParameterOverrides: parameters },
  resource: onStackSet,
  handle(call, input) {
    const { state, now } = call;
    const set = findActiveSet(call, input);
    const chosen = chosenInstances(call, set, input);
    const instances = chosen.filter((instance) => isUpdatable(state, instance));
    const overrides = overridesOf(input.ParameterOverrides);
    parameterValues(set.template, new Map([...set.parameters, ...overrides]));
    const operating = planOperation(state, {
      id: input.OperationId,
      action: 'UPDATE',
      set,
      tasks: byRegion(instances, input.Regions),
      preferences: input.OperationPreferences ?? {},
      ...(input.DeploymentTargets === undefined ? {} : { targets: input.DeploymentTargets }),
      now,
    });
    admit(state, operating, input.OperationId);
    skipInactive(state, chosen);
    for (const instance of instances) {
      instance.overrides = overrides;
      instance.status = 'OUTDATED';
      instance.detailedStatus = 'PENDING';
      instance.lastOperation = operating.id;
    }
    begin(state, operating, now);
    return { OperationId: operating.id };
  },
});

const deleteStackInstances = operation({
  members: { ...targeted, RetainStacks: flag({ required: true }) },
  resource: onStackSet,
  handle(call, input) {
    const { state, now } = call;
    const set = findActiveSet(call, input);
    checkRegions(state, input.Regions);
    if (input.DeploymentTargets?.AccountsUrl !== undefined) throw unsupported('AccountsUrl');
    const accounts = targetAccounts(state, set, input, { unitsRequired: true });
    const instances = accounts.flatMap(({ id }) =>
      input.Regions.flatMap((at) => set.instances.get(instanceKey(id, at)) ?? []),
    );
    const operating = planOperation(state, {
      id: input.OperationId,
      action: 'DELETE',
      set,
      tasks: byRegion(instances, input.Regions),
      preferences: input.OperationPreferences ?? {},
      ...(input.DeploymentTargets === undefined ? {} : { targets: input.DeploymentTargets }),
      retainStacks: input.RetainStacks,
      now,
    });
    admit(state, operating, input.OperationId);
    for (const instance of instances) {
      instance.detailedStatus = 'PENDING';
      instance.lastOperation = operating.id;
    }
    const { OrganizationalUnitIds: units = [], AccountFilterType: filter = 'NONE' } =
      input.DeploymentTargets ?? {};
    if (filter === 'NONE') for (const unit of units) forgetTarget(set, unit, input.Regions);
    begin(state, operating, now);
    return { OperationId: operating.id };
  },
});

function forgetTarget(set: StackSet, unit: string, regions: readonly string[]): void {
  const left = [...(set.autoTargets.get(unit) ?? [])].filter((at) => !regions.includes(at));
  if (left.length === 0) set.autoTargets.delete(unit);
  else set.autoTargets.set(unit, new Set(left));
}

const summary = (set: StackSet, instance: Instance): Output => ({
  StackSetId: `${set.name}:${set.uuid}`,
  Region: instance.region,
  Account: instance.account,
  StackId: instance.stack?.place.stackId,
  Status: instance.status,
  StatusReason: instance.reason ?? undefined,
  StackInstanceStatus: { DetailedStatus: instance.detailedStatus },
  OrganizationalUnitId: instance.unit ?? undefined,
  DriftStatus: instance.driftStatus,
  LastDriftCheckTimestamp:
    instance.driftCheckedAt === null ? undefined : isoTime(instance.driftCheckedAt),
  LastOperationId: instance.lastOperation ?? undefined,
});

const requiredAccount = text({ required: true, pattern: '[0-9]{12}' });
const requiredRegion = text({ required: true, pattern: '[a-zA-Z0-9-]{1,128}' });

/** The instance that the input names. Throws if it does not exist. */
export function findInstance(
  set: StackSet,
  {
    StackInstanceAccount: id,
    StackInstanceRegion: at,
  }: {
    readonly StackInstanceAccount: string;
    readonly StackInstanceRegion: string;
  },
): Instance {
  const instance = set.instances.get(instanceKey(id, at));
  if (instance === undefined) throw instanceNotFound(id, at);
  return instance;
}

const describeStackInstance = operation({
  members: {
    StackSetName: stackSetName,
    StackInstanceAccount: requiredAccount,
    StackInstanceRegion: requiredRegion,
    CallAs: callAs,
  },
  resource: onStackSet,
  handle(call, input) {
    const set = findStackSet(call, input);
    const instance = findInstance(set, input);
    return {
      StackInstance: {
        ...summary(set, instance),
        ParameterOverrides: parametersOut(instance.overrides),
      },
    };
  },
});

const listStackInstances = operation({
  members: {
    StackSetName: stackSetName,
    ...paging,
    Filters: list(
      structure({
        Name: text({ oneOf: ['DETAILED_STATUS', 'LAST_OPERATION_ID', 'DRIFT_STATUS'] }),
        Values: text({ min: 1, max: 512 }),
      }),
      { max: 3 },
    ),
    StackInstanceAccount: account,
    StackInstanceRegion: region,
    CallAs: callAs,
  },
  resource: onStackSet,
  handle(call, input) {
    const set = findStackSet(call, input);
    const all = [...set.instances.values()].filter(
      (instance) =>
        (input.StackInstanceAccount === undefined ||
          instance.account === input.StackInstanceAccount) &&
        (input.StackInstanceRegion === undefined ||
          instance.region === input.StackInstanceRegion) &&
        (input.Filters ?? []).every(({ Name, Values }) => {
          const given =
            Name === 'DETAILED_STATUS'
              ? instance.detailedStatus
              : Name === 'DRIFT_STATUS'
                ? instance.driftStatus
                : instance.lastOperation;
          return given === Values;
        }),
    );
    return call.page(
      { member: 'Summaries', all, of: set.uuid, describe: (instance) => summary(set, instance) },
      input,
    );
  },
});

export const stackInstanceOperations: Readonly<Record<string, ServiceOperation>> = {
  CreateStackInstances: createStackInstances,
  UpdateStackInstances: updateStackInstances,
  DeleteStackInstances: deleteStackInstances,
  DescribeStackInstance: describeStackInstance,
  ListStackInstances: listStackInstances,
};
