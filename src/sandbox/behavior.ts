/**
 * The sandbox's knobs: limits, delays, faults, and unverified points of AWS's behavior. Part of the world's format.
 */
import type { FleetBehavior } from './fleet/spec.ts';

/** What AWS may do to a client, and how the sandbox resolves unverified points. Everything is off unless set. */
export interface Behavior {
  /** The maximum page size of list operations. */
  readonly pageSize?: number;
  /** ListAccounts and other Organizations lists begin with an empty page that has a token. */
  readonly emptyPages?: boolean;
  /** Whether the documented rate and burst limits are enforced, per operation and account. */
  readonly rateLimits?: boolean;
  /** The delay before every response, in milliseconds. */
  readonly latencyMs?: number;
  /** The latency of matching calls; the first match replaces `latencyMs`. */
  readonly slow?: readonly (Match & { readonly latencyMs: number })[];
  /**
   * How long SSM and STS still see a role as it was before a change to it or its policies, in milliseconds. A new
   * role does not exist for them until then.
   */
  readonly iamPropagationMs?: number;
  /** How long GetServiceSetting returns the previous value after a write, in milliseconds. */
  readonly settingReadLagMs?: number;
  /** LastModifiedUser after every write: `caller` (default), `System`, or `absent`. */
  readonly modifiedUser?: 'caller' | 'System' | 'absent';
  /**
   * How UpdateServiceSetting responds to a role that does not exist. `documented` (default): the ValidationException
   * of the sibling operations. `other`: a ValidationException with another text. `none`: it accepts the value.
   */
  readonly missingRole?: 'documented' | 'other' | 'none';
  /** How UpdateServiceSetting responds to a role that SSM cannot assume. Default: `documented`. */
  readonly untrustingRole?: 'documented' | 'other' | 'none';
  /** SettingValue of a setting that was never set; `absent` leaves it out. Default: `$None`. */
  readonly defaultValue?: string;
  /** Status of a setting that was never set. Default: `Default`. */
  readonly defaultStatus?: 'Default' | 'Customized' | 'Custom' | 'PendingUpdate';
  /** LastModifiedUser of a setting that was never set; `absent` leaves it out. Default: `System`. */
  readonly defaultWriter?: string;
  /** Status of a setting after a write. Default: `Customized`. */
  readonly setStatus?: 'Customized' | 'Custom' | 'PendingUpdate';
  /** How a setting stores a value with a path. Default: `as-sent`. */
  readonly storedValue?: 'as-sent' | 'bare-name';
  /** Whether SettingId may be the setting's ARN. Default: `accepted`. */
  readonly settingIdAsArn?: 'accepted' | 'refused';
  /** Whether writing the current value again updates the date and the writer. Default: `renews`. */
  readonly equalWrite?: 'renews' | 'keeps';
  /** What ResetServiceSetting returns: the setting after the reset (default), or the setting before it. */
  readonly resetAnswer?: 'after' | 'before';
  /** Whether IAM deletes a role that a setting of the account names. Default: `accepted`. */
  readonly deleteNamedRole?: 'accepted' | 'refused';
  /** Whether denials have the documented text (default), or leave out the action and the policy. */
  readonly denialText?: 'documented' | 'terse';
  /** False: responses have no Date header. Default: true. */
  readonly dateHeader?: boolean;
  /** The HTTP status of TooManyUpdates. Default: 400. */
  readonly tooManyUpdatesStatus?: 400 | 429;
  /**
   * The minimum time between two writes of the setting in one account and region, in milliseconds. An earlier write
   * gets TooManyUpdates. Default: 0, no minimum.
   */
  readonly tooManyUpdatesMs?: number;
  /** How long sessions really last, in seconds, regardless of the requested duration. */
  readonly sessionSeconds?: number;
  /** Regions that respond with ServiceSettingNotFound. */
  readonly withoutDhmc?: readonly string[];
  /**
   * How far the sandbox's clock is ahead of the machine's, in milliseconds. Beyond 5 minutes, signatures are refused.
   */
  readonly clockSkewMs?: number;
  /** Whether an explicit denial by a service control policy names the policy's ARN. */
  readonly namePolicies?: boolean;
  /** Whether a stack takes over a setting that is already customized, or fails. Default: `take-over`. */
  readonly createOverCustomized?: 'take-over' | 'already-exists';
  /** How long CloudFormation takes for one stack, in milliseconds. Default: 1000. */
  readonly stackMs?: number;
  /** The maximum number of stacks of a stack set in progress at once. Default: 10,000, the limit of a region. */
  readonly stackSetConcurrency?: number;
  /** The maximum number of stack instances in a stack set. Default: 100,000. */
  readonly stackInstanceQuota?: number;
  /** Regions in which CloudFormation does not know the resource types of service settings. */
  readonly withoutServiceSettingType?: readonly string[];
  /** Delays and unverified points of instances in Systems Manager. */
  readonly fleet?: FleetBehavior;
  /**
   * What IAM does with PolicyExclusionList of SimulatePrincipalPolicy: `served` (default), or `ignored` as in an
   * older endpoint.
   */
  readonly policyExclusionList?: 'served' | 'ignored';
  readonly faults?: readonly Fault[];
}

/** The calls that a fault or a delay applies to. An omitted member matches every call. */
export interface Match {
  /**
   * The service in the signature's scope: `organizations`, `sts`, `iam`, `ssm`, `ec2`, `account` or `cloudformation`.
   */
  readonly service?: string;
  readonly operation?: string;
  /**
   * The account that the call is made in: the account of the credentials, or for AssumeRole the account of the role.
   */
  readonly account?: string;
  readonly region?: string;
}

export type Fault = Match & {
  /**
   * - `throttle`: the service's throttling error.
   * - `server-error`: 500 with the service's internal error.
   * - `reset`: the connection is reset.
   * - `hang`: the sandbox never responds.
   * - `garbage`: 200 with a proxy's HTML.
   * - `cut`: the real response, cut in half.
   * - `error`: the error in `error`.
   * - `answer`: the response in `answer`, whatever the operation.
   */
  readonly kind:
    'throttle' | 'server-error' | 'reset' | 'hang' | 'garbage' | 'cut' | 'error' | 'answer';
  /** For `error`. */
  readonly error?: { readonly code: string; readonly message: string; readonly status?: number };
  /** For `answer`: sent unchanged. */
  readonly answer?: {
    readonly body: string;
    readonly status?: number;
    readonly contentType?: string;
  };
  /** Whether the operation is performed first, so that only its response is lost. Default: false. */
  readonly after?: boolean;
  /** How many matching calls pass before the first hit. Default: 0. */
  readonly skip?: number;
  /** How many calls are hit. Default: no limit. */
  readonly times?: number;
  /** Hits only every n-th matching call. */
  readonly every?: number;
  /** The share of matching calls that are hit, from 0 to 1, drawn by a seeded generator. */
  readonly share?: number;
};
