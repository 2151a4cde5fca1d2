/** The port to CloudFormation StackSets, which `src/aws` implements. Nothing here throws for AWS's responses. */
import type { Problem, Reading } from '../core/model/model.ts';
import type {
  AutoDeployment,
  AutoDeploymentTarget,
  DeploymentTargets,
  OperationPreferences,
  OperationResult,
  OrganizationsAccess,
  StackInstance,
  StackSet,
  StackSetOperation,
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
  /** DescribeStackSet; null if there is no active set of that name. */
  set(name: string): Promise<Reading<StackSet | null>>;
  /** ListStackInstances, page by page. Ends with the first problem. */
  instances(setName: string): AsyncIterable<Reading<readonly StackInstance[]>>;
  /** ListStackSetAutoDeploymentTargets. */
  autoTargets(setName: string): Promise<Reading<readonly AutoDeploymentTarget[]>>;
  /** DescribeStackSetOperation; null for an unknown id. */
  operation(setName: string, id: string): Promise<Reading<StackSetOperation | null>>;
  /** ListStackSetOperations. */
  operations(setName: string): Promise<Reading<readonly StackSetOperation[]>>;
  /** ListStackSetOperationResults, those of the status, or all. */
  results(
    setName: string,
    operation: string,
    status: 'FAILED' | 'CANCELLED' | null,
  ): Promise<Reading<readonly OperationResult[]>>;
  /** ListStackInstanceResourceDrifts: what differs from the template in one instance, in words. */
  drifts(
    setName: string,
    operation: string,
    instance: { readonly account: string; readonly region: string },
  ): Promise<Reading<readonly string[]>>;
  /** DescribeType in the region: whether CloudFormation knows the resource type there. */
  knowsType(region: string, type: string): Promise<Reading<boolean>>;
}

/** How a call that changes a stack set went. */
export type StackSetWrite =
  | { readonly ok: true }
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

export interface NewStackSet {
  readonly name: string;
  readonly description: string;
  /** JSON text. */
  readonly template: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly needsNamedIam: boolean;
  readonly autoDeployment: AutoDeployment;
  /** The same token gives the same set again. */
  readonly token: string;
}

export interface StackSetUpdate {
  readonly name: string;
  readonly operation: string;
  /** JSON text; null: as it is. */
  readonly template: string | null;
  /** Parameters whose values stay. */
  readonly parameters: readonly string[];
  readonly needsNamedIam: boolean;
  /** Null: as it is. */
  readonly autoDeployment: AutoDeployment | null;
  readonly preferences: OperationPreferences;
}

export interface InstanceChange extends DeploymentTargets {
  readonly set: string;
  readonly operation: string;
  readonly regions: readonly string[];
  readonly preferences: OperationPreferences;
}

/** Calls that change stack sets. Operations go on in AWS after the call. */
export interface StackSetWrites {
  createSet(set: NewStackSet): Promise<StackSetWrite>;
  updateSet(update: StackSetUpdate): Promise<StackSetWrite>;
  deleteSet(name: string): Promise<StackSetWrite>;
  createInstances(
    change: InstanceChange & { readonly overrides: Readonly<Record<string, string>> },
  ): Promise<StackSetWrite>;
  deleteInstances(
    change: InstanceChange & { readonly retainStacks: boolean },
  ): Promise<StackSetWrite>;
  /** DetectStackSetDrift: reads every resource of the set's stacks, and changes none. */
  detectDrift(
    setName: string,
    operation: string,
    preferences: OperationPreferences,
  ): Promise<StackSetWrite>;
}

export type StackSetsAccess = StackSetReads & StackSetWrites;
