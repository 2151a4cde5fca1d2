/**
 * What happens in a run. The engine's only outlet is `record(event)`, awaited: the journal makes `change-begun` durable
 * before the call that makes the change leaves the machine; progress listens to the same events; the report is a fold
 * over them, so the report of a live run and the one made from its journal are the same.
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

/** Opens a run. `settings` are the command's options as data, without secrets: what resume, rollback and audit need. */
export interface RunStarted {
  readonly type: 'run-started';
  readonly run: string;
  readonly action: Exclude<Action, 'resume' | 'status'> | StackSetAction;
  readonly version: string;
  readonly startedAt: string;
  /**
   * The place of the run, or of a part of it, among the runs of its folder: milliseconds since 1970, and always more than
   * the run before it has, so that the order does not hang on clocks. Journals of 0.1.0 have none.
   */
  readonly order?: number;
  /** How far this machine's clock was ahead of AWS's, in milliseconds; null: not measured. Journals of 0.1.0 do not say it. */
  readonly clockAheadMs?: number | null;
  readonly caller: Caller;
  readonly organization: Organization;
  readonly partition: Partition;
  /** Words of the command line for people, without values of secret options. */
  readonly command: string;
  /** Of an `apply`: what its saved plan does. */
  readonly applies?: 'enable' | 'disable' | 'rollback';
  /** The run that a rollback undoes. */
  readonly rollsBack: string | null;
  /** What was asked for, names unresolved: resume needs its regions for accounts that could not be entered. */
  readonly scope: Scope;
  readonly settings: RunSettings;
  /** For a run with stack sets: the prefix of their names, and the options given. */
  readonly stackSets?: {
    /** What the names of the sets begin with. */
    readonly prefix: string;
    readonly takeOver: boolean;
    /** The account that seeds the targets, by id; null: none. */
    readonly pilot: string | null;
  };
}

/** Runs that transfer cells to stack sets, or take them back. They plan no targets and change none themselves. */
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
  /** As given: a path and name in each account, or an AWS policy's ARN. */
  readonly permissionsBoundary: string | null;
  readonly roleTags: Readonly<Record<string, string>>;
  readonly concurrency: number;
  readonly homeRegion: string | null;
  readonly failureTolerance: string | null;
  readonly waves: readonly string[] | null;
  /** Accounts and units that come first in the waves, as given. */
  readonly waveFirst?: readonly string[];
  /** Whether AssumeRole needs an external id: the id itself is never kept. */
  readonly needsExternalId: boolean;
}

/** An account's plan, as it was shown and confirmed: its rows, changed or not. */
export interface AccountPlanned {
  readonly type: 'account-planned';
  readonly plan: AccountPlan;
}

export interface RunConfirmed {
  readonly type: 'run-confirmed';
  readonly at: string;
  readonly by: 'prompt' | 'yes';
  /** What the plan warned of; left out where there is nothing, and by 0.1.0. */
  readonly warnings?: readonly string[];
  /** The notes of the plan as a whole; left out where there are none, and by 0.1.0. */
  readonly notes?: readonly string[];
}

/** The intent to change, with what was there before. On disk before the call is sent. */
export interface ChangeBegun {
  readonly type: 'change-begun';
  readonly target: TargetKey;
  readonly at: string;
  readonly from: TargetValue;
  readonly to: TargetValue;
  /** Of a role that is deleted: what it takes to make it again. */
  readonly formerRole?: RoleDetails;
}

/** What came of a change, or of a target that was to change and was not tried. */
export interface TargetEnded {
  readonly type: 'target-ended';
  readonly target: TargetKey;
  readonly at: string;
  readonly verdict: Verdict;
  readonly state: State;
  /** What is there now, as far as it was read. */
  readonly value: TargetValue;
  readonly modifiedBy: string | null;
  readonly modifiedAt: string | null;
  readonly problem: Problem | null;
  readonly attempts: number;
  readonly durationMs: number;
}

/** The run was stopped in order before all of its plan was tried. */
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

/** A resumed run continues in the same journal: later `account-planned` events replace the earlier rows of their accounts. */
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
  /** As in the `run-started` or `run-resumed` that began this part of the run. */
  readonly order?: number;
  readonly calls: number;
  readonly throttled: number;
  /** Of a run that was never resumed: what it came to, so that a list need not read the whole journal. */
  readonly counts?: RunCounts;
}

export interface RunCounts {
  /** The size of the journal before the line that says this: a file that was changed since is read whole. */
  readonly bytes: number;
  readonly outcome: 'finished' | 'stopped';
  readonly accounts: number;
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
  /** Changes that were made. */
  readonly changes: number;
  /** Changes that were begun and whose end is not on record. */
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

/** The intent to call CloudFormation. On disk before the call is sent, so that a run that follows finds the operation. */
export interface StackSetCallBegun {
  readonly type: 'stack-set-call-begun';
  readonly at: string;
  readonly call: StackSetCall;
  /** The set's name. */
  readonly stackSet: string;
  /** The operation's id, which dhmc chooses; null if the call starts none. */
  readonly operation: string | null;
  /** What the operation is for; empty if it is for the set as a whole. */
  readonly units: readonly string[];
  readonly accounts: readonly string[];
  readonly accountFilter: 'NONE' | 'INTERSECTION' | 'DIFFERENCE';
  readonly regions: readonly string[];
  /** Every cell that it is for was as a run of dhmc had left it: the plan compared each with the journals. Journals of 0.1.0 do not say it. */
  readonly takesOver?: true;
}

/** How a call, or the operation that it started, ended. */
export interface StackSetCallEnded {
  readonly type: 'stack-set-call-ended';
  readonly at: string;
  readonly call: StackSetCall;
  readonly stackSet: string;
  readonly operation: string | null;
  /** The set's ARN, as far as it is known. */
  readonly arn: string | null;
  /** `refused`: the call was; `done`: a call without an operation; otherwise the operation's status. */
  readonly status:
    'refused' | 'done' | 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'STOPPING' | 'STOPPED';
  /** Stack instances that failed. */
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
  /** The operation that made the instance; null if it was found there. */
  readonly operation: string | null;
  /** When that operation ended, by AWS's clock; left out where it is not known. */
  readonly endedAt?: string;
  /** The account's name; left out where it is not known. */
  readonly name?: string;
}

/** A setting that a stack set had is dhmc's again, and was left as it is or reset by the set. */
export interface CellTakenBack {
  readonly type: 'cell-taken-back';
  readonly at: string;
  readonly target: TargetKey;
  /** The set's ARN. */
  readonly stackSet: string;
  /** What is there now. */
  readonly value: TargetValue;
  readonly state: State;
  /** Who wrote it last and when, by AWS; left out where it was not read. Journals of 0.1.0 do not say it. */
  readonly written?: {
    readonly modifiedBy: string | null;
    readonly modifiedAt: string | null;
  };
  /** Why it could not be read. */
  readonly problem?: Problem;
  /** The account's name; left out where it is not known. */
  readonly name?: string;
}

/** A role that a stack set made, on record before the set is removed: a later run still knows whose it was. */
export interface RoleHandedOver {
  readonly type: 'role-handed-over';
  readonly at: string;
  readonly account: string;
  /** Of the stack instance. */
  readonly region: string;
  /** The set's ARN. */
  readonly stackSet: string;
  /** The role's ARN. */
  readonly role: string;
}

/** The intent to tag a role that a stack set made. On disk before the call is sent. */
export interface RoleTagBegun {
  readonly type: 'role-tag-begun';
  readonly at: string;
  readonly account: string;
  readonly role: string;
  /** The values of the tag `dhmc:managed-by`. */
  readonly from: 'stackset';
  readonly to: 'dhmc';
}

/** What came of a role that a stack set made, once the set is gone. */
export interface RoleTakenBack {
  readonly type: 'role-taken-back';
  readonly at: string;
  readonly account: string;
  readonly region: string;
  readonly stackSet: string;
  readonly role: string;
  /**
   * - changed: tagged as dhmc's, and read back. in-sync: is tagged so already, or is not there.
   * - skipped: not to be touched, for the reason that `problem` says.
   * - blocked: could not be read. failed: the tag could not be set.
   */
  readonly verdict: 'changed' | 'in-sync' | 'skipped' | 'blocked' | 'failed';
  readonly state: State;
  readonly problem: Problem | null;
  /** The account's name; left out where it is not known. */
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

/** Awaited: when it resolves, the event is where it must be. */
export type RecordEvent = (event: RunEvent) => Promise<void>;
