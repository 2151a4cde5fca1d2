/**
 * The vocabulary of advice: which SSM rights can be removed from the roles of instance profiles.
 *
 * - agent's right: an action that the SSM Agent needs and that the DHMC role has too. Only these can be removed.
 * - further right: another action that the agent could use, such as writing a command's output to S3.
 * - heartbeat: `ssm:UpdateInstanceInformation`. While the profile's role allows it, the agent never asks for DHMC.
 * - canary: an instance that DHMC manages for certain; it proves that DHMC works in its region and VPC.
 */
import type { AccountRow, Caller, Organization, Partition, Problem } from '../model/model.ts';

export const adviceVerdicts = ['safe', 'likely', 'not-yet', 'keep', 'unknown'] as const;
/** Whether the agent's rights can be removed from a role now. */
export type AdviceVerdict = (typeof adviceVerdicts)[number];

export const dispositions = ['remove', 'replace', 'move', 'keep'] as const;
export type Disposition = (typeof dispositions)[number];

/** Rights of one policy with the same disposition. */
export interface RightsRow {
  /** ARN, or `inline:<name>`. */
  readonly policy: string;
  readonly disposition: Disposition;
  readonly actions: readonly string[];
  readonly reason: string;
}

/** A reason why a role does not have a better verdict. */
export interface Blocker {
  readonly reason: AdviceReason;
  /** Null if it does not concern one region. */
  readonly region: string | null;
  readonly instances: readonly string[];
  readonly hint: string;
}

export type StepCall =
  'PutRolePolicy' | 'DeleteRolePolicy' | 'AttachRolePolicy' | 'DetachRolePolicy';

/** A policy document in IAM's format. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly {
    readonly Sid?: string;
    readonly Effect: 'Allow' | 'Deny';
    readonly Action: string | readonly string[];
    readonly Resource: string | readonly string[];
  }[];
}

/** One step of a removal. */
export interface AdviceStep {
  /** Null for a step that is not a call: something to do by hand or to wait for. */
  readonly call: StepCall | null;
  /** ARN for attached policies, name for inline ones. */
  readonly policy: string | null;
  readonly document: PolicyDocument | null;
  readonly text: string;
}

/** The advice for one role. */
export interface RoleAdvice {
  readonly account: string;
  readonly name: string;
  readonly arn: string;
  readonly profiles: readonly string[];
  readonly instances: { readonly running: number; readonly stopped: number };
  readonly verdict: AdviceVerdict;
  /** How long an instance may be unmanaged after the removal; null if nothing is removed, or the time is unknown. */
  readonly gapMinutes: number | null;
  readonly rights: readonly RightsRow[];
  readonly blockers: readonly Blocker[];
  readonly steps: readonly AdviceStep[];
}

/**
 * The audit of a role that an account's settings name, or will name. Root on any managed instance has all its rights.
 */
export interface DhmcRoleAudit {
  readonly account: string;
  readonly arn: string;
  /** Agent's rights that the role does not have. */
  readonly missing: readonly string[];
  /** Actions, or patterns of actions, beyond the agent's rights. */
  readonly beyond: readonly string[];
  /** Those of `beyond` that are dangerous and allowed on every resource. Not part of the JSON report. */
  readonly dangerous: readonly string[];
}

/** What could not be read. */
export interface Unread {
  readonly account: string;
  /** Null for the whole account. */
  readonly region: string | null;
  readonly problem: Problem;
}

export interface AdviceSummary {
  readonly roles: number;
  readonly verdicts: Readonly<Record<AdviceVerdict, number>>;
  readonly calls: number;
  readonly throttled: number;
}

/** The report without its roles, which are written as they are found. */
export interface AdviceReport {
  readonly schema: 'dhmc.advice/v1';
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly caller: Caller;
  readonly organization: Organization;
  readonly partition: Partition;
  readonly summary: AdviceSummary;
  readonly accounts: readonly AccountRow[];
  readonly unread: readonly Unread[];
  readonly dhmcRoles: readonly DhmcRoleAudit[];
}

export const adviceReasons = [
  // keep
  'quick-setup-role',
  'service-role',
  'activation-role',
  'operated-by-aws',
  'no-agent-rights',
  'nothing-to-remove',
  // unknown
  'policy-unreadable',
  'trust-unreadable',
  'conditions',
  // not-yet
  'no-instances',
  'unreadable',
  'regions-unproven',
  'setting-unset',
  'dhmc-role-broken',
  'setting-recent',
  'agent-too-old',
  'agent-unknown',
  'imds-disabled',
  'imds-pending',
  'connection-lost',
  'not-listed',
  'hybrid-node',
  'stopped-instances',
  'shared-role',
  'other-policy',
  'agent-rights',
  // likely
  'no-canary',
  'canary-elsewhere',
  'setting-age-unknown',
  'quick-setup',
] as const;
export type AdviceReason = (typeof adviceReasons)[number];
