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
  readonly action: Exclude<Action, 'resume' | 'status'>;
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
}

/** The options of a run that decide what it does. */
export interface RunSettings {
  /** `[path/]name` of the DHMC role, without a leading slash. */
  readonly dhmcRole: string;
  readonly roleNames: readonly string[];
  readonly overwrite: readonly ('foreign' | 'quick-setup' | 'broken')[];
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

/** A resumed run goes on in the same journal: `account-planned` events that follow replace the earlier rows of their accounts. */
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

export type RunEvent =
  | RunStarted
  | AccountPlanned
  | RunConfirmed
  | ChangeBegun
  | TargetEnded
  | RunStopped
  | RunResumed
  | RunFinished;

/** Awaited: when it resolves, the event is where it must be. */
export type RecordEvent = (event: RunEvent) => Promise<void>;
