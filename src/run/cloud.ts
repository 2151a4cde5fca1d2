/**
 * The port to AWS: what the engine needs, and no more. `src/aws` implements it over the SDK, the engine's tests in
 * memory. Nothing here throws for AWS's responses: reads give a `Reading`, writes a `WriteResult`.
 */
import type {
  Account,
  Caller,
  Organization,
  Partition,
  PolicyText,
  Reading,
  RegionOptIn,
  Role,
  RoleAttachments,
  Setting,
  Problem,
} from '../core/model/model.ts';
import type { Need, Permission, PolicyLevel } from '../core/doctor/readings.ts';
import type { InstanceRole } from '../core/advice/view.ts';
import type { ProfileDetail, RoleDetail } from '../core/coverage/authorization.ts';
import type { Ec2Instance, ManagedNode } from '../core/coverage/facts.ts';
import type { InstanceUse } from '../core/planning/reset-impact.ts';
import type { StackSetsAccess } from './stack-sets-access.ts';
import type { AccountSelection } from '../core/model/scope.ts';

/** How a write went. */
export type WriteResult =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly problem: Problem;
      /**
       * - `refused`: AWS said no; nothing was changed.
       * - `not-visible`: a ValidationException, or a denial that names the DHMC role: what IAM's delay looks like
       *   shortly after the role was changed, and a refusal otherwise.
       * - `busy`: TooManyUpdates or ConcurrentModification; nothing was changed, a later try may do.
       * - `exists`: CreateRole on a name that is taken.
       * - `gone`: what was to be removed or changed is not there (NoSuchEntity).
       * - `lost`: no answer, or a 5xx: it may have been done. Read before trying again.
       */
      readonly kind: 'refused' | 'not-visible' | 'busy' | 'exists' | 'gone' | 'lost';
    };

export interface NewRole {
  readonly name: string;
  readonly path: string;
  /** JSON text. */
  readonly trust: string;
  readonly tags: Readonly<Record<string, string>>;
  /** ARN, or null. */
  readonly boundary: string | null;
  readonly description: string;
}

/** One account, entered: its reads and writes, with one session shared by all of them. */
export interface AccountAccess {
  /** account:ListRegions, inside the account; all statuses. */
  regions(): Promise<Reading<readonly RegionOptIn[]>>;
  /** IAM GetRole; null if there is none. */
  role(name: string): Promise<Reading<Role | null>>;
  /** IAM ListAttachedRolePolicies: ARNs; null if the role is missing. */
  grants(roleName: string): Promise<Reading<readonly string[] | null>>;
  /** IAM ListRolePolicies and GetRolePolicy, and GetPolicy and GetPolicyVersion of those attached: their documents. */
  policies(roleName: string, attached: readonly string[]): Promise<Reading<readonly PolicyText[]>>;
  /** IAM ListRolePolicies and ListInstanceProfilesForRole; null if the role is missing. */
  attachments(roleName: string): Promise<Reading<RoleAttachments | null>>;
  /** IAM GetPolicy: whether the policy is there. */
  policyExists(arn: string): Promise<Reading<boolean>>;
  /** SSM GetServiceSetting. */
  setting(region: string): Promise<Reading<Setting>>;
  /** SSM DescribeInstanceInformation: the EC2 instances of the region that are online. */
  managedInstances(region: string): Promise<Reading<InstanceUse>>;
  /** SSM ListAssociations: how many there are of the document with which Quick Setup and the unified console switch DHMC on. */
  enablingAssociations(region: string): Promise<Reading<number>>;
  createRole(role: NewRole): Promise<WriteResult>;
  deleteRole(name: string): Promise<WriteResult>;
  updateTrust(name: string, trust: string): Promise<WriteResult>;
  /** IAM TagRole: adds the tags, or gives them other values. */
  tagRole(name: string, tags: Readonly<Record<string, string>>): Promise<WriteResult>;
  attachGrant(roleName: string, policyArn: string): Promise<WriteResult>;
  detachGrant(roleName: string, policyArn: string): Promise<WriteResult>;
  updateSetting(region: string, value: string): Promise<WriteResult>;
  resetSetting(region: string): Promise<WriteResult>;
  /** What coverage reads in addition. */
  coverage(): Promise<CoverageAccess>;
  /** `[path/]name` of our role, as it is spelled in the account as far as is known. */
  readonly dhmcRole: string;
  /** AWS's time when the account was entered, in milliseconds; null if it is not known. */
  readonly enteredAt: number | null;
  /** Ends what is cached for the account. */
  leave(): void;
}

/** What coverage reads of an account that was entered. */
export interface CoverageAccess {
  /**
   * A role with its policies; null if there is none. IAM GetAccountAuthorizationDetails, once for the account;
   * where that is denied, a few calls for each role.
   */
  role(name: string): Promise<Reading<RoleDetail | null>>;
  /** An instance profile with its role, in the same way; null if there is none. */
  profile(name: string): Promise<Reading<ProfileDetail | null>>;
  /** Every role that an instance profile holds. Where GetAccountAuthorizationDetails is denied, this is unknown. */
  instanceRoles(): Promise<Reading<ListedInstanceRoles>>;
  /** EC2 DescribeInstances, page by page, without terminated ones. Ends with the first problem. */
  instances(region: string): AsyncIterable<Reading<readonly Ec2Instance[]>>;
  /** SSM DescribeInstanceInformation: the nodes of hybrid activations too. */
  nodes(region: string): Promise<Reading<readonly ManagedNode[]>>;
  /** EC2 DescribeIamInstanceProfileAssociations: when each instance got its profile, in milliseconds. */
  associations(region: string): Promise<Reading<ReadonlyMap<string, number>>>;
}

/** The roles of an account that instances can have. */
export interface ListedInstanceRoles {
  readonly roles: readonly InstanceRole[];
  /** Whether a role of the account says that Quick Setup attaches policies there. */
  readonly hasQuickSetup: boolean;
}

/** Calls sent so far (each try counts), and answers that were throttling. */
export interface Usage {
  readonly calls: number;
  readonly throttled: number;
}

/** A root or organizational unit. */
export interface Unit {
  readonly id: string;
  /** The names from the root, joined by `/`; empty for the root. */
  readonly path: string;
}

/** What may be done in an account, as IAM's simulator is asked. */
export interface PermissionQuestion {
  readonly actions: readonly string[];
  /** Where settings are changed; null: the home region. */
  readonly region: string | null;
  readonly permissionsBoundary: string | null;
  /** The tags that a new role gets. */
  readonly newRoleTags: Readonly<Record<string, string>>;
}

export interface Cloud {
  readonly partition: Partition;
  readonly caller: Caller;
  readonly organization: Organization;
  /** Where calls go, if not to AWS's own endpoints; null otherwise. */
  readonly endpoint: string | null;
  /**
   * The accounts of the selection as they are found, each once: read the first while later pages are being listed.
   * Throws `UsageError` where the selection names what is not there, and `CommandError` where listing fails.
   */
  accounts(selection: AccountSelection): AsyncIterable<Account>;
  /**
   * The units that the values of `--ou` name, without those that are inside another one; the roots where there are none.
   * Throws as `accounts` does.
   */
  units(ous: readonly string[]): Promise<readonly Unit[]>;
  /**
   * The session into an account: the caller's own in its own account, else AssumeRole with the first role that can be assumed.
   * `dhmcRole` (`[path/]name`) is how our role is spelled there, where other than was asked for: IAM's policies tell the case
   * apart. It holds for the account from then on.
   */
  enter(accountId: string, dhmcRole?: string): Promise<Reading<AccountAccess>>;
  /**
   * CloudFormation's stack sets of the organization, in the home region, called as whoever the caller is. `patienceMs`: how
   * long a call may take, its tries included; default: as long as any call.
   */
  stackSets(options?: { readonly patienceMs?: number }): Promise<StackSetsAccess>;
  /**
   * Which of the actions IAM's simulator denies the one who acts in the account, in a session of its own; empty if
   * it denies none, or cannot be asked.
   */
  deniedOf(accountId: string, question: PermissionQuestion): Promise<readonly string[]>;
  /** Whether anything answers at all, asked of STS with the caller's own credentials: a refusal is an answer. */
  isReachable(): Promise<boolean>;
  /** How far this machine's clock is ahead of AWS's, in milliseconds, good to about a second; null if nothing answered. */
  clockAheadMs(): number | null;
  usage(): Usage;
  /** Closes the connections, so that the process can end at once. */
  close(): void;
}

/** The doctor's port: additional calls, all of which only read. */
export interface DiagnosedCloud extends Cloud {
  /** What `enable`, and undoing it, ask for in an account; settings are thought of in the region, or in the home region. */
  needs(accountId: string, region: string | null): readonly Need[];
  /** Who acts in the account, once it is entered. `arn` has the path; null if it cannot be found out. */
  principal(accountId: string): Promise<{ readonly shown: string; readonly arn: string | null }>;
  /** IAM SimulatePrincipalPolicy for the needs, in an account that is entered, by who acts there; settings are thought of as in `needs`. */
  permissions(
    accountId: string,
    region: string | null,
    needs: readonly Need[],
  ): Promise<Reading<readonly Permission[]>>;
  /** Organizations ListPoliciesForTarget and DescribePolicy: service control policies from the root down to the account. */
  controlPolicies(accountId: string): Promise<Reading<readonly PolicyLevel[]>>;
}

/** The way to the cloud, as far as it goes. */
export interface Diagnostics {
  readonly caller: Reading<{ readonly caller: Caller; readonly partition: Partition }>;
  /** Null if the caller is unknown. */
  readonly organization: Reading<Organization> | null;
  /** Null if the organization is unknown. */
  readonly cloud: DiagnosedCloud | null;
  readonly endpoint: string | null;
  /** How far this machine's clock is ahead of AWS's, in milliseconds; null if nothing answered. */
  readonly clockAheadMs: number | null;
  usage(): Usage;
  close(): void;
}

/** Time, as the engine needs it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Ends early, without an error, when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
