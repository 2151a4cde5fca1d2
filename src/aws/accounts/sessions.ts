/** Sessions in accounts: one per account and run, shared by its calls and renewed before it expires. */
import type { Problem, Reading } from '../../core/model/model.ts';
import { known, unknown } from '../../core/model/model.ts';
import { parseSdkError } from '../http/sdk-error.ts';
import { InvalidResponse, problemOf, type FailedCall } from '../responses/problems.ts';
import { secretsOf } from '../responses/redact.ts';
import type { Credentials } from '../http/signing.ts';
import type { Identity, SdkClients } from '../http/sdk-clients.ts';
import { stsModule } from '../sdk/index.ts';
import { problemFor } from '../../core/problems/hints.ts';

/** The caller's own credentials, from the environment or the profile. */
export interface CallerIdentity extends Identity {
  /** The credentials used last, for redaction; null before the first call. */
  current(): Credentials | null;
}

const renewBeforeMs = 5 * 60_000;
/** How long to wait before asking a source again, if its credentials expire soon or it failed. */
const askAgainMs = 60_000;

type Ending = Credentials & { readonly expiration?: Date };

const isSame = (one: Credentials, other: Credentials): boolean =>
  one.accessKeyId === other.accessKeyId && one.sessionToken === other.sessionToken;

/**
 * Provides credentials, and asks the source again when they expire soon. One request runs at a time, at most one a
 * minute.
 */
export const callerIdentity = (
  provide: () => Promise<Ending>,
  now: () => number = Date.now,
): CallerIdentity => {
  let current: Ending | null = null;
  let asking: Promise<Credentials> | null = null;
  let askedAt = -Infinity;
  /** Whether the last request returned credentials other than the previous ones. */
  let broughtNew = true;
  const ask = (): Promise<Credentials> => {
    const before = current;
    broughtNew = false;
    asking ??= provide()
      .then((credentials) => {
        broughtNew = before === null || !isSame(before, credentials);
        return (current = credentials);
      })
      .finally(() => {
        asking = null;
        askedAt = now();
      });
    return asking;
  };
  const wasJustAsked = (): boolean => asking === null && now() - askedAt < askAgainMs;
  const endsSoon = (): boolean =>
    current?.expiration !== undefined && current.expiration.getTime() - now() < renewBeforeMs;
  return {
    current: () => current,
    credentials: async () => {
      const last = current;
      if (last === null) return ask();
      if (!endsSoon() || wasJustAsked()) return last;
      // Without newer credentials, the old ones are used until AWS rejects them.
      return ask().catch(() => last);
    },
    renew: async (expired) => {
      if (current !== null && !isSame(current, expired)) return true;
      if (wasJustAsked() && !broughtNew) return false;
      const fresh = await ask().catch(() => expired);
      return !isSame(fresh, expired);
    },
  };
};

export interface MemberSessionOptions {
  readonly wire: SdkClients;
  readonly caller: CallerIdentity;
  readonly callerArn: string;
  readonly partition: string;
  readonly homeRegion: string;
  /** `[path/]name`, tried in order. */
  readonly roleNames: readonly string[];
  readonly sessionName: string;
  readonly externalId?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly sourceIdentity?: string | undefined;
  readonly durationSeconds?: number | undefined;
  /** The inline session policy for an account; null for none. */
  readonly policyFor: (account: string) => string | null;
  readonly now?: () => number;
}

/** A session in a member account. */
export interface MemberSession extends Identity {
  /** The assumed role. */
  readonly role: string;
  /** When AWS opened the session, computed from its expiration; null if that is unknown. */
  readonly openedAt: number | null;
  current(): Credentials;
}

interface Lease {
  readonly credentials: Credentials;
  /** When to renew the session, in milliseconds since the epoch. */
  readonly renewAt: number;
  readonly openedAt: number | null;
}

/** The default DurationSeconds of AssumeRole. */
const usualSeconds = 3600;

const assume = async (
  options: MemberSessionOptions,
  account: string,
  role: string,
): Promise<Lease> => {
  const {
    wire,
    caller,
    homeRegion,
    sessionName,
    externalId,
    tags,
    sourceIdentity,
    durationSeconds,
    policyFor,
    partition,
  } = options;
  const now = options.now ?? Date.now;
  const policy = policyFor(account);
  const tagList = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const sts = await wire.client('sts', homeRegion);
  const { AssumeRoleCommand } = await stsModule();
  const input = {
    RoleArn: `arn:${partition}:iam::${account}:role/${role}`,
    RoleSessionName: sessionName,
    ...(policy === null ? {} : { Policy: policy }),
    ...(externalId === undefined ? {} : { ExternalId: externalId }),
    ...(tagList.length === 0 ? {} : { Tags: tagList }),
    ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
    ...(durationSeconds === undefined ? {} : { DurationSeconds: durationSeconds }),
  };
  const asked = now();
  const answer = await wire.call(
    {
      service: 'sts',
      operation: 'AssumeRole',
      region: homeRegion,
      account,
      identity: caller,
      writes: false,
    },
    input,
    (given) => sts.send(new AssumeRoleCommand(given)),
  );
  const given = answer.Credentials;
  const assumed = answer.AssumedRoleUser?.Arn;
  const isThere = assumed === undefined || assumed.split(':')[4] === account;
  if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken)
    throw new InvalidResponse('AssumeRole answered without credentials.');
  if (!isThere)
    throw new InvalidResponse(
      `AssumeRole answered with a session in another account than ${account}.`,
    );
  const stated =
    given.Expiration instanceof Date && !Number.isNaN(given.Expiration.getTime())
      ? given.Expiration.getTime()
      : null;
  const ends = stated ?? asked + 900_000;
  // Uses AWS's clock if its difference from this machine's is known.
  const lasts = Math.max(0, ends - (asked + sts.config.systemClockOffset));
  const margin = Math.min(renewBeforeMs, lasts / 5);
  return {
    credentials: {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      sessionToken: given.SessionToken,
    },
    renewAt: asked + lasts - margin,
    openedAt: stated === null ? null : stated - (durationSeconds ?? usualSeconds) * 1000,
  };
};

const failedCall = (options: MemberSessionOptions, account: string, role: string): FailedCall => ({
  service: 'sts',
  operation: 'AssumeRole',
  region: options.homeRegion,
  account,
  role: `role ${role}`,
  caller: options.callerArn,
  secrets: [...secretsOf(options.caller.current()), options.externalId],
});

/** A session could not be renewed. Carries the problem to the call that needed the session. */
class SessionLost extends Error {
  override readonly name = 'SessionLost';
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** The problem of a session that could not be renewed; null for other errors. */
export const sessionProblem = (error: unknown): Problem | null =>
  error instanceof SessionLost ? error.problem : null;

const sessionFrom = (
  options: MemberSessionOptions,
  account: string,
  role: string,
  begun: Lease,
): MemberSession => {
  const now = options.now ?? Date.now;
  let lease = begun;
  let renewing: Promise<Lease> | null = null;
  const renew = (): Promise<Lease> => {
    renewing ??= assume(options, account, role)
      .then((fresh) => (lease = fresh))
      .finally(() => (renewing = null));
    return renewing;
  };
  const lost = (error: unknown): never => {
    throw new SessionLost(problemOf(error, failedCall(options, account, role)));
  };
  return {
    role,
    openedAt: begun.openedAt,
    current: () => lease.credentials,
    credentials: async () =>
      (now() < lease.renewAt ? lease : await renew().catch(lost)).credentials,
    renew: async (expired) => {
      if (lease.credentials === expired) await renew().catch(lost);
      return true;
    },
  };
};

const mayBeAnotherRole = (problem: Problem): boolean =>
  problem.code === 'role-not-assumable' || problem.code === 'denied-by-session-policy';

/**
 * Opens a session with the first role that can be assumed. A missing role and one without trust give the same error.
 */
export const openMemberSession = async (
  options: MemberSessionOptions,
  account: string,
): Promise<Reading<MemberSession>> => {
  const refusals: Problem[] = [];
  for (const role of options.roleNames) {
    try {
      return known(sessionFrom(options, account, role, await assume(options, account, role)));
    } catch (error) {
      const problem = problemOf(error, failedCall(options, account, role));
      refusals.push(problem);
      if (!mayBeAnotherRole(problem) && parseSdkError(error).name !== 'AccessDenied')
        return unknown(problem);
    }
  }
  const [first] = refusals;
  if (first === undefined) {
    return unknown(problemFor('no-role-named', 'No role to enter accounts with was named.'));
  }
  if (refusals.length === 1) return unknown(first);
  return unknown({
    ...first,
    ...problemFor(
      'no-role-assumable',
      refusals.map(({ message }) => message).join('; '),
      { roles: options.roleNames.join(', '), account, caller: options.callerArn },
      first,
    ),
  });
};
