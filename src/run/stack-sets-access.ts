/** The port to CloudFormation StackSets, which `src/aws` implements. Nothing here throws for what AWS answers. */
import type { Problem, Reading } from '../core/model/model.ts';
import type {
  OrganizationsAccess,
  StackInstance,
  StackSet,
} from '../core/stack-sets/stack-sets.ts';

/** Reads of the stack sets that the caller's organization has in one region. */
export interface StackSetReads {
  /** Where the sets are: the home region. */
  readonly region: string;
  /** `SELF` in the management account; every other caller acts as delegated administrator, on every call. */
  readonly callAs: 'SELF' | 'DELEGATED_ADMIN';
  /** DescribeOrganizationsAccess. */
  organizationsAccess(): Promise<Reading<OrganizationsAccess>>;
  /** ListStackSets and DescribeStackSet: every active service-managed set, with its tags. `kindOfSet` tells ours. */
  sets(): Promise<Reading<readonly StackSet[]>>;
  /** DescribeStackSet; null where there is no active set of that name. */
  set(name: string): Promise<Reading<StackSet | null>>;
  /** ListStackInstances, page by page. Ends with the first problem. */
  instances(setName: string): AsyncIterable<Reading<readonly StackInstance[]>>;
}

export type StackSetsAccess = StackSetReads;

/** How a call that changes a stack set went. */
export type StackSetWrite<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly problem: Problem;
      /**
       * - `refused`: AWS said no; nothing was changed.
       * - `exists`: a set of the name, or an operation of the id, is there already.
       * - `gone`: no such set, instance or operation.
       * - `busy`: another operation is in progress, or the call was based on an older state; a later try may do.
       * - `lost`: no answer, or a 5xx: it may have been done. Read before trying again.
       */
      readonly kind: 'refused' | 'exists' | 'gone' | 'busy' | 'lost';
    };
