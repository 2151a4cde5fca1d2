/**
 * Reads one account: assumes the role, lists the regions, and reads everything a planner needs, in parallel where
 * possible.
 */
import type {
  Account,
  PolicyText,
  Problem,
  Reading,
  RegionOptIn,
  Role,
} from '../core/model/model.ts';
import { unknown } from '../core/model/model.ts';
import {
  boundaryArn,
  grantPolicyArn,
  isRoleName,
  lastSegment,
  parseRoleName,
  actualSpelling,
} from '../core/iam/role-names.ts';
import { regionNotEnabled, sessionRefusedIn } from '../core/problems/problems.ts';
import type { AccountFound, AccountReadings, CellReading } from '../core/model/readings.ts';
import { partitionRegions } from '../core/model/regions.ts';
import type { RegionSelection } from '../core/model/scope.ts';
import { otherRoleOf } from '../core/planning/states.ts';
import type { AccountAccess, Cloud } from './cloud.ts';

/** What to read in an account. */
export interface ReadOptions {
  readonly regions: RegionSelection;
  /** `[path/]name` of the DHMC role. */
  readonly dhmcRole: string;
  /** The requested boundary, checked if the DHMC role is missing and may have to be created; null: none requested. */
  readonly permissionsBoundary: string | null;
  /**
   * Also read what decides whether the DHMC role may be removed: every enabled region, and everything attached to it.
   */
  readonly forRemoval: boolean;
  /** Whether to read what the policies of the DHMC role allow. */
  readonly readPolicies: boolean;
  /** Whether to read the other roles that settings name. */
  readonly readOtherRoles: boolean;
  /** Further roles to read, by name: those that previous values name. */
  readonly roles: readonly string[];
}

const isDenial = (problem: Problem): boolean => problem.code.startsWith('denied');

const isEnabled = (entry: RegionOptIn): boolean =>
  entry.status === 'ENABLED' || entry.status === 'ENABLED_BY_DEFAULT';

interface Regions {
  readonly assumed: boolean;
  /** Regions to read. */
  readonly open: readonly string[];
  /** Requested regions that are known not to be enabled. */
  readonly closed: readonly string[];
  readonly outOfScope: readonly string[];
}

/** The regions of an account to read. */
export function regionsToRead(
  listed: Reading<readonly RegionOptIn[]>,
  look: Pick<ReadOptions, 'regions' | 'forRemoval'>,
  cloud: Cloud,
): Regions {
  const excluded = new Set(look.regions.excludeRegions);
  const named = look.regions.regions?.filter((region) => !excluded.has(region)) ?? null;
  if (!listed.known) {
    const assumed = named === null && isDenial(listed.problem);
    const tried =
      named ??
      (assumed
        ? partitionRegions(cloud.partition).defaults.filter((region) => !excluded.has(region))
        : []);
    return { assumed, open: [...new Set(tried)].sort(), closed: [], outOfScope: [] };
  }
  const enabled = new Set(listed.value.filter(isEnabled).map((entry) => entry.region));
  const wanted = [
    ...new Set(named ?? [...enabled].filter((region) => !excluded.has(region))),
  ].sort();
  const open = wanted.filter((region) => enabled.has(region));
  return {
    assumed: false,
    open,
    closed: wanted.filter((region) => !enabled.has(region)),
    outOfScope: look.forRemoval
      ? [...enabled].filter((region) => !open.includes(region)).sort()
      : [],
  };
}

async function readCells(
  access: AccountAccess,
  regions: readonly string[],
  { named }: Pick<CellReading, 'named'>,
): Promise<CellReading[]> {
  return Promise.all(
    regions.map(async (region) => ({ region, named, setting: await access.setting(region) })),
  );
}

/**
 * For a region that ListRegions calls enabled: if a read says that the region is not enabled, the session was refused.
 */
function inEnabledRegion(cell: CellReading, account: string): CellReading {
  const { region, setting } = cell;
  if (setting.known || setting.problem.code !== 'region-not-enabled') return cell;
  return { ...cell, setting: unknown(sessionRefusedIn(region, account, setting.problem)) };
}

/** Reads an account that is entered. */
export async function readAccount(
  cloud: Cloud,
  access: AccountAccess,
  account: Account,
  look: ReadOptions,
): Promise<AccountReadings> {
  const role = parseRoleName(look.dhmcRole);
  const named = look.regions.regions !== null;

  const readRegions = async () => {
    const listed = await access.regions();
    const regions = regionsToRead(listed, look, cloud);
    const [open, outOfScope] = await Promise.all([
      readCells(access, regions.open, { named }),
      readCells(access, regions.outOfScope, { named: false }),
    ]);
    const believed = (cells: readonly CellReading[]): readonly CellReading[] =>
      listed.known ? cells.map((cell) => inEnabledRegion(cell, account.id)) : cells;
    const closed = regions.closed.map((region): CellReading => ({
      region,
      named,
      setting: unknown(regionNotEnabled(region, account.id)),
    }));
    const cells = [...believed(open), ...closed].sort((one, other) =>
      one.region < other.region ? -1 : 1,
    );
    return { listed, assumed: regions.assumed, cells, outOfScope: believed(outOfScope) };
  };
  const readRole = async () => {
    const [found, grants] = await Promise.all([access.role(role.name), access.grants(role.name)]);
    const isThere = found.known && found.value !== null;
    const policies =
      look.readPolicies && isThere && grants.known
        ? await readPolicies(access, role.name, grants.value ?? [], cloud)
        : null;
    const wanted = look.permissionsBoundary;
    const boundary =
      wanted !== null && found.known && found.value === null
        ? await access.policyExists(boundaryArn(cloud.partition, account.id, wanted))
        : null;
    return { found, grants, boundary, policies };
  };
  const [regions, ours, attachments] = await Promise.all([
    readRegions(),
    readRole(),
    look.forRemoval ? access.attachments(role.name) : null,
  ]);
  return {
    account,
    regions: regions.listed,
    assumedRegions: regions.assumed,
    cells: regions.cells,
    outOfScope: regions.outOfScope,
    role: ours.found,
    grants: ours.grants,
    others: await readOthers(access, regions.cells, look),
    attachments,
    boundary: ours.boundary,
    policies: ours.policies,
  };
}

/** The documents of all policies except AWS's own for DHMC, whose content is known. */
export const readPolicies = (
  access: AccountAccess,
  role: string,
  grants: readonly string[],
  { partition }: Pick<Cloud, 'partition'>,
): Promise<Reading<readonly PolicyText[]>> =>
  access.policies(
    role,
    grants.filter((arn) => arn !== grantPolicyArn(partition)),
  );

/** Reads each other role that a setting names, once. */
async function readOthers(
  access: AccountAccess,
  cells: readonly CellReading[],
  look: ReadOptions,
): Promise<ReadonlyMap<string, Reading<Role | null>>> {
  const ours = parseRoleName(look.dhmcRole);
  const names = new Map<string, string>();
  for (const { setting } of look.readOtherRoles ? cells : []) {
    const key = otherRoleOf(setting, ours);
    if (key !== null && setting.known && setting.value.value !== null)
      names.set(key, lastSegment(setting.value.value));
  }
  for (const name of look.roles) {
    if (isRoleName(name) && name.toLowerCase() !== ours.name.toLowerCase())
      names.set(name.toLowerCase(), name);
  }
  if (names.size === 0) return noRoles;
  const read = await Promise.all(
    [...names].map(async ([key, name]) => [key, await access.role(name)] as const),
  );
  return new Map(read);
}

const noRoles: ReadonlyMap<string, Reading<Role | null>> = new Map();

export interface Observed {
  readonly found: AccountFound;
  /** Ends the session. The caller calls it, since a plan may be applied in the same session. */
  readonly leave: () => void;
}

/** An account in which nothing was read. */
export function unreachable(problem: Problem, account: Account, look: ReadOptions): Observed {
  const named =
    look.regions.regions?.filter((region) => !look.regions.excludeRegions.includes(region)) ?? [];
  return { found: { kind: 'unreachable', account, problem, named }, leave: () => undefined };
}

/**
 * Enters an account and reads it. If the DHMC role is spelled differently there, it does both again, since the session
 * policy must name the role exactly.
 */
export async function observeAccount(
  cloud: Cloud,
  account: Account,
  look: ReadOptions,
): Promise<Observed> {
  const entered = await cloud.enter(account.id);
  if (!entered.known) return unreachable(entered.problem, account, look);
  const access = entered.value;
  const readings = await readAccount(cloud, access, account, look);
  const spelled = readings.role.known
    ? actualSpelling(readings.role.value, look.dhmcRole)
    : undefined;
  if (spelled === undefined)
    return { found: { kind: 'read', readings }, leave: () => access.leave() };
  access.leave();
  const again = await cloud.enter(account.id, spelled);
  if (!again.known) return unreachable(again.problem, account, look);
  const found = await readAccount(cloud, again.value, account, { ...look, dhmcRole: spelled });
  return { found: { kind: 'read', readings: found }, leave: () => again.value.leave() };
}

/** Why an account is skipped without reading it, or null. */
export function reasonToSkip(
  cloud: Cloud,
  account: Account,
  namedAccounts: readonly string[],
): string | null {
  if (account.state !== 'ACTIVE') return `The account is not active (${account.state}).`;
  const { managementAccount } = cloud.organization;
  if (account.id !== managementAccount || cloud.caller.account === managementAccount) return null;
  const named = namedAccounts.flatMap((value) => [
    value,
    ...value.split(',').map((part) => part.trim()),
  ]);
  const names = new Set(named.map((name) => name.normalize('NFC')));
  if (names.has(account.id) || names.has(account.name.normalize('NFC'))) return null;
  return 'It is the management account, and the caller is in another account. Name it with --account to include it.';
}
