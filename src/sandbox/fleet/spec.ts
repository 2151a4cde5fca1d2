/** Instances as a world gives them. Part of the world's format. */

/** A time: ISO 8601, or a number of minutes before the sandbox was started. */
export type Moment = string | number;

export type InstanceStateName =
  'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

/** An EC2 instance, or many alike. */
export interface FleetInstance {
  /** `i-` and 8 or 17 hexadecimal digits. Default: made from the account, the region and the place in the list. */
  readonly id?: string;
  /** So many instances like this one, with ids that are made up. Default: 1. */
  readonly count?: number;
  /** The tag `Name`; of many alike with a number behind it. */
  readonly name?: string;
  /** Default: `running`. */
  readonly state?: InstanceStateName;
  /** Default: 2025-06-01T06:00:00Z. */
  readonly launchedAt?: Moment;
  /** Default: `Linux`. */
  readonly platform?: 'Linux' | 'Windows' | 'MacOS';
  /** Name of the instance profile; null or absent for none. */
  readonly profile?: string | null;
  /** When this profile was attached, replaced or detached, and what was there before. Default: at the launch. */
  readonly profileChange?: { readonly at: Moment; readonly before?: string | null };
  /** The id that EC2 shows, where the profile was deleted and made anew since: there are no credentials then. */
  readonly profileId?: string;
  readonly metadata?: {
    /** Default: `enabled`. Disabled, the agent has no identity. */
    readonly endpoint?: 'enabled' | 'disabled';
    /** Default: `required`. */
    readonly tokens?: 'required' | 'optional';
    /** Default: 2. */
    readonly hopLimit?: number;
    /** Default: `applied`; `pending` while a change of the options is being applied. */
    readonly state?: 'applied' | 'pending';
  };
  /** The AWS service that runs the instance, such as `eks.amazonaws.com`. */
  readonly operator?: string;
  readonly image?: string;
  readonly vpc?: string;
  readonly subnet?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** null for none installed. Default: one that runs. */
  readonly agent?: FleetAgent | null;
  /**
   * The way to Systems Manager. `open` (default). `closed`: none. `no-dhmc`: an endpoint policy denies what the default host
   * management role needs. `no-profile`: an endpoint policy denies the profile's role.
   */
  readonly network?: 'open' | 'closed' | 'no-dhmc' | 'no-profile';
}

export interface FleetAgent {
  /** Default: `3.3.987.0`. */
  readonly version?: string;
  /** When it stopped; absent for an agent that runs. */
  readonly stoppedAt?: Moment;
  /** `lost`: its registration is not in its vault, so that it can never use default host management. Default: `kept`. */
  readonly registration?: 'kept' | 'lost';
  /** A hybrid activation in its vault: the instance is the managed node `mi-…` under the activation's role. */
  readonly activation?: {
    readonly node: string;
    readonly role: string;
    readonly id?: string;
  };
  /** Keys of a user on the machine, which come before any role. */
  readonly ownCredentials?: boolean;
}

/** An instance profile. Roles may name the profiles that hold them instead, in `Role.instanceProfiles`. */
export interface InstanceProfile {
  readonly name: string;
  /** Begins and ends with `/`. Default: `/`. */
  readonly path?: string;
  /** Name of its role; absent for a profile without one. The role need not be there any more. */
  readonly role?: string;
  /** ISO 8601. */
  readonly createdAt?: string;
}

/** What is unverified about instances in Systems Manager, and delays. */
export interface FleetBehavior {
  /** IamRole of a node under default host management: as in the setting (`path`, default), the bare `name`, or `absent`. */
  readonly iamRole?: 'path' | 'name' | 'absent';
  /** IamRole after the node returned to its profile. Default: `cleared`. */
  readonly iamRoleAfterReturn?: 'cleared' | 'stale';
  /** IamRole of nodes whose agent reports its SourceType (3.3.4851.0 and newer). Default: `shown`, as of all others. */
  readonly iamRoleWithSource?: 'shown' | 'absent';
  /** InstanceRole of DescribeInstanceProperties: the profile's `name` (default) or `arn`. */
  readonly instanceRole?: 'name' | 'arn';
  /** How long after a stop or termination Systems Manager still lists the instance. Default: 0. */
  readonly delistMs?: number;
  /** How long after its last heartbeat a node is ConnectionLost. Default: 10 minutes. */
  readonly connectionLostMs?: number;
  /** How long until an instance's metadata service follows a change of its profile. Default: 0. */
  readonly profileLagMs?: number;
}
