/** Validates CloudFormation's responses. */
import type {
  AutoDeploymentTarget,
  OperationResult,
  OperationStatus,
  OrganizationsAccess,
  StackInstance,
  StackSet,
  StackSetOperation,
} from '../../core/stack-sets/stack-sets.ts';
import { InvalidResponse } from '../responses/problems.ts';
import {
  dateOf,
  optionalList,
  optionalText,
  requireList,
  requireObject,
  requireString,
  shared,
  tagsOf,
} from '../responses/validate.ts';

const accesses: Readonly<Record<string, OrganizationsAccess>> = {
  ENABLED: 'enabled',
  DISABLED: 'disabled',
  DISABLED_PERMANENTLY: 'disabled-permanently',
};

export function accessOf(answer: unknown): OrganizationsAccess {
  const status = requireString(requireObject(answer, 'The answer')['Status'], 'Status');
  const access = Object.hasOwn(accesses, status) ? accesses[status] : undefined;
  if (access !== undefined) return access;
  throw new InvalidResponse(`Status is ${JSON.stringify(status)}, which is not a known status.`);
}

/** The names of the listed service-managed sets. */
export const serviceManagedNames = (answer: unknown): readonly string[] =>
  requireList(requireObject(answer, 'The answer')['Summaries'], 'Summaries').flatMap((item) => {
    const summary = requireObject(item, 'A stack set');
    return summary['PermissionModel'] === 'SERVICE_MANAGED' && summary['Status'] !== 'DELETED'
      ? [requireString(summary['StackSetName'], 'StackSetName')]
      : [];
  });

const textsOf = (value: unknown, what: string): readonly string[] =>
  optionalList(value, what).map((item) => requireString(item, what));

export function stackSetOf(answer: unknown): StackSet {
  const set = requireObject(requireObject(answer, 'The answer')['StackSet'], 'StackSet');
  const auto = requireObject(set['AutoDeployment'] ?? {}, 'AutoDeployment');
  const managed = requireObject(set['ManagedExecution'] ?? {}, 'ManagedExecution');
  return {
    name: requireString(set['StackSetName'], 'StackSetName'),
    id: requireString(set['StackSetId'], 'StackSetId'),
    arn: requireString(set['StackSetARN'], 'StackSetARN'),
    tags: tagsOf(set['Tags']),
    parameters: Object.fromEntries(
      optionalList(set['Parameters'], 'Parameters').map((item) => {
        const parameter = requireObject(item, 'A parameter');
        return [
          requireString(parameter['ParameterKey'], 'ParameterKey'),
          optionalText(parameter['ParameterValue'], 'ParameterValue') ?? '',
        ] as const;
      }),
    ),
    units: textsOf(set['OrganizationalUnitIds'], 'OrganizationalUnitIds'),
    regions: textsOf(set['Regions'], 'Regions'),
    template: optionalText(set['TemplateBody'], 'TemplateBody'),
    autoDeployment: {
      enabled: auto['Enabled'] === true,
      retainStacks: auto['RetainStacksOnAccountRemoval'] === true,
      dependsOn: textsOf(auto['DependsOn'], 'DependsOn'),
    },
    managedExecution: managed['Active'] === true,
  };
}

export const stackInstancesOf = (answer: unknown): readonly StackInstance[] =>
  requireList(requireObject(answer, 'The answer')['Summaries'], 'Summaries').map((item) => {
    const instance = requireObject(item, 'A stack instance');
    const detail = requireObject(instance['StackInstanceStatus'] ?? {}, 'StackInstanceStatus');
    const text = (name: string): string | null => {
      const value = optionalText(instance[name], name);
      return value === null ? null : shared(value);
    };
    const account = requireString(instance['Account'], 'Account');
    if (!/^\d{12}$/.test(account))
      throw new InvalidResponse(`Account is ${JSON.stringify(account)}, which is not an account.`);
    const detailedStatus = optionalText(detail['DetailedStatus'], 'DetailedStatus');
    return {
      account: shared(account),
      region: shared(requireString(instance['Region'], 'Region')),
      status: shared(requireString(instance['Status'], 'Status')),
      detailedStatus: detailedStatus === null ? null : shared(detailedStatus),
      reason: text('StatusReason'),
      stack: optionalText(instance['StackId'], 'StackId'),
      unit: text('OrganizationalUnitId'),
      drift: text('DriftStatus'),
      lastOperation: text('LastOperationId'),
    };
  });

const statuses: ReadonlySet<string> = new Set<OperationStatus>([
  'QUEUED',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'STOPPING',
  'STOPPED',
]);
const isStatus = (text: string): text is OperationStatus => statuses.has(text);

export function operationOf(value: unknown): StackSetOperation {
  const operation = requireObject(value, 'An operation');
  const status = requireString(operation['Status'], 'Status');
  if (!isStatus(status))
    throw new InvalidResponse(`Status is ${JSON.stringify(status)}, which is not a known status.`);
  const details = requireObject(operation['StatusDetails'] ?? {}, 'StatusDetails');
  const failed = details['FailedStackInstancesCount'] ?? 0;
  if (typeof failed !== 'number')
    throw new InvalidResponse('FailedStackInstancesCount is not a number.');
  return {
    id: requireString(operation['OperationId'], 'OperationId'),
    action: optionalText(operation['Action'], 'Action') ?? '',
    status,
    failed,
    reason: optionalText(operation['StatusReason'], 'StatusReason'),
    endedAt: dateOf(operation['EndTimestamp'], 'EndTimestamp'),
  };
}

const summariesOf = (answer: unknown): readonly unknown[] =>
  requireList(requireObject(answer, 'The answer')['Summaries'], 'Summaries');

export const operationsOf = (answer: unknown): readonly StackSetOperation[] =>
  summariesOf(answer).map(operationOf);

export const resultsOf = (answer: unknown): readonly OperationResult[] =>
  summariesOf(answer).map((item) => {
    const result = requireObject(item, 'A result');
    return {
      account: shared(requireString(result['Account'], 'Account')),
      region: shared(requireString(result['Region'], 'Region')),
      status: shared(requireString(result['Status'], 'Status')),
      reason: optionalText(result['StatusReason'], 'StatusReason'),
    };
  });

export const autoTargetsOf = (answer: unknown): readonly AutoDeploymentTarget[] =>
  summariesOf(answer).map((item) => {
    const target = requireObject(item, 'A target');
    return {
      unit: requireString(target['OrganizationalUnitId'], 'OrganizationalUnitId'),
      regions: textsOf(target['Regions'], 'Regions'),
    };
  });

/** One sentence for each differing property, or one for a deleted resource. */
export const driftsOf = (answer: unknown): readonly string[] =>
  summariesOf(answer).flatMap((item) => {
    const drift = requireObject(item, 'A drift');
    const resource = requireString(drift['LogicalResourceId'], 'LogicalResourceId');
    if (drift['StackResourceDriftStatus'] === 'DELETED') return [`${resource} is gone`];
    if (drift['StackResourceDriftStatus'] !== 'MODIFIED') return [];
    return optionalList(drift['PropertyDifferences'], 'PropertyDifferences').map((each) => {
      const difference = requireObject(each, 'A difference');
      const text = (name: string): string => optionalText(difference[name], name) ?? 'nothing';
      return `${text('PropertyPath')} of ${resource} is ${text('ActualValue')} instead of ${text('ExpectedValue')}`;
    });
  });
