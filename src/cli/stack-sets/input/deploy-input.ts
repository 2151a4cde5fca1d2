/** The input of a deployment plan: the target, the existing stack sets, and the pilot or the cells to transfer. */
import { UsageError } from '../../../core/model/errors.ts';
import type { Account, Target } from '../../../core/model/model.ts';
import { keyOf } from '../../../core/record/history.ts';
import type { RunSettings } from '../../../core/record/events.ts';
import type { Scope } from '../../../core/model/scope.ts';
import { namesRole, parseRoleName, type RoleName } from '../../../core/iam/role-names.ts';
import { asText } from '../../../core/model/values.ts';
import type { DeploymentInput, HandOverCell } from '../../../core/stack-sets/deployment.ts';
import { reasonToKeep, type Records } from '../../../core/stack-sets/take-over.ts';
import type { NotCovered } from '../../../core/stack-sets/report.ts';
import type { Unit } from '../../../run/cloud.ts';
import type { StackSetsAccess } from '../../../run/stack-sets-access.ts';
import { planRun } from '../../../run/plan.ts';
import { clock } from '../../session/clock.ts';
import type { CommandSession } from '../../session/session.ts';
import { findOwnSets, requireSameRole } from '../access.ts';
import { currentCells, type HeldCell } from '../hand-overs.ts';
import { findPilot, requireUntouched } from './pilot.ts';
import { coveredRegions } from './regions.ts';

export interface Gathered {
  readonly input: DeploymentInput;
  readonly units: readonly Unit[];
  readonly pilot: Account | null;
  /** The names of the target's accounts, by id. */
  readonly names: Map<string, string>;
  readonly notCovered: readonly NotCovered[];
  readonly notes: readonly string[];
  /** Cells of the pilot, and of what dhmc enabled, that have a current instance but no recorded handover. */
  readonly unrecorded: readonly HeldCell[];
}

export interface GatherOptions {
  readonly access: StackSetsAccess;
  readonly scope: Scope;
  readonly settings: RunSettings;
  readonly prefix: string;
  /** As given on the command line. */
  readonly pilot: string | null;
  readonly takeOver: boolean;
  readonly maxConcurrent: string | null;
  readonly records: Records;
}

export async function gather(session: CommandSession, options: GatherOptions): Promise<Gathered> {
  const { cloud } = session;
  const { access, scope, settings, prefix, records } = options;
  const isDry = session.invocation.options.values['dry-run'];
  const found = await findOwnSets(access, prefix, isDry ? null : session);
  const units = await cloud.units(scope.accounts.ous);
  const accounts: Account[] = [];
  for await (const account of cloud.accounts(scope.accounts)) accounts.push(account);
  const covered = await coveredRegions(cloud, access, scope.regions);
  const pilot = options.pilot === null ? null : await findPilot(session, options.pilot, accounts);
  const notCovered: NotCovered[] = [...accountsLeftOut(session, accounts), ...covered.notCovered];
  let { regions } = covered;
  let cells: readonly HandOverCell[] = [];
  if (options.takeOver) {
    const taken = await cellsToHandOver(session, { ...options, regions, records });
    cells = taken.cells;
    notCovered.push(...taken.notCovered);
    if (pilot !== null && cells.every(({ account }) => account !== pilot.id))
      throw new UsageError(
        `--pilot: account ${pilot.id} (${pilot.name}) has no cell that can be transferred.`,
        'With --take-over, the cell of the pilot is transferred first: choose an account that dhmc enabled.',
      );
  } else if (pilot !== null) {
    const read = await requireUntouched(session, pilot, { settings, regions, found });
    const missing = new Set(
      read.targets.flatMap(({ region, problem }) =>
        problem?.code === 'region-not-enabled' && region !== null ? [region] : [],
      ),
    );
    for (const region of missing)
      notCovered.push({
        account: null,
        region,
        cells: null,
        reason: `The pilot ${pilot.name} (${pilot.id}) has not enabled the region.`,
      });
    regions = regions.filter((region) => !missing.has(region));
    if (regions.length === 0)
      throw new UsageError(
        `--pilot: account ${pilot.id} (${pilot.name}) has enabled none of the regions.`,
        'Choose another pilot, or other regions.',
      );
  }
  const role = parseRoleName(settings.dhmcRole);
  const value = `${role.path.slice(1)}${role.name}`;
  requireSameRole(found, settings);
  const isToRecord = (account: string, region: string): boolean => {
    const key = keyOf({ kind: 'setting', account, region });
    return (
      (account === pilot?.id || records.changes.has(key)) &&
      records.handOvers.get(key)?.to !== 'stackset'
    );
  };
  const unrecorded = currentCells(found).filter(({ account, region }) =>
    isToRecord(account, region),
  );
  return {
    input: {
      prefix,
      found,
      units: units.map(({ id }) => id),
      accounts: accounts.map(({ id }) => id),
      active: new Set(accounts.flatMap(({ id, state }) => (state === 'ACTIVE' ? [id] : []))),
      unitsOf: unitsOf(accounts, units),
      mainRegion: access.region,
      regions,
      pilot: pilot?.id ?? null,
      cells,
      ownRoles: options.takeOver ? accountsWithOwnRole(cells, records, role) : new Set(),
      value,
      failureTolerance: settings.failureTolerance,
      maxConcurrent: options.maxConcurrent,
    },
    units,
    pilot,
    names: new Map(accounts.map(({ id, name }) => [id, name])),
    notCovered,
    notes: covered.notes,
    unrecorded,
  };
}

/** Accounts in which cells are handed over now, or a run of dhmc enabled a setting. */
const accountsWithOwnRole = (
  cells: readonly HandOverCell[],
  { changes }: Records,
  role: RoleName,
): ReadonlySet<string> =>
  new Set([
    ...cells.map(({ account }) => account),
    ...[...changes.values()].flatMap(({ change: { target, to } }) =>
      namesRole(asText(to), role) ? [target.account] : [],
    ),
  ]);

/** Which of the units contain each account, by their paths. */
const unitsOf = (
  accounts: readonly Account[],
  units: readonly Unit[],
): DeploymentInput['unitsOf'] =>
  new Map(
    accounts.flatMap(({ id, path }) =>
      path === null
        ? []
        : [
            [
              id,
              units
                .filter((unit) => unit.path === '' || `${path}/`.startsWith(`${unit.path}/`))
                .map((unit) => unit.id),
            ] as const,
          ],
    ),
  );

/** Accounts of the target that CloudFormation skips, and why. */
const accountsLeftOut = (
  { cloud }: CommandSession,
  accounts: readonly Account[],
): readonly NotCovered[] =>
  accounts.flatMap(({ id, state }): readonly NotCovered[] => {
    const leave = (reason: string) => [{ account: id, region: null, cells: null, reason }];
    if (id === cloud.organization.managementAccount)
      return leave(
        'It is the management account: service-managed stack sets never deploy to it. Use dhmc enable for it.',
      );
    return state === 'ACTIVE' ? [] : leave(`The account is ${state}: CloudFormation skips it.`);
  });

/** Cells that dhmc set and nobody has changed since, in regions that can be covered; and why other cells stay. */
async function cellsToHandOver(
  session: CommandSession,
  {
    scope,
    settings,
    regions,
    records,
  }: Pick<GatherOptions, 'scope' | 'settings' | 'records'> & {
    readonly regions: readonly string[];
  },
): Promise<{
  readonly cells: readonly HandOverCell[];
  readonly notCovered: readonly NotCovered[];
}> {
  const { cloud, signal, progress } = session;
  const plan = await planRun({
    cloud,
    clock,
    action: 'status',
    scope,
    settings,
    signal,
    onProgress: progress.planning,
  });
  progress.end();
  const cells: HandOverCell[] = [];
  const kept = new Map<string, { account: string; cells: number }>();
  for (const { account, targets } of plan.accounts) {
    if (account.id === cloud.organization.managementAccount || account.skipped !== null) continue;
    for (const target of targets) {
      const cell = cellOf(target);
      if (cell === null) continue;
      const reason = regions.includes(cell.region)
        ? reasonToKeep(target, records)
        : 'The region is not covered by the stack set.';
      if (reason === null) cells.push(cell);
      else {
        const key = `${account.id} ${reason}`;
        const known = kept.get(key);
        kept.set(key, { account: account.id, cells: (known?.cells ?? 0) + 1 });
      }
    }
  }
  return {
    cells,
    notCovered: [...kept].map(([key, { account, cells: count }]) => ({
      account,
      region: null,
      cells: count,
      reason: key.slice(account.length + 1),
    })),
  };
}

const cellOf = ({ kind, account, region, from }: Target): HandOverCell | null =>
  kind === 'setting' && region !== null
    ? { account, region, value: typeof from === 'string' ? from : '' }
    : null;
