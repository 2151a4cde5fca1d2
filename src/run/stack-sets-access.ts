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

/** Reads the stack sets of the caller's organization in one region. */
export interface StackSetReads {
  /** The region of the stack sets: the home region. */
  readonly region: string;
  /** `SELF` in the management account; any other caller acts as delegated administrator, in every call. */
  readonly callAs: 'SELF' | 'DELEGATED_ADMIN';
  /** DescribeOrganizationsAccess. */
  organizationsAccess(): Promise<Reading<OrganizationsAccess>>;
  /**
   * ListStackSets and DescribeStackSet: every active service-managed stack set, with its tags. `kindOfSet` recognizes
   * ours.
   */
  sets(): Promise<Reading<readonly StackSet[]>>;
  /** DescribeStackSet; null if no active stack set has that name. */
  set(name: string): Promise<Reading<StackSet | null>>;
  /** ListStackInstances, page by page. Ends with the first problem. */
  instances(setName: string): AsyncIterable<Reading<readonly StackInstance[]>>;
  /** ListStackSetAutoDeploymentTargets. */
  autoTargets(setName: string): Promise<Reading<readonly AutoDeploymentTarget[]>>;
  /** DescribeStackSetOperation; null for an unknown id. */
  operation(setName: string, id: string): Promise<Reading<StackSetOperation | null>>;
  /** ListStackSetOperations. */
  operations(setName: string): Promise<Reading<readonly StackSetOperation[]>>;
  /** ListStackSetOperationResults: those with the status, or all. */
  results(
    setName: string,
    operation: string,
    status: 'FAILED' | 'CANCELLED' | null,
  ): Promise<Reading<readonly OperationResult[]>>;
  /** ListStackInstanceResourceDrifts: how one instance differs from its template, as text. */
  drifts(
    setName: string,
    operation: string,
    instance: { readonly account: string; readonly region: string },
  ): Promise<Reading<readonly string[]>>;
  /** DescribeType in the region: whether CloudFormation supports the resource type there. */
  knowsType(region: string, type: string): Promise<Reading<boolean>>;
}

/** The result of a call that changes a stack set. */
export type StackSetWrite =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly problem: Problem;
      /**
       * - `refused`: AWS refused; nothing was changed.
       * - `exists`: a stack set with the name, or an operation with the id, exists already.
       * - `gone`: the stack set, instance or operation does not exist.
       * - `busy`: another operation is in progress, or the call was based on an older state; a later try may succeed.
       * - `lost`: no answer, or a 5xx: the change may have been made. Read before trying again.
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
  /** The same token always creates the same stack set. */
  readonly token: string;
}

export interface StackSetUpdate {
  readonly name: string;
  readonly operation: string;
  /** JSON text; null: unchanged. */
  readonly template: string | null;
  /** Parameters that keep their values. */
  readonly parameters: readonly string[];
  readonly needsNamedIam: boolean;
  /** Null: unchanged. */
  readonly autoDeployment: AutoDeployment | null;
  readonly preferences: OperationPreferences;
}

export interface InstanceChange extends DeploymentTargets {
  readonly set: string;
  readonly operation: string;
  readonly regions: readonly string[];
  readonly preferences: OperationPreferences;
}

/** Calls that change stack sets. Their operations continue in AWS after the call. */
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
  /** DetectStackSetDrift: reads every resource of the stack set's stacks, and changes none. */
  detectDrift(
    setName: string,
    operation: string,
    preferences: OperationPreferences,
  ): Promise<StackSetWrite>;
}

export type StackSetsAccess = StackSetReads & StackSetWrites;
