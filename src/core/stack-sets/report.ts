/** The report of `dhmc stackset`, `dhmc.stackset/v1`. */
import type { Caller, Organization, Partition, Problem, State } from '../model/model.ts';
import type { AccountNames } from '../model/account-names.ts';
import type { StackSetCallEnded } from '../record/events.ts';

/** The output formats of the report. */
export const stackSetFormats = ['table', 'json', 'markdown', 'csv'] as const;
export type StackSetFormat = (typeof stackSetFormats)[number];

export type StackSetReportAction = 'deploy' | 'status' | 'remove';

export interface ReportedSet {
  readonly name: string;
  /** Null if the set does not exist yet, or does not exist any more. */
  readonly arn: string | null;
  /** The roots and organizational units in which it covers new accounts. */
  readonly targets: readonly string[];
  readonly regions: readonly string[];
  readonly autoDeployment: boolean;
}

export interface ReportedOperation {
  /** Null for a call that does not start an operation. */
  readonly id: string | null;
  readonly call: string;
  readonly set: string;
  readonly status: StackSetCallEnded['status'] | 'planned';
  /** The number of stack instances that failed. */
  readonly failed: number;
  readonly problem: Problem | null;
}

export interface ReportedInstance {
  readonly set: string;
  readonly account: string;
  readonly region: string;
  /** CloudFormation's status. */
  readonly status: string;
  readonly detailedStatus: string | null;
  readonly drift: string | null;
  /** The state of the role or the setting that the instance deploys, as read from the account; null if not read. */
  readonly cell: State | null;
  /** Why the cell is not really covered, although the set has an instance; null if it is covered. */
  readonly problem: Problem | null;
}

/** Cells that a stack set does not cover, with the reason. */
export interface NotCovered {
  readonly account: string | null;
  readonly region: string | null;
  /** The number of cells; null for accounts that do not exist yet. */
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
  /** Why the command ended early; null if it did not. */
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
  /** The accounts in the rows whose names are known. */
  readonly accounts: readonly { readonly id: string; readonly name: string }[];
  readonly sets: readonly ReportedSet[];
  readonly operations: readonly ReportedOperation[];
  readonly instances: readonly ReportedInstance[];
  readonly notCovered: readonly NotCovered[];
}

const placeOf = ({ set, account, region }: ReportedInstance): string =>
  `${set} ${account} ${region}`;

/** Sorts rows for reports: by set, account and region. */
export const inOrder = (instances: readonly ReportedInstance[]): readonly ReportedInstance[] =>
  instances.toSorted((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));

/** The accounts of the rows, sorted, with their names. */
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

/** The account is not active, which is not a failure. */
const isSkipped = ({ problem }: ReportedInstance): boolean =>
  problem?.reason === 'stack-account-inactive';

/** CloudFormation is still working: after `--no-wait`, or in an account that has just joined. */
const isUnderway = ({ problem }: ReportedInstance): boolean => problem?.reason === 'stack-underway';

const isUnread = ({ cell, problem }: ReportedInstance): boolean =>
  cell === 'unknown' || problem?.reason === 'stack-drift-unread';

/**
 * The exit status: 1 if something failed, was not attempted or could not be read; with `check`, 2 if a cell has an
 * instance and is not really covered; else 0. Inactive accounts do not change it, nor do unfinished operations of a
 * deployment.
 */
export function statusOfStackSets(
  { action, dryRun, stopped, operations, instances }: StackSetReport,
  { check }: { readonly check: boolean },
): 0 | 1 | 2 {
  // A removal checks the result of each operation itself: an operation may fail in an account without a deployment.
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
