/** What is there in the end: sets, instances, and the cells themselves, held against each other. */
import type { Problem, State, TargetValue } from '../../core/model/model.ts';
import type { RunSettings } from '../../core/record/events.ts';
import { problemOfInstance } from '../../core/stack-sets/failures.ts';
import type { FoundSet } from '../../core/stack-sets/deployment.ts';
import { inOrder, type ReportedInstance, type ReportedSet } from '../../core/stack-sets/report.ts';
import { kindOfSet, type StackInstance } from '../../core/stack-sets/stack-sets.ts';
import { planRun } from '../../run/index.ts';
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

/** What was read of a cell or a role. */
export interface CellState {
  readonly state: State;
  readonly problem: Problem | null;
  /** Of a setting: what it holds. */
  readonly value: TargetValue;
  /** Of a setting: who wrote it last, and when, by AWS. */
  readonly written: { readonly modifiedBy: string | null; readonly modifiedAt: string | null };
}

/** By `cellKey`; a role's region is empty. */
export type CellStates = ReadonlyMap<string, CellState>;

export const cellKey = (account: string, region: string): string => `${account} ${region}`;

const nobody = { org: false, ous: [], accounts: [], tags: [], excludeOus: [], excludeAccounts: [] };

/**
 * Reads the accounts' roles, and their settings in the regions. Whoever cannot be entered is unknown, not absent. Adds what
 * the organization calls its accounts to `names`.
 */
export async function readCells(
  { cloud, signal, progress }: CommandSession,
  accounts: readonly string[],
  {
    settings,
    regions,
    names,
  }: {
    readonly settings: RunSettings;
    readonly regions: readonly string[];
    readonly names: Map<string, string>;
  },
): Promise<CellStates> {
  const states = new Map<string, CellState>();
  // Accounts that are not active, or have left, have nothing that could be read.
  const active = new Set<string>();
  if (accounts.length > 0 && regions.length > 0)
    for await (const { id, name, state } of cloud.accounts({ ...nobody, org: true })) {
      names.set(id, name);
      if (state === 'ACTIVE') active.add(id);
    }
  const readable = accounts.filter((id) => active.has(id));
  if (readable.length === 0) return states;
  const plan = await planRun({
    cloud,
    clock,
    action: 'status',
    scope: {
      accounts: { ...nobody, accounts: readable },
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
      states.set(cellKey(account, region ?? ''), {
        ...{ state, problem, value: from },
        written: { modifiedBy, modifiedAt },
      });
    }
  return states;
}

/** Instances with what is really there. `drifts`: by `set account region`, what differs from the template. */
export function reportedInstances(
  found: ReadonlyMap<string, FoundSet>,
  states: CellStates,
  drifts: ReadonlyMap<string, string> = new Map(),
): readonly ReportedInstance[] {
  const rows = [...found.values()].flatMap(({ set, instances }) => {
    const isRole = kindOfSet(set) === 'role';
    return instances.map((instance): ReportedInstance => {
      const { account, region, status, detailedStatus, drift } = instance;
      const there = states.get(cellKey(account, isRole ? '' : region));
      const differs = drifts.get(`${set.name} ${account} ${region}`);
      return {
        set: set.name,
        account,
        region,
        status,
        detailedStatus,
        drift,
        cell: there?.state ?? null,
        problem: problemOf(instance, there, isRole, differs),
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
