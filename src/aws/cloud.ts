/** The cloud as the engine sees it: connects, lists, and enters accounts. */
import { UsageError } from '../core/errors.ts';
import type { Reading } from '../core/model.ts';
import { known } from '../core/model.ts';
import { partitionRegions } from '../core/regions.ts';
import type { AccountAccess, Cloud } from '../run/cloud.ts';
import { accessTo } from './access.ts';
import { findCredentials, homeRegionOf, useProfile, whichOrganization, whoCalls } from './caller.ts';
import { discover } from './discovery.ts';
import { makeDirectory } from './directory.ts';
import type { ConnectOptions } from './index.ts';
import { openSession, type SessionOptions } from './sessions.ts';
import { sessionPolicy } from './session-policy.ts';
import { makeWire } from './wire.ts';

const services = ['ORGANIZATIONS', 'STS', 'IAM', 'SSM', 'ACCOUNT'];

/** Endpoints that the environment names for single services, so that they are told before the first call there. */
const namedEndpoints = (): readonly string[] =>
  (process.env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] ?? '').toLowerCase() === 'true'
    ? []
    : services.map((service) => process.env[`AWS_ENDPOINT_URL_${service}`] ?? '').filter((url) => url !== '');

export const open = async (options: ConnectOptions): Promise<Cloud> => {
  const { roleNames, dhmcRole, externalId, sessionDuration, purpose, runId, concurrency } = options;
  await useProfile(options.profile);
  const wire = await makeWire({ concurrency, onCall: options.onCall });
  const guessed = await homeRegionOf(options.homeRegion);
  const identity = await findCredentials(guessed, options.mfaCode);
  const { caller, partition } = await whoCalls(wire, identity, guessed);
  const homeRegion = options.homeRegion ?? partitionRegions(partition).main;
  if (sessionDuration !== undefined && sessionDuration > 3600 && caller.arn.includes(':assumed-role/'))
    throw new UsageError(
      `--session-duration ${String(sessionDuration)}: from an assumed role, AWS gives sessions of 3600 seconds at most.`,
      'Use 3600 or less, or call with the keys of a user; sessions are renewed as they end.',
    );
  const organization = await whichOrganization(wire, identity, homeRegion, caller);
  const directory = makeDirectory({ wire, caller: identity, callerAccount: caller.account, callerArn: caller.arn, homeRegion });
  const sessions: SessionOptions = {
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
    policyFor: (account) => (options.sessionPolicy ? sessionPolicy({ purpose, partition, account, dhmcRole }) : null),
  };
  const entered = new Map<string, Promise<Reading<AccountAccess>>>();
  const shared = { wire, partition, homeRegion, dhmcRole, externalId };
  const leave = (account: string) => (): void => {
    entered.delete(account);
  };

  const enter = async (account: string): Promise<Reading<AccountAccess>> => {
    if (account === caller.account)
      return known({ ...accessTo({ ...shared, account, identity, principal: caller.arn }), leave: leave(account) });
    const session = await openSession(sessions, account);
    if (!session.known) return session;
    const access = accessTo({ ...shared, account, identity: session.value, principal: `role ${session.value.role}` });
    return known({ ...access, leave: leave(account) });
  };

  return {
    partition,
    caller,
    organization,
    get endpoint() {
      const urls = new Set([...wire.foreignEndpoints(), ...namedEndpoints().map((url) => url.replace(/\/+$/, ''))]);
      return urls.size === 0 ? null : [...urls].join(', ');
    },
    accounts: (selection) => discover(directory, selection),
    enter: (account) => {
      let entering = entered.get(account);
      if (entering === undefined) {
        entering = enter(account);
        entered.set(account, entering);
        // What failed may be tried again later in the same run.
        void entering.then((reading) => {
          if (!reading.known) entered.delete(account);
        });
      }
      return entering;
    },
    usage: () => wire.usage(),
    close: () => wire.close(),
  };
};
