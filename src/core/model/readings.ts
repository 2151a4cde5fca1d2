/** The readings of one account: the complete input of a planner. */
import type {
  Account,
  PolicyText,
  Problem,
  Reading,
  RegionOptIn,
  Role,
  RoleAttachments,
  Setting,
} from './model.ts';

/** The reading of one region in scope. */
export interface CellReading {
  readonly region: string;
  /** Whether `--region` or a confirmed plan names the region, rather than the default scope. */
  readonly named: boolean;
  readonly setting: Reading<Setting>;
}

/** The readings from inside an account. */
export interface AccountReadings {
  readonly account: Account;
  /** The result of ListRegions. */
  readonly regions: Reading<readonly RegionOptIn[]>;
  /** Whether the partition's default regions replaced a list that was denied. */
  readonly assumedRegions: boolean;
  /** Sorted by region. Empty if ListRegions failed and no region was named. */
  readonly cells: readonly CellReading[];
  /** Enabled regions outside the scope; read only if a role may be removed. */
  readonly outOfScope: readonly CellReading[];
  /** Our role. */
  readonly role: Reading<Role | null>;
  /** ARNs of the policies attached to our role; null if it is missing. */
  readonly grants: Reading<readonly string[] | null>;
  /**
   * Our role's other policies besides the grant's, with documents; null if they were not read or the role is missing.
   */
  readonly policies: Reading<readonly PolicyText[]> | null;
  /** Other roles that settings name, by lower-case name. */
  readonly others: ReadonlyMap<string, Reading<Role | null>>;
  /** The attachments of our role; null if they were not read. */
  readonly attachments: Reading<RoleAttachments | null> | null;
  /** Whether the policy of `--permissions-boundary` exists; null if it was not read. */
  readonly boundary: Reading<boolean> | null;
}

/** What reading an account came to: its readings, skipped, or unreachable. */
export type AccountFound =
  | { readonly kind: 'read'; readonly readings: AccountReadings }
  | {
      readonly kind: 'skipped';
      readonly account: Account;
      readonly reason: string;
      readonly named: readonly string[];
    }
  | {
      readonly kind: 'unreachable';
      readonly account: Account;
      readonly problem: Problem;
      readonly named: readonly string[];
    };
