/**
 * The world of the sandbox: an AWS organization as plain data, `dhmc.world/v1`, the same in JSON and YAML. Each
 * optional member documents its default. The server never changes the world it is given. It keeps its own state,
 * which `snapshot()` returns as a world. Accounts may share objects (roles, policies, tags).
 */

import type { Behavior } from './behavior.ts';
import type { FleetInstance, InstanceProfile } from './fleet/spec.ts';

export type { Behavior, Fault, Match } from './behavior.ts';
export type {
  FleetAgent,
  FleetBehavior,
  FleetInstance,
  InstanceProfile,
  InstanceStateName,
  Moment,
} from './fleet/spec.ts';

export const worldFormat = 'dhmc.world/v1';

export type Partition = 'aws' | 'aws-cn' | 'aws-us-gov' | 'aws-eusc';

export interface World {
  readonly format: typeof worldFormat;
  /** Default: `aws`. */
  readonly partition?: Partition;
  /** All regions. Default: those of the partition, see `partitions.ts`. */
  readonly regions?: {
    /** Enabled by default in every account; cannot be disabled. */
    readonly default: readonly string[];
    /** Disabled unless an account opts in. */
    readonly optIn: readonly string[];
  };
  readonly organization: Organization;
  /** Organizational units, in any order. */
  readonly units: readonly Unit[];
  /** In the order of ListAccounts. Includes the management account. */
  readonly accounts: readonly Account[];
  /** Service control policies by name. `FullAWSAccess` is built in. */
  readonly scps?: Readonly<Record<string, PolicyDocument>>;
  /** The identities that can sign requests. `dhmc sandbox` prints the keys of the first one. */
  readonly callers: readonly Caller[];
  readonly behavior?: Behavior;
  /** The former name of `behavior`. It still works, with a warning. */
  readonly temper?: Behavior;
}

export interface Organization {
  /** `o-` and 10 to 32 of [a-z0-9]. */
  readonly id: string;
  /** `r-` and 4 to 32 of [a-z0-9]. */
  readonly rootId: string;
  /** Twelve digits. */
  readonly managementAccount: string;
  /** Accounts besides the management account that may call the read operations of Organizations. Default: none. */
  readonly delegatedAdministrators?: readonly string[];
  /** Whether trusted access for CloudFormation StackSets is enabled. Default: true. */
  readonly stackSetsAccess?: boolean;
  /** Names of SCPs at the root. Default: `[FullAWSAccess]`. */
  readonly scps?: readonly string[];
  /** The members of an account that ListAccounts and DescribeAccount return. Default: all true. */
  readonly gives?: {
    readonly paths?: boolean;
    readonly state?: boolean;
    readonly status?: boolean;
  };
}

export interface Unit {
  /** `ou-`, the root's part, `-`, and 8 to 32 of [a-z0-9]. */
  readonly id: string;
  readonly name: string;
  /** Id of the parent unit or of the root. */
  readonly parent: string;
  /** Names of SCPs attached to it. Default: `[FullAWSAccess]`. */
  readonly scps?: readonly string[];
}

export type AccountState =
  'PENDING_ACTIVATION' | 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED';

export type RegionOptStatus =
  'ENABLED' | 'ENABLED_BY_DEFAULT' | 'ENABLING' | 'DISABLING' | 'DISABLED';

export interface Account {
  /** Twelve digits. */
  readonly id: string;
  readonly name: string;
  /** Default: `<id>@example.com`. */
  readonly email?: string;
  /** Default: `ACTIVE`. */
  readonly state?: AccountState;
  /** Default: `CREATED`. */
  readonly joinedMethod?: 'CREATED' | 'INVITED';
  /** ISO 8601. */
  readonly joinedAt?: string;
  /** Id of its organizational unit or of the root. */
  readonly parent: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Names of SCPs attached to the account itself. Default: `[FullAWSAccess]`. */
  readonly scps?: readonly string[];
  /** Opt-in statuses that differ from the partition's defaults. */
  readonly regions?: Readonly<Record<string, RegionOptStatus>>;
  /** Regions whose STS endpoint the account has deactivated. Default: none. */
  readonly stsDeactivated?: readonly string[];
  readonly roles?: readonly Role[];
  /** Customer-managed policies. */
  readonly policies?: readonly ManagedPolicy[];
  /** DHMC's setting by region. Other regions have AWS's default. */
  readonly settings?: Readonly<Record<string, Setting>>;
  /** Instance profiles, besides those that roles name. */
  readonly instanceProfiles?: readonly InstanceProfile[];
  /** EC2 instances by region, with simulated agents: see `fleet/README.md`. */
  readonly fleet?: Readonly<Record<string, readonly FleetInstance[]>>;
  /**
   * Nodes by region that DescribeInstanceInformation lists exactly as given here, regardless of EC2 and the agents. A
   * node with the id of an instance in `fleet` replaces it.
   */
  readonly instances?: Readonly<Record<string, readonly ManagedInstance[]>>;
  /** State Manager associations, by region. */
  readonly associations?: Readonly<Record<string, readonly Association[]>>;
}

export interface Role {
  readonly name: string;
  /** Begins and ends with `/`. Default: `/`. */
  readonly path?: string;
  readonly trust: PolicyDocument;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** ARN of the permissions boundary. */
  readonly boundary?: string;
  /** ARNs of managed policies. */
  readonly attachedPolicies?: readonly string[];
  /** Inline policies by name. */
  readonly inlinePolicies?: Readonly<Record<string, PolicyDocument>>;
  /** Names of the instance profiles that hold the role. */
  readonly instanceProfiles?: readonly string[];
  /** Seconds, 3600 to 43200. Default: 3600. */
  readonly maxSessionDuration?: number;
  /** ISO 8601. */
  readonly createdAt?: string;
}

export interface ManagedPolicy {
  readonly name: string;
  /** Begins and ends with `/`. Default: `/`. */
  readonly path?: string;
  readonly document: PolicyDocument;
}

export interface Setting {
  /** SettingValue of GetServiceSetting; null for AWS's default, which is returned as `$None`. */
  readonly value: string | null;
  /** LastModifiedUser; null if it is absent. */
  readonly modifiedBy: string | null;
  /** LastModifiedDate, ISO 8601; null if it is absent. */
  readonly modifiedAt: string | null;
  /** Replaces `modifiedAt`: how many minutes before the sandbox's start. */
  readonly modifiedMinutesAgo?: number;
  /** Default: `Customized`, or `Default` where the value is null. */
  readonly status?: 'Default' | 'Customized' | 'Custom' | 'PendingUpdate';
}

export interface ManagedInstance {
  /** `i-…` or `mi-…` */
  readonly id: string;
  readonly name?: string;
  /** Default: `Online`. */
  readonly ping?: 'Online' | 'ConnectionLost' | 'Inactive';
  /** Default: `3.3.987.0`. */
  readonly agentVersion?: string;
  /** Default: `Linux`. */
  readonly platform?: 'Linux' | 'Windows' | 'MacOS';
  /** IamRole as DescribeInstanceInformation returns it; absent if it returns none. */
  readonly role?: string;
  /** Default: 0. */
  readonly lastPingMinutesAgo?: number;
  /** The EC2 instance behind a hybrid node. */
  readonly sourceId?: string;
}

export interface Association {
  /** The document's name, such as `AWSQuickSetupType-EnableDHMC`. */
  readonly document: string;
  readonly name?: string;
  /** A UUID. */
  readonly id: string;
}

/** An IAM policy in AWS's own JSON. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Principal?: PolicyPrincipal;
  readonly NotPrincipal?: PolicyPrincipal;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, ConditionValue>>>>;
}

export type PolicyPrincipal = '*' | Readonly<Record<string, string | readonly string[]>>;

export type ConditionValue = string | number | boolean | readonly (string | number | boolean)[];

export interface Caller {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** If set, requests must send it. A role's session always has one. */
  readonly sessionToken?: string;
  readonly identity: CallerIdentity;
}

export type CallerIdentity =
  | { readonly kind: 'root'; readonly account: string }
  | {
      readonly kind: 'user';
      readonly account: string;
      readonly name: string;
      /** Default: `/`. */
      readonly path?: string;
      readonly tags?: Readonly<Record<string, string>>;
      readonly boundary?: string;
      readonly attachedPolicies?: readonly string[];
      readonly inlinePolicies?: Readonly<Record<string, PolicyDocument>>;
    }
  | {
      readonly kind: 'assumed-role';
      readonly account: string;
      /** Name of a role in the account. Its policies apply. */
      readonly role: string;
      readonly session: string;
      /** ISO 8601. Default: never. */
      readonly expiresAt?: string;
    };

/** The world with current member names: renames `temper` to `behavior`. */
export function withPresentNames({ temper, ...world }: World): World {
  return temper === undefined ? world : { ...world, behavior: temper };
}
