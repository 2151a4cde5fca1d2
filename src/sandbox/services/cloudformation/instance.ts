/** Performs an operation on one stack instance, at the time when its stack finishes. */
import { accountOf, isEnabled } from '../../state/state.ts';
import type { State } from '../../state/state.ts';
import { AwsError } from '../../protocols/aws-error.ts';
import { openActor, type Actor } from './actor.ts';
import {
  instanceKey,
  nextUuid,
  storeOf,
  type Instance,
  type Operation,
  type StackSet,
  type Task,
} from './model.ts';
import { isActive } from './targets.ts';
import { typeOf } from './resource-types.ts';
import { resolveTemplate, type Resolved, type StackPlace } from './resolve.ts';
import {
  createResources,
  deleteResources,
  detectDrift,
  updateResources,
  type Stack,
} from './stack.ts';
import { parameterValues } from './template.ts';

/** Performs the task and updates its instance. Returns the reason of a failure, or null. */
export function deployInstance(
  state: State,
  operation: Operation,
  task: Task,
  now: number,
): string | null {
  const { set, action } = operation;
  const instance = set.instances.get(instanceKey(task.account, task.region));
  if (instance === undefined) return null;
  const work: Work = { state, set, instance, now, operation };
  const reason = attempt(work);
  if (action === 'DETECT_DRIFT') return reason;
  if (reason === null) {
    if (action === 'DELETE') set.instances.delete(instanceKey(task.account, task.region));
    instance.status = 'CURRENT';
    instance.detailedStatus = 'SUCCEEDED';
    instance.reason = null;
    return null;
  }
  const kept = action === 'DELETE';
  instance.status = kept ? 'INOPERABLE' : 'OUTDATED';
  instance.detailedStatus = kept ? 'INOPERABLE' : 'FAILED';
  instance.reason = reason;
  return reason;
}

interface Work {
  readonly state: State;
  readonly set: StackSet;
  readonly instance: Instance;
  readonly operation: Operation;
  readonly now: number;
}

function attempt(work: Work): string | null {
  const { action, retainStacks } = work.operation;
  if (action === 'DELETE' && (retainStacks === true || work.instance.stack === null)) return null;
  try {
    const actor = enter(work);
    if (typeof actor === 'string') return actor;
    switch (action) {
      case 'CREATE':
        // An instance that is already current stays unchanged.
        return work.instance.status === 'CURRENT' ? null : deploy(work, actor);
      case 'UPDATE':
        return deploy(work, actor);
      case 'DELETE':
        return remove(work, actor);
      case 'DETECT_DRIFT':
        return lookAtDrift(work, actor);
    }
  } catch (error) {
    if (error instanceof AwsError) return error.message;
    throw error;
  }
}

/**
 * Opens the account. Returns the reason if it is suspended, or if the region is disabled there or for the stack set's
 * owner.
 */
function enter({ state, set, instance, now }: Work): Actor | string {
  const { account, region } = instance;
  if (!isActive(state, account)) return `Account ${account} is suspended.`;
  for (const id of [account, set.owner]) {
    if (!isEnabled(state, accountOf(state, id), region))
      return `Region ${region} is not enabled in account ${id}.`;
  }
  return openActor({ state, account, region, now, roleName: set.executionRole });
}

function placeOf({ state, set, instance }: Work): StackPlace {
  const { account, region } = instance;
  const { partition, dnsSuffix } = state;
  const store = storeOf(state);
  const stackName = `StackSet-${set.name}-${nextUuid(store, 'stack')}`;
  const stackId = `arn:${partition}:cloudformation:${region}:${account}:stack/${stackName}/${nextUuid(store, 'stack id')}`;
  return { partition, dnsSuffix, account, region, stackId, stackName };
}

function resolved(
  { set, instance }: Work,
  place: StackPlace,
): Resolved & { parameters: Stack['parameters'] } {
  const parameters = parameterValues(
    set.template,
    new Map([...set.parameters, ...instance.overrides]),
  );
  const found = resolveTemplate(set.template, parameters, place, (resource, name, at) =>
    typeOf(resource).attribute(resource, name, at),
  );
  return { ...found, parameters };
}

function deploy(work: Work, actor: Actor): string | null {
  const { set, instance, now, state } = work;
  const { stack } = instance;
  if (stack === null) {
    const place = placeOf(work);
    const { resources, outputs, parameters } = resolved(work, place);
    const reason = createResources(actor, resources, { tags: set.tags, place });
    if (reason !== null) return reason;
    instance.stack = {
      place,
      createdAt: now,
      updatedAt: null,
      description: set.template.description,
      status: 'CREATE_COMPLETE',
      statusReason: null,
      protected: false,
      resources,
      outputs,
      parameters,
      tags: set.tags,
    };
    storeOf(state).stacks.set(place.stackId, instance.stack);
    return null;
  }
  const next = resolved(work, stack.place);
  const extra = (tags: Stack['tags']) => ({ tags, place: stack.place });
  const reason = updateResources(actor, stack, next, {
    before: extra(stack.tags),
    after: extra(set.tags),
  });
  if (reason !== null) return reason;
  const { resources, outputs, parameters } = next;
  Object.assign(stack, {
    status: 'UPDATE_COMPLETE',
    updatedAt: now,
    resources,
    outputs,
    parameters,
    tags: set.tags,
  } satisfies Partial<Stack>);
  return null;
}

function remove({ instance, state }: Work, actor: Actor): string | null {
  const { stack } = instance;
  if (stack === null) return null;
  const reason = deleteResources(actor, stack, { tags: stack.tags, place: stack.place });
  if (reason !== null) return reason;
  stack.status = 'DELETE_COMPLETE';
  storeOf(state).stacks.delete(stack.place.stackId);
  return null;
}

function lookAtDrift({ instance, operation, now }: Work, actor: Actor): string | null {
  const { stack } = instance;
  if (stack === null) return 'The stack instance has no stack.';
  const found = detectDrift(actor, stack, { tags: stack.tags, place: stack.place });
  if (typeof found === 'string') return found;
  instance.drifts = { operation: operation.id, found };
  instance.driftCheckedAt = now;
  instance.driftStatus = found.some(({ status }) => status === 'MODIFIED' || status === 'DELETED')
    ? 'DRIFTED'
    : 'IN_SYNC';
  return null;
}
