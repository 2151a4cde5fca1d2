/** The readings of the doctor: the complete input of its findings. */
import type { Account, Caller, Organization, Partition, Reading } from '../model/model.ts';
import type { AccountReadings } from '../model/readings.ts';

/** One action on one resource: `enable` needs it for a change, `undo` to restore or remove what was changed. */
export interface Need {
  readonly action: string;
  /** An ARN, or `*`. */
  readonly resource: string;
  /** Condition keys of the request. */
  readonly context: Readonly<Record<string, string>>;
  readonly for: 'enable' | 'undo';
}

/** A need with the decision of IAM's simulator. */
export interface Permission extends Need {
  readonly allowed: boolean;
  /** What denies it; null if it is allowed. */
  readonly by: 'scp' | 'boundary' | 'policy' | null;
  /** Whether the cause is a Deny statement: an Allow does not help then, the Deny must be removed. */
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

/** The readings from inside an account. */
export interface AccountInside {
  /** The assumed role; in the caller's own account, the caller's ARN. */
  readonly principal: string;
  /** The principal in policies: its ARN with its path; null if unknown. */
  readonly principalArn: string | null;
  readonly readings: AccountReadings;
  readonly permissions: Reading<readonly Permission[]>;
  /** How many associations would turn DHMC on again. Regions where the setting was never changed are not listed. */
  readonly associations: readonly { readonly region: string; readonly count: Reading<number> }[];
}

/** An account that the doctor tried. */
export interface AccountExamined {
  readonly account: Account;
  readonly inside: Reading<AccountInside>;
  /** From the root down to the account; null for the management account, to which such policies do not apply. */
  readonly levels: Reading<readonly PolicyLevel[]> | null;
  readonly needs: readonly Need[];
}

/** The directory for journals. */
export interface StateDirReading {
  readonly path: string;
  /** The directory itself, or its nearest existing ancestor. */
  readonly nearest: string;
  readonly exists: boolean;
  readonly isDirectory: boolean;
  readonly writable: boolean;
  /** Why commands that write a journal refuse the directory, and the fix; null if they accept it. */
  readonly refused: { readonly message: string; readonly hint: string } | null;
  /** Free bytes; null if the platform does not report them. */
  readonly free: number | null;
}

export interface DoctorReadings {
  readonly caller: Reading<{ readonly caller: Caller; readonly partition: Partition }>;
  /** The custom endpoint of all calls; null for AWS's own endpoints. */
  readonly endpoint: string | null;
  /** How far this machine's clock is ahead of AWS's, in milliseconds; null if nothing answered. */
  readonly clockAheadMs: number | null;
  /** Null if not asked, because the caller is unknown. */
  readonly organization: Reading<Organization> | null;
  /** The accounts in scope; null if not asked. */
  readonly listed: Reading<readonly Account[]> | null;
  /** Why accounts in scope are skipped, by account id. */
  readonly skipped: ReadonlyMap<string, string>;
  readonly examined: readonly AccountExamined[];
  readonly stateDir: StateDirReading;
}
