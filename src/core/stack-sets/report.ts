/** What `dhmc stackset` reports: `dhmc.stackset/v1`. */
import type { Caller, Organization, Partition, Problem, State } from '../model/model.ts';
import type { AccountNames } from '../model/account-names.ts';
import type { StackSetCallEnded } from '../record/events.ts';

/** The formats that the report has. */
export const stackSetFormats = ['table', 'json', 'markdown', 'csv'] as const;
export type StackSetFormat = (typeof stackSetFormats)[number];

export type StackSetReportAction = 'deploy' | 'status' | 'remove';

export interface ReportedSet {
  readonly name: string;
  /** Null: it is not there yet, or is gone. */
  readonly arn: string | null;
  /** Roots and units whose new accounts it covers. */
  readonly targets: readonly string[];
  readonly regions: readonly string[];
  readonly autoDeployment: boolean;
}

export interface ReportedOperation {
  /** Null for a call that starts no operation. */
  readonly id: string | null;
  readonly call: string;
  readonly set: string;
  readonly status: StackSetCallEnded['status'] | 'planned';
  /** Stack instances that failed. */
  readonly failed: number;
  readonly problem: Problem | null;
}

export interface ReportedInstance {
  readonly set: string;
  readonly account: string;
  readonly region: string;
  /** CloudFormation's words. */
  readonly status: string;
  readonly detailedStatus: string | null;
  readonly drift: string | null;
  /** What is really there: of a role's instance the role's state, of a setting's the setting's; null: not looked at. */
  readonly cell: State | null;
  /** Why the cell is covered by intention and not in fact; null: it is covered. */
  readonly problem: Problem | null;
}

/** What a stack set does not reach, and why. */
export interface NotCovered {
  readonly account: string | null;
  readonly region: string | null;
  /** How many cells it is about; null: of accounts that do not exist yet. */
  readonly cells: number | null;
  readonly reason: string;
}

export interface StackSetReport {
  readonly schema: 'dhmc.stackset/v1';
  readonly action: StackSetReportAction;
  readonly dryRun: boolean;
  readonly run: string | null;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly caller: Caller;
  readonly organization: Organization;
  readonly partition: Partition;
  /** Why the command ended before all was done; null if it did not. */
  readonly stopped: { readonly message: string; readonly hint: string } | null;
  readonly summary: {
    readonly accounts: number;
    readonly instances: number;
    readonly statuses: Readonly<Record<string, number>>;
    readonly cells: Readonly<Record<string, number>>;
    readonly problems: number;
    readonly calls: number;
    readonly throttled: number;
  };
  /** The accounts that the rows name, as far as their names are known. */
  readonly accounts: readonly { readonly id: string; readonly name: string }[];
  readonly sets: readonly ReportedSet[];
  readonly operations: readonly ReportedOperation[];
  readonly instances: readonly ReportedInstance[];
  readonly notCovered: readonly NotCovered[];
}

const placeOf = ({ set, account, region }: ReportedInstance): string =>
  `${set} ${account} ${region}`;

/** Rows in the order in which reports have them: by set, account and region. */
export const inOrder = (instances: readonly ReportedInstance[]): readonly ReportedInstance[] =>
  instances.toSorted((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));

/** The accounts of the rows, in order, with their names. */
export function namedAccounts(
  { instances, notCovered }: Pick<StackSetReport, 'instances' | 'notCovered'>,
  names: AccountNames,
): StackSetReport['accounts'] {
  const ids = new Set([...instances, ...notCovered].map(({ account }) => account));
  return [...ids]
    .flatMap((id) => {
      const name = id === null ? undefined : names.get(id);
      return id === null || name === undefined ? [] : [{ id, name }];
    })
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}

const counted = (values: Iterable<string>): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
};

/** The counts of a report. */
export const summaryOfInstances = (
  instances: readonly ReportedInstance[],
): Omit<StackSetReport['summary'], 'calls' | 'throttled'> => ({
  accounts: new Set(instances.map(({ account }) => account)).size,
  instances: instances.length,
  statuses: counted(instances.map(({ status }) => status)),
  cells: counted(instances.flatMap(({ cell }) => cell ?? [])),
  problems: instances.filter(({ problem }) => problem !== null).length,
});

/** Nobody's failure: the account is not active. */
const isSkipped = ({ problem }: ReportedInstance): boolean =>
  problem?.reason === 'stack-account-inactive';

/** CloudFormation is at it: `--no-wait`, or an account that has just joined. */
const isUnderway = ({ problem }: ReportedInstance): boolean => problem?.reason === 'stack-underway';

const isUnread = ({ cell, problem }: ReportedInstance): boolean =>
  cell === 'unknown' || problem?.reason === 'stack-drift-unread';

/**
 * The exit status: 1 for what failed, was not attempted or could not be read; with `check` 2 where something is covered
 * by intention alone; else 0. Accounts that are not active do not change it, nor what CloudFormation is still doing for a deployment.
 */
export function statusOfStackSets(
  { action, dryRun, stopped, operations, instances }: StackSetReport,
  { check }: { readonly check: boolean },
): 0 | 1 | 2 {
  // A removal proves after each operation what it needs: an account in which nothing was deployed may fail in one.
  const endsBadly: readonly string[] =
    action === 'remove' ? ['refused'] : ['refused', 'FAILED', 'STOPPED'];
  const isBad = operations.some(
    ({ status, problem, failed }) =>
      problem !== null || (failed > 0 && action !== 'remove') || endsBadly.includes(status),
  );
  if (stopped !== null || isBad) return 1;
  if (instances.some(isUnread)) return 1;
  if (dryRun) return 0;
  const differing = instances.filter((row) => row.problem !== null && !isSkipped(row));
  if (differing.length === 0) return 0;
  if (action === 'deploy' && differing.every(isUnderway)) return 0;
  if (action !== 'status') return 1;
  return check ? 2 : 0;
}
