/** Everything that the rules need to know about one role, computed once. */
import { contextOf, type AgentPlace, type RoleDetail } from '../coverage/authorization.ts';
import { isObject, parse, statementsOf, texts } from '../iam/trust-policy.ts';
import { evaluatePermission, type RolePolicies } from '../iam/policy-evaluation.ts';
import { covers } from '../iam/policy-patterns.ts';
import type { Problem } from '../model/model.ts';
import { agentActions, furtherActions } from './rights/agent-rights.ts';
import type { AccountEvidence, RoleEvidence, RoleInRegion, SeenCell } from './evidence.ts';
import { couldAllow, holdsAlso, rightsOfPolicy } from './rights/policy-rights.ts';
import { heartbeatAt, removalOf, type HeartbeatAnswer, type RightsRemoval } from './removal.ts';

/** The user's options for all roles. */
export interface AdviceOptions {
  /** Patterns of actions that only applications use, in lower case. */
  readonly applicationOnly: readonly string[];
  readonly acceptStopped: boolean;
}

/** Everything that was read from an account. */
export interface AccountFacts {
  readonly place: Omit<AgentPlace, 'instance' | 'region'>;
  readonly evidence: AccountEvidence;
  /** Why the list of regions may be incomplete, or null. */
  readonly regionsProblem: Problem | null;
  /** Whether Quick Setup attaches policies to the instance roles of the account. */
  readonly quickSetup: 'yes' | 'no' | 'unknown';
  readonly now: number;
}

export interface InstanceRole {
  readonly detail: RoleDetail;
  /** Names of the instance profiles. */
  readonly profiles: readonly string[];
}

/** One region in which the role has instances. */
export interface RegionView extends RoleInRegion {
  readonly region: string;
  /** Undefined if the cell could not be read. */
  readonly cell: SeenCell | undefined;
  /**
   * Further rights that the agent could lose here: only the profile gives them, and `applicationOnly` does not list
   * them.
   */
  readonly losing: readonly string[];
}

export interface RoleView {
  readonly detail: RoleDetail;
  readonly account: AccountFacts;
  readonly options: AdviceOptions;
  readonly evidence: RoleEvidence | null;
  readonly regions: readonly RegionView[];
  readonly removal: RightsRemoval;
  /** Further rights that the role gives, on some resource or under some condition. */
  readonly further: readonly string[];
  /** Those of `further` that the agent could lose in some region. */
  readonly losing: readonly string[];
  /** Whether the role allows the heartbeat now. */
  readonly heartbeatNow: HeartbeatAnswer;
  readonly heartbeatAfter: HeartbeatAnswer;
  readonly heartbeatAfterWithDeny: HeartbeatAnswer;
  /** Policies whose documents could not be read. */
  readonly unread: readonly string[];
  readonly trust: TrustUsers;
}

/** Who may assume the role, apart from EC2; null for a trust policy that cannot be parsed. */
export type TrustUsers = {
  readonly systemsManager: boolean;
  readonly others: readonly string[];
} | null;

export function trustUsers(trust: string): TrustUsers {
  const document = parse(trust);
  const statements = document === null ? null : statementsOf(document);
  if (statements === null) return null;
  const others = new Set<string>();
  let systemsManager = false;
  for (const statement of statements) {
    if (statement['Effect'] !== 'Allow') continue;
    const principal = statement['Principal'];
    if (!isObject(principal)) {
      others.add('everybody');
      continue;
    }
    for (const [type, names] of Object.entries(principal))
      for (const name of texts(names)) {
        if (type !== 'Service') others.add(name === '*' ? 'everybody' : name);
        else if (/^ssm\.amazonaws\.com(\.cn)?$/.test(name)) systemsManager = true;
        else if (!/^ec2\.amazonaws\.com(\.cn)?$/.test(name)) others.add(name);
      }
  }
  return { systemsManager, others: [...others] };
}

const missing = new WeakMap<RoleDetail, Map<string, readonly string[]>>();

/** The agent's rights that a role does not give on any resource in a region. */
export function missingRights(detail: RoleDetail, place: AgentPlace): readonly string[] {
  const byRegion = missing.get(detail) ?? new Map<string, readonly string[]>();
  missing.set(detail, byRegion);
  let found = byRegion.get(place.region);
  if (found === undefined) {
    const context = contextOf(detail.role, place);
    const isDenied = (action: string): boolean =>
      ['*', 'arn:*:*:*:*:*'].every(
        (resource) =>
          evaluatePermission(detail.policies, { action, resource, context }).result === 'denied',
      );
    found = agentActions.filter(isDenied);
    byRegion.set(place.region, found);
  }
  return found;
}

const isVouched = (action: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => covers(pattern, action.toLowerCase()));

/**
 * The rights in `further` that the cell's DHMC role does not give on every resource on which the profile's role does.
 */
function losingIn(
  cell: SeenCell | undefined,
  further: readonly string[],
  policies: RolePolicies,
): readonly string[] {
  const dhmc = cell?.dhmcRole?.policies;
  if (dhmc === undefined) return further;
  return further.filter((action) => !holdsAlso(dhmc, policies.policies, action));
}

export function viewOfRole(
  { detail }: InstanceRole,
  account: AccountFacts,
  options: AdviceOptions,
): RoleView {
  const { policies } = detail;
  const evidence = account.evidence.roleEvidence(detail.role.name);
  const removal = removalOf(detail, account.place);
  const given = new Set(policies.policies.flatMap((policy) => rightsOfPolicy(policy).further));
  const further = furtherActions.filter(
    (action) => given.has(action) && couldAllow(policies, action),
  );
  const seen = [...(evidence?.regions ?? [])].map(([region, { running, stopped }]) => ({
    region,
    instances: [...running, ...stopped],
  }));
  // Without instances, the role is evaluated in every region.
  const regionsToAsk =
    seen.length > 0
      ? seen
      : [...account.evidence.cells.keys()].map((region) => ({ region, instances: [] }));
  const places = regionsToAsk.map(({ region, instances }) => ({
    place: { ...account.place, region },
    instances,
  }));
  const heartbeat = (held: RolePolicies): HeartbeatAnswer => heartbeatAt(detail, held, places);
  const heartbeatNow = heartbeat(policies);
  // An agent without the heartbeat already has the DHMC role, and uses no rights of the profile.
  const isOfProfile = seen.length === 0 || heartbeatNow.result !== 'denied' || removal.isHandedOver;
  const open = isOfProfile
    ? further.filter((action) => !isVouched(action, options.applicationOnly))
    : [];
  const regions = [...(evidence?.regions ?? [])]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([region, here]): RegionView => {
      const cell = account.evidence.cells.get(region);
      return { ...here, region, cell, losing: losingIn(cell, open, policies) };
    });
  const losing = new Set(regions.length === 0 ? open : regions.flatMap((region) => region.losing));
  const all =
    policies.boundary === null ? policies.policies : [...policies.policies, policies.boundary];
  // A removal affects every region: a later instance in a region without one must be managed too.
  const elsewhere = [...account.evidence.cells.keys()]
    .filter((region) => seen.every((here) => here.region !== region))
    .map((region) => ({ place: { ...account.place, region }, instances: [] }));
  const left = (held: RolePolicies): HeartbeatAnswer => {
    const here = heartbeat(held);
    if (here.result !== 'denied' || seen.length === 0) return here;
    const there = heartbeatAt(detail, held, elsewhere);
    return there.result === 'allowed' ? there : here;
  };
  const heartbeatAfter = left(removal.after);
  return {
    detail,
    account,
    options,
    evidence,
    regions,
    removal,
    further,
    losing: open.filter((action) => losing.has(action)),
    heartbeatNow,
    heartbeatAfter,
    heartbeatAfterWithDeny:
      heartbeatAfter.result === 'denied' ? heartbeatAfter : left(removal.afterWithDeny),
    unread: all.filter(({ statements }) => statements === null).map(({ name }) => name),
    trust: trustUsers(detail.role.trust),
  };
}
