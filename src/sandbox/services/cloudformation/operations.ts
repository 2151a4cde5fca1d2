/** Stack set operations: describe, list and stop them, list their results, and detect drift. */
import { AwsError } from '../../protocols/aws-error.ts';
import { list, structure, text } from '../../protocols/shape.ts';
import { operation } from '../service.ts';
import type { Operation as ServiceOperation, Output } from '../service.ts';
import { admit } from './admission.ts';
import { begin, stop } from './engine.ts';
import { failedCount, type Operation } from './model.ts';
import { byRegion, planOperation } from './plan.ts';
import {
  callAs,
  findActiveSet,
  findOperation,
  findStackSet,
  isoTime,
  onStackSet,
  operationId,
  operationInProgress,
  paging,
  preferences,
  preferencesOut,
  requiredOperationId,
  stackSetName,
} from './shared.ts';
import { findInstance } from './stack-instances.ts';

const summary = (operating: Operation): Output => ({
  OperationId: operating.id,
  Action: operating.action,
  Status: operating.status,
  CreationTimestamp: isoTime(operating.createdAt),
  EndTimestamp: operating.endedAt === null ? undefined : isoTime(operating.endedAt),
  StatusReason: operating.statusReason ?? undefined,
  StatusDetails: { FailedStackInstancesCount: failedCount(operating) },
  OperationPreferences: preferencesOut(operating.preferences),
});

const describeStackSetOperation = operation({
  members: { StackSetName: stackSetName, OperationId: requiredOperationId, CallAs: callAs },
  resource: onStackSet,
  handle(call, input) {
    const set = findStackSet(call, input);
    const operating = findOperation(set, input.OperationId);
    const { targets, retainStacks } = operating;
    return {
      StackSetOperation: {
        ...summary(operating),
        StackSetId: `${set.name}:${set.uuid}`,
        RetainStacks: retainStacks ?? undefined,
        AdministrationRoleARN: set.administrationRole ?? undefined,
        ExecutionRoleName: set.executionRole ?? undefined,
        ...(targets === null ? {} : { DeploymentTargets: { ...targets } }),
      },
    };
  },
});

const listStackSetOperations = operation({
  members: { StackSetName: stackSetName, ...paging, CallAs: callAs },
  resource: onStackSet,
  handle(call, input) {
    const set = findStackSet(call, input);
    const all = set.operations.toReversed();
    return call.page({ member: 'Summaries', all, of: set.uuid, describe: summary }, input);
  },
});

const listStackSetOperationResults = operation({
  members: {
    StackSetName: stackSetName,
    OperationId: requiredOperationId,
    ...paging,
    CallAs: callAs,
    Filters: list(
      structure({ Name: text({ oneOf: ['OPERATION_RESULT_STATUS'] }), Values: text({}) }),
      { max: 1 },
    ),
  },
  resource: onStackSet,
  handle(call, input) {
    const set = findStackSet(call, input);
    const operating = findOperation(set, input.OperationId);
    const wanted = input.Filters?.[0]?.Values;
    const all = operating.lanes
      .flatMap(({ tasks }) => tasks)
      .filter(({ status }) => wanted === undefined || status === wanted);
    return call.page(
      {
        member: 'Summaries',
        all,
        of: operating.id,
        describe: (task) => ({
          Account: task.account,
          Region: task.region,
          Status: task.status,
          StatusReason: task.reason ?? undefined,
          AccountGateResult: {
            Status: 'SKIPPED',
            StatusReason: `Function not found: arn:${call.state.partition}:lambda:${task.region}:${task.account}:function:AWSCloudFormationStackSetAccountGate`,
          },
          OrganizationalUnitId: task.unit ?? undefined,
        }),
      },
      input,
    );
  },
});

const stopStackSetOperation = operation({
  members: { StackSetName: stackSetName, OperationId: requiredOperationId, CallAs: callAs },
  resource: onStackSet,
  handle(call, input) {
    const set = findActiveSet(call, input);
    const operating = findOperation(set, input.OperationId);
    if (operating.endedAt !== null)
      throw new AwsError(
        'InvalidOperationException',
        `Operation ${operating.id} is already in ${operating.status} status`,
      );
    stop(call.state, operating, call.now);
    return {};
  },
});

const detectStackSetDrift = operation({
  members: {
    StackSetName: stackSetName,
    OperationPreferences: preferences,
    OperationId: operationId,
    CallAs: callAs,
  },
  resource: onStackSet,
  handle(call, input) {
    const { state, now } = call;
    const set = findActiveSet(call, input);
    if (set.drift?.running === true) throw operationInProgress(set);
    const operating = planOperation(state, {
      id: input.OperationId,
      action: 'DETECT_DRIFT',
      set,
      tasks: byRegion(
        [...set.instances.values()].filter(({ stack }) => stack !== null),
        undefined,
      ),
      preferences: input.OperationPreferences ?? {},
      wholeSet: true,
      now,
    });
    admit(state, operating, input.OperationId);
    set.drift = { operation: operating.id, at: now, running: true, failed: false };
    begin(state, operating, now);
    return { OperationId: operating.id };
  },
});

const listStackInstanceResourceDrifts = operation({
  members: {
    StackSetName: stackSetName,
    ...paging,
    StackInstanceResourceDriftStatuses: list(
      text({ oneOf: ['IN_SYNC', 'MODIFIED', 'DELETED', 'NOT_CHECKED', 'UNKNOWN', 'UNSUPPORTED'] }),
      { min: 1, max: 4 },
    ),
    StackInstanceAccount: text({ required: true, pattern: '[0-9]{12}' }),
    StackInstanceRegion: text({ required: true, pattern: '[a-zA-Z0-9-]{1,128}' }),
    OperationId: requiredOperationId,
    CallAs: callAs,
  },
  resource: onStackSet,
  handle(call, input) {
    const set = findStackSet(call, input);
    const instance = findInstance(set, input);
    findOperation(set, input.OperationId);
    const statuses = input.StackInstanceResourceDriftStatuses;
    const all = (
      instance.drifts?.operation === input.OperationId ? instance.drifts.found : []
    ).filter(({ status }) => statuses === undefined || statuses.includes(status));
    return call.page(
      {
        member: 'Summaries',
        all,
        of: `${input.OperationId} ${instance.account} ${instance.region}`,
        describe: ({ resource, physicalId, status, differences }) => ({
          StackId: instance.stack?.place.stackId,
          LogicalResourceId: resource.id,
          PhysicalResourceId: physicalId,
          ResourceType: resource.type,
          PropertyDifferences: differences.map(({ path, expected, actual, kind }) => ({
            PropertyPath: path,
            ExpectedValue: expected,
            ActualValue: actual,
            DifferenceType: kind,
          })),
          StackResourceDriftStatus: status,
          Timestamp: isoTime(instance.driftCheckedAt ?? call.now),
        }),
      },
      input,
    );
  },
});

export const operationOperations: Readonly<Record<string, ServiceOperation>> = {
  DescribeStackSetOperation: describeStackSetOperation,
  ListStackSetOperations: listStackSetOperations,
  ListStackSetOperationResults: listStackSetOperationResults,
  StopStackSetOperation: stopStackSetOperation,
  DetectStackSetDrift: detectStackSetDrift,
  ListStackInstanceResourceDrifts: listStackInstanceResourceDrifts,
};
