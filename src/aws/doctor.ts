/** The doctor's port over the SDK: access to AWS step by step, and the other calls it needs. */
import { CommandError } from '../core/model/errors.ts';
import { known, unknown, type Organization, type Reading } from '../core/model/model.ts';
import type { Need, PolicyLevel } from '../core/doctor/readings.ts';
import { partitionRegions } from '../core/model/regions.ts';
import type { Diagnostics, DiagnosedCloud } from '../run/cloud.ts';
import type { AccessOptions } from './accounts/calls.ts';
import { getOrganization, getCaller } from './accounts/caller.ts';
import {
  createCloud,
  endpointOf,
  openCaller,
  openCloud,
  checkSessionDuration,
  type OpenCloud,
  type Connection,
} from './cloud.ts';
import type { ConnectOptions } from './connect-options.ts';
import { openControlPolicies } from './organization/control-policies.ts';
import { requiredPermissions } from './permissions/required.ts';
import { findPrincipalArn, principalTags, simulate } from './accounts/simulate.ts';

/** A step's result as a reading. Errors other than `CommandError` are thrown. */
const step = async <T>(take: () => Promise<T>): Promise<Reading<T>> => {
  try {
    return known(await take());
  } catch (error) {
    if (error instanceof CommandError) return unknown(error.problem);
    throw error;
  }
};

export interface DiagnosticsOptions extends ConnectOptions {
  readonly permissionsBoundary: string | null;
  /** The tags of a new role. */
  readonly newRoleTags: Readonly<Record<string, string>>;
  /** Whether every account of the scope is checked. If so, policies are listed together with their targets. */
  readonly all: boolean;
}

export const openDiagnostics = async (options: DiagnosticsOptions): Promise<Diagnostics> => {
  const { wire, guessed, identity, environment } = await openCaller(options);
  const found = (steps: Pick<Diagnostics, 'caller' | 'organization' | 'cloud'>): Diagnostics => ({
    ...steps,
    get endpoint() {
      return endpointOf(wire, environment);
    },
    get clockAheadMs() {
      return wire.clockAheadMs();
    },
    usage: () => wire.usage(),
    close: () => wire.close(),
  });

  const caller = await step(() => getCaller(wire, identity, guessed));
  if (!caller.known) return found({ caller, organization: null, cloud: null });
  const { partition } = caller.value;
  checkSessionDuration(options, caller.value.caller);
  const homeRegion = options.homeRegion ?? partitionRegions(partition).main;
  const organization = await step(() =>
    getOrganization(wire, identity, homeRegion, caller.value.caller),
  );
  if (!organization.known) return found({ caller, organization, cloud: null });
  const connection: Connection = {
    wire,
    identity,
    caller: caller.value.caller,
    partition,
    homeRegion,
    organization: organization.value,
    environment,
  };
  return found({
    caller,
    organization: known<Organization>(organization.value),
    cloud: diagnosed(options, connection, createCloud(options, connection)),
  });
};

/** The cloud, with the doctor's additional calls. Throws `UsageError` or `CommandError`. */
export const connectDiagnosed = async (options: DiagnosticsOptions): Promise<DiagnosedCloud> => {
  const { connection, ...opened } = await openCloud(options);
  return diagnosed(options, connection, opened);
};

const diagnosed = (
  options: DiagnosticsOptions,
  connection: Connection,
  opened: OpenCloud,
): DiagnosedCloud => {
  const { partition, homeRegion } = connection;
  const { dhmcRole, permissionsBoundary } = options;
  const policies = controlPoliciesOf(connection, opened, { all: options.all });
  const tags = principalTags(options.sessionTags);
  const needs = (account: string, region: string | null): readonly Need[] => {
    const required = requiredPermissions({
      partition,
      account,
      region: region ?? homeRegion,
      dhmcRole,
      permissionsBoundary,
      homeRegion,
      newRoleTags: options.newRoleTags,
    });
    return account === connection.caller.account
      ? required
      : required.map((need) => ({ ...need, context: { ...tags, ...need.context } }));
  };
  const principals = new Map<string, Promise<string | null>>();
  const arnOf = (access: AccessOptions): Promise<string | null> => {
    let arn = principals.get(access.account);
    if (arn === undefined) principals.set(access.account, (arn = findPrincipalArn(access)));
    return arn;
  };
  const { cloud } = opened;
  return {
    ...cloud,
    get endpoint() {
      return cloud.endpoint;
    },
    needs,
    principal: async (account) => {
      const access = opened.accessOptionsOf(account);
      return {
        shown: access?.principal ?? '',
        arn: access === undefined ? null : await arnOf(access),
      };
    },
    permissions: async (account, region, asked) => {
      const access = opened.accessOptionsOf(account);
      if (access === undefined) throw new Error(`${account} is not entered.`);
      return simulate(access, await arnOf(access), asked, region ?? homeRegion);
    },
    controlPolicies: policies,
  };
};

/** Reads the service control policies of each level, from the root to an account. */
const controlPoliciesOf = (
  connection: Connection,
  { directory }: OpenCloud,
  { all }: Pick<DiagnosticsOptions, 'all'>,
) => {
  const levelOf = openControlPolicies({ ...connection, all });
  return async (account: string): Promise<Reading<readonly PolicyLevel[]>> => {
    const parents = await step(() => directory.parentsOf(account));
    if (!parents.known) return parents;
    const read = await Promise.all([...(parents.value ?? []), account].map(levelOf));
    const unread = read.find((level) => !level.known);
    if (unread !== undefined && !unread.known) return unread;
    return known(read.flatMap((level) => (level.known ? [level.value] : [])));
  };
};
