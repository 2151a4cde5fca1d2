/** What a connection to the cloud is asked for, and what it tells of its calls. */

/** What a command may do in a member account: the session policy of every AssumeRole is derived from it. */
export type Purpose =
  | {
      readonly kind: 'read';
      /** Whether `policyExists` will be asked. */
      readonly checkBoundary?: boolean;
      /** Whether `attachments` will be asked. */
      readonly checkAttachments?: boolean;
      /** Whether `instances` and `switchers` will be asked. */
      readonly checkUse?: boolean;
      /** Whether `simulate` will be asked. */
      readonly simulate?: boolean;
      /** Whether `coverage` will be asked. */
      readonly coverage?: boolean;
    }
  | {
      readonly kind: 'enable';
      /** Role paths and names without a leading slash that may be passed to SSM: normally the DHMC role alone. */
      readonly passRoles: readonly string[];
      /** Whether `policyExists` will be asked. */
      readonly checkBoundary?: boolean;
      /** Whether `coverage` will be asked. */
      readonly coverage?: boolean;
    }
  | { readonly kind: 'disable'; readonly deleteRole: boolean }
  | {
      readonly kind: 'rollback';
      /** `[path/]name` of the roles that the journal's former values name, or those by account. */
      readonly passRoles: readonly string[] | Readonly<Record<string, readonly string[]>>;
    }
  /** One cell and the proof's own role, which `dhmcRole` names. */
  | { readonly kind: 'prove' };

/** A request that is being sent: one try of a call. */
export interface CallBegun {
  readonly service: string;
  readonly operation: string;
  /** Null for the caller's own account's calls before it is known. */
  readonly account: string | null;
  readonly region: string;
}

/** How it ended. */
export interface CallEnded {
  readonly ms: number;
  /** `ok`, or the error's name. */
  readonly outcome: string;
}

/** Told of every request as it is sent; what it gives is told of its end. */
export type WatchCall = (call: CallBegun) => (ended: CallEnded) => void;

export interface Profile {
  readonly name: string;
  /** Where it was named, for messages: an option, a variable, a line of a file. */
  readonly place: string;
}

export interface ConnectOptions {
  readonly profile?: Profile;
  readonly homeRegion?: string;
  /** `[path/]name` without a leading slash, in the order in which they are tried. */
  readonly roleNames: readonly string[];
  /** `[path/]name` of the DHMC role: what writes are allowed on, in the session policy. */
  readonly dhmcRole: string;
  readonly externalId?: string;
  readonly sessionTags: Readonly<Record<string, string>>;
  readonly sourceIdentity?: string;
  /** Seconds, 900 to 43200. */
  readonly sessionDuration?: number;
  /** False: sessions carry no session policy (`--no-session-policy`). */
  readonly sessionPolicy: boolean;
  readonly purpose: Purpose;
  readonly runId: string;
  /** Calls in flight. */
  readonly concurrency: number;
  /** Asks for an MFA code; absent where there is no terminal. */
  readonly mfaCode?: (serial: string, refused: string | null) => Promise<string | null>;
  readonly onCall?: WatchCall;
  readonly signal?: AbortSignal;
}
