/**
 * What a resource type defines for a stack: how its resources are created, changed, deleted and compared with the
 * account.
 */
import { AwsError } from '../../../protocols/aws-error.ts';
import type { Actor } from '../actor.ts';
import type { Resource, StackPlace } from '../resolve.ts';

/** A property that is otherwise than the stack made it. */
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
  /** The properties that it has. */
  readonly properties: readonly string[];
  readonly required: readonly string[];
  /** Properties whose change makes it anew. */
  readonly createOnly: readonly string[];
  /** What identifies it for an import. */
  readonly identifiers: readonly string[];
  readonly physicalId: (resource: Resource, place: StackPlace) => string;
  readonly attribute: (resource: Resource, name: string, place: StackPlace) => string | undefined;
  readonly create: (actor: Actor, resource: Resource, extra: Extra) => void;
  readonly update: (actor: Actor, before: Resource, after: Resource, extra: Extra) => void;
  readonly remove: (actor: Actor, resource: Resource, extra: Extra) => void;
  readonly drift: (actor: Actor, resource: Resource, extra: Extra) => DriftOf;
}

/** What a resource gets besides its own properties. */
export interface Extra {
  /** Of the stack set: they reach every resource that has tags. */
  readonly tags: Readonly<Record<string, string>>;
  readonly place: StackPlace;
}

/** The resource is there already, and belongs to someone else. */
export const alreadyExists = (type: string, identifier: string): AwsError =>
  new AwsError(
    'AlreadyExists',
    `Resource of type '${type}' with identifier '${identifier}' already exists. (HandlerErrorCode: AlreadyExists)`,
  );
