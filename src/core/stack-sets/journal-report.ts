/** The report of a run with stack sets, made only from its journal. */
import type { CellTakenBack, RunEvent, RunStarted, StackSetCallBegun } from '../record/events.ts';
import {
  inOrder,
  namedAccounts,
  summaryOfInstances,
  type NotCovered,
  type ReportedInstance,
  type ReportedOperation,
  type StackSetReport,
} from './report.ts';
import { leftCells, leftRole, rowOfCell, rowOfRole } from './taken-back.ts';

export interface StackSetReportFold {
  add(event: RunEvent): void;
  /** Null until `run-started` is added, and for runs without stack sets. */
  report(): StackSetReport | null;
}

/** Folds a run's events: its calls, and the cells that it transferred or took back. */
export function foldStackSetReport(): StackSetReportFold {
  let started: RunStarted | null = null;
  let stopped: StackSetReport['stopped'] = null;
  let end: { readonly at: string; readonly calls: number; readonly throttled: number } | null =
    null;
  let lastAt = '';
  const calls: { begun: StackSetCallBegun; ended: ReportedOperation | null }[] = [];
  /** Rows of cells by account and region, and of roles by account. */
  const cells = new Map<string, ReportedInstance>();
  const left = new Map<string, readonly NotCovered[]>();
  const accountNames = new Map<string, string>();
  const back = new Map<string, CellTakenBack>();
  return {
    add(event) {
      if ('at' in event) lastAt = event.at;
      switch (event.type) {
        case 'run-started':
          started = event;
          lastAt = event.startedAt;
          return;
        case 'stack-set-call-begun':
          calls.push({ begun: event, ended: null });
          return;
        case 'stack-set-call-ended': {
          const { operation: id, call, stackSet: set, status, failed, problem } = event;
          const open = calls.find(
            ({ begun, ended }) =>
              ended === null &&
              begun.call === call &&
              begun.stackSet === set &&
              begun.operation === id,
          );
          if (open !== undefined) open.ended = { id, call, set, status, failed, problem };
          return;
        }
        case 'cell-handed-over':
        case 'cell-taken-back': {
          const place = `${event.target.account} ${event.target.region ?? ''}`;
          cells.set(place, rowOfCell(event));
          if (event.type === 'cell-taken-back') back.set(place, event);
          if (event.name !== undefined) accountNames.set(event.target.account, event.name);
          return;
        }
        case 'role-taken-back':
          cells.set(event.account, rowOfRole(event));
          left.set(event.account, leftRole(event));
          if (event.name !== undefined) accountNames.set(event.account, event.name);
          return;
        case 'run-stopped':
          stopped = {
            message: event.message,
            hint: 'Run the same command again: it continues where this one stopped.',
          };
          return;
        case 'run-finished':
          end = event;
          return;
        default:
          return;
      }
    },
    report() {
      if (started === null) return null;
      const { run, startedAt, caller, organization, partition, action } = started;
      const instances = inOrder([...cells.values()]);
      const notCovered = [...leftCells(back.values()), ...[...left.values()].flat()];
      const names = new Set(calls.map(({ begun }) => begun.stackSet));
      return {
        schema: 'dhmc.stackset/v1',
        action: action === 'stackset-remove' ? 'remove' : 'deploy',
        dryRun: false,
        run,
        startedAt,
        finishedAt: end?.at ?? lastAt,
        caller,
        organization,
        partition,
        stopped:
          stopped ??
          (end === null
            ? {
                message: 'The run did not finish.',
                hint: 'Run the same command again: it continues where this one stopped.',
              }
            : null),
        summary: {
          ...summaryOfInstances(instances),
          calls: end?.calls ?? 0,
          throttled: end?.throttled ?? 0,
        },
        accounts: namedAccounts({ instances, notCovered }, accountNames),
        sets: [...names].map((name) => ({
          name,
          arn: null,
          targets: [
            ...new Set(calls.flatMap(({ begun }) => (begun.stackSet === name ? begun.units : []))),
          ],
          regions: [
            ...new Set(
              calls.flatMap(({ begun }) => (begun.stackSet === name ? begun.regions : [])),
            ),
          ].sort(),
          autoDeployment: action !== 'stackset-remove',
        })),
        operations: calls.map(
          ({ begun, ended }) =>
            ended ?? {
              id: begun.operation,
              call: begun.call,
              set: begun.stackSet,
              status: 'RUNNING',
              failed: 0,
              problem: null,
            },
        ),
        instances,
        notCovered,
      };
    },
  };
}
