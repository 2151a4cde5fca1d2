/**
 * Roles and instance profiles of an account, with their policies. GetAccountAuthorizationDetails is called once; if
 * it is denied, the roles are read one by one. Anything that neither can read is a problem, or a policy with unknown
 * statements.
 */
import { isQuickSetupSign } from '../../core/advice/rights/agent-rights.ts';
import type { InstanceRole } from '../../core/advice/view.ts';
import type { ProfileDetail, RoleDetail } from '../../core/coverage/authorization.ts';
import { parsePolicy, type IdentityPolicy } from '../../core/iam/policy-document.ts';
import { known, unknown, type Problem, type Reading } from '../../core/model/model.ts';
import {
  authorizationOf,
  type ListedPolicy,
  type ListedProfile,
  type ListedRole,
} from '../responses/authorization.ts';
import { lastSegment } from '../../core/iam/role-names.ts';
import type { ListedInstanceRoles } from '../../run/cloud.ts';
import { pagesOf } from '../responses/pagination.ts';
import { accountCalls, markerOf, startAt, type AccessOptions } from './calls.ts';
import { openRoleReader, type RoleReader } from './role-reader.ts';

export interface Authorization {
  role(name: string): Promise<Reading<RoleDetail | null>>;
  profile(name: string): Promise<Reading<ProfileDetail | null>>;
  instanceRoles(): Promise<Reading<ListedInstanceRoles>>;
}

/** The parts of the details that are kept. */
interface Details {
  /** By name in lower case. */
  readonly roles: ReadonlyMap<string, ListedRole>;
  readonly profiles: ReadonlyMap<
    string,
    { readonly profile: ListedProfile; readonly role: string }
  >;
  readonly policies: ReadonlyMap<string, ListedPolicy>;
  readonly hasQuickSetup: boolean;
}

/** Whether an instance or Systems Manager can have the role. The policies of other roles are not kept. */
const concernsInstances = ({ role, profiles }: ListedRole): boolean =>
  profiles.length > 0 || role.trust.includes('ssm.amazonaws.com');

const withoutPolicies = (listed: ListedRole): ListedRole => ({
  ...listed,
  attached: [],
  inline: [],
});

const newest = (times: readonly (number | null)[]): number | null => {
  const given = times.filter((time) => time !== null);
  return given.length === 0 ? null : Math.max(...given);
};

const isDenied = ({ code }: Problem): boolean => code.startsWith('denied');

/** AWS's managed policies are the same in all accounts, so each version is parsed once. */
const awsPolicies = new Map<string, IdentityPolicy>();
const maxAwsPolicies = 500;

function identityPolicyOf({ arn, version, document }: ListedPolicy): IdentityPolicy {
  if (!arn.includes(':iam::aws:')) return parsePolicy(arn, document);
  const key = `${arn} ${version}`;
  let policy = awsPolicies.get(key);
  if (policy === undefined) {
    policy = parsePolicy(arn, document);
    if (awsPolicies.size >= maxAwsPolicies) awsPolicies.clear();
    awsPolicies.set(key, policy);
  }
  return policy;
}

export const openAuthorization = (options: AccessOptions): Authorization => {
  const { homeRegion, account, partition, dhmcRole } = options;
  const { reading, send } = accountCalls(options);
  const reader = openRoleReader(options);

  const readDetails = (): Promise<Reading<Details>> =>
    reading('GetAccountAuthorizationDetails', homeRegion, async () => {
      const roles = new Map<string, ListedRole>();
      const profiles = new Map<string, { profile: ListedProfile; role: string }>();
      const policies = new Map<string, ListedPolicy>();
      let hasQuickSetup = false;
      const pages = pagesOf(async (token) => {
        const input = {
          Filter: ['Role' as const, 'LocalManagedPolicy' as const, 'AWSManagedPolicy' as const],
          MaxItems: 1000,
          ...startAt(token),
        };
        const answer = await send('GetAccountAuthorizationDetails', homeRegion, input);
        const page = authorizationOf(answer, { account, partition });
        return { items: [page], next: markerOf(answer, answer.RoleDetailList ?? answer.Policies) };
      });
      for await (const [page] of pages) {
        for (const listed of page?.roles ?? []) {
          const key = listed.role.name.toLowerCase();
          hasQuickSetup ||= isQuickSetupSign({ ...listed.role, attached: listed.attached });
          const isOurs = key === lastSegment(dhmcRole).toLowerCase();
          roles.set(key, isOurs || concernsInstances(listed) ? listed : withoutPolicies(listed));
          for (const profile of listed.profiles) profiles.set(profile.name, { profile, role: key });
        }
        for (const policy of page?.policies ?? []) policies.set(policy.arn, policy);
      }
      return { roles, profiles, policies: onlyUsed(policies, roles), hasQuickSetup };
    });

  let details: Promise<Reading<Details>> | undefined;
  const found = new Map<string, Promise<Reading<RoleDetail | null>>>();

  const detailOf = async (
    listed: ListedRole,
    { policies }: Details,
    profile: ListedProfile | null,
  ): Promise<RoleDetail> => {
    const documentOf = async (arn: string): Promise<ListedPolicy | null> =>
      policies.get(arn) ?? (await reader.policy(arn));
    return makeDetail(listed, documentOf, profile?.createdAt ?? null);
  };

  const readRole = async (name: string): Promise<Reading<RoleDetail | null>> => {
    details ??= readDetails();
    const all = await details;
    if (!all.known) return isDenied(all.problem) ? readAlone(reader, name, all.problem) : all;
    const listed = all.value.roles.get(name.toLowerCase());
    if (listed === undefined) return known(null);
    const profile = listed.profiles[0] ?? null;
    return known(await detailOf(listed, all.value, profile));
  };

  const role = (name: string): Promise<Reading<RoleDetail | null>> => {
    const key = name.toLowerCase();
    let reading = found.get(key);
    if (reading === undefined) {
      reading = readRole(name);
      found.set(key, reading);
    }
    return reading;
  };

  const withRole = async (
    id: string,
    roleName: string | undefined,
  ): Promise<Reading<ProfileDetail | null>> => {
    if (roleName === undefined) return known({ id, role: null });
    const detail = await role(roleName);
    return detail.known ? known({ id, role: detail.value }) : detail;
  };

  return {
    role,
    profile: async (name) => {
      details ??= readDetails();
      const all = await details;
      if (all.known) {
        const held = all.value.profiles.get(name);
        return held === undefined ? known(null) : withRole(held.profile.id, held.role);
      }
      if (!isDenied(all.problem)) return all;
      const alone = await reader.profile(name);
      if (!alone.known) return unknown(all.problem);
      return alone.value === null ? known(null) : withRole(alone.value.id, alone.value.roles[0]);
    },
    instanceRoles: async () => {
      details ??= readDetails();
      const all = await details;
      if (!all.known) return all;
      const roles: InstanceRole[] = [];
      for (const { role: held, profiles } of all.value.roles.values()) {
        if (profiles.length === 0) continue;
        const detail = await role(held.name);
        if (!detail.known) return detail;
        if (detail.value !== null)
          roles.push({ detail: detail.value, profiles: profiles.map(({ name }) => name) });
      }
      return known({ roles, hasQuickSetup: all.value.hasQuickSetup });
    },
  };
};

/** The documents of policies that the kept roles use. */
function onlyUsed(
  policies: ReadonlyMap<string, ListedPolicy>,
  roles: ReadonlyMap<string, ListedRole>,
): ReadonlyMap<string, ListedPolicy> {
  const used = new Map<string, ListedPolicy>();
  for (const listed of roles.values()) {
    for (const arn of [...listed.attached, listed.role.boundary ?? '']) {
      const policy = policies.get(arn);
      if (policy !== undefined) used.set(arn, policy);
    }
  }
  return used;
}

/** Reads one role without the details. If that fails too, returns `denied`, the problem with the details. */
async function readAlone(
  reader: RoleReader,
  name: string,
  denied: Problem,
): Promise<Reading<RoleDetail | null>> {
  const listed = await reader.role(name);
  if (!listed.known) return unknown(denied);
  if (listed.value === null) return known(null);
  return known(await makeDetail(listed.value, (arn) => reader.policy(arn), null));
}

async function makeDetail(
  listed: ListedRole,
  documentOf: (arn: string) => Promise<ListedPolicy | null>,
  profileCreatedAt: number | null,
): Promise<RoleDetail> {
  const { role, attached, inline, createdAt } = listed;
  const times: (number | null)[] = [createdAt, profileCreatedAt];
  const read = async (arn: string): Promise<IdentityPolicy> => {
    const policy = await documentOf(arn);
    if (policy === null) return parsePolicy(arn, null);
    if (!arn.includes(':iam::aws:')) times.push(policy.createdAt);
    return identityPolicyOf(policy);
  };
  const managed = await Promise.all(attached.map(read));
  const boundary = role.boundary === null ? null : await read(role.boundary);
  const own = inline.map(({ name, document }) => parsePolicy(`inline:${name}`, document));
  return {
    role,
    attached,
    policies: { policies: [...managed, ...own], boundary },
    changedAt: newest(times),
  };
}
