/**
 * The words of dhmc. One word per idea, the same in code, help, JSON and README.
 *
 * - account: a member (or the management account) of the organization.
 * - region: an AWS region, by its code.
 * - scope: which accounts and regions a command is about.
 * - reading: the result of reading AWS: a value, or the problem that prevented one. Unknown is never absent.
 * - setting: the service setting `/ssm/managed-instance/default-ec2-instance-management-role` of one account in one region.
 * - role: the account's DHMC role with its trust policy.
 * - grant: the attachment of AWS's managed policy to that role.
 * - target: a role, a grant or a setting. A change is of one target, and is one AWS call.
 * - cell: a setting's target: one account in one region.
 * - state: what a target is. verdict: what the command made of it.
 * - plan: every target with its state, its verdict and, where it is to change, its change.
 * - run: one execution of a command that may write. It has an id, and its events are in its journal.
 * - event: what happened in a run. The report is a fold over the events.
 * - journal: the events of a run on disk, written before the effect.
 * - report: the finished account of a command, rendered as table, JSON and so on.
 * - problem: why a target is not in the desired state, with the reason's code, AWS's own message, and a hint.
 */

/** The service setting that this program is about. */
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
/** Of targets of every kind. */
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

/** One cause, one code. Reports and journals hold no other. */
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

/** Marks a problem with one account's session while the caller's own credentials work. Never written out. */
export const ofOneAccount: unique symbol = Symbol('ofOneAccount');

/** What is known of a case, by name. */
export type Facts = Readonly<Record<string, string>>;

/** Why something is not in the desired state. */
export interface Problem {
  readonly code: ProblemCode;
  /** AWS's own message if there is one, unchanged: untrusted text, which renderers escape. */
  readonly message: string;
  /** One sentence: what to do about it. */
  readonly hint: string;
  readonly requestId: string | null;
  /** The entry of the tables of reasons that the hint was made from. Journals of 0.1.0 have none. In no public output. */
  readonly reason?: string;
  /** What sets the case apart from others of its reason, and what the hint names. In no public output. */
  readonly facts?: Facts;
  readonly [ofOneAccount]?: true;
}

/** The result of reading AWS. A planner cannot take a problem for a value. */
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
  /** The OU names from the root, joined by `/`; empty for an account that sits in the root. Null if it could not be read. */
  readonly path: string | null;
  /** `State ?? Status` of Organizations: `ACTIVE`, `SUSPENDED`, … */
  readonly state: string;
}

/** Who calls, by STS GetCallerIdentity. */
export interface Caller {
  readonly account: string;
  readonly arn: string;
}

export interface Organization {
  /** `o-…` */
  readonly id: string;
  readonly managementAccount: string;
}

/** The setting as GetServiceSetting gives it, its default (`$None`, an empty text, or status `Default`) turned into null. */
export interface Setting {
  /** What follows `:role/` in the role's ARN, as AWS holds it; null for AWS's default. */
  readonly value: string | null;
  readonly pending: boolean;
  /** AWS's LastModifiedUser; null if it gives none. */
  readonly modifiedBy: string | null;
  /** AWS's LastModifiedDate, ISO 8601; null if it gives none. */
  readonly modifiedAt: string | null;
}

/** A role as GetRole gives it. */
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

/** A policy of a role: its ARN, or `inline:<name>`, and its document as JSON text, decoded. */
export interface PolicyText {
  readonly name: string;
  readonly text: Reading<string>;
}

/** What else hangs on a role, read before it is deleted. */
export interface RoleAttachments {
  /** Names of inline policies. */
  readonly inlinePolicies: readonly string[];
  /** Names of instance profiles that hold the role. */
  readonly instanceProfiles: readonly string[];
}

/** A region as account:ListRegions gives it. */
export interface RegionOptIn {
  readonly region: string;
  readonly status:
    'ENABLED' | 'ENABLED_BY_DEFAULT' | 'ENABLING' | 'DISABLING' | 'DISABLED' | (string & {});
}

/** What a role is written as: its ARN and the JSON text of its trust. */
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

/** Names a target. `region` is null for roles and grants, and for the setting row of an account that could not be entered. */
export interface TargetKey {
  readonly kind: TargetKind;
  readonly account: string;
  readonly region: string | null;
}

/** Who a setting belongs to. */
export const ownerKinds = [
  'dhmc',
  'stackset',
  'stack',
  'quick-setup',
  'automation',
  'person',
  'other',
] as const;
/** What shows it, the strongest first. */
export const ownerEvidences = ['instances', 'journal', 'tag', 'writer', 'value'] as const;

export interface Owner {
  readonly kind: (typeof ownerKinds)[number];
  /** A stack set, a run, a role, a person: as AWS or a journal names it, so untrusted text. */
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
  /** How often the writing call was sent. */
  readonly attempts: number;
  readonly durationMs: number;
  /** Of a setting; absent or null: nobody's. Every row of a report has it. */
  readonly owner?: Owner | null;
  /** The wave of the account, from 1; null without waves, or where nothing is to be done. Every row of a report has it. */
  readonly wave?: number | null;
}

/** Something to say about a target: its text is made from kind and facts. */
export interface PlanNote {
  readonly kind: string;
  readonly facts: Facts;
}

/** A row of a plan: a target, and what it will be once its change is made. */
export interface PlannedTarget extends Target {
  /** The state after the change; equal to `state` where nothing is to change. */
  readonly stateAfter: State;
  /** Of a setting that gets its former value back: whose it is then. Absent: dhmc's, or nobody's at AWS's default. */
  readonly ownerAfter?: Owner;
  /** Things to tell in plan and report that stop nothing, such as further policies on the role. */
  readonly notes: readonly PlanNote[];
}

/** An account's row in a plan or report. */
export interface AccountRow extends Account {
  /** Why the account was left out, or null. */
  readonly skipped: string | null;
  /** What is wrong with the account as a whole: it could not be entered, or its list of regions is unproven. */
  readonly problem: Problem | null;
}

export interface AccountPlan {
  readonly account: AccountRow;
  /** Role, grant, then settings in order of region. */
  readonly targets: readonly PlannedTarget[];
  /** The other properties of a role that will be created again. */
  readonly formerRole?: RoleDetails;
  /** Regions whose settings named the role before the run that is rolled back, and so do not keep role or grant from being put back. */
  readonly stillNaming?: readonly string[];
  /** The wave that the account is in, from 1; absent without waves, or where nothing is to be done. */
  readonly wave?: number;
}

/** What applying a plan does to a target. */
export type Deed =
  'create' | 'attach' | 'repair' | 'set' | 'replace' | 'reset' | 'detach' | 'delete';

/** A deed of a plan, counted over its targets. */
export interface DeedCount {
  readonly deed: Deed;
  readonly kind: TargetKind;
  readonly count: number;
  readonly accounts: number;
  /** 0 for roles and grants. */
  readonly regions: number;
  /** What became of the targets; `would-change` alone where nothing was applied. */
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
  /** Those not attempted to the end: begun, with an unknown result. Left out where there are none. */
  readonly begun?: number;
}

/** What `--preflight` found, in accounts that the plan changes. */
export interface Preflight {
  readonly tried: number;
  /** Accounts in which a change would be denied; the problems are on the rows. */
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

/** Why a run ended before all of its plan was tried, and how to go on. */
export interface Stop {
  readonly reason: (typeof stopReasons)[number];
  readonly message: string;
  /** One sentence: how to go on. */
  readonly hint: string;
}

/** The finished account of a command: the JSON report, `dhmc.report/v1`. */
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
    /** Accounts by the worst verdict of their rows, each counted once. */
    readonly accountVerdicts: Readonly<Partial<Record<Verdict, number>>>;
    /** Accounts that were changed in part, or by a plan would be; 0 in a status. */
    readonly partlyChanged: number;
    readonly calls: number;
    readonly throttled: number;
  };
  /** What the plan does, or did; empty for a status. */
  readonly plan: readonly DeedCount[];
  /** What `--preflight` found; null without it. */
  readonly preflight: Preflight | null;
  /** What the plan puts at risk, in whole sentences: who uses what it resets, and who would set it again. */
  readonly warnings: readonly string[];
  /** What else there is to say about the plan, each note once with its places. */
  readonly notes: readonly string[];
  readonly accounts: readonly AccountRow[];
  readonly targets: readonly Target[];
}
