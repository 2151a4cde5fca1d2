/** The principals that can sign requests: the world's callers, and the sessions of AssumeRole. */
import { createHash, randomBytes } from 'node:crypto';
import type { CallerIdentity, PolicyDocument, World } from '../world.ts';

/** The principal behind a verified signature. */
export interface Principal {
  readonly kind: 'root' | 'user' | 'assumed-role';
  readonly account: string;
  /** The ARN in GetCallerIdentity. */
  readonly arn: string;
  readonly userId: string;
  /** The name of a session's role; null for other principals. */
  readonly role: string | null;
  /** The tags of a user, or the session tags, which are added to the role's tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** Keys of the session tags that also apply to the next session in a role chain. */
  readonly transitiveTags: readonly string[];
  readonly sourceIdentity: string | null;
  readonly sessionPolicies: readonly PolicyDocument[] | null;
  /** A user with its policies; null for other principals. A session has its role's policies. */
  readonly user: Extract<CallerIdentity, { kind: 'user' }> | null;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
  /** Milliseconds since the epoch; null for keys that do not expire. */
  readonly expiresAt: number | null;
  readonly principal: Principal;
}

export interface Principals {
  find(accessKeyId: string): Credentials | undefined;
  /** Issues credentials for a new session; `expiresAt` is in milliseconds since the epoch. */
  admit(principal: Principal, expiresAt: number): Credentials;
}

/** A made-up id in AWS's format. The same text always gives the same id. */
export const stableId = (prefix: string, of: string): string =>
  prefix +
  [...createHash('sha256').update(of).digest().subarray(0, 17)]
    .map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte & 31] ?? 'A')
    .join('');

const randomText = (length: number): string =>
  [...randomBytes(length)]
    .map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte & 31] ?? 'A')
    .join('');

export function principals(world: World): Principals {
  const partition = world.partition ?? 'aws';
  const known = new Map<string, Credentials>();
  for (const caller of world.callers) {
    const { identity } = caller;
    known.set(caller.accessKeyId, {
      accessKeyId: caller.accessKeyId,
      secretAccessKey: caller.secretAccessKey,
      sessionToken: caller.sessionToken ?? null,
      expiresAt:
        identity.kind === 'assumed-role' && identity.expiresAt !== undefined
          ? Date.parse(identity.expiresAt)
          : null,
      principal: principalOf(partition, identity),
    });
  }
  return {
    find: (accessKeyId) => known.get(accessKeyId),
    admit(principal, expiresAt) {
      const credentials: Credentials = {
        accessKeyId: `ASIA${randomText(16)}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: `IQoJb3JpZ2luX2Vj${randomBytes(240).toString('base64')}`,
        expiresAt,
        principal,
      };
      known.set(credentials.accessKeyId, credentials);
      return credentials;
    },
  };
}

function principalOf(partition: string, identity: CallerIdentity): Principal {
  const none = {
    role: null,
    tags: {},
    transitiveTags: [],
    sourceIdentity: null,
    sessionPolicies: null,
    user: null,
  };
  const { account } = identity;
  switch (identity.kind) {
    case 'root':
      return {
        ...none,
        kind: 'root',
        account,
        arn: `arn:${partition}:iam::${account}:root`,
        userId: account,
      };
    case 'user': {
      const arn = `arn:${partition}:iam::${account}:user${identity.path ?? '/'}${identity.name}`;
      return {
        ...none,
        kind: 'user',
        account,
        arn,
        userId: stableId('AIDA', arn),
        tags: identity.tags ?? {},
        user: identity,
      };
    }
    case 'assumed-role': {
      const arn = `arn:${partition}:sts::${account}:assumed-role/${identity.role}/${identity.session}`;
      const userId = `${stableId('AROA', `${account}/${identity.role.toLowerCase()}`)}:${identity.session}`;
      return { ...none, kind: 'assumed-role', account, arn, userId, role: identity.role };
    }
  }
}
