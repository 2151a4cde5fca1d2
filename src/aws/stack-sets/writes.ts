/** Calls that change stack sets. The operations they start continue in AWS. */
import type {
  AutoDeployment,
  DeploymentTargets,
  OperationPreferences,
} from '../../core/stack-sets/stack-sets.ts';
import type { InstanceChange, StackSetWrite, StackSetWrites } from '../../run/stack-sets-access.ts';
import { isTransient, networkTrouble, parseSdkError } from '../http/sdk-error.ts';
import { problemOf } from '../responses/problems.ts';
import type { StackSetCalls } from './calls.ts';
import type { InputOf, CloudFormationCall } from './commands.ts';

const kinds: Readonly<Record<string, 'exists' | 'gone' | 'busy'>> = {
  NameAlreadyExists: 'exists',
  CreatedButModified: 'exists',
  OperationIdAlreadyExists: 'exists',
  StackSetNotFound: 'gone',
  StackInstanceNotFound: 'gone',
  OperationNotFound: 'gone',
  OperationInProgress: 'busy',
  StaleRequest: 'busy',
};

/** Converts `5` or `10%` to one of CloudFormation's two members. */
const share = <C extends string, P extends string>(
  given: string,
  count: C,
  percentage: P,
): { readonly [K in C | P]?: number } => {
  const isShare = given.endsWith('%');
  const value = Number.parseFloat(given);
  return (isShare ? { [percentage]: Math.floor(value) } : { [count]: value }) as {
    readonly [K in C | P]?: number;
  };
};

const preferencesIn = ({ regions, maxConcurrent, failureTolerance }: OperationPreferences) => ({
  RegionConcurrencyType: regions === 'at once' ? ('PARALLEL' as const) : ('SEQUENTIAL' as const),
  ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE' as const,
  ...share(maxConcurrent, 'MaxConcurrentCount', 'MaxConcurrentPercentage'),
  ...share(failureTolerance, 'FailureToleranceCount', 'FailureTolerancePercentage'),
});

const targetsIn = ({ units, accounts, accountFilter }: DeploymentTargets) => ({
  OrganizationalUnitIds: [...units],
  ...(accountFilter === 'NONE'
    ? {}
    : { Accounts: [...accounts], AccountFilterType: accountFilter }),
});

/** The instances that an operation is for, and its preferences. */
const instancesIn = (change: InstanceChange) => ({
  StackSetName: change.set,
  OperationId: change.operation,
  DeploymentTargets: targetsIn(change),
  Regions: [...change.regions],
  OperationPreferences: preferencesIn(change.preferences),
});

const autoDeploymentIn = ({ enabled, retainStacks, dependsOn }: AutoDeployment) =>
  enabled
    ? {
        Enabled: true,
        RetainStacksOnAccountRemoval: retainStacks,
        ...(dependsOn.length === 0 ? {} : { DependsOn: [...dependsOn] }),
      }
    : { Enabled: false };

const overridesIn = (overrides: Readonly<Record<string, string>>) => {
  const all = Object.entries(overrides);
  return all.length === 0
    ? {}
    : {
        ParameterOverrides: all.map(([ParameterKey, ParameterValue]) => ({
          ParameterKey,
          ParameterValue,
        })),
      };
};

const capabilities = (needed: boolean) =>
  needed ? { Capabilities: ['CAPABILITY_NAMED_IAM' as const] } : {};

export const stackSetWrites = ({
  call,
  failedCall,
}: Pick<StackSetCalls, 'call' | 'failedCall'>): StackSetWrites => {
  const write = async <Name extends CloudFormationCall>(
    name: Name,
    input: InputOf<Name>,
  ): Promise<StackSetWrite> => {
    try {
      await call(name, input);
      return { ok: true };
    } catch (error) {
      const failure = parseSdkError(error);
      const known = Object.hasOwn(kinds, failure.name) ? kinds[failure.name] : undefined;
      const isLost =
        isTransient(failure) || networkTrouble(failure) !== null || !failure.fromService;
      return {
        ok: false,
        problem: problemOf(error, failedCall(name)),
        kind: known ?? (isLost ? 'lost' : 'refused'),
      };
    }
  };

  return {
    createSet: (set) =>
      write('CreateStackSet', {
        StackSetName: set.name,
        Description: set.description,
        TemplateBody: set.template,
        PermissionModel: 'SERVICE_MANAGED' as const,
        AutoDeployment: autoDeploymentIn(set.autoDeployment),
        ManagedExecution: { Active: true },
        Tags: Object.entries(set.tags).map(([Key, Value]) => ({ Key, Value })),
        ClientRequestToken: set.token,
        ...capabilities(set.needsNamedIam),
      }),

    updateSet: (update) =>
      write('UpdateStackSet', {
        StackSetName: update.name,
        OperationId: update.operation,
        OperationPreferences: preferencesIn(update.preferences),
        Parameters: update.parameters.map((ParameterKey) => ({
          ParameterKey,
          UsePreviousValue: true,
        })),
        ...(update.template === null
          ? { UsePreviousTemplate: true }
          : { TemplateBody: update.template }),
        ...(update.autoDeployment === null
          ? {}
          : { AutoDeployment: autoDeploymentIn(update.autoDeployment) }),
        ...capabilities(update.needsNamedIam),
      }),

    deleteSet: (StackSetName) => write('DeleteStackSet', { StackSetName }),

    createInstances: (change) =>
      write('CreateStackInstances', {
        ...instancesIn(change),
        ...overridesIn(change.overrides),
      }),

    deleteInstances: (change) =>
      write('DeleteStackInstances', {
        ...instancesIn(change),
        RetainStacks: change.retainStacks,
      }),

    detectDrift: (StackSetName, OperationId, preferences) =>
      write('DetectStackSetDrift', {
        StackSetName,
        OperationId,
        OperationPreferences: preferencesIn(preferences),
      }),
  };
};
