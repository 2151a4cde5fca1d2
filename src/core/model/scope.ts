/** The accounts and regions of a command, as the options name them: names are not resolved yet. */

/** The accounts of a scope. The code that resolves them distinguishes ids from names. */
export interface AccountSelection {
  /** The whole organization. Never together with `ous` or `accounts`. */
  readonly org: boolean;
  /** `ou-…`, `r-…`, or names from the root joined by `/`. */
  readonly ous: readonly string[];
  /** Account ids or whole names. */
  readonly accounts: readonly string[];
  /** All of them must be carried. */
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly excludeOus: readonly string[];
  readonly excludeAccounts: readonly string[];
}

/** The regions of a scope. */
export interface RegionSelection {
  /** Null: every region that the account has enabled. */
  readonly regions: readonly string[] | null;
  readonly excludeRegions: readonly string[];
}

export type SelectorSource = 'command line' | 'environment' | 'file' | 'default';

export interface Scope {
  readonly accounts: AccountSelection;
  readonly regions: RegionSelection;
  /** Where the selectors came from, for the plan's first lines. */
  readonly source: SelectorSource;
  /** The configuration file, where the selectors came from one. */
  readonly sourceFile?: string;
}
