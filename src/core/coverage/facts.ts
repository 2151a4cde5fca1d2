/**
 * What was read about instances, nodes, profiles and settings: the input of the judgment. Times are in milliseconds.
 */
import type { Problem } from '../model/model.ts';

export interface Ec2Instance {
  readonly id: string;
  readonly name: string | null;
  readonly state: string;
  readonly platform: string;
  readonly launchedAt: number | null;
  /** Name of the instance profile; null if there is none. */
  readonly profile: string | null;
  /** `AIPA…`: differs from the profile's where the profile was deleted and made again. */
  readonly profileId: string | null;
  /** Whether the metadata endpoint is on; null if EC2 does not say. */
  readonly metadata: 'enabled' | 'disabled' | 'pending' | null;
  /** Another AWS service runs it. */
  readonly operated: boolean;
  /** `vpc-…`; null if EC2 names none. */
  readonly vpc: string | null;
  /** `ami-…`; null if EC2 names none. */
  readonly image: string | null;
  readonly privateIp: string | null;
}

/** One entry of DescribeInstanceInformation. */
export interface ManagedNode {
  /** `i-…` or `mi-…` */
  readonly id: string;
  readonly ping: string;
  readonly lastPingAt: number | null;
  readonly version: string | null;
  readonly role: string | null;
  /** The instance that a hybrid node says it runs on. */
  readonly sourceId: string | null;
  readonly address: string | null;
}

export type Permitted = 'allowed' | 'denied' | 'unknown';

/** What the profile of an instance lets its agent do. */
export type ProfileAccess =
  | { readonly kind: 'none' }
  /** The profile is there without a role, or is gone itself. */
  | { readonly kind: 'without-role' }
  | { readonly kind: 'unread'; readonly role: string | null; readonly problem: Problem }
  | {
      readonly kind: 'role';
      readonly role: string;
      readonly heartbeat: Permitted;
      /** Whether the heartbeat is allowed in every context. */
      readonly unconditional: boolean;
      /** The channels of ssmmessages, without which no command reaches the agent. */
      readonly channels: Permitted;
      /** Policies that allow the heartbeat, or could. */
      readonly policies: readonly string[];
      /** When the role, its profile or a policy of the account on it was last changed, as far as AWS says. */
      readonly changedAt: number | null;
    };

/** The setting of a cell, with the role that it names. */
export type SettingFacts =
  | { readonly kind: 'unread' }
  | { readonly kind: 'unset'; readonly modifiedAt: number | null }
  | {
      readonly kind: 'set';
      /** `[path/]name`, as AWS holds it. */
      readonly value: string;
      /** Whether it is the role of `--dhmc-role`. */
      readonly ours: boolean;
      /** Whether the role can manage an instance. */
      readonly works: 'yes' | 'no' | 'unknown';
      /** What is wrong with the role, or null. */
      readonly fault: string | null;
      readonly pending: boolean;
      readonly modifiedAt: number | null;
    };

/** What is wrong with a role that is not there. */
export const missingRole = 'the role does not exist';

/** One instance with all that is known around it. */
export interface InstanceFacts {
  readonly account: string;
  readonly region: string;
  readonly instance: Ec2Instance;
  /** Null: Systems Manager does not list the instance. */
  readonly node: ManagedNode | null;
  /** The hybrid node that runs on the instance; `by` says how it was recognized. */
  readonly hybrid: { readonly node: ManagedNode; readonly by: 'source' | 'address' } | null;
  /** False: the nodes of the cell could not be read. */
  readonly nodesRead: boolean;
  readonly profile: ProfileAccess;
  /** When the instance got its profile; null if that is not known. */
  readonly associatedAt: number | null;
  readonly setting: SettingFacts;
  readonly now: number;
}
