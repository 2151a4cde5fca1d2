/** The options of a connection to AWS. */
import type { Purpose } from '../core/planning/purpose.ts';
import type { WatchCall } from './http/call-events.ts';

export interface Profile {
  readonly name: string;
  /** Its source, for messages: an option, a variable, or a line of a file. */
  readonly place: string;
}

export interface ConnectOptions {
  readonly profile?: Profile;
  readonly homeRegion?: string;
  /** `[path/]name` without a leading slash. They are tried in this order. */
  readonly roleNames: readonly string[];
  /** `[path/]name` of the DHMC role, the only role that the session policy allows to change. */
  readonly dhmcRole: string;
  readonly externalId?: string;
  readonly sessionTags: Readonly<Record<string, string>>;
  readonly sourceIdentity?: string;
  /** Seconds, 900 to 43200. */
  readonly sessionDuration?: number;
  /** False: sessions have no session policy (`--no-session-policy`). */
  readonly sessionPolicy: boolean;
  readonly purpose: Purpose;
  readonly runId: string;
  /** The maximum number of calls in flight. */
  readonly concurrency: number;
  /** Prompts for an MFA code; absent without a terminal. */
  readonly mfaCode?: (serial: string, refused: string | null) => Promise<string | null>;
  readonly onCall?: WatchCall;
  readonly signal?: AbortSignal;
}
