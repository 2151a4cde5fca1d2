/** The readings of CloudFormation stack sets, in dhmc's terms. */
import { nameOfSet } from '../model/values.ts';
import { managedByTag } from '../templates/template.ts';

/** Trusted access for StackSets in the organization. */
export type OrganizationsAccess = 'enabled' | 'disabled' | 'disabled-permanently';

/** The automatic deployment of a stack set to new accounts. */
export interface AutoDeployment {
  readonly enabled: boolean;
  /** Whether stacks stay in an account that leaves all targets. */
  readonly retainStacks: boolean;
  /** ARNs of the stack sets that are deployed first in a new account. */
  readonly dependsOn: readonly string[];
}

/** A service-managed stack set, from DescribeStackSet. */
export interface StackSet {
  readonly name: string;
  /** `<name>:<uuid>` */
  readonly id: string;
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
  /** The roots and organizational units that it was deployed to. */
  readonly units: readonly string[];
  readonly regions: readonly string[];
  /** The template's text; null if absent. */
  readonly template: string | null;
  readonly autoDeployment: AutoDeployment;
  readonly managedExecution: boolean;
}

export type InstanceStatus = 'CURRENT' | 'OUTDATED' | 'INOPERABLE';

/**
 * One account and region of a stack set: the intention and last known result of CloudFormation, not the cell's state.
 */
export interface StackInstance {
  readonly account: string;
  readonly region: string;
  readonly status: InstanceStatus | (string & {});
  /** `SUCCEEDED`, `FAILED`, `SKIPPED_SUSPENDED_ACCOUNT` …; null if absent. */
  readonly detailedStatus: string | null;
  /** Why it is not current; null if absent. */
  readonly reason: string | null;
  /** The ARN of the stack in the account; null if there is none. */
  readonly stack: string | null;
  /** The root or organizational unit through which the account was reached. */
  readonly unit: string | null;
  /** `DRIFTED`, `IN_SYNC`, `NOT_CHECKED` …; null if absent. */
  readonly drift: string | null;
  readonly lastOperation: string | null;
}

/** The kinds of our stack sets, by what they deploy. */
export const setKinds = ['role', 'setting', 'single', 'registered', 'automation'] as const;
export type SetKind = (typeof setKinds)[number];

/** The tag with the kind of a stack set. CloudFormation adds it to the roles too. */
export const setTag = 'dhmc:set';
export const setVersionTag = 'dhmc:version';
export { managedByTag };
export const managedByStackSet = 'stackset';

/** The kind of one of our sets; null if the set is not dhmc's. */
export function kindOfSet({ tags }: Pick<StackSet, 'tags'>): SetKind | null {
  if (tags[managedByTag] !== managedByStackSet) return null;
  return setKinds.find((kind) => kind === tags[setTag]) ?? null;
}

export type OperationStatus =
  'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'STOPPING' | 'STOPPED';

/** An operation of a stack set. `SUCCEEDED` may hide failures within the tolerance, which `failed` counts. */
export interface StackSetOperation {
  readonly id: string;
  readonly action: string;
  readonly status: OperationStatus;
  readonly failed: number;
  readonly reason: string | null;
  /** ISO 8601, by AWS's clock; null if the operation has not ended or AWS does not show the time. */
  readonly endedAt: string | null;
}

export const hasEnded = ({ status }: Pick<StackSetOperation, 'status'>): boolean =>
  status === 'SUCCEEDED' || status === 'FAILED' || status === 'STOPPED';

/** The result of an operation in one account and region. */
export interface OperationResult {
  readonly account: string;
  readonly region: string;
  /** `PENDING`, `RUNNING`, `SUCCEEDED`, `FAILED`, `CANCELLED`. */
  readonly status: string;
  readonly reason: string | null;
}

/** A root or organizational unit in which a set deploys to new accounts, with the regions. */
export interface AutoDeploymentTarget {
  readonly unit: string;
  readonly regions: readonly string[];
}

/** How many accounts of an operation run at once, and how many may fail: `5` or `10%`. */
export interface OperationPreferences {
  readonly regions: 'one after another' | 'at once';
  readonly maxConcurrent: string;
  readonly failureTolerance: string;
}

/** Accounts of the units: all (`NONE`), only `accounts` (`INTERSECTION`), or all others (`DIFFERENCE`). */
export interface DeploymentTargets {
  readonly units: readonly string[];
  readonly accounts: readonly string[];
  readonly accountFilter: 'NONE' | 'INTERSECTION' | 'DIFFERENCE';
}

/** One of our existing sets, with its instances and targets. */
export interface FoundSet {
  readonly set: StackSet;
  readonly instances: readonly StackInstance[];
  readonly autoTargets: readonly AutoDeploymentTarget[];
}

/** A cell of dhmc to transfer to a stack set. */
export interface HandOverCell {
  readonly account: string;
  readonly region: string;
  /** The setting's value, which does not change. */
  readonly value: string;
}

/** Whether the ARN belongs to a set with this prefix and kind of resource. */
export const isSetOf = (arn: string, prefix: string, kind: 'role' | 'setting'): boolean => {
  const name = nameOfSet(arn);
  if (!name.startsWith(`${prefix}-${kind}`)) return false;
  const rest = name.slice(prefix.length + kind.length + 1);
  return rest === '' || (kind === 'setting' && /^-\d+$/.test(rest));
};

/** CloudFormation's limit of organizational units in one call. */
export const maxUnits = 50;
/** AWS's documented quota of stack instances in one stack set. AWS can raise it. */
export const maxInstances = 100_000;
