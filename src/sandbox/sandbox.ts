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
  /** Default: any that is free. */
  readonly port?: number;
  /** Milliseconds; wins over the world's. */
  readonly latencyMs?: number;
  /** Hears of what the sandbox was asked and cannot do. */
  readonly complain?: (complaint: string) => void;
  /** Hears of former names that were used. */
  readonly warn?: (warning: string) => void;
}

export type InstanceChange = FleetInstance & { readonly id: string };

export interface Sandbox {
  /** Without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** `AWS_ENDPOINT_URL`, keys (and token) of the world's first caller, `AWS_REGION` and `AWS_DEFAULT_REGION`. */
  readonly env: Readonly<Record<string, string>>;
  /** The world as it is now; untouched accounts are the given world's own objects. */
  snapshot(): World;
  setting(account: string, region: string): Setting | null;
  role(account: string, name: string): Role | null;
  /** Another hand's change, made at once and without permissions; null puts AWS's default back. */
  setSetting(account: string, region: string, setting: Setting | null): void;
  /** Makes the role, or replaces the one of its name. */
  setRole(account: string, role: Role): void;
  removeRole(account: string, name: string): void;
  /** A new member account; throws a MembershipError where there is one of its id, or no such parent. */
  join(account: Account): void;
  move(account: string, parent: string): void;
  /** What is in the account stays there. */
  leave(account: string): void;
  /** Suspends or closes a member account, or makes it active again. */
  setAccountState(account: string, state: AccountState): void;
  /** The instances of an account in a region, with the ids of those that the world gives without. */
  instances(account: string, region: string): readonly FleetInstance[];
  /** Changes an instance by another hand, or launches one of a new id; what is left out stays as it is. */
  setInstance(account: string, region: string, instance: InstanceChange): void;
  /** Starts the agent of an instance again. */
  restartAgent(account: string, region: string, id: string): void;
  behavior(): Behavior;
  /** Replaces all knobs; counts of faults begin anew with new fault objects. */
  setBehavior(behavior: Behavior): void;
  /** Moves the world's time forward: sessions expire, delays pass, writes have later dates. Signatures still go by the machine's clock. */
  advance(ms: number): void;
  requests(): Requests;
  log(): readonly LoggedRequest[];
  switchLog(on: boolean): void;
  resetRequests(): void;
  /** What was asked and could not be done, or was done wrong inside the sandbox. */
  complaints(): readonly string[];
  stop(): Promise<void>;
}
