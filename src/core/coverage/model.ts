/**
 * The vocabulary of coverage: which instances Systems Manager manages, by which role, and why not the others.
 *
 * - instance: an EC2 instance that is not terminated.
 * - node: an entry of Systems Manager's list: an instance with a registered agent, or a node of a hybrid activation.
 * - heartbeat: the call `ssm:UpdateInstanceInformation`. The agent tries it with the profile's role, then with the DHMC
 *   role. The first role that allows it manages the instance.
 * - profile: the instance profile; its role is the profile role.
 */
import type {
  AccountRow,
  Caller,
  Organization,
  Partition,
  Problem,
  RoleState,
  SettingState,
} from '../model/model.ts';

export const managers = ['dhmc', 'profile', 'activation', 'none', 'unknown'] as const;
/** The kind of role that manages an instance. */
export type ManagedBy = (typeof managers)[number];

export const confidences = ['proven', 'likely', 'unknown'] as const;
export type Confidence = (typeof confidences)[number];

export const coverageReasons = [
  'setting-unset',
  'setting-recent',
  'dhmc-role-broken',
  'profile-without-agent',
  'profile-incomplete',
  'profile-without-role',
  'contradiction',
  'role-not-shown',
  'other-role',
  'dhmc-ending',
  'in-transition',
  'imds-disabled',
  'agent-too-old',
  'connection-lost',
  'no-sign-of-agent',
  'operated-by-aws',
  'unreadable',
] as const;
/** Why an instance is not managed, or why its managing role is uncertain. */
export type CoverageReason = (typeof coverageReasons)[number];

/** An instance's agent, as Systems Manager shows it. */
export interface Agent {
  readonly version: string | null;
  /** AWS's PingStatus: `Online`, `ConnectionLost`, `Inactive`. */
  readonly ping: string;
  readonly lastPingAt: string | null;
  /** AWS's IamRole, unchanged; null if there is none. */
  readonly role: string | null;
}

/** The conclusion about one instance. */
export interface Judgement {
  readonly managedBy: ManagedBy;
  readonly confidence: Confidence;
  readonly reason: CoverageReason | null;
  /** The facts behind the conclusion, one sentence each. */
  readonly evidence: readonly string[];
  /** One sentence with the fix. */
  readonly hint: string | null;
}

/** One instance of the report. */
export interface CoverageInstance extends Judgement {
  readonly account: string;
  readonly region: string;
  readonly id: string;
  /** The tag `Name`; null if there is none. */
  readonly name: string | null;
  /** EC2's state: `running`, `stopped`, … */
  readonly state: string;
  readonly platform: string;
  readonly launchedAt: string | null;
  /** Names of the instance profile and of its role. */
  readonly profile: string | null;
  readonly profileRole: string | null;
  readonly agent: Agent | null;
}

export type ManagerCounts = Readonly<Record<ManagedBy, number>>;

/** One account in one region. */
export interface CoverageCell {
  readonly account: string;
  /** Null for an account without access. */
  readonly region: string | null;
  readonly setting: SettingState;
  /** State of the account's DHMC role. */
  readonly role: RoleState;
  /** Null if the instances could not be read. */
  readonly running: number | null;
  readonly stopped: number | null;
  /** Counts of the running instances; null if they could not be read. */
  readonly managedBy: ManagerCounts | null;
  readonly problem: Problem | null;
}

/** The differences from an earlier report, as instance ids. */
export interface CoverageChanges {
  /** Not managed, or unknown, before; managed now. */
  readonly managed: readonly string[];
  /** Managed before, not managed now. */
  readonly lost: readonly string[];
  readonly otherwise: readonly {
    readonly id: string;
    readonly from: ManagedBy;
    readonly to: ManagedBy;
  }[];
  readonly new: readonly string[];
  readonly gone: readonly string[];
}

export interface CoverageSummary {
  readonly accounts: number;
  readonly cells: number;
  /** This and all numbers below count only the cells that could be read. */
  readonly running: number;
  readonly stopped: number;
  readonly managedBy: ManagerCounts;
  readonly confidence: Readonly<Record<Confidence, number>>;
  readonly reasons: Readonly<Record<string, number>>;
  readonly calls: number;
  readonly throttled: number;
}

/** The coverage report without its instances, which are written as they are found. */
export interface CoverageReport {
  readonly schema: 'dhmc.coverage/v1';
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly caller: Caller;
  readonly organization: Organization;
  readonly partition: Partition;
  readonly summary: CoverageSummary;
  readonly changes: CoverageChanges | null;
  readonly accounts: readonly AccountRow[];
  readonly cells: readonly CoverageCell[];
}
