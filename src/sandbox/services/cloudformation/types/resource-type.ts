/**
 * The interface of a resource type: how a stack creates, changes and deletes its resources, and compares them with
 * the account.
 */
import { AwsError } from '../../../protocols/aws-error.ts';
import type { Actor } from '../actor.ts';
import type { Resource, StackPlace } from '../resolve.ts';

/** A property whose value differs from the stack's. */
export interface Difference {
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
  readonly kind: 'ADD' | 'REMOVE' | 'NOT_EQUAL';
}

export interface DriftOf {
  readonly status: 'IN_SYNC' | 'MODIFIED' | 'DELETED' | 'NOT_CHECKED';
  readonly differences: readonly Difference[];
}

export interface ResourceType {
  /** The properties that the type has. */
  readonly properties: readonly string[];
  readonly required: readonly string[];
  /** Properties that require a new resource when they change. */
  readonly createOnly: readonly string[];
  /** The properties that identify a resource for an import. */
  readonly identifiers: readonly string[];
  readonly physicalId: (resource: Resource, place: StackPlace) => string;
  readonly attribute: (resource: Resource, name: string, place: StackPlace) => string | undefined;
  readonly create: (actor: Actor, resource: Resource, extra: Extra) => void;
  readonly update: (actor: Actor, before: Resource, after: Resource, extra: Extra) => void;
  readonly remove: (actor: Actor, resource: Resource, extra: Extra) => void;
  readonly drift: (actor: Actor, resource: Resource, extra: Extra) => DriftOf;
}

/** Data for a resource besides its own properties. */
export interface Extra {
  /** The stack set's tags, which are added to every resource that supports tags. */
  readonly tags: Readonly<Record<string, string>>;
  readonly place: StackPlace;
}

/** The resource already exists and belongs to another owner. */
export const alreadyExists = (type: string, identifier: string): AwsError =>
  new AwsError(
    'AlreadyExists',
    `Resource of type '${type}' with identifier '${identifier}' already exists. (HandlerErrorCode: AlreadyExists)`,
  );
