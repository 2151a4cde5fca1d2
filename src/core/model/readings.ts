/** What was read of one account: the complete input of a planner. */
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

/** One region of the scope. */
export interface CellReading {
  readonly region: string;
  /** Asked for with `--region` (or by a confirmed plan), not come by default. */
  readonly named: boolean;
  readonly setting: Reading<Setting>;
}

/** Of an account that was entered. */
export interface AccountReadings {
  readonly account: Account;
  /** What ListRegions gave. */
  readonly regions: Reading<readonly RegionOptIn[]>;
  /** True: the partition's default regions stood in for a list that was denied. */
  readonly assumedRegions: boolean;
  /** In order of region. Empty if ListRegions failed and no region was named. */
  readonly cells: readonly CellReading[];
  /** Enabled regions outside the scope; read only where a role is to be removed. */
  readonly outOfScope: readonly CellReading[];
  /** Our role. */
  readonly role: Reading<Role | null>;
  /** ARNs of the policies attached to our role; null if it is missing. */
  readonly grants: Reading<readonly string[] | null>;
  /** Our role's policies but AWS's own for DHMC, with their documents; null if they were not asked for, or the role is missing. */
  readonly policies: Reading<readonly PolicyText[]> | null;
  /** Other roles that settings name, by lower-case name. */
  readonly others: ReadonlyMap<string, Reading<Role | null>>;
  /** Of our role; null if they were not asked for. */
  readonly attachments: Reading<RoleAttachments | null> | null;
  /** Whether the policy of `--permissions-boundary` is there; null if it was not asked for. */
  readonly boundary: Reading<boolean> | null;
}

/** An account as it was found: read, left out, or unreachable. */
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
