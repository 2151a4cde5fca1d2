/** The doctor's port over the SDK: the way to the cloud step by step, and what can be asked of it besides. */
import { CommandError } from '../core/model/errors.ts';
import { known, unknown, type Organization, type Reading } from '../core/model/model.ts';
import type { Need, Permission, PolicyLevel } from '../core/doctor/readings.ts';
import { problemOfCommand } from '../core/problems/problems.ts';
import { partitionRegions } from '../core/model/regions.ts';
import type { Diagnostics, DiagnosedCloud } from '../run/cloud.ts';
import type { AccessOptions } from './accounts/calls.ts';
import { optionalList, requireObject, roleOf, requireString } from './responses/validate.ts';
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
import { iamModule } from './sdk/index.ts';
import { openControlPolicies } from './organization/control-policies.ts';
import { requiredPermissions } from './permissions/required.ts';
import { collectPages } from './responses/pagination.ts';
import { InvalidResponse, problemOf, type FailedCall } from './responses/problems.ts';
import { secretsOf } from './responses/redact.ts';
import { sessionProblem } from './accounts/sessions.ts';

/** A failed step as a reading. What is wrong with the command itself is thrown on. */
const step = async <T>(take: () => Promise<T>): Promise<Reading<T>> => {
  try {
    return known(await take());
  } catch (error) {
    if (error instanceof CommandError) return unknown(problemOfCommand(error));
    throw error;
  }
};

export interface DiagnosticsOptions extends ConnectOptions {
  readonly permissionsBoundary: string | null;
  /** The tags that a new role gets. */
  readonly newRoleTags: Readonly<Record<string, string>>;
  /** Whether every account of the scope is tried: policies are then listed with all of their targets. */
  readonly all: boolean;
}

export const openDiagnostics = async (options: DiagnosticsOptions): Promise<Diagnostics> => {
  const { wire, guessed, identity, environment } = await openCaller(options);
  const ends = {
    get endpoint() {
      return endpointOf(wire, environment);
    },
    get clockAheadMs() {
      return wire.clockAheadMs();
    },
    usage: () => wire.usage(),
    close: () => wire.close(),
  };
  const extend = <T extends object>(found: T): T & typeof ends =>
    Object.defineProperties(found, Object.getOwnPropertyDescriptors(ends)) as T & typeof ends;

  const caller = await step(() => getCaller(wire, identity, guessed));
  if (!caller.known) return extend({ caller, organization: null, cloud: null });
  const { partition } = caller.value;
  checkSessionDuration(options, caller.value.caller);
  const homeRegion = options.homeRegion ?? partitionRegions(partition).main;
  const organization = await step(() =>
    getOrganization(wire, identity, homeRegion, caller.value.caller),
  );
  if (!organization.known) return extend({ caller, organization, cloud: null });
  const way: Connection = {
    wire,
    identity,
    caller: caller.value.caller,
    partition,
    homeRegion,
    organization: organization.value,
    environment,
  };
  return extend({
    caller,
    organization: known<Organization>(organization.value),
    cloud: surveyed(options, way, createCloud(options, way)),
  });
};

/** The cloud, with what the doctor asks of it besides. Throws `UsageError` or `CommandError`. */
export const connectDiagnosed = async (options: DiagnosticsOptions): Promise<DiagnosedCloud> => {
  const { connection, ...opened } = await openCloud(options);
  return surveyed(options, connection, opened);
};

const surveyed = (
  options: DiagnosticsOptions,
  way: Connection,
  opened: OpenCloud,
): DiagnosedCloud => {
  const { partition, homeRegion } = way;
  const { dhmcRole, permissionsBoundary } = options;
  const policies = controlPoliciesOf(way, opened, { all: options.all });
  const needs = (account: string, region: string | null): readonly Need[] =>
    requiredPermissions({
      partition,
      account,
      region: region ?? homeRegion,
      dhmcRole,
      permissionsBoundary,
      homeRegion,
      newRoleTags: options.newRoleTags,
    });
  const principals = new Map<string, Promise<string | null>>();
  const arnOf = (door: AccessOptions): Promise<string | null> => {
    let arn = principals.get(door.account);
    if (arn === undefined) principals.set(door.account, (arn = principalArn(door)));
    return arn;
  };
  const extras: Omit<DiagnosedCloud, keyof OpenCloud['cloud']> = {
    needs,
    principal: async (account) => {
      const door = opened.doorOf(account);
      return { shown: door?.principal ?? '', arn: door === undefined ? null : await arnOf(door) };
    },
    permissions: async (account, region) => {
      const door = opened.doorOf(account);
      if (door === undefined) throw new Error(`${account} is not entered.`);
      return simulate(door, await arnOf(door), needs(account, region), region ?? homeRegion);
    },
    controlPolicies: policies,
  };
  return Object.defineProperties(
    extras,
    Object.getOwnPropertyDescriptors(opened.cloud),
  ) as DiagnosedCloud;
};

const failedCall = (
  door: AccessOptions,
  operation: 'GetRole' | 'SimulatePrincipalPolicy',
): FailedCall => ({
  service: 'iam',
  operation,
  region: door.homeRegion,
  account: door.account,
  role: door.principal,
  principal: door.principal,
  memberSession: door.memberSession,
  secrets: [...secretsOf(door.identity.current()), door.externalId],
});

/** The ARN, path included, of who acts behind the door; null where that cannot be found out, or is the root user. */
const principalArn = async (door: AccessOptions): Promise<string | null> => {
  const { wire, account, partition, homeRegion, identity, principal } = door;
  if (principal.startsWith('role '))
    return `arn:${partition}:iam::${account}:role/${principal.slice('role '.length)}`;
  if (principal.includes(':user/')) return principal;
  const name = /:assumed-role\/([^/]+)\//.exec(principal)?.[1];
  if (name === undefined) return null;
  try {
    const { GetRoleCommand } = await iamModule();
    const iam = await wire.client('iam', homeRegion);
    const context = {
      service: 'iam',
      operation: 'GetRole',
      region: homeRegion,
      account,
      identity,
      writes: false,
    } as const;
    const answer = await wire.call(context, { RoleName: name }, (given) =>
      iam.send(new GetRoleCommand(given)),
    );
    return roleOf(answer, { account, partition, name }).arn;
  } catch {
    return null;
  }
};

/** IAM's simulator on the needs: as many questions as there are resources and conditions. */
const simulate = async (
  door: AccessOptions,
  arn: string | null,
  needs: readonly Need[],
  region: string,
): Promise<Reading<readonly Permission[]>> => {
  if (arn === null) {
    return unknown({
      code: 'invalid-response',
      message: `The ARN of ${door.principal} with its path could not be found out.`,
      hint: 'Allow iam:GetRole on the role, or use a role or user instead of the root user.',
      requestId: null,
    });
  }
  // IAM and Account Management are asked in the home region, whatever the settings'.
  const requestedRegion = ({ action }: Need): string =>
    action.startsWith('ssm:') ? region : door.homeRegion;
  const groups = new Map<string, Need[]>();
  for (const need of needs) {
    const key = `${requestedRegion(need)} ${need.resource} ${JSON.stringify(need.context)}`;
    groups.set(key, [...(groups.get(key) ?? []), need]);
  }
  try {
    const answered = await Promise.all(
      [...groups.values()].map((group) =>
        simulateGroup(
          door,
          arn,
          group,
          group[0] === undefined ? region : requestedRegion(group[0]),
        ),
      ),
    );
    const all = new Map(answered.flat().map((permission) => [keyOf(permission), permission]));
    return known(needs.flatMap((need) => all.get(keyOf(need)) ?? []));
  } catch (error) {
    return unknown(
      sessionProblem(error) ?? problemOf(error, failedCall(door, 'SimulatePrincipalPolicy')),
    );
  }
};

const keyOf = ({ action, resource, for: purpose }: Need): string =>
  `${purpose} ${action} ${resource}`;

const simulateGroup = async (
  door: AccessOptions,
  arn: string,
  group: readonly Need[],
  requestedRegion: string,
): Promise<readonly Permission[]> => {
  const { wire, account, homeRegion, identity } = door;
  const [first] = group;
  if (first === undefined) return [];
  const { SimulatePrincipalPolicyCommand } = await iamModule();
  const iam = await wire.client('iam', homeRegion);
  const entries = { 'aws:RequestedRegion': requestedRegion, ...first.context };
  const results = await collectPages(async (token) => {
    const input = {
      PolicySourceArn: arn,
      ActionNames: [...new Set(group.map(({ action }) => action))],
      ...(first.resource === '*' ? {} : { ResourceArns: [first.resource] }),
      ContextEntries: Object.entries(entries).map(([ContextKeyName, value]) => ({
        ContextKeyName,
        ContextKeyValues: [value],
        ContextKeyType: 'string' as const,
      })),
      ...(token === undefined ? {} : { Marker: token }),
    };
    const context = {
      service: 'iam',
      operation: 'SimulatePrincipalPolicy',
      region: homeRegion,
      account,
      identity,
      writes: false,
    } as const;
    const answer = await wire.call(context, input, (given) =>
      iam.send(new SimulatePrincipalPolicyCommand(given)),
    );
    return {
      items: optionalList(answer.EvaluationResults, 'EvaluationResults').map((item) =>
        requireObject(item, 'An evaluation'),
      ),
      next: answer.IsTruncated === true ? answer.Marker : undefined,
    };
  });
  const byAction = new Map(
    results.map((result) => [
      requireString(result['EvalActionName'], 'EvalActionName').toLowerCase(),
      result,
    ]),
  );
  return group.map((need) => {
    const result = byAction.get(need.action.toLowerCase());
    if (result === undefined)
      throw new InvalidResponse(`${need.action} was simulated without a result.`);
    const decision = requireString(result['EvalDecision'], 'EvalDecision');
    const flag = (name: string, member: string): boolean =>
      result[name] === undefined || requireObject(result[name], name)[member] !== false;
    const allowed = decision === 'allowed';
    const by = !flag('OrganizationsDecisionDetail', 'AllowedByOrganizations')
      ? 'scp'
      : flag('PermissionsBoundaryDecisionDetail', 'AllowedByPermissionsBoundary')
        ? 'policy'
        : 'boundary';
    return { ...need, allowed, by: allowed ? null : by };
  });
};

/** The policies from the root down to an account. */
const controlPoliciesOf = (
  way: Connection,
  { directory }: OpenCloud,
  { all }: Pick<DiagnosticsOptions, 'all'>,
) => {
  const levelOf = openControlPolicies({ ...way, all });
  return async (account: string): Promise<Reading<readonly PolicyLevel[]>> => {
    const parents = await step(() => directory.parentsOf(account));
    if (!parents.known) return parents;
    const read = await Promise.all([...(parents.value ?? []), account].map(levelOf));
    const unread = read.find((level) => !level.known);
    if (unread !== undefined && !unread.known) return unread;
    return known(read.flatMap((level) => (level.known ? [level.value] : [])));
  };
};
