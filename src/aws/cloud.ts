/** The engine's view of AWS: connects, lists accounts, and assumes roles in them. */
import { UsageError } from '../core/model/errors.ts';
import type { Caller, Organization, Partition, Problem, Reading } from '../core/model/model.ts';
import { known, unknown } from '../core/model/model.ts';
import { problemFor } from '../core/problems/hints.ts';
import { partitionRegions } from '../core/model/regions.ts';
import type { AccountAccess, Cloud } from '../run/cloud.ts';
import { createAccountAccess } from './accounts/account-access.ts';
import type { AccessOptions } from './accounts/calls.ts';
import {
  findCredentials,
  findHomeRegion,
  isStsReachable,
  getOrganization,
  getCaller,
} from './accounts/caller.ts';
import { discover, findUnits } from './organization/discovery.ts';
import { makeDirectory, type Directory } from './organization/directory.ts';
import type { ConnectOptions } from './connect-options.ts';
import {
  openMemberSession,
  type CallerIdentity,
  type MemberSessionOptions,
} from './accounts/sessions.ts';
import { prepareEnvironment, type CallerEnvironment } from './environment/environment.ts';
import { passingPolicy, rolesApart, sessionPolicy } from './permissions/session-policy.ts';
import { isAwsHost, makeSdkClients, type SdkClients } from './http/sdk-clients.ts';

/** How long an account counts as just created, in milliseconds. */
const newForMs = 60 * 60_000;

/** A connection to AWS: its clients, the caller and the organization. */
export interface Connection {
  readonly wire: SdkClients;
  readonly identity: CallerIdentity;
  readonly caller: Caller;
  readonly partition: Partition;
  readonly homeRegion: string;
  readonly organization: Organization;
  readonly environment: CallerEnvironment;
}

/** Reads the environment and makes the clients. The caller's credentials are found when a call first needs them. */
export const openCaller = async (options: ConnectOptions) => {
  const environment = await prepareEnvironment(options.profile);
  const { concurrency, onCall, mfaCode, signal } = options;
  const { caBundle } = environment;
  const wire = await makeSdkClients({ concurrency, onCall, caBundle });
  const guessed = findHomeRegion(options.homeRegion, environment);
  const { region } = guessed;
  const identity = findCredentials({ environment, wire, region, mfaCode, signal });
  return { environment, wire, guessed, identity };
};

export const connect = async (options: ConnectOptions): Promise<Cloud> =>
  (await openCloud(options)).cloud;

export const openCloud = async (
  options: ConnectOptions,
): Promise<OpenCloud & { readonly connection: Connection }> => {
  const { wire, guessed, identity, environment } = await openCaller(options);
  const { caller, partition } = await getCaller(wire, identity, guessed);
  const homeRegion = options.homeRegion ?? partitionRegions(partition).main;
  checkSessionDuration(options, caller);
  const organization = await getOrganization(wire, identity, homeRegion, caller);
  const found = { wire, identity, caller, partition, homeRegion, organization, environment };
  return { ...createCloud(options, found), connection: found };
};

/** Throws `UsageError` if the requested sessions are longer than AWS allows from an assumed role. */
export const checkSessionDuration = ({ sessionDuration }: ConnectOptions, caller: Caller): void => {
  if (
    sessionDuration !== undefined &&
    sessionDuration > 3600 &&
    caller.arn.includes(':assumed-role/')
  )
    throw new UsageError(
      `--session-duration ${String(sessionDuration)}: from an assumed role, AWS gives sessions of 3600 seconds at most.`,
      'Use 3600 or less, or call with the keys of a user; sessions are renewed as they end.',
    );
};

/** The origins of calls other than AWS's own, comma-separated; null if there are none. */
export const endpointOf = (wire: SdkClients, { endpoints }: CallerEnvironment): string | null => {
  const urls = new Set([
    ...wire.foreignEndpoints(),
    ...endpoints
      .map(({ url }) => new URL(url))
      .flatMap((url) => (isAwsHost(url.hostname) ? [] : url.origin)),
  ]);
  return urls.size === 0 ? null : [...urls].join(', ');
};

export interface OpenCloud {
  readonly cloud: Cloud;
  readonly directory: Directory;
  /** The options for calls in an account; undefined before it is entered. */
  readonly accessOptionsOf: (account: string) => AccessOptions | undefined;
  /** The options for another session in the account, with its own policy; null for the caller's own account. */
  readonly accessOptionsWith: (
    account: string,
    policy: string,
  ) => Promise<Reading<AccessOptions> | null>;
}

/** The cloud port over a connection. */
export const createCloud = (options: ConnectOptions, connection: Connection): OpenCloud => {
  const { roleNames, dhmcRole, externalId, sessionDuration, purpose, runId } = options;
  const { wire, identity, caller, partition, homeRegion, organization } = connection;
  const directory = makeDirectory({
    wire,
    caller: identity,
    callerAccount: caller.account,
    callerArn: caller.arn,
    homeRegion,
  });
  const policyWith = (role: string) => (account: string) =>
    options.sessionPolicy ? sessionPolicy({ purpose, partition, account, dhmcRole: role }) : null;
  const sessions: Omit<MemberSessionOptions, 'policyFor'> = {
    wire,
    caller: identity,
    callerArn: caller.arn,
    partition,
    homeRegion,
    roleNames,
    sessionName: `dhmc-${runId}`,
    externalId,
    tags: options.sessionTags,
    sourceIdentity: options.sourceIdentity,
    durationSeconds: sessionDuration,
  };
  /** By account, and the DHMC role's spelling. */
  const entered = new Map<string, Promise<Reading<AccountAccess>>>();
  const spellings = new Map<string, string>();
  const shared = { wire, partition, homeRegion, externalId };
  const accessOptions = new Map<string, AccessOptions>();

  /** Explains a role that cannot be assumed in a new account: AWS needs minutes to set it up. */
  const orJustCreated = (problem: Problem, account: string): Problem => {
    const createdAt = directory.createdAt(account);
    const now = Date.now() - (wire.clockAheadMs() ?? 0);
    if (problem.code !== 'role-not-assumable' || createdAt === null || now - createdAt > newForMs)
      return problem;
    const facts = { account, role: `role ${roleNames.join(' or ')}`, caller: caller.arn };
    return problemFor('account-just-created', problem.message, facts, {
      requestId: problem.requestId,
    });
  };

  /** Opens sessions for roles that do not fit into the policy of the account's own session. */
  const passingIn = (account: string, role: string): NonNullable<AccessOptions['passing']> => {
    const apart = options.sessionPolicy
      ? rolesApart({ purpose, partition, account, dhmcRole: role })
      : [];
    const opened = new Map<string, ReturnType<typeof openMemberSession>>();
    return (value) => {
      if (!apart.includes(value)) return null;
      let session = opened.get(value);
      if (session === undefined) {
        session = openMemberSession(
          { ...sessions, policyFor: () => passingPolicy(partition, value) },
          account,
        );
        opened.set(value, session);
      }
      return session;
    };
  };

  const openAccess = async (
    account: string,
    role: string,
    policyFor: MemberSessionOptions['policyFor'],
  ): Promise<Reading<AccessOptions>> => {
    const session =
      account === caller.account
        ? null
        : await openMemberSession({ ...sessions, policyFor }, account);
    if (session?.known === false) return unknown(orJustCreated(session.problem, account));
    return known({
      ...shared,
      dhmcRole: role,
      account,
      ...(session === null
        ? { identity, principal: caller.arn, memberSession: false }
        : {
            identity: session.value,
            principal: `role ${session.value.role}`,
            memberSession: true,
            sessionTags: options.sessionTags,
            enteredAt: session.value.openedAt,
            passing: passingIn(account, role),
          }),
    });
  };
  const enter = async (account: string, role: string): Promise<Reading<AccountAccess>> => {
    const opened = await openAccess(account, role, policyWith(role));
    if (!opened.known) return opened;
    const access = opened.value;
    accessOptions.set(account, access);
    const leave = (): void => {
      entered.delete(`${account} ${role}`);
      // The account may have been entered again with another spelling of the role.
      if (accessOptions.get(account) === access) accessOptions.delete(account);
    };
    return known({ ...createAccountAccess(access), leave });
  };

  const cloud: Cloud = {
    partition,
    caller,
    organization,
    get endpoint() {
      return endpointOf(wire, connection.environment);
    },
    accounts: (selection) => discover(directory, selection),
    units: (ous) => findUnits(directory, ous),
    stackSets: async ({ patienceMs } = {}) => {
      const { openStackSets } = await import('./stack-sets/index.ts');
      return openStackSets({ wire, identity, caller, organization, homeRegion, patienceMs });
    },
    enter: (account, spelled) => {
      if (spelled !== undefined) spellings.set(account, spelled);
      const role = spellings.get(account) ?? dhmcRole;
      const key = `${account} ${role}`;
      let entering = entered.get(key);
      if (entering === undefined) {
        entering = enter(account, role);
        entered.set(key, entering);
        // A failed entry can be retried later in the same run. Its error belongs to the caller of `enter`.
        const forget = () => entered.delete(key);
        entering.then((reading) => reading.known || forget(), forget);
      }
      return entering;
    },
    deniedOf: async (account, question) => {
      const policy = sessionPolicy({
        purpose: { kind: 'read', simulate: true },
        partition,
        account,
        dhmcRole,
      });
      const policyFor = () => (options.sessionPolicy ? policy : null);
      const opened = await openAccess(account, dhmcRole, policyFor);
      if (!opened.known) return [];
      const { deniedActions } = await import('./accounts/denied-actions.ts');
      return deniedActions(opened.value, question);
    },
    isReachable: () => isStsReachable(wire, identity, homeRegion),
    clockAheadMs: () => wire.clockAheadMs(),
    usage: () => wire.usage(),
    close: () => wire.close(),
  };
  return {
    cloud,
    directory,
    accessOptionsOf: (account) => accessOptions.get(account),
    accessOptionsWith: (account, policy) =>
      account === caller.account
        ? Promise.resolve(null)
        : openAccess(account, dhmcRole, () => policy),
  };
};
