/**
 * Advice: reads every enabled region of each account, as coverage does, and advises on the roles of its instances. No
 * role is kept in memory.
 */
import type { AgentPlace, RoleDetail } from '../core/coverage/authorization.ts';
import { auditDhmcRole, unreadPolicies } from '../core/advice/dhmc-roles.ts';
import { tallyEvidence, type RoleEvidence } from '../core/advice/evidence.ts';
import { adviseRole, concernsAdvice, type AdvisedRole } from '../core/advice/judge.ts';
import type { DhmcRoleAudit } from '../core/advice/model.ts';
import type { AdviceTally } from '../core/advice/summary.ts';
import type { AccountFacts, AdviceOptions, InstanceRole } from '../core/advice/view.ts';
import type { InstanceFacts } from '../core/coverage/facts.ts';
import { lastSegment } from '../core/iam/role-names.ts';
import type { Account, Problem } from '../core/model/model.ts';
import type { RegionSelection } from '../core/model/scope.ts';
import { regionNotEnabled } from '../core/problems/problems.ts';
import type { AccountAccess, CoverageAccess } from './cloud.ts';
import { readCoverage, type CloudTime } from './coverage-account.ts';
import { visitAccounts, type Covered, type VisitedAccount, type VisitOptions } from './coverage.ts';

export interface AdviceReading extends VisitOptions {
  readonly advice: AdviceOptions;
  readonly tally: AdviceTally;
  /** Names of the roles to read, in lower case; null: all. */
  readonly roleNames: ReadonlySet<string> | null;
  /** The regions whose roles are reported. */
  readonly regions: RegionSelection;
  /** Called for each role that is found, whether or not it gets advice. */
  readonly onRole: (account: string, name: string) => void;
  /** Takes the advice for one account. The next account of the same worker is read once this resolves. */
  readonly onRoles: (roles: readonly AdvisedRole[]) => Promise<void>;
  readonly onDhmcRole: (audit: DhmcRoleAudit) => void;
}

/** Evidence comes from every region, including regions that are not reported. */
const everyRegion: RegionSelection = { regions: null, excludeRegions: [] };

/** Reads the scope, and gives advice on its roles. Throws `UsageError` and `CommandError` like `Cloud.accounts`. */
export const observeAdvice = (options: AdviceReading): Promise<Covered> =>
  visitAccounts(options, {
    read: (access, account, time) => adviseAccount(options, access, account, time),
    unread: ({ id }, problem) => {
      options.tally.addUnread({ account: id, region: null, problem }, { skipped: false });
    },
    done: () => {},
  });

interface DhmcRoleUse {
  readonly detail: RoleDetail;
  readonly places: AgentPlace[];
}

async function adviseAccount(
  options: AdviceReading,
  access: AccountAccess,
  account: Account,
  time: CloudTime,
): Promise<VisitedAccount> {
  const { cloud, settings, tally } = options;
  const coverage = await access.coverage();
  const evidence = tallyEvidence();
  const dhmcRoles = new Map<string, DhmcRoleUse>();
  const place = {
    partition: cloud.partition,
    account: account.id,
    organization: cloud.organization.id,
  };
  const seenRoles = new Map<string, SeenRole>();
  const read = await readCoverage({
    cloud,
    access,
    coverage,
    account,
    regions: everyRegion,
    dhmcRole: settings.dhmcRole,
    time,
    onInstances: () => Promise.resolve(),
    observer: {
      instance: (facts, judgement) => {
        const role = roleNameOf(facts);
        if (role !== null) noteRole(seenRoles, role, facts.instance.profile);
        const isRoleUnknown = facts.profile.kind === 'unread' && role === null;
        evidence.addInstance({ facts, judgement, role, isRoleUnknown });
      },
      cell: ({ region, setting, dhmcRole, listed, problem }) => {
        evidence.addCell(region, { setting, dhmcRole, isListed: listed, problem });
        if (dhmcRole === null) return;
        const { arn } = dhmcRole.role;
        const use = dhmcRoles.get(arn) ?? { detail: dhmcRole, places: [] };
        use.places.push({ ...place, region, instance: null });
        dhmcRoles.set(arn, use);
      },
    },
  });
  const { regions: named } = options.regions;
  for (const { cell, skipped: leftOut } of read.cells) {
    // A region that the user named counts as unread even where a default region would be skipped.
    const skipped = leftOut && named?.includes(cell.region ?? '') !== true;
    if (cell.problem !== null)
      tally.addUnread(
        { account: account.id, region: cell.region, problem: cell.problem },
        { skipped },
      );
  }
  const enabled = new Set(read.cells.map(({ cell }) => cell.region));
  for (const region of named ?? [])
    if (!enabled.has(region) && read.regionsProblem === null)
      tally.addUnread(
        { account: account.id, region, problem: regionNotEnabled(region, account.id) },
        { skipped: true },
      );

  const listed = await rolesOf(coverage, seenRoles);
  if (listed.problem !== null)
    tally.addUnread(
      { account: account.id, region: null, problem: listed.problem },
      { skipped: false },
    );
  const facts: AccountFacts = {
    place,
    evidence: evidence.done(),
    regionsProblem: read.regionsProblem,
    quickSetup: listed.quickSetup,
    now: time.now(),
  };
  await addOwnRole(coverage, lastSegment(settings.dhmcRole), dhmcRoles, {
    ...place,
    region: read.cells.find(({ cell }) => cell.region !== null)?.cell.region ?? '',
    instance: null,
  });
  for (const { detail, places } of dhmcRoles.values()) {
    const unread = unreadPolicies(detail);
    if (unread === null) options.onDhmcRole(auditDhmcRole(detail, places));
    else
      tally.addUnread({ account: account.id, region: null, problem: unread }, { skipped: false });
  }
  const advised: AdvisedRole[] = [];
  for (const role of listed.roles) {
    const { name } = role.detail.role;
    const isNamed = options.roleNames?.has(name.toLowerCase()) ?? false;
    if (options.roleNames !== null && !isNamed) continue;
    options.onRole(account.id, name);
    if (!isNamed && !isShown(facts.evidence.roleEvidence(name), options.regions)) continue;
    if (concernsAdvice(role)) advised.push(adviseRole(role, facts, options.advice));
  }
  advised.sort((one, other) => (one.advice.name < other.advice.name ? -1 : 1));
  await options.onRoles(advised);
  const shown = read.cells.filter(({ cell }) => isInView(cell.region, options.regions)).length;
  return { row: read.row, cells: read.cells, shown };
}

/** Adds the account's DHMC role, even if no setting names it yet. */
async function addOwnRole(
  coverage: CoverageAccess,
  name: string,
  roles: Map<string, DhmcRoleUse>,
  place: AgentPlace,
): Promise<void> {
  const ours = await coverage.role(name);
  if (!ours.known || ours.value === null || roles.has(ours.value.role.arn)) return;
  roles.set(ours.value.role.arn, { detail: ours.value, places: [place] });
}

/** The role of the instance's profile, if there is one that can be used. */
const roleNameOf = ({ profile }: InstanceFacts): string | null =>
  profile.kind === 'role' || profile.kind === 'unread' ? profile.role : null;

/** A role that instances use. */
interface SeenRole {
  readonly name: string;
  readonly profiles: Set<string>;
}

function noteRole(seen: Map<string, SeenRole>, name: string, profile: string | null): void {
  const key = name.toLowerCase();
  const role = seen.get(key) ?? { name, profiles: new Set() };
  if (profile !== null) role.profiles.add(profile);
  seen.set(key, role);
}

/**
 * Whether the role has an instance in a reported region. If no region was named, roles without instances are reported
 * too.
 */
function isShown(evidence: RoleEvidence | null, selection: RegionSelection): boolean {
  if (evidence === null) return selection.regions === null;
  return [...evidence.regions.keys()].some((region) => isInView(region, selection));
}

/** Whether the region is reported; an unknown region always is. */
const isInView = (region: string | null, { regions, excludeRegions }: RegionSelection): boolean =>
  region === null || (regions?.includes(region) !== false && !excludeRegions.includes(region));

interface RolesOfAccount {
  readonly roles: readonly InstanceRole[];
  readonly quickSetup: AccountFacts['quickSetup'];
  /** Why roles may be missing from the list, or null. */
  readonly problem: Problem | null;
}

/** Lists every role of an instance profile; where they cannot be listed, the roles that instances use. */
async function rolesOf(
  coverage: CoverageAccess,
  seen: ReadonlyMap<string, SeenRole>,
): Promise<RolesOfAccount> {
  const listed = await coverage.instanceRoles();
  if (listed.known)
    return {
      roles: listed.value.roles,
      quickSetup: listed.value.hasQuickSetup ? 'yes' : 'no',
      problem: null,
    };
  const roles: InstanceRole[] = [];
  for (const { name, profiles } of seen.values()) {
    const detail = await coverage.role(name);
    if (detail.known && detail.value !== null)
      roles.push({ detail: detail.value, profiles: [...profiles] });
  }
  return { roles, quickSetup: 'unknown', problem: listed.problem };
}
