/** The instances of a world. Part of the world's format. */

/** A time: ISO 8601, or minutes before the sandbox's start. */
export type Moment = string | number;

export type InstanceStateName =
  'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

/** One EC2 instance, or several identical ones. */
export interface FleetInstance {
  /** `i-` and 8 or 17 hexadecimal digits. Default: derived from the account, the region and the place in the list. */
  readonly id?: string;
  /** The number of identical instances, with generated ids. Default: 1. */
  readonly count?: number;
  /** The tag `Name`. Several identical instances get a number after it. */
  readonly name?: string;
  /** Default: `running`. */
  readonly state?: InstanceStateName;
  /** Default: 2025-06-01T06:00:00Z. */
  readonly launchedAt?: Moment;
  /** Default: `Linux`. */
  readonly platform?: 'Linux' | 'Windows' | 'MacOS';
  /** Name of the instance profile; null or absent for none. */
  readonly profile?: string | null;
  /**
   * When the current profile was attached, replaced or detached, and the profile before that. Default: the launch.
   */
  readonly profileChange?: { readonly at: Moment; readonly before?: string | null };
  /**
   * The profile id that EC2 shows if the profile was deleted and created again. Such an instance has no credentials.
   */
  readonly profileId?: string;
  readonly metadata?: {
    /** Default: `enabled`. If disabled, the agent has no identity. */
    readonly endpoint?: 'enabled' | 'disabled';
    /** Default: `required`. */
    readonly tokens?: 'required' | 'optional';
    /** Default: 2. */
    readonly hopLimit?: number;
    /** Default: `applied`. `pending` while a change of the options is in progress. */
    readonly state?: 'applied' | 'pending';
  };
  /** The AWS service that runs the instance, such as `eks.amazonaws.com`. */
  readonly operator?: string;
  readonly image?: string;
  readonly vpc?: string;
  readonly subnet?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Null if no agent is installed. Default: an agent that runs. */
  readonly agent?: FleetAgent | null;
  /**
   * The connection to Systems Manager. `open` (default); `closed`: none. `no-dhmc`: an endpoint policy denies the
   * permissions of the default host management role. `no-profile`: an endpoint policy denies the profile's role.
   */
  readonly network?: 'open' | 'closed' | 'no-dhmc' | 'no-profile';
}

export interface FleetAgent {
  /** Default: `3.3.987.0`. */
  readonly version?: string;
  /** When the agent stopped; absent while it runs. */
  readonly stoppedAt?: Moment;
  /** `lost`: the vault has no registration, so the agent can never use default host management. Default: `kept`. */
  readonly registration?: 'kept' | 'lost';
  /** A hybrid activation in the agent's vault: the instance is the managed node `mi-…` with the activation's role. */
  readonly activation?: {
    readonly node: string;
    readonly role: string;
    readonly id?: string;
  };
  /** Whether the machine has a user's keys, which have priority over any role. */
  readonly ownCredentials?: boolean;
}

/** An instance profile. Alternatively, a role can name its profiles in `Role.instanceProfiles`. */
export interface InstanceProfile {
  readonly name: string;
  /** Begins and ends with `/`. Default: `/`. */
  readonly path?: string;
  /** Name of its role; absent for a profile without a role. The role may have been deleted. */
  readonly role?: string;
  /** ISO 8601. */
  readonly createdAt?: string;
}

/** Delays and unverified points of instances in Systems Manager. */
export interface FleetBehavior {
  /**
   * IamRole of a node under default host management: with the setting's path (`path`, default), without it (`name`),
   * or `absent`.
   */
  readonly iamRole?: 'path' | 'name' | 'absent';
  /** IamRole after the node returned to its profile. Default: `cleared`. */
  readonly iamRoleAfterReturn?: 'cleared' | 'stale';
  /**
   * IamRole of nodes with agents that report their SourceType (3.3.4851.0 and newer). Default: `shown`, as for all
   * others.
   */
  readonly iamRoleWithSource?: 'shown' | 'absent';
  /** InstanceRole of DescribeInstanceProperties: the profile's `name` (default) or `arn`. */
  readonly instanceRole?: 'name' | 'arn';
  /** How long Systems Manager still lists an instance after it stopped or terminated. Default: 0. */
  readonly delistMs?: number;
  /** How long after its last heartbeat a node becomes ConnectionLost. Default: 10 minutes. */
  readonly connectionLostMs?: number;
  /** How long the metadata service takes to follow a change of the profile. Default: 0. */
  readonly profileLagMs?: number;
}
