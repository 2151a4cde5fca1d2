/** CloudFormation stack sets as they were read, in dhmc's terms. */
import { nameOfSet } from '../model/values.ts';
import { managedByTag } from '../templates/template.ts';

/** Trusted access for StackSets in the organization. */
export type OrganizationsAccess = 'enabled' | 'disabled' | 'disabled-permanently';

/** Where new accounts get a stack set's instances without anybody's doing. */
export interface AutoDeployment {
  readonly enabled: boolean;
  /** Whether stacks stay in an account that leaves all targets. */
  readonly retainStacks: boolean;
  /** ARNs of the stack sets that come first in a new account. */
  readonly dependsOn: readonly string[];
}

/** A service-managed stack set, as DescribeStackSet gives it. */
export interface StackSet {
  readonly name: string;
  /** `<name>:<uuid>` */
  readonly id: string;
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
  /** Roots and units that it was deployed to. */
  readonly units: readonly string[];
  readonly regions: readonly string[];
  /** The template's text; null if AWS does not give it. */
  readonly template: string | null;
  readonly autoDeployment: AutoDeployment;
  readonly managedExecution: boolean;
}

export type InstanceStatus = 'CURRENT' | 'OUTDATED' | 'INOPERABLE';

/** One account and region of a stack set: what CloudFormation intends and last saw there, not what the cell is. */
export interface StackInstance {
  readonly account: string;
  readonly region: string;
  readonly status: InstanceStatus | (string & {});
  /** `SUCCEEDED`, `FAILED`, `SKIPPED_SUSPENDED_ACCOUNT` …; null if AWS gives none. */
  readonly detailedStatus: string | null;
  /** Why it is not current; null if AWS says nothing. */
  readonly reason: string | null;
  /** The ARN of the stack in the account; null if there is none. */
  readonly stack: string | null;
  /** The root or unit through which the account was reached. */
  readonly unit: string | null;
  /** `DRIFTED`, `IN_SYNC`, `NOT_CHECKED` …; null if AWS gives none. */
  readonly drift: string | null;
  readonly lastOperation: string | null;
}

/** What one of our sets deploys. */
export const setKinds = ['role', 'setting', 'single', 'registered', 'automation'] as const;
export type SetKind = (typeof setKinds)[number];

/** The tag of our stack sets that says what a set deploys. It reaches the roles too. */
export const setTag = 'dhmc:set';
export const setVersionTag = 'dhmc:version';
export { managedByTag };
export const managedByStackSet = 'stackset';

/** What one of our own sets deploys; null: the set belongs to someone else. */
export function kindOfSet({ tags }: Pick<StackSet, 'tags'>): SetKind | null {
  if (tags[managedByTag] !== managedByStackSet) return null;
  return setKinds.find((kind) => kind === tags[setTag]) ?? null;
}

export type OperationStatus =
  'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'STOPPING' | 'STOPPED';

/** An operation of a stack set. `SUCCEEDED` may hide failures within the tolerance: `failed` counts them. */
export interface StackSetOperation {
  readonly id: string;
  readonly action: string;
  readonly status: OperationStatus;
  readonly failed: number;
  readonly reason: string | null;
  /** ISO 8601, by AWS's clock; null: it has not ended, or AWS does not say. */
  readonly endedAt: string | null;
}

export const hasEnded = ({ status }: Pick<StackSetOperation, 'status'>): boolean =>
  status === 'SUCCEEDED' || status === 'FAILED' || status === 'STOPPED';

/** What an operation came to in one account and region. */
export interface OperationResult {
  readonly account: string;
  readonly region: string;
  /** `PENDING`, `RUNNING`, `SUCCEEDED`, `FAILED`, `CANCELLED`. */
  readonly status: string;
  readonly reason: string | null;
}

/** A root or unit to which new accounts are deployed, with its regions. */
export interface AutoDeploymentTarget {
  readonly unit: string;
  readonly regions: readonly string[];
}

/** How much of an operation runs at once, and how much may fail: `5` or `10%`. */
export interface OperationPreferences {
  readonly regions: 'one after another' | 'at once';
  readonly maxConcurrent: string;
  readonly failureTolerance: string;
}

/** Accounts of the units: all of them, only those named, or all but those named. */
export interface DeploymentTargets {
  readonly units: readonly string[];
  readonly accounts: readonly string[];
  readonly accountFilter: 'NONE' | 'INTERSECTION' | 'DIFFERENCE';
}

/** One of our own sets, as it is there. */
export interface FoundSet {
  readonly set: StackSet;
  readonly instances: readonly StackInstance[];
  readonly autoTargets: readonly AutoDeploymentTarget[];
}

/** A cell of dhmc's that is to be handed over. */
export interface HandOverCell {
  readonly account: string;
  readonly region: string;
  /** What the setting holds: it stays. */
  readonly value: string;
}

/** Whether the set, by its ARN, is the one of the prefix that has this kind of resource. */
export const isSetOf = (arn: string, prefix: string, kind: 'role' | 'setting'): boolean => {
  const name = nameOfSet(arn);
  if (!name.startsWith(`${prefix}-${kind}`)) return false;
  const rest = name.slice(prefix.length + kind.length + 1);
  return rest === '' || (kind === 'setting' && /^-\d+$/.test(rest));
};

/** CloudFormation's limit of units in one call. */
export const maxUnits = 50;
/** Stack instances of one stack set: the quota that AWS documents, and may raise. */
export const maxInstances = 100_000;
