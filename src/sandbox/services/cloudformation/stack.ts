/** One stack in one account and region: create, update and delete its resources, and detect drift. */
import { AwsError } from '../../protocols/aws-error.ts';
import type { Actor } from './actor.ts';
import { isReplaced, typeOf } from './resource-types.ts';
import type { Resolved, Resource, StackPlace } from './resolve.ts';
import type { DriftOf, Extra } from './types/resource-type.ts';

export type StackStatus =
  | 'CREATE_COMPLETE'
  | 'UPDATE_COMPLETE'
  | 'UPDATE_ROLLBACK_COMPLETE'
  | 'DELETE_FAILED'
  | 'DELETE_COMPLETE';

export interface Stack {
  readonly place: StackPlace;
  readonly createdAt: number;
  readonly description: string | undefined;
  updatedAt: number | null;
  status: StackStatus;
  statusReason: string | null;
  /** Termination protection. The stack cannot be deleted until its account disables it. */
  protected: boolean;
  resources: readonly Resource[];
  outputs: Readonly<Record<string, string>>;
  parameters: ReadonlyMap<string, string>;
  tags: Readonly<Record<string, string>>;
}

/** The result of a stack operation: null, or the reason of a failure. */
export type StackResult = string | null;

/** CloudFormation's codes for the errors of services. */
const handlerCodes: readonly (readonly [RegExp, string])[] = [
  [/AccessDenied/, 'AccessDenied'],
  [/Throttl|TooMany/, 'Throttling'],
  [/NoSuchEntity|NotFound/, 'NotFound'],
];

/** AWS's message for a service's error within a stack. */
function reasonOf(error: unknown, resource: Resource): string {
  if (!(error instanceof AwsError)) throw error;
  if (error.code === 'SandboxUnsupported') throw error;
  if (error.code === 'AlreadyExists') return error.message;
  const service = resource.type.split('::')[1] ?? '';
  const [, code = 'InvalidRequest'] =
    handlerCodes.find(([pattern]) => pattern.test(error.code)) ?? [];
  return `Resource handler returned message: "${error.message} (Service: ${service}, Status Code: ${error.status})" (HandlerErrorCode: ${code})`;
}

const failed = (resource: Resource, reason: string): string =>
  `ResourceLogicalId:${resource.id}, ResourceType:${resource.type}, ResourceStatusReason:${reason}.`;

/** Throws an `AwsError` for properties that the type does not have, and for missing required ones. */
function checkProperties(resource: Resource): void {
  const { properties, required } = typeOf(resource);
  const unexpected = Object.keys(resource.properties).find((name) => !properties.includes(name));
  if (unexpected !== undefined)
    throw new AwsError('ValidationError', `#: extraneous key [${unexpected}] is not permitted`);
  const missing = required.find((name) => resource.properties[name] === undefined);
  if (missing !== undefined)
    throw new AwsError('ValidationError', `#: required key [${missing}] not found`);
}

/**
 * Creates all resources. If one fails, removes the created ones without deletion policy `Retain`, and returns the
 * reason.
 */
export function createResources(
  actor: Actor,
  resources: readonly Resource[],
  extra: Extra,
): StackResult {
  const made: Resource[] = [];
  for (const resource of resources) {
    try {
      checkProperties(resource);
      typeOf(resource).create(actor, resource, extra);
      made.push(resource);
    } catch (error) {
      const reason = failed(resource, reasonOf(error, resource));
      for (const each of made.toReversed())
        if (each.deletionPolicy !== 'Retain')
          quietly(() => typeOf(each).remove(actor, each, extra));
      return reason;
    }
  }
  return null;
}

/** Runs a rollback step and ignores a service's error, because a rollback always continues. */
function quietly(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof AwsError) || error.code === 'SandboxUnsupported') throw error;
  }
}

/** Updates the stack's resources to the new template, without comparing them with the account. */
export function updateResources(
  actor: Actor,
  stack: Stack,
  { resources }: Pick<Resolved, 'resources'>,
  { before, after }: { readonly before: Extra; readonly after: Extra },
): StackResult {
  const former = new Map(stack.resources.map((resource) => [resource.id, resource]));
  const undo: (() => void)[] = [];
  const replaced: Resource[] = [];
  for (const resource of resources) {
    const known = former.get(resource.id);
    former.delete(resource.id);
    try {
      checkProperties(resource);
      const type = typeOf(resource);
      if (known === undefined) {
        type.create(actor, resource, after);
        undo.push(() => {
          if (resource.deletionPolicy !== 'Retain') type.remove(actor, resource, after);
        });
      } else if (
        known.type !== resource.type ||
        isReplaced(type, known.properties, resource.properties)
      ) {
        type.create(actor, resource, after);
        undo.push(() => type.remove(actor, resource, after));
        if (!resource.retainReplaced) replaced.push(known);
      } else if (
        JSON.stringify([known.properties, before.tags]) !==
        JSON.stringify([resource.properties, after.tags])
      ) {
        type.update(actor, known, resource, after);
        undo.push(() => type.update(actor, resource, known, before));
      }
    } catch (error) {
      const reason = failed(resource, reasonOf(error, resource));
      for (const back of undo.toReversed()) quietly(back);
      stack.status = 'UPDATE_ROLLBACK_COMPLETE';
      return reason;
    }
  }
  const left = [...former.values()].filter(({ deletionPolicy }) => deletionPolicy === 'Delete');
  for (const resource of [...replaced, ...left].toReversed())
    quietly(() => typeOf(resource).remove(actor, resource, before));
  return null;
}

/** Removes the resources with deletion policy `Delete`. */
export function deleteResources(actor: Actor, stack: Stack, extra: Extra): StackResult {
  if (stack.protected)
    return `Stack [${stack.place.stackName}] cannot be deleted while TerminationProtection is enabled`;
  for (const resource of stack.resources.toReversed()) {
    if (resource.deletionPolicy !== 'Delete') continue;
    try {
      typeOf(resource).remove(actor, resource, extra);
    } catch (error) {
      stack.status = 'DELETE_FAILED';
      stack.statusReason = `The following resource(s) failed to delete: [${resource.id}].`;
      return failed(resource, reasonOf(error, resource));
    }
  }
  return null;
}

export interface ResourceDrift extends DriftOf {
  readonly resource: Resource;
  readonly physicalId: string;
}

/** Compares every resource with the account. Returns the reason if one could not be read. */
export function detectDrift(
  actor: Actor,
  stack: Stack,
  extra: Extra,
): readonly ResourceDrift[] | string {
  const found: ResourceDrift[] = [];
  for (const resource of stack.resources) {
    const type = typeOf(resource);
    try {
      const physicalId = type.physicalId(resource, stack.place);
      found.push({ resource, physicalId, ...type.drift(actor, resource, extra) });
    } catch (error) {
      return failed(resource, reasonOf(error, resource));
    }
  }
  return found;
}
