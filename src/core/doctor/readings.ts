/** The readings of the doctor: the complete input of its findings. */
import type { Account, Caller, Organization, Partition, Reading } from '../model/model.ts';
import type { AccountReadings } from '../model/readings.ts';

/** One action on one resource, and what for: `enable` makes it, `undo` puts it back or takes it away again. */
export interface Need {
  readonly action: string;
  /** An ARN, or `*`. */
  readonly resource: string;
  /** Condition keys of the request. */
  readonly context: Readonly<Record<string, string>>;
  readonly for: 'enable' | 'undo';
}

/** A need as IAM's simulator decides it. */
export interface Permission extends Need {
  readonly allowed: boolean;
  /** What does not allow it; null if it is allowed. */
  readonly by: 'scp' | 'boundary' | 'policy' | null;
  /** Whether a Deny is why: then no Allow helps, and the Deny must go. */
  readonly explicit?: boolean;
}

/** A service control policy. */
export interface ControlPolicy {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  /** The document's JSON text. */
  readonly content: string;
}

/** The service control policies attached to the root, a unit or an account. */
export interface PolicyLevel {
  /** `r-…`, `ou-…` or twelve digits. */
  readonly target: string;
  readonly policies: readonly ControlPolicy[];
}

/** Of an account that was entered. */
export interface AccountInside {
  /** The role, or the caller's own ARN in the caller's own account. */
  readonly principal: string;
  /** The principal as policies know it: its ARN with its path; null if it could not be found out. */
  readonly principalArn: string | null;
  readonly readings: AccountReadings;
  readonly permissions: Reading<readonly Permission[]>;
  /** By region: how many associations would switch DHMC on again. Regions whose setting nobody ever changed are not asked. */
  readonly associations: readonly { readonly region: string; readonly count: Reading<number> }[];
}

/** An account that was tried. */
export interface AccountExamined {
  readonly account: Account;
  readonly inside: Reading<AccountInside>;
  /** From the root down to the account; null for the management account, which no such policy binds. */
  readonly levels: Reading<readonly PolicyLevel[]> | null;
  readonly needs: readonly Need[];
}

/** Where journals would be written. */
export interface StateDirReading {
  readonly path: string;
  /** The directory itself, or the nearest one above it that is there. */
  readonly nearest: string;
  readonly exists: boolean;
  readonly isDirectory: boolean;
  readonly writable: boolean;
  /** Why every command that writes a journal refuses it, and the fix; null if none does. */
  readonly refused: { readonly message: string; readonly hint: string } | null;
  /** Bytes; null if the platform does not tell. */
  readonly free: number | null;
}

export interface DoctorReadings {
  readonly caller: Reading<{ readonly caller: Caller; readonly partition: Partition }>;
  /** Where calls go, if not to AWS's own endpoints. */
  readonly endpoint: string | null;
  /** How far this machine's clock is ahead of AWS's, in milliseconds; null if nothing answered. */
  readonly clockAheadMs: number | null;
  /** Null: not asked, since the caller is unknown. */
  readonly organization: Reading<Organization> | null;
  /** The accounts of the scope; null: not asked. */
  readonly listed: Reading<readonly Account[]> | null;
  /** Why accounts of the scope are left out, by account id. */
  readonly skipped: ReadonlyMap<string, string>;
  readonly examined: readonly AccountExamined[];
  readonly stateDir: StateDirReading;
}
