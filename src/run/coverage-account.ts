/** The coverage of one account: its regions, its DHMC role, and its instances in every region. */
import type { AgentPlace, RoleDetail } from '../core/coverage/authorization.ts';
import { settingFacts } from '../core/coverage/authorization.ts';
import type { CoverageCell, CoverageInstance } from '../core/coverage/model.ts';
import { grantPolicyArn, lastSegment, parseRoleName } from '../core/iam/role-names.ts';
import type {
  Account,
  AccountRow,
  Problem,
  Reading,
  RegionOptIn,
  Role,
  Setting,
} from '../core/model/model.ts';
import { known } from '../core/model/model.ts';
import type { RegionSelection } from '../core/model/scope.ts';
import { grantState, otherRoleOf, roleState, settingState } from '../core/planning/states.ts';
import { regionNotEnabled, regionsUnproven } from '../core/problems/problems.ts';
import type { AccountAccess, Cloud, CoverageAccess } from './cloud.ts';
import { judgeCell, startCell, type CellStart, type CoverageObserver } from './coverage-cell.ts';
import { regionsToRead } from './observe.ts';

/** AWS's time, as far as its answers show it. */
export interface CloudTime {
  seen(time: number): void;
  now(): number;
}

export interface AccountCoverageOptions {
  readonly cloud: Cloud;
  readonly access: AccountAccess;
  readonly account: Account;
  readonly regions: RegionSelection;
  /** `[path/]name` of the DHMC role. */
  readonly dhmcRole: string;
  readonly time: CloudTime;
  readonly onInstances: (instances: readonly CoverageInstance[]) => Promise<void>;
  readonly observer?: CoverageObserver;
  /** Reads instances and policies. Pass it to share its cache with other readers; default: a new one. */
  readonly coverage?: CoverageAccess;
}

export interface ReadCell {
  readonly cell: CoverageCell;
  /** Skipped for a reason that does not count as a failure. */
  readonly skipped: boolean;
}

export interface AccountCoverage {
  readonly row: AccountRow;
  readonly cells: readonly ReadCell[];
  /** Why regions may be missing from the list, or null. */
  readonly regionsProblem: Problem | null;
}

/** The cell of an account in which nothing could be read. */
export const unreadCell = (account: string, problem: Problem): CoverageCell => ({
  account,
  region: null,
  setting: 'unknown',
  role: 'unknown',
  running: null,
  stopped: null,
  managedBy: null,
  problem,
});

const roleOf = (detail: Reading<RoleDetail | null>): Reading<Role | null> =>
  detail.known ? known(detail.value?.role ?? null) : detail;

/** The account's problem after a failed ListRegions; none if its regions were named. */
function listProblem(
  listed: Reading<readonly RegionOptIn[]>,
  assumed: boolean,
  cells: number,
): Problem | null {
  if (listed.known) return null;
  if (assumed) return regionsUnproven(listed.problem);
  return cells > 0 ? null : listed.problem;
}

/** Reads and judges an account. Instances are passed on as they are judged. */
export async function readCoverage(options: AccountCoverageOptions): Promise<AccountCoverage> {
  const { cloud, access, account, time } = options;
  if (access.enteredAt !== null) time.seen(access.enteredAt);
  const coverage = options.coverage ?? (await access.coverage());
  const ourName = parseRoleName(options.dhmcRole);
  const oursRead = coverage.role(ourName.name);
  const listed = await access.regions();
  const { open, closed, assumed } = regionsToRead(
    listed,
    { regions: options.regions, forRemoval: false },
    cloud,
  );
  const starts = await Promise.all(open.map((region) => startCell(access, coverage, region)));
  for (const { nodes } of starts)
    for (const node of nodes?.known === true ? nodes.value : [])
      if (node.lastPingAt !== null) time.seen(node.lastPingAt);
  const ours = await oursRead;
  const judged = await Promise.all(
    starts.map((start) => judge(start, { options, coverage, ours, starts })),
  );
  const others = closed.map((region): ReadCell => {
    const problem = regionNotEnabled(region, account.id);
    return { cell: { ...unreadCell(account.id, problem), region }, skipped: true };
  });
  const cells = [...judged, ...others].sort((one, other) =>
    (one.cell.region ?? '') < (other.cell.region ?? '') ? -1 : 1,
  );
  const problem = listProblem(listed, assumed, cells.length);
  const regionsProblem = listed.known || options.regions.regions !== null ? null : problem;
  const none = cells.length === 0 && problem !== null;
  return {
    row: { ...account, skipped: null, problem: problem ?? (ours.known ? null : ours.problem) },
    cells: none ? [{ cell: unreadCell(account.id, problem), skipped: false }] : cells,
    regionsProblem,
  };
}

/** The role that a setting names; null if it names none. */
async function roleOfSetting(
  setting: Reading<Setting>,
  coverage: CoverageAccess,
): Promise<Reading<RoleDetail | null> | null> {
  if (!setting.known || setting.value.value === null) return null;
  return coverage.role(lastSegment(setting.value.value));
}

interface AccountSoFar {
  readonly options: AccountCoverageOptions;
  readonly coverage: CoverageAccess;
  readonly ours: Reading<RoleDetail | null>;
  readonly starts: readonly CellStart[];
}

async function judge(start: CellStart, around: AccountSoFar): Promise<ReadCell> {
  const { options, coverage, ours, starts } = around;
  const { cloud, account } = options;
  const { partition, organization } = cloud;
  const { region, setting } = start;
  const subject = {
    partition,
    account: account.id,
    organization: organization.id,
    role: parseRoleName(options.dhmcRole),
    regions: [region],
  };
  const role = roleState(roleOf(ours), subject);
  const skipped = isLeftOut(start, options.regions, starts);
  if (skipped !== null) {
    const nothing = { kind: 'unread' } as const;
    const seen = { region, setting: nothing, dhmcRole: null, listed: false, problem: skipped };
    options.observer?.cell(seen);
    const cell = { ...unreadCell(account.id, skipped), region, role };
    return { cell, skipped: true };
  }
  const named = await roleOfSetting(setting, coverage);
  const other = otherRoleOf(setting, subject.role);
  const state = settingState(setting, {
    role,
    grant: grantState(
      roleOf(ours),
      ours.known ? known(ours.value?.attached ?? null) : ours,
      grantPolicyArn(partition),
    ),
    others: new Map(other === null || named === null ? [] : [[other, roleOf(named)]]),
    subject,
  });
  const place: AgentPlace = {
    partition,
    account: account.id,
    organization: organization.id,
    region,
    instance: null,
  };
  const facts = settingFacts(setting, named, state, place, subject.role);
  const judged = await judgeCell({
    start,
    coverage,
    place,
    setting: facts,
    now: () => options.time.now(),
    onInstances: options.onInstances,
    ...(options.observer === undefined ? {} : { observer: options.observer }),
  });
  options.observer?.cell({
    region,
    setting: facts,
    dhmcRole: named?.known === true ? named.value : null,
    listed: judged.listed,
    problem: judged.problem,
  });
  const withoutDhmc = !setting.known && setting.problem.code === 'region-without-dhmc';
  const settingProblem = setting.known || withoutDhmc ? null : setting.problem;
  const roleProblem = [named, ours].find((reading) => reading?.known === false);
  const problem =
    settingProblem ?? judged.problem ?? (roleProblem?.known === false ? roleProblem.problem : null);
  return {
    cell: judged.tally.cell({
      account: account.id,
      region,
      setting: state,
      role,
      listed: judged.listed,
      problem,
    }),
    skipped: false,
  };
}

/**
 * Why a cell is skipped: a region that was not named, where control policies deny all three reads. If they deny them in
 * every region of the account, the cause is not a region deny, and nothing is skipped.
 */
function isLeftOut(
  { region, setting, first, nodes }: CellStart,
  regions: RegionSelection,
  starts: readonly CellStart[],
): Problem | null {
  if (regions.regions?.includes(region) === true) return null;
  if (setting.known || setting.problem.code !== 'denied-by-scp') return null;
  const denied = [first, nodes].every(
    (reading) => reading?.known === false && reading.problem.code === 'denied-by-scp',
  );
  const someAnswers = starts.some((start) => start.setting.known);
  return denied && someAnswers ? setting.problem : null;
}
