/** CloudFormation's data while a sandbox runs: stack sets, their instances and operations, and stacks. */
import { hash } from 'node:crypto';
import type { State } from '../../state/state.ts';
import type { ResourceDrift, Stack } from './stack.ts';
import type { Template } from './template.ts';

export type Action = 'CREATE' | 'UPDATE' | 'DELETE' | 'DETECT_DRIFT';
export type OperationStatus =
  'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'STOPPING' | 'STOPPED';
export type ResultStatus = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
export type InstanceStatus = 'CURRENT' | 'OUTDATED' | 'INOPERABLE';
export type DetailedStatus = ResultStatus | 'INOPERABLE' | 'SKIPPED_SUSPENDED_ACCOUNT';
export type DriftStatus = 'DRIFTED' | 'IN_SYNC' | 'NOT_CHECKED';

export interface AutoDeployment {
  readonly enabled: boolean;
  readonly retain: boolean;
  readonly dependsOn: readonly string[];
}

export interface StackSet {
  readonly name: string;
  /** The part of the id after the name. */
  readonly uuid: string;
  readonly arn: string;
  /** The account that owns the set. */
  readonly owner: string;
  readonly region: string;
  readonly serviceManaged: boolean;
  readonly administrationRole: string | null;
  /** For self-managed sets only. */
  readonly executionRole: string | null;
  /** The request token of its creation, and whether it was changed since. */
  readonly creation: { readonly token: string | null; changed: boolean };
  status: 'ACTIVE' | 'DELETED';
  description: string | null;
  template: Template;
  parameters: ReadonlyMap<string, string>;
  capabilities: readonly string[];
  tags: Readonly<Record<string, string>>;
  autoDeployment: AutoDeployment | null;
  managedExecution: boolean;
  /** By `<account> <region>`. */
  readonly instances: Map<string, Instance>;
  /** The newest is last. */
  readonly operations: Operation[];
  /** The regions by root or unit where automatic deployment adds instances for new accounts. */
  readonly autoTargets: Map<string, Set<string>>;
  drift: DriftSummary | null;
}

export interface DriftSummary {
  readonly operation: string;
  at: number;
  running: boolean;
  failed: boolean;
}

export interface Instance {
  readonly account: string;
  readonly region: string;
  /** The root or unit that the instance was targeted through; null in a self-managed set. */
  unit: string | null;
  overrides: ReadonlyMap<string, string>;
  stack: Stack | null;
  status: InstanceStatus;
  detailedStatus: DetailedStatus;
  reason: string | null;
  driftStatus: DriftStatus;
  driftCheckedAt: number | null;
  /** The findings of the newest drift detection, and its operation. */
  drifts: { readonly operation: string; readonly found: readonly ResourceDrift[] } | null;
  lastOperation: string | null;
}

export interface Preferences {
  readonly RegionConcurrencyType?: string;
  readonly RegionOrder?: readonly string[];
  readonly FailureToleranceCount?: number;
  readonly FailureTolerancePercentage?: number;
  readonly MaxConcurrentCount?: number;
  readonly MaxConcurrentPercentage?: number;
  readonly ConcurrencyMode?: string;
}

export interface Targets {
  readonly OrganizationalUnitIds?: readonly string[];
  readonly Accounts?: readonly string[];
  readonly AccountFilterType?: string;
}

/** One account and region of an operation. */
export interface Task {
  readonly account: string;
  readonly region: string;
  readonly unit: string | null;
  status: ResultStatus;
  reason: string | null;
}

/** One region of an operation. */
export interface Lane {
  readonly tasks: readonly Task[];
  /** The index of the next task to start. */
  next: number;
  running: number;
  failed: number;
  readonly tolerance: number;
  readonly most: number;
  stopped: boolean;
}

export interface Operation {
  readonly id: string;
  readonly set: StackSet;
  readonly action: Action;
  readonly preferences: Preferences;
  readonly targets: Targets | null;
  readonly retainStacks: boolean | null;
  readonly createdAt: number;
  readonly lanes: readonly Lane[];
  readonly inParallel: boolean;
  readonly strict: boolean;
  /** The account that joined or moved, for an operation of automatic deployment. */
  readonly automaticFor: string | null;
  /** Operations that must succeed first. */
  readonly after: readonly Operation[];
  /** Whether it affects every instance of the set. */
  readonly wholeSet: boolean;
  status: OperationStatus;
  statusReason: string | null;
  endedAt: number | null;
}

export interface Running {
  readonly finishesAt: number;
  readonly operation: Operation;
  readonly lane: Lane;
  readonly task: Task;
}

/** All of CloudFormation's data. */
export interface Store {
  /** Includes deleted stack sets. */
  readonly sets: StackSet[];
  /** Operations that have not ended, the oldest first. */
  readonly active: Set<Operation>;
  /** In the order in which they finish. */
  readonly running: Running[];
  /** Stacks by ARN, including those that were detached from their stack set. */
  readonly stacks: Map<string, Stack>;
  organizationsAccess: boolean;
  ids: number;
}

const stores = new WeakMap<State, Store>();

export function storeOf(state: State): Store {
  let store = stores.get(state);
  if (store === undefined) {
    store = {
      sets: [],
      active: new Set(),
      running: [],
      stacks: new Map(),
      organizationsAccess: state.world.organization.stackSetsAccess ?? true,
      ids: 0,
    };
    stores.set(state, store);
  }
  return store;
}

/** A made-up UUID, the same in every run. */
export function nextUuid(store: Store, kind: string): string {
  store.ids++;
  const hex = hash('sha256', `${kind} ${store.ids}`);
  return [8, 4, 4, 4, 12]
    .map((length, index) => hex.slice(index * 12, index * 12 + length))
    .join('-');
}

export const instanceKey = (account: string, region: string): string => `${account} ${region}`;

/** Whether trusted access for StackSets is enabled. In China it cannot be. */
export const hasOrganizationsAccess = (state: State): boolean =>
  state.partition !== 'aws-cn' && storeOf(state).organizationsAccess;

export const failedCount = ({ lanes }: Operation): number =>
  lanes.reduce((sum, { failed }) => sum + failed, 0);

/** A stack instance that has no stack yet. */
export const newInstance = (
  { account, region, unit }: Pick<Instance, 'account' | 'region' | 'unit'>,
  overrides: ReadonlyMap<string, string>,
): Instance => ({
  account,
  region,
  unit,
  overrides,
  stack: null,
  status: 'OUTDATED',
  detailedStatus: 'PENDING',
  reason: null,
  driftStatus: 'NOT_CHECKED',
  driftCheckedAt: null,
  drifts: null,
  lastOperation: null,
});
