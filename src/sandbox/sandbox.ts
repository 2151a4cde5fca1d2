/** The interface of a running sandbox. */
import type { LoggedRequest, Requests } from './request-log.ts';
import type {
  Account,
  AccountState,
  Behavior,
  FleetInstance,
  Role,
  Setting,
  World,
} from './world.ts';

export interface StartOptions {
  readonly world: World;
  /** Default: any free port. */
  readonly port?: number;
  /** The delay before every response, in milliseconds; overrides the world's. */
  readonly latencyMs?: number;
  /** Receives a message for each unsupported request and each bug in the sandbox. */
  readonly complain?: (complaint: string) => void;
  /** Receives a warning for each use of a former name. */
  readonly warn?: (warning: string) => void;
}

export type InstanceChange = FleetInstance & { readonly id: string };

export interface Sandbox {
  /** Without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** `AWS_ENDPOINT_URL`, keys (and token) of the world's first caller, `AWS_REGION` and `AWS_DEFAULT_REGION`. */
  readonly env: Readonly<Record<string, string>>;
  /** The current world. Unchanged accounts are the same objects as in the given world. */
  snapshot(): World;
  setting(account: string, region: string): Setting | null;
  role(account: string, name: string): Role | null;
  /**
   * Changes the setting as another user would, immediately and without a permission check. Null restores AWS's
   * default.
   */
  setSetting(account: string, region: string, setting: Setting | null): void;
  /** Creates the role, or replaces the one with the same name. */
  setRole(account: string, role: Role): void;
  removeRole(account: string, name: string): void;
  /** Adds a member account. Throws a MembershipError if its id is taken or its parent does not exist. */
  join(account: Account): void;
  move(account: string, parent: string): void;
  /** Removes the account from the organization. Its contents stay. */
  leave(account: string): void;
  /** Suspends or closes a member account, or makes it active again. */
  setAccountState(account: string, state: AccountState): void;
  /** The instances of an account in a region, with the generated ids of those without an id in the world. */
  instances(account: string, region: string): readonly FleetInstance[];
  /** Changes an instance from outside, or launches one if the id is new. Omitted members stay unchanged. */
  setInstance(account: string, region: string, instance: InstanceChange): void;
  /** Restarts the agent of an instance. */
  restartAgent(account: string, region: string, id: string): void;
  behavior(): Behavior;
  /** Replaces all knobs. Each fault object has its own counts, so new objects start from zero. */
  setBehavior(behavior: Behavior): void;
  /**
   * Moves the world's time forward: sessions expire, delays pass, writes get later dates. Signatures still follow the
   * machine's clock.
   */
  advance(ms: number): void;
  requests(): Requests;
  log(): readonly LoggedRequest[];
  switchLog(on: boolean): void;
  resetRequests(): void;
  /** Messages about unsupported requests and bugs in the sandbox. */
  complaints(): readonly string[];
  stop(): Promise<void>;
}
