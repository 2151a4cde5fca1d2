/** The knobs of the sandbox: limits, delays, faults, and open points of AWS's behavior. Part of the world's format. */
import type { FleetBehavior } from './fleet/spec.ts';

/** How AWS behaves: what it may do to a client, and what is unverified about it. Everything is off unless set. */
export interface Behavior {
  /** Most items that a list operation gives in a page. */
  readonly pageSize?: number;
  /** ListAccounts and other Organizations lists begin with an empty page that has a token. */
  readonly emptyPages?: boolean;
  /** The documented rate and burst limits, per operation and account. */
  readonly rateLimits?: boolean;
  /** What an answer waits, in milliseconds. */
  readonly latencyMs?: number;
  /** More latency, for whatever matches; the first that matches counts instead of `latencyMs`. */
  readonly slow?: readonly (Match & { readonly latencyMs: number })[];
  /** For so long after a role or its policies were changed, SSM and STS see it as it was; a role just made is missing to them. */
  readonly iamPropagationMs?: number;
  /** For so long after a write, GetServiceSetting gives what was there before. */
  readonly settingReadLagMs?: number;
  /** LastModifiedUser after every write: `caller` (default), `System`, or `absent`. */
  readonly modifiedUser?: 'caller' | 'System' | 'absent';
  /**
   * What UpdateServiceSetting answers where the role does not exist. `documented` (default): the sibling operations'
   * ValidationException. `other`: a ValidationException with another text. `none`: it takes the value.
   */
  readonly missingRole?: 'documented' | 'other' | 'none';
  /** The same where SSM may not assume the role. Default: `documented`. */
  readonly untrustingRole?: 'documented' | 'other' | 'none';
  /** SettingValue of a setting that nobody set; `absent` leaves it out. Default: `$None`. */
  readonly defaultValue?: string;
  /** Its Status. Default: `Default`. */
  readonly defaultStatus?: 'Default' | 'Customized' | 'Custom' | 'PendingUpdate';
  /** Its LastModifiedUser; `absent` leaves it out. Default: `System`. */
  readonly defaultWriter?: string;
  /** Status of a setting after a write. Default: `Customized`. */
  readonly setStatus?: 'Customized' | 'Custom' | 'PendingUpdate';
  /** What a setting keeps of a value with a path. Default: `as-sent`. */
  readonly storedValue?: 'as-sent' | 'bare-name';
  /** Whether a setting may be named by its ARN. Default: `accepted`. */
  readonly settingIdAsArn?: 'accepted' | 'refused';
  /** Whether writing the value that is there renews date and writer. Default: `renews`. */
  readonly equalWrite?: 'renews' | 'keeps';
  /** What ResetServiceSetting answers with: the setting after the reset (default), or the one before it. */
  readonly resetAnswer?: 'after' | 'before';
  /** Whether IAM deletes a role that a setting of the account names. Default: `accepted`. */
  readonly deleteNamedRole?: 'accepted' | 'refused';
  /** Denials as documented (default), or without action and policy. */
  readonly denialText?: 'documented' | 'terse';
  /** False: answers have no Date header. Default: true. */
  readonly dateHeader?: boolean;
  /** The HTTP status of TooManyUpdates. Default: 400. */
  readonly tooManyUpdatesStatus?: 400 | 429;
  /** Writes of the setting in one account and region closer than this answer TooManyUpdates. Default: 0, never. */
  readonly tooManyUpdatesMs?: number;
  /** How long sessions really last, in seconds, whatever was asked for. */
  readonly sessionSeconds?: number;
  /** Regions that answer ServiceSettingNotFound. */
  readonly withoutDhmc?: readonly string[];
  /** What the sandbox's clock is ahead of the machine's, in milliseconds. More than 5 minutes refuses a signature. */
  readonly clockSkewMs?: number;
  /** Denials name the ARN of the service control policy behind the text. */
  readonly namePolicies?: boolean;
  /** Whether a stack takes over a setting that is customized already, or refuses it. Default: `take-over`. */
  readonly createOverCustomized?: 'take-over' | 'already-exists';
  /** How long CloudFormation takes for one stack, in milliseconds. Default: 1000. */
  readonly stackMs?: number;
  /** Most stacks of a stack set that are worked on at once. Default: 10,000, the limit of a region. */
  readonly stackSetConcurrency?: number;
  /** Most stack instances of a stack set. Default: 100,000. */
  readonly stackInstanceQuota?: number;
  /** Regions in which CloudFormation does not know the resource types of service settings. */
  readonly withoutServiceSettingType?: readonly string[];
  /** Open points and delays of instances in Systems Manager. */
  readonly fleet?: FleetBehavior;
  /** What IAM makes of SimulatePrincipalPolicy's PolicyExclusionList: `served` (default), or `ignored` as by an older endpoint. */
  readonly policyExclusionList?: 'served' | 'ignored';
  readonly faults?: readonly Fault[];
}

/** What a fault or a delay is for. What is not given matches all. */
export interface Match {
  /** As in a signature's scope: `organizations`, `sts`, `iam`, `ssm`, `ec2`, `account` or `cloudformation`. */
  readonly service?: string;
  readonly operation?: string;
  /** The account in which the call is made: that of the credentials; for AssumeRole the role's. */
  readonly account?: string;
  readonly region?: string;
}

export type Fault = Match & {
  /**
   * - `throttle`: the service's throttling error.
   * - `server-error`: 500 with the service's internal error.
   * - `reset`: the connection is reset. - `hang`: no answer ever comes.
   * - `garbage`: 200 with a proxy's HTML. - `cut`: the real answer, cut in half.
   * - `error`: the error in `error`. - `answer`: the answer in `answer`, whatever was asked.
   */
  readonly kind:
    'throttle' | 'server-error' | 'reset' | 'hang' | 'garbage' | 'cut' | 'error' | 'answer';
  /** For `error`. */
  readonly error?: { readonly code: string; readonly message: string; readonly status?: number };
  /** For `answer`: sent as it stands. */
  readonly answer?: {
    readonly body: string;
    readonly status?: number;
    readonly contentType?: string;
  };
  /** Whether the operation is done first, so that only its answer is lost. Default: false. */
  readonly after?: boolean;
  /** How many calls pass unharmed before the first that is hit. Default: 0. */
  readonly skip?: number;
  /** How many calls are hit. Default: no end. */
  readonly times?: number;
  /** Every n-th matching call only. */
  readonly every?: number;
  /** Share of the matching calls that are hit, 0 to 1, by a seeded generator. */
  readonly share?: number;
};
