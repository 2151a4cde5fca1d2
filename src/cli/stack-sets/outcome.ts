/** The result: stack sets, instances and the cells themselves, compared with each other. */
import { CommandError } from '../../core/model/errors.ts';
import type { Problem, State, TargetValue } from '../../core/model/model.ts';
import type { RunSettings } from '../../core/record/events.ts';
import { problemOfInstance } from '../../core/stack-sets/failures.ts';
import type { FoundSet } from '../../core/stack-sets/deployment.ts';
import { inOrder, type ReportedInstance, type ReportedSet } from '../../core/stack-sets/report.ts';
import { kindOfSet, type StackInstance } from '../../core/stack-sets/stack-sets.ts';
import { planRun } from '../../run/plan.ts';
import { clock } from '../session/clock.ts';
import type { CommandSession } from '../session/session.ts';
import { problemFor } from '../../core/problems/hints.ts';

export const reportedSets = (found: ReadonlyMap<string, FoundSet>): readonly ReportedSet[] =>
  [...found.values()].map(({ set, autoTargets }) => ({
    name: set.name,
    arn: set.arn,
    targets: autoTargets.map(({ unit }) => unit),
    regions: [
      ...new Set([...autoTargets.flatMap(({ regions }) => regions), ...set.regions]),
    ].sort(),
    autoDeployment: set.autoDeployment.enabled,
  }));

/** What was read in a cell or of a role. */
export interface CellState {
  readonly state: State;
  readonly problem: Problem | null;
  /** For a setting: its value. */
  readonly value: TargetValue;
  /** For a setting: who wrote it last and when, according to AWS. */
  readonly written: { readonly modifiedBy: string | null; readonly modifiedAt: string | null };
}

/** What was read in some accounts. */
export interface Looked {
  /** By `cellKey`; for a role, the region is empty. */
  readonly cells: ReadonlyMap<string, CellState>;
  /** By account that is not active: why nothing in it could be read. */
  readonly inactive: ReadonlyMap<string, Problem>;
}

export const lookedAtNothing: Looked = { cells: new Map(), inactive: new Map() };

export const cellKey = (account: string, region: string): string => `${account} ${region}`;

/**
 * The result of `read`, or `instead` if it was interrupted: earlier results are still reported. Other errors are
 * thrown.
 */
export async function unlessInterrupted<T>(
  signal: AbortSignal,
  read: () => Promise<T>,
  instead: T,
): Promise<T> {
  if (signal.aborted) return instead;
  try {
    return await read();
  } catch (error) {
    const isInterruption =
      error === signal.reason ||
      (error instanceof CommandError && error.problem.code === 'interrupted');
    if (signal.aborted && isInterruption) return instead;
    throw error;
  }
}

const nobody = { org: false, ous: [], accounts: [], tags: [], excludeOus: [], excludeAccounts: [] };

interface CellsWanted {
  readonly settings: RunSettings;
  readonly regions: readonly string[];
  readonly names: Map<string, string>;
}

/**
 * Reads the roles of the accounts, and their settings in the regions. In an account that cannot be entered they are
 * unknown, not absent. Adds the names of accounts to `names`.
 */
export async function readCells(
  session: CommandSession,
  accounts: readonly string[],
  wanted: CellsWanted,
): Promise<Looked> {
  if (accounts.length === 0 || wanted.regions.length === 0) return lookedAtNothing;
  const members = new Map<string, string>();
  for await (const { id, name, state } of session.cloud.accounts({ ...nobody, org: true })) {
    wanted.names.set(id, name);
    members.set(id, state);
  }
  const inactive = new Map<string, Problem>();
  for (const id of accounts)
    if (members.get(id) !== 'ACTIVE') inactive.set(id, notActive(members.get(id)));
  const active = accounts.filter((id) => !inactive.has(id));
  return { cells: await readActive(session, active, wanted), inactive };
}

async function readActive(
  { cloud, signal, progress }: CommandSession,
  accounts: readonly string[],
  { settings, regions }: CellsWanted,
): Promise<Looked['cells']> {
  const cells = new Map<string, CellState>();
  if (accounts.length === 0) return cells;
  const plan = await planRun({
    cloud,
    clock,
    action: 'status',
    scope: {
      accounts: { ...nobody, accounts },
      regions: { regions: [...regions], excludeRegions: [] },
      source: 'command line',
    },
    settings,
    signal,
    onProgress: progress.planning,
  });
  progress.end();
  for (const { targets } of plan.accounts)
    for (const { kind, account, region, state, problem, from, ...written } of targets) {
      if (kind === 'grant' || problem?.code === 'region-not-enabled') continue;
      const { modifiedBy, modifiedAt } = written;
      cells.set(cellKey(account, region ?? ''), {
        ...{ state, problem, value: from },
        written: { modifiedBy, modifiedAt },
      });
    }
  return cells;
}

/** How long a read may take to show what a stack has set, in milliseconds. */
const readLimitMs = 15_000;

/** Like `readCells`, after a deployment: reads accounts again if they do not show what a current instance has set. */
export async function readDeployedCells(
  session: CommandSession,
  accounts: readonly string[],
  wanted: CellsWanted & { readonly found: ReadonlyMap<string, FoundSet> },
): Promise<Looked> {
  const end = clock.now() + readLimitMs;
  let looked = await readCells(session, accounts, wanted);
  for (;;) {
    const late = reportedInstances(wanted.found, looked).flatMap(({ account, problem }) =>
      problem?.reason === 'stack-differs' ? [account] : [],
    );
    if (late.length === 0 || session.signal.aborted || clock.now() >= end) return looked;
    await clock.sleep(1_000, session.signal);
    const again = await readActive(session, [...new Set(late)], wanted);
    looked = { ...looked, cells: new Map([...looked.cells, ...again]) };
  }
}

const notActive = (state: string | undefined): Problem =>
  problemFor(
    'stack-account-inactive',
    `The account is ${state ?? 'not in the organization any more'}: its cells cannot be read.`,
    { state },
  );

/** The drift that CloudFormation detected, by `set account region`. */
export interface Drifts {
  /** The differences from the template. */
  readonly differences: ReadonlyMap<string, string>;
  /** Why the drift could not be detected. */
  readonly unread: ReadonlyMap<string, string>;
}

/** Instances, with the actual state of their cells. */
export function reportedInstances(
  found: ReadonlyMap<string, FoundSet>,
  looked: Looked,
  drifts: Drifts = { differences: new Map(), unread: new Map() },
): readonly ReportedInstance[] {
  const rows = [...found.values()].flatMap(({ set, instances }) => {
    const isRole = kindOfSet(set) === 'role';
    return instances.map((instance): ReportedInstance => {
      const { account, region, status, detailedStatus, drift } = instance;
      const there = looked.cells.get(cellKey(account, isRole ? '' : region));
      const key = `${set.name} ${account} ${region}`;
      const differs = drifts.differences.get(key);
      const unread = drifts.unread.get(key);
      return {
        set: set.name,
        account,
        region,
        status,
        detailedStatus,
        drift,
        cell: there?.state ?? null,
        problem:
          looked.inactive.get(account) ??
          problemOf(instance, there, isRole, differs) ??
          (unread === undefined
            ? null
            : problemFor('stack-drift-unread', `Its drift could not be detected: ${unread}`, {
                unread,
              })),
      };
    });
  });
  return inOrder(rows);
}

const wanted: ReadonlySet<State> = new Set<State>(['enabled', 'whole']);

function problemOf(
  instance: StackInstance,
  there: CellState | undefined,
  isRole: boolean,
  differs: string | undefined,
): Problem | null {
  if (instance.detailedStatus === 'SKIPPED_SUSPENDED_ACCOUNT' && there !== undefined)
    return problemFor(
      'stack-not-tried',
      'The account was not active when CloudFormation came to it, and is active now.',
    );
  if (instance.status !== 'CURRENT') return problemOfInstance(instance);
  if (there?.state === 'unknown') return there.problem;
  const drift = differs === undefined ? '' : ` Drift: ${differs}.`;
  if (there === undefined || wanted.has(there.state))
    return differs === undefined
      ? null
      : problemFor('stack-differs', `The stack differs from its template.${drift}`, { differs });
  const what = isRole ? `its role is ${there.state}` : `its setting is ${there.state}`;
  return problemFor(
    'stack-differs',
    `Covered by intention, not in fact: the stack set counts the instance as current, and ${what}.${drift}`,
    { what, differs },
  );
}
