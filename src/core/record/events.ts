/**
 * The events of a run. `record(event)` is the engine's only outlet. It is awaited, so the journal makes `change-begun`
 * durable before the call is sent. Progress listens to the same events, and the report is a fold over them: a live run
 * and its journal give the same report.
 */
import type {
  AccountPlan,
  Action,
  Caller,
  Organization,
  Partition,
  Problem,
  RoleDetails,
  State,
  TargetKey,
  TargetValue,
  Verdict,
} from '../model/model.ts';
import type { Scope } from '../model/scope.ts';

/** Opens a run. `settings` are the command's options, without secrets, for `resume`, `rollback` and audits. */
export interface RunStarted {
  readonly type: 'run-started';
  readonly run: string;
  readonly action: Exclude<Action, 'resume' | 'status'> | StackSetAction;
  readonly version: string;
  readonly startedAt: string;
  /**
   * The place of the run, or of a part of it, among the runs of its folder: milliseconds since 1970, but always more
   * than the previous run's, so that the order does not depend on clocks. Journals of 0.1.0 do not have it.
   */
  readonly order?: number;
  /**
   * How far this machine's clock was ahead of AWS's, in milliseconds; null if not measured, absent in journals of
   * 0.1.0.
   */
  readonly clockAheadMs?: number | null;
  readonly caller: Caller;
  readonly organization: Organization;
  readonly partition: Partition;
  /** The command line for display, without the values of secret options. */
  readonly command: string;
  /** For `apply`: the action of its saved plan. */
  readonly applies?: 'enable' | 'disable' | 'rollback';
  /** The run that a rollback undoes. */
  readonly rollsBack: string | null;
  /** The requested scope with unresolved names. `resume` needs its regions for accounts that were unreachable. */
  readonly scope: Scope;
  readonly settings: RunSettings;
  /** For a run with stack sets: the prefix of their names, and the options. */
  readonly stackSets?: {
    readonly prefix: string;
    readonly takeOver: boolean;
    /** The id of the account that seeds the targets, or null. */
    readonly pilot: string | null;
  };
}

/** Runs that transfer cells to stack sets or take them back. They do not plan or change targets themselves. */
export const stackSetActions = ['stackset-deploy', 'stackset-remove'] as const;
export type StackSetAction = (typeof stackSetActions)[number];

export const isStackSetRun = ({ action }: Pick<RunStarted, 'action'>): boolean =>
  stackSetActions.some((each) => each === action);

/** The options of a run that decide what it does. */
export interface RunSettings {
  /** `[path/]name` of the DHMC role, without a leading slash. */
  readonly dhmcRole: string;
  readonly roleNames: readonly string[];
  readonly overwrite: readonly ('foreign' | 'quick-setup' | 'broken' | 'stackset')[];
  readonly allowPrivilegedRole: boolean;
  readonly deleteRole: boolean;
  readonly assumeUnused: readonly string[];
  /** The option's text: the path and name of a policy in each account, or a policy's ARN. */
  readonly permissionsBoundary: string | null;
  readonly roleTags: Readonly<Record<string, string>>;
  readonly concurrency: number;
  readonly homeRegion: string | null;
  readonly failureTolerance: string | null;
  readonly waves: readonly string[] | null;
  /** The accounts and OUs that come first in the waves, as the option names them. */
  readonly waveFirst?: readonly string[];
  /** Whether AssumeRole needs an external id. The id itself is never stored. */
  readonly needsExternalId: boolean;
}

/** An account's plan as it was shown and confirmed, with all its targets, changing or not. */
export interface AccountPlanned {
  readonly type: 'account-planned';
  readonly plan: AccountPlan;
}

export interface RunConfirmed {
  readonly type: 'run-confirmed';
  readonly at: string;
  readonly by: 'prompt' | 'yes';
  /** The warnings of the plan. Absent if there are none, and in journals of 0.1.0. */
  readonly warnings?: readonly string[];
  /** The notes of the whole plan. Absent if there are none, and in journals of 0.1.0. */
  readonly notes?: readonly string[];
}

/** The intent to change a target, with its former value. On disk before the call is sent. */
export interface ChangeBegun {
  readonly type: 'change-begun';
  readonly target: TargetKey;
  readonly at: string;
  readonly from: TargetValue;
  readonly to: TargetValue;
  /** For a role that is deleted: the properties to create it again with. */
  readonly formerRole?: RoleDetails;
}

/** The result of a change, or of a target whose planned change was not tried. */
export interface TargetEnded {
  readonly type: 'target-ended';
  readonly target: TargetKey;
  readonly at: string;
  readonly verdict: Verdict;
  readonly state: State;
  /** The target's value now, as far as it was read. */
  readonly value: TargetValue;
  readonly modifiedBy: string | null;
  readonly modifiedAt: string | null;
  readonly problem: Problem | null;
  readonly attempts: number;
  readonly durationMs: number;
}

/** The run stopped gracefully before all of its plan was tried. */
export interface RunStopped {
  readonly type: 'run-stopped';
  readonly at: string;
  readonly reason:
    | 'interrupted'
    | 'declined'
    | 'credentials-expired'
    | 'network'
    | 'failure-tolerance'
    | 'journal';
  readonly message: string;
}

/**
 * A resumed run continues in the same journal. Later `account-planned` events replace earlier ones of the same account.
 */
export interface RunResumed {
  readonly type: 'run-resumed';
  readonly at: string;
  /** As in `run-started`. */
  readonly order?: number;
  readonly caller: Caller;
  readonly command: string;
}

export interface RunFinished {
  readonly type: 'run-finished';
  readonly at: string;
  /** The same as in the `run-started` or `run-resumed` event of this part of the run. */
  readonly order?: number;
  readonly calls: number;
  readonly throttled: number;
  /** For a run that was never resumed: its totals, so that a list of runs need not read whole journals. */
  readonly counts?: RunCounts;
}

export interface RunCounts {
  /** The size of the journal before this line. If the file does not match it, the whole file is read. */
  readonly bytes: number;
  readonly outcome: 'finished' | 'stopped';
  readonly accounts: number;
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
  /** The number of changes that were made. */
  readonly changes: number;
  /** The number of changes that were begun and have no recorded end. */
  readonly open: number;
}

/** Calls that change a stack set. */
export const stackSetCalls = [
  'CreateStackSet',
  'UpdateStackSet',
  'CreateStackInstances',
  'DeleteStackInstances',
  'DeleteStackSet',
] as const;
export type StackSetCall = (typeof stackSetCalls)[number];

/** The intent to call CloudFormation. On disk before the call is sent, so that a later run finds the operation. */
export interface StackSetCallBegun {
  readonly type: 'stack-set-call-begun';
  readonly at: string;
  readonly call: StackSetCall;
  /** The set's name. */
  readonly stackSet: string;
  /** The operation's id, which dhmc chooses; null if the call does not start an operation. */
  readonly operation: string | null;
  /** The organizational units of the operation; empty if it concerns the whole set. */
  readonly units: readonly string[];
  readonly accounts: readonly string[];
  readonly accountFilter: 'NONE' | 'INTERSECTION' | 'DIFFERENCE';
  readonly regions: readonly string[];
  /**
   * Every cell of the operation was as a run of dhmc had left it: the plan compared each with the journals. Absent in
   * journals of 0.1.0.
   */
  readonly takesOver?: true;
}

/** How a call, or the operation that it started, ended. */
export interface StackSetCallEnded {
  readonly type: 'stack-set-call-ended';
  readonly at: string;
  readonly call: StackSetCall;
  readonly stackSet: string;
  readonly operation: string | null;
  /** The set's ARN; null if unknown. */
  readonly arn: string | null;
  /** `refused`: AWS refused the call. `done`: a call without an operation. Otherwise the operation's status. */
  readonly status:
    'refused' | 'done' | 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'STOPPING' | 'STOPPED';
  /** The number of stack instances that failed. */
  readonly failed: number;
  readonly problem: Problem | null;
}

/** A setting belongs to a stack set from now on: a rollback of an earlier run leaves it alone. */
export interface CellHandedOver {
  readonly type: 'cell-handed-over';
  readonly at: string;
  readonly target: TargetKey;
  /** The set's ARN. */
  readonly stackSet: string;
  /** The operation that created the stack instance; null if the instance existed before. */
  readonly operation: string | null;
  /** When that operation ended, by AWS's clock; absent if unknown. */
  readonly endedAt?: string;
  /** The account's name; absent if unknown. */
  readonly name?: string;
}

/** A setting belongs to dhmc again after a stack set. It was kept, or the stack set reset it. */
export interface CellTakenBack {
  readonly type: 'cell-taken-back';
  readonly at: string;
  readonly target: TargetKey;
  /** The set's ARN. */
  readonly stackSet: string;
  /** The setting's value now. */
  readonly value: TargetValue;
  readonly state: State;
  /** The last writer and time according to AWS. Absent if the setting was not read, and in journals of 0.1.0. */
  readonly written?: {
    readonly modifiedBy: string | null;
    readonly modifiedAt: string | null;
  };
  /** Why the setting could not be read. */
  readonly problem?: Problem;
  /** The account's name; absent if unknown. */
  readonly name?: string;
}

/** A role of a stack set, recorded before the set is removed, so that a later run still knows its owner. */
export interface RoleHandedOver {
  readonly type: 'role-handed-over';
  readonly at: string;
  readonly account: string;
  /** The region of the stack instance. */
  readonly region: string;
  /** The set's ARN. */
  readonly stackSet: string;
  /** The role's ARN. */
  readonly role: string;
}

/** The intent to tag a stack set's role. On disk before the call is sent. */
export interface RoleTagBegun {
  readonly type: 'role-tag-begun';
  readonly at: string;
  readonly account: string;
  readonly role: string;
  /** The values of the tag `dhmc:managed-by`. */
  readonly from: 'stackset';
  readonly to: 'dhmc';
}

/** The result for a stack set's role after the set was removed. */
export interface RoleTakenBack {
  readonly type: 'role-taken-back';
  readonly at: string;
  readonly account: string;
  readonly region: string;
  readonly stackSet: string;
  readonly role: string;
  /**
   * - changed: tagged as dhmc's, and read back. in-sync: already tagged so, or does not exist.
   * - skipped: left alone, for the reason in `problem`.
   * - blocked: could not be read. failed: the tag could not be set.
   */
  readonly verdict: 'changed' | 'in-sync' | 'skipped' | 'blocked' | 'failed';
  readonly state: State;
  readonly problem: Problem | null;
  /** The account's name; absent if unknown. */
  readonly name?: string;
}

export type RunEvent =
  | RunStarted
  | AccountPlanned
  | RunConfirmed
  | ChangeBegun
  | TargetEnded
  | RunStopped
  | RunResumed
  | RunFinished
  | StackSetCallBegun
  | StackSetCallEnded
  | CellHandedOver
  | CellTakenBack
  | RoleHandedOver
  | RoleTagBegun
  | RoleTakenBack;

/** Records an event. The event is durable when the promise resolves. */
export type RecordEvent = (event: RunEvent) => Promise<void>;
