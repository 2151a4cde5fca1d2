/**
 * The vocabulary of dhmc. One word per idea, the same in code, help, JSON and README.
 *
 * - account: a member (or the management account) of the organization.
 * - region: an AWS region, by its code.
 * - scope: the accounts and regions that a command covers.
 * - reading: the result of reading AWS: a value, or the problem that prevented one. Unknown is never absent.
 * - setting: the service setting `/ssm/managed-instance/default-ec2-instance-management-role` of one account in one
 *   region.
 * - role: the account's DHMC role with its trust policy.
 * - grant: the attachment of AWS's managed policy to that role.
 * - target: a role, a grant or a setting. A change affects one target and is one AWS call.
 * - cell: one account in one region, the place of one setting.
 * - state: how a target is now. verdict: what the command did with it, or would do.
 * - plan: every target with its state, its verdict and its change, if any.
 * - run: one execution of a command that may write. It has an id, and its events are in its journal.
 * - event: one thing that happened in a run. The report is a fold over the events.
 * - journal: the events of a run on disk, written before the effect.
 * - report: the result of a command, rendered as table, JSON and so on.
 * - problem: why a target is not in the desired state, with the reason's code, AWS's own message, and a hint.
 */

/** The service setting that turns DHMC on. */
export const settingId = '/ssm/managed-instance/default-ec2-instance-management-role';

export type Partition = 'aws' | 'aws-cn' | 'aws-us-gov' | 'aws-eusc';

export type TargetKind = 'role' | 'grant' | 'setting';
export const settingStates = [
  'enabled',
  'disabled',
  'foreign',
  'quick-setup',
  'broken',
  'pending',
  'unknown',
] as const;
export type SettingState = (typeof settingStates)[number];
export type RoleState = 'whole' | 'absent' | 'broken' | 'unknown';
export type GrantState = 'attached' | 'absent' | 'unknown';
export type State = SettingState | RoleState | GrantState;
/** The states of all kinds of targets. */
export const states = [
  ...settingStates,
  'whole',
  'absent',
  'attached',
] as const satisfies readonly State[];

export const verdicts = [
  'in-sync',
  'changed',
  'would-change',
  'conflict',
  'blocked',
  'failed',
  'not-attempted',
  'skipped',
] as const;
export type Verdict = (typeof verdicts)[number];

/** One code for each cause. Reports and journals have only these codes. */
export const problemCodes = [
  'role-not-assumable',
  'account-not-ready',
  'session-policy-too-large',
  'session-too-long',
  'denied-by-scp',
  'denied-by-rcp',
  'denied-by-boundary',
  'denied-by-session-policy',
  'denied-by-endpoint-policy',
  'denied',
  'region-not-enabled',
  'region-without-dhmc',
  'throttled',
  'superseded',
  'names-another-role',
  'reserved-value',
  'role-of-others',
  'role-in-use',
  'trust-denied',
  'owned-by-stackset',
  'changed-since',
  'privileged-role',
  'credentials-missing',
  'credentials-invalid',
  'credentials-expired',
  'clock-skew',
  'role-not-propagated',
  'former-role-gone',
  'boundary-missing',
  'concurrent-update',
  'quota-exceeded',
  'not-read-back',
  'network',
  'invalid-response',
  'aws-error',
  'interrupted',
  'internal-error',
] as const;
export type ProblemCode = (typeof problemCodes)[number];

/** Marks a problem with one account's session while the caller's own credentials work. Never serialized. */
export const ofOneAccount: unique symbol = Symbol('ofOneAccount');

/** Facts about a problem or a note, by name. */
export type Facts = Readonly<Record<string, string>>;

/** Why something is not in the desired state. */
export interface Problem {
  readonly code: ProblemCode;
  /** AWS's own message if there is one, unchanged: untrusted text, which renderers escape. */
  readonly message: string;
  /** One sentence with the fix. */
  readonly hint: string;
  readonly requestId: string | null;
  /** The reason in the tables of `core/problems`. Journals of 0.1.0 do not have it; no public output does. */
  readonly reason?: string;
  /** The facts that distinguish problems with the same reason, and those in the hint. Not in any public output. */
  readonly facts?: Facts;
  readonly [ofOneAccount]?: true;
}

/** The result of reading AWS. The type keeps planners from using a problem as a value. */
export type Reading<T> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly problem: Problem };

export const known = <T>(value: T): Reading<T> => ({ known: true, value });
export const unknown = (problem: Problem): Reading<never> => ({ known: false, problem });

/** An account as Organizations lists it. */
export interface Account {
  /** Twelve digits. */
  readonly id: string;
  readonly name: string;
  /**
   * The OU names from the root, joined by `/`; empty for an account directly in the root. Null if they could not be
   * read.
   */
  readonly path: string | null;
  /** `State ?? Status` of Organizations: `ACTIVE`, `SUSPENDED`, … */
  readonly state: string;
}

/** The caller, from STS GetCallerIdentity. */
export interface Caller {
  readonly account: string;
  readonly arn: string;
}

export interface Organization {
  /** `o-…` */
  readonly id: string;
  readonly managementAccount: string;
}

/** The setting from GetServiceSetting. AWS's default (`$None`, an empty text, or status `Default`) is null. */
export interface Setting {
  /** The part of the role's ARN after `:role/`, as AWS stores it; null for AWS's default. */
  readonly value: string | null;
  readonly pending: boolean;
  /** AWS's LastModifiedUser; null if absent. */
  readonly modifiedBy: string | null;
  /** AWS's LastModifiedDate, ISO 8601; null if absent. */
  readonly modifiedAt: string | null;
}

/** A role from GetRole. */
export interface Role {
  readonly arn: string;
  /** `/` or `/service-role/` … */
  readonly path: string;
  readonly name: string;
  /** The trust policy's JSON text, decoded, otherwise verbatim. */
  readonly trust: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The permissions boundary's ARN, or null. */
  readonly boundary: string | null;
}

/** A role's policy: `name` is its ARN or `inline:<name>`, `text` its document as decoded JSON text. */
export interface PolicyText {
  readonly name: string;
  readonly text: Reading<string>;
}

/** What is attached to a role besides the grant, read before the role is deleted. */
export interface RoleAttachments {
  /** Names of inline policies. */
  readonly inlinePolicies: readonly string[];
  /** Names of instance profiles with the role. */
  readonly instanceProfiles: readonly string[];
}

/** A region from account:ListRegions. */
export interface RegionOptIn {
  readonly region: string;
  readonly status:
    'ENABLED' | 'ENABLED_BY_DEFAULT' | 'ENABLING' | 'DISABLING' | 'DISABLED' | (string & {});
}

/** The value of a role target: its ARN and the JSON text of its trust policy. */
export interface RoleValue {
  readonly arn: string;
  readonly trust: string;
}

/** The other properties of a role that are set when it is created. */
export interface RoleDetails {
  readonly tags: Readonly<Record<string, string>>;
  /** The permissions boundary's ARN, or null. */
  readonly boundary: string | null;
}

/** A setting: the value or null; a grant: the policy's ARN or null; a role: `{ arn, trust }` or null. */
export type TargetValue = string | RoleValue | null;

/** Identifies a target. `region` is null for roles and grants, and for the setting row of an account without access. */
export interface TargetKey {
  readonly kind: TargetKind;
  readonly account: string;
  readonly region: string | null;
}

/** The kinds of owners of a setting. */
export const ownerKinds = [
  'dhmc',
  'stackset',
  'stack',
  'quick-setup',
  'automation',
  'person',
  'other',
] as const;
/** The evidence for an owner, the strongest first. */
export const ownerEvidences = ['instances', 'journal', 'tag', 'writer', 'value'] as const;

export interface Owner {
  readonly kind: (typeof ownerKinds)[number];
  /** A stack set, a run, a role or a person: untrusted text, as AWS or a journal names it. */
  readonly name: string;
  readonly evidence: (typeof ownerEvidences)[number];
}

/** A row of a plan or of a report. */
export interface Target extends TargetKey {
  readonly state: State;
  readonly verdict: Verdict;
  readonly from: TargetValue;
  readonly to: TargetValue;
  readonly modifiedBy: string | null;
  readonly modifiedAt: string | null;
  readonly problem: Problem | null;
  /** How often the write was sent. */
  readonly attempts: number;
  readonly durationMs: number;
  /** The owner of a setting; absent or null if it has none. Every row of a report has this member. */
  readonly owner?: Owner | null;
  /** The account's wave, from 1; null without waves, or if nothing changes. Every row of a report has this member. */
  readonly wave?: number | null;
}

/** A note about a target. Its text is made from `kind` and `facts`. */
export interface PlanNote {
  readonly kind: string;
  readonly facts: Facts;
}

/** A row of a plan: a target with its state after the change. */
export interface PlannedTarget extends Target {
  /** Absent if nobody owns the setting: journals and saved plans have no null here. */
  readonly owner?: Owner;
  /** The state after the change; equal to `state` if nothing changes. */
  readonly stateAfter: State;
  /** The owner of a setting that gets its former value back. If absent, dhmc owns it, or no one at AWS's default. */
  readonly ownerAfter?: Owner;
  /** Remarks for the plan and the report that do not prevent the change, such as further policies on the role. */
  readonly notes: readonly PlanNote[];
}

/** An account's row in a plan or report. */
export interface AccountRow extends Account {
  /** Why the account was skipped, or null. */
  readonly skipped: string | null;
  /** A problem with the whole account: dhmc could not access it, or its list of regions is unproven. */
  readonly problem: Problem | null;
}

export interface AccountPlan {
  readonly account: AccountRow;
  /** Role, grant, then settings by region. */
  readonly targets: readonly PlannedTarget[];
  /** The tags and the boundary of a role that will be created again. */
  readonly formerRole?: RoleDetails;
  /**
   * Regions where the setting named the role even before the run that is rolled back. They do not prevent the rollback
   * of the role or the grant.
   */
  readonly stillNaming?: readonly string[];
  /** The account's wave, from 1; absent without waves, or if nothing changes. */
  readonly wave?: number;
}

/** What applying a plan does to a target. */
export type Deed =
  'create' | 'attach' | 'repair' | 'set' | 'replace' | 'reset' | 'detach' | 'delete';

/** How often a plan has a deed, with the results. */
export interface DeedCount {
  readonly deed: Deed;
  readonly kind: TargetKind;
  readonly count: number;
  readonly accounts: number;
  /** 0 for roles and grants. */
  readonly regions: number;
  /** The verdicts of the targets; only `would-change` if nothing was applied. */
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
  /** Targets whose change was begun and has an unknown result. Absent if there are none. */
  readonly begun?: number;
}

/** The results of `--preflight` in the accounts that the plan changes. */
export interface Preflight {
  readonly tried: number;
  /** Accounts in which a change would be denied; the targets have the problems. */
  readonly denied: number;
  /** Other accounts in which it could not be determined. */
  readonly undetermined: number;
}

export type Action = 'enable' | 'disable' | 'rollback' | 'apply' | 'resume' | 'status' | 'prove';

export const stopReasons = [
  'interrupted',
  'declined',
  'credentials-expired',
  'network',
  'failure-tolerance',
  'journal',
  'unfinished',
] as const;

/** Why a run ended before all of its plan was tried, and how to continue. */
export interface Stop {
  readonly reason: (typeof stopReasons)[number];
  readonly message: string;
  /** One sentence: how to continue. */
  readonly hint: string;
}

/** The result of a command: the JSON report, `dhmc.report/v1`. */
export interface Report {
  readonly schema: 'dhmc.report/v1';
  readonly action: Action;
  readonly dryRun: boolean;
  readonly run: string | null;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly caller: Caller;
  readonly organization: Organization;
  readonly partition: Partition;
  /** Why the run ended before all of its plan was tried; null if it did not. */
  readonly stopped: Stop | null;
  readonly summary: {
    readonly accounts: number;
    readonly cells: number;
    readonly states: Readonly<Record<string, number>>;
    readonly verdicts: Readonly<Record<string, number>>;
    /** Accounts by the worst verdict of their targets, each counted once. */
    readonly accountVerdicts: Readonly<Partial<Record<Verdict, number>>>;
    /** Accounts that were changed in part, or would be by a plan; 0 for `status`. */
    readonly partlyChanged: number;
    readonly calls: number;
    readonly throttled: number;
  };
  /** What the plan does or did; empty for `status`. */
  readonly plan: readonly DeedCount[];
  /** The results of `--preflight`; null without it. */
  readonly preflight: Preflight | null;
  /** The risks of the plan, in whole sentences: who uses a setting that it resets, and who would set it again. */
  readonly warnings: readonly string[];
  /** Other remarks about the plan, each once with its accounts and regions. */
  readonly notes: readonly string[];
  readonly accounts: readonly AccountRow[];
  readonly targets: readonly Target[];
}
