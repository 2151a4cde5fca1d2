/**
 * The port to AWS: what the engine needs, and no more. `src/aws` implements it over the SDK; the engine's tests
 * implement it in memory. Nothing here throws for AWS's responses: reads give a `Reading`, writes a `WriteResult`.
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

/** The result of a write. */
export type WriteResult =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly problem: Problem;
      /**
       * - `refused`: AWS refused; nothing was changed.
       * - `not-visible`: a ValidationException, or a denial that names the DHMC role. Shortly after a change of the
       *   role, this is IAM's propagation delay; otherwise it is a refusal.
       * - `busy`: TooManyUpdates or ConcurrentModification; nothing was changed, and a later try may succeed.
       * - `exists`: CreateRole with a name that is taken.
       * - `gone`: what was to be removed or changed does not exist (NoSuchEntity).
       * - `lost`: no answer, or a 5xx: the change may have been made. Read before trying again.
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

/** An account that was entered: its reads and writes, over one shared session. */
export interface AccountAccess {
  /** account:ListRegions in the account itself: regions of every status. */
  regions(): Promise<Reading<readonly RegionOptIn[]>>;
  /** IAM GetRole; null if there is none. */
  role(name: string): Promise<Reading<Role | null>>;
  /** IAM ListAttachedRolePolicies: ARNs; null if the role is missing. */
  grants(roleName: string): Promise<Reading<readonly string[] | null>>;
  /**
   * The documents of the inline policies (IAM ListRolePolicies, GetRolePolicy) and of the attached ones (GetPolicy,
   * GetPolicyVersion).
   */
  policies(roleName: string, attached: readonly string[]): Promise<Reading<readonly PolicyText[]>>;
  /** IAM ListRolePolicies and ListInstanceProfilesForRole; null if the role is missing. */
  attachments(roleName: string): Promise<Reading<RoleAttachments | null>>;
  /** IAM GetPolicy: whether the policy exists. */
  policyExists(arn: string): Promise<Reading<boolean>>;
  /** SSM GetServiceSetting. */
  setting(region: string): Promise<Reading<Setting>>;
  /** SSM DescribeInstanceInformation: the EC2 instances of the region that are online. */
  managedInstances(region: string): Promise<Reading<InstanceUse>>;
  /**
   * SSM ListAssociations: the number of associations with the document through which Quick Setup and the unified
   * console turn DHMC on.
   */
  enablingAssociations(region: string): Promise<Reading<number>>;
  createRole(role: NewRole): Promise<WriteResult>;
  deleteRole(name: string): Promise<WriteResult>;
  updateTrust(name: string, trust: string): Promise<WriteResult>;
  /** IAM TagRole: adds the tags, and overwrites existing values. */
  tagRole(name: string, tags: Readonly<Record<string, string>>): Promise<WriteResult>;
  attachGrant(roleName: string, policyArn: string): Promise<WriteResult>;
  detachGrant(roleName: string, policyArn: string): Promise<WriteResult>;
  updateSetting(region: string, value: string): Promise<WriteResult>;
  resetSetting(region: string): Promise<WriteResult>;
  /** The additional reads of coverage. */
  coverage(): Promise<CoverageAccess>;
  /** `[path/]name` of the DHMC role, in the account's own spelling as far as it is known. */
  readonly dhmcRole: string;
  /** AWS's time when the account was entered, in milliseconds; null if it is not known. */
  readonly enteredAt: number | null;
  /** Drops everything cached for the account. */
  leave(): void;
}

/** What coverage reads in an account. */
export interface CoverageAccess {
  /**
   * A role with its policies; null if there is none. IAM GetAccountAuthorizationDetails, called once for the account;
   * where that is denied, a few calls for each role.
   */
  role(name: string): Promise<Reading<RoleDetail | null>>;
  /** An instance profile with its role, read in the same way; null if there is none. */
  profile(name: string): Promise<Reading<ProfileDetail | null>>;
  /** Every role in an instance profile. Unknown where GetAccountAuthorizationDetails is denied. */
  instanceRoles(): Promise<Reading<ListedInstanceRoles>>;
  /** EC2 DescribeInstances without terminated instances, page by page. Ends with the first problem. */
  instances(region: string): AsyncIterable<Reading<readonly Ec2Instance[]>>;
  /** SSM DescribeInstanceInformation, including the nodes of hybrid activations. */
  nodes(region: string): Promise<Reading<readonly ManagedNode[]>>;
  /** EC2 DescribeIamInstanceProfileAssociations: when each instance got its profile, in milliseconds since 1970. */
  associations(region: string): Promise<Reading<ReadonlyMap<string, number>>>;
}

/** The roles that instances of the account can use. */
export interface ListedInstanceRoles {
  readonly roles: readonly InstanceRole[];
  /** Whether a role of the account shows that Quick Setup attaches policies there. */
  readonly hasQuickSetup: boolean;
}

/** Calls sent so far (each try counts), and how many answers were throttling. */
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

/** A question for IAM's simulator: what may be done in an account. */
export interface PermissionQuestion {
  readonly actions: readonly string[];
  /** The region where settings are changed; null: the home region. */
  readonly region: string | null;
  readonly permissionsBoundary: string | null;
  /** The tags of a new role. */
  readonly newRoleTags: Readonly<Record<string, string>>;
}

export interface Cloud {
  readonly partition: Partition;
  readonly caller: Caller;
  readonly organization: Organization;
  /** Where calls go if not to AWS's own endpoints; null otherwise. */
  readonly endpoint: string | null;
  /**
   * The accounts of the selection, each once, as they are listed: the first ones can be read while later pages load.
   * Throws `UsageError` if the selection names something that does not exist, and `CommandError` if listing fails.
   */
  accounts(selection: AccountSelection): AsyncIterable<Account>;
  /**
   * The units that the `--ou` values name, without those inside another of them; without values, the roots. Throws as
   * `accounts` does.
   */
  units(ous: readonly string[]): Promise<readonly Unit[]>;
  /**
   * Opens a session in an account: the caller's own in its own account, otherwise AssumeRole with the first role that
   * works. `dhmcRole` (`[path/]name`) is the spelling of the DHMC role in this account if it differs from the requested
   * one, since IAM policies are case-sensitive. It applies to all later sessions in the account.
   */
  enter(accountId: string, dhmcRole?: string): Promise<Reading<AccountAccess>>;
  /**
   * CloudFormation's stack sets of the organization in the home region, called with the caller's own role in the
   * organization. `patienceMs`: how long a call may take, including retries; default: as for any call.
   */
  stackSets(options?: { readonly patienceMs?: number }): Promise<StackSetsAccess>;
  /**
   * The actions that IAM's simulator denies to the principal in the account; empty if it denies none or cannot be
   * asked. Runs in its own session.
   */
  deniedOf(accountId: string, question: PermissionQuestion): Promise<readonly string[]>;
  /** Whether AWS answers at all: calls STS with the caller's own credentials. A refusal is an answer. */
  isReachable(): Promise<boolean>;
  /**
   * How far this machine's clock is ahead of AWS's, in milliseconds, to within about a second; null if nothing
   * answered.
   */
  clockAheadMs(): number | null;
  usage(): Usage;
  /** Closes the connections, so that the process can exit at once. */
  close(): void;
}

/** The doctor's port: additional calls, all read-only. */
export interface DiagnosedCloud extends Cloud {
  /**
   * The rights that `enable` and its rollback need in an account; settings are in the region, or in the home region.
   */
  needs(accountId: string, region: string | null): readonly Need[];
  /** The principal in the account, once it is entered. `arn` includes the path; null if it cannot be found out. */
  principal(accountId: string): Promise<{ readonly shown: string; readonly arn: string | null }>;
  /**
   * IAM SimulatePrincipalPolicy for these needs and the principal of an account that is entered. `region` as in
   * `needs`.
   */
  permissions(
    accountId: string,
    region: string | null,
    needs: readonly Need[],
  ): Promise<Reading<readonly Permission[]>>;
  /**
   * Organizations ListPoliciesForTarget and DescribePolicy: the service control policies from the root down to the
   * account.
   */
  controlPolicies(accountId: string): Promise<Reading<readonly PolicyLevel[]>>;
}

/** The connection to AWS, as far as it could be made. */
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
  /** Milliseconds since 1970. */
  now(): number;
  /** Ends early, without an error, when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
