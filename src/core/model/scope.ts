/** The accounts and regions of a command, as its options name them. Names are not resolved yet. */

/** The accounts of a scope. Ids and names are distinguished when they are resolved. */
export interface AccountSelection {
  /** The whole organization. Never combined with `ous` or `accounts`. */
  readonly org: boolean;
  /** `ou-…`, `r-…`, or names from the root joined by `/`. */
  readonly ous: readonly string[];
  /** Account ids or whole names. */
  readonly accounts: readonly string[];
  /** An account must have all of them. */
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly excludeOus: readonly string[];
  readonly excludeAccounts: readonly string[];
}

/** The regions of a scope. */
export interface RegionSelection {
  /** Null for every region that the account has enabled. */
  readonly regions: readonly string[] | null;
  readonly excludeRegions: readonly string[];
}

export type SelectorSource = 'command line' | 'environment' | 'file' | 'default';

export interface Scope {
  readonly accounts: AccountSelection;
  readonly regions: RegionSelection;
  /** The source of the selectors, for the first lines of the plan. */
  readonly source: SelectorSource;
  /** The configuration file, if the selectors come from one. */
  readonly sourceFile?: string;
}
