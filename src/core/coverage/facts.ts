/** The facts about instances, nodes, profiles and settings: the input of the judgment. Times are in milliseconds. */
import type { Problem } from '../model/model.ts';

export interface Ec2Instance {
  readonly id: string;
  readonly name: string | null;
  readonly state: string;
  readonly platform: string;
  readonly launchedAt: number | null;
  /** Name of the instance profile; null if there is none. */
  readonly profile: string | null;
  /** `AIPA…`; differs from the profile's own id if the profile was deleted and created again. */
  readonly profileId: string | null;
  /** The state of the metadata endpoint; null if EC2 does not show it. */
  readonly metadata: 'enabled' | 'disabled' | 'pending' | null;
  /** Whether another AWS service operates it. */
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
  /** The instance on which a hybrid node runs, according to the node. */
  readonly sourceId: string | null;
  readonly address: string | null;
}

export type Permitted = 'allowed' | 'denied' | 'unknown';

/** What the profile of an instance allows its agent. */
export type ProfileAccess =
  | { readonly kind: 'none' }
  /** The profile has no role, or does not exist any more. */
  | { readonly kind: 'without-role' }
  | { readonly kind: 'unread'; readonly role: string | null; readonly problem: Problem }
  | {
      readonly kind: 'role';
      readonly role: string;
      readonly heartbeat: Permitted;
      /** Whether the heartbeat is allowed in every context. */
      readonly unconditional: boolean;
      /** The ssmmessages channels, without which no command reaches the agent. */
      readonly channels: Permitted;
      /** Policies that allow the heartbeat, or could allow it. */
      readonly policies: readonly string[];
      /** When the role, its profile or an account's policy on it last changed, as far as AWS shows. */
      readonly changedAt: number | null;
    };

/** The setting of a cell, with the role that it names. */
export type SettingFacts =
  | { readonly kind: 'unread' }
  | { readonly kind: 'unset'; readonly modifiedAt: number | null }
  | {
      readonly kind: 'set';
      /** `[path/]name`, as AWS stores it. */
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

/** The fault of a role that does not exist. */
export const missingRole = 'the role does not exist';

/** One instance with all facts about it. */
export interface InstanceFacts {
  readonly account: string;
  readonly region: string;
  readonly instance: Ec2Instance;
  /** Null if Systems Manager does not list the instance. */
  readonly node: ManagedNode | null;
  /** The hybrid node that runs on the instance; `by` says how it was recognized. */
  readonly hybrid: { readonly node: ManagedNode; readonly by: 'source' | 'address' } | null;
  /** False if the nodes of the cell could not be read. */
  readonly nodesRead: boolean;
  readonly profile: ProfileAccess;
  /** When the instance got its profile; null if unknown. */
  readonly associatedAt: number | null;
  readonly setting: SettingFacts;
  readonly now: number;
}
