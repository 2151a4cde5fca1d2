/** The report: a fold over a run's events, from the live run or from its journal. */
import { UsageError } from '../model/errors.ts';
import type { RunEvent, RunStarted, RunStopped, StackSetAction } from './events.ts';
import { countDeeds, deedOf, type PlannedDeed } from './deeds.ts';
import { countAccounts } from './outcome.ts';
import { reasonNotAttempted, reasonUnfinished, stopOf } from './stop.ts';
import { groupNotes, type Note } from '../problems/note-groups.ts';
import { ownerAfterChange } from '../owners/after.ts';
import type {
  AccountPlan,
  AccountRow,
  Action,
  Caller,
  Deed,
  Organization,
  Owner,
  Partition,
  PlannedTarget,
  Preflight,
  Problem,
  Report,
  Target,
  TargetKey,
  Verdict,
} from '../model/model.ts';

/** The members of a report that concern the whole command. A journal has them in `run-started`. */
export interface ReportHeader {
  readonly action: Action;
  readonly dryRun: boolean;
  readonly run: string | null;
  readonly startedAt: string;
  readonly caller: Caller;
  readonly organization: Organization;
  readonly partition: Partition;
  /** The results of `--preflight` for a plan. */
  readonly preflight?: Preflight;
  /** The warnings and notes of a plan that is not applied. A run has them in `run-confirmed`. */
  readonly warnings?: readonly string[];
  readonly notes?: readonly string[];
}

/** The end of a command that does not write a journal, or of a run without `run-finished`. */
export interface ReportEnd {
  readonly finishedAt: string;
  readonly calls: number;
  readonly throttled: number;
}

export interface ReportFold {
  add(event: RunEvent): void;
  /** The report so far. `end` is used without `run-finished`; `keeps` selects the targets that `plan` counts. */
  report(end: ReportEnd, keeps?: (target: TargetKey) => boolean): Report;
}

interface AccountRows {
  account: AccountRow;
  targets: Target[];
  /** The future owners of settings that get their former value back, by region. */
  readonly ownersAfter: ReadonlyMap<string | null, Owner>;
  /** The planned deeds, regardless of the result. `at` is the index of the target. */
  readonly deeds: readonly { readonly deed: Deed; readonly at: number }[];
  notes: readonly Note[];
}

const rowOf = (target: PlannedTarget, wave: number | null): Target => ({
  kind: target.kind,
  account: target.account,
  region: target.region,
  state: target.state,
  verdict: target.verdict,
  from: target.from,
  to: target.to,
  modifiedBy: target.modifiedBy,
  modifiedAt: target.modifiedAt,
  problem: target.problem,
  attempts: target.attempts,
  durationMs: target.durationMs,
  owner: target.owner ?? null,
  wave,
});

const noted: readonly Note[] = [];
const noOwners: ReadonlyMap<string | null, Owner> = new Map();

const ownersAfter = ({ targets }: AccountPlan): ReadonlyMap<string | null, Owner> =>
  targets.some((target) => target.ownerAfter !== undefined)
    ? new Map(
        targets.flatMap(({ region, ownerAfter }) =>
          ownerAfter === undefined ? [] : [[region, ownerAfter]],
        ),
      )
    : noOwners;

const rowsOf = (plan: AccountPlan): AccountRows => ({
  account: plan.account,
  targets: plan.targets.map((target) => rowOf(target, plan.wave ?? null)),
  ownersAfter: ownersAfter(plan),
  deeds: plan.targets.flatMap((target, at) =>
    target.verdict === 'would-change' ? [{ deed: deedOf(target), at }] : [],
  ),
  notes: plan.targets.some((target) => target.notes.length > 0)
    ? plan.targets.flatMap((target) =>
        target.notes.map((note) => ({
          kind: target.kind,
          account: target.account,
          region: target.region,
          note,
        })),
      )
    : noted,
});

/** Adds the deeds of the run's earlier plan: in a resumed run, the targets with `changed` were done before. */
function withEarlierDeeds(rows: AccountRows, before: AccountRows | undefined): AccountRows {
  const done = (before?.deeds ?? []).flatMap(({ deed, at: place }) => {
    const earlier = before?.targets[place];
    const at = rows.targets.findIndex(
      ({ kind, region, verdict }) =>
        kind === earlier?.kind && region === earlier.region && verdict === 'changed',
    );
    return at < 0 ? [] : [{ deed, at }];
  });
  return done.length === 0 ? rows : { ...rows, deeds: [...done, ...rows.deeds] };
}

/** Folds events into a report. `header` is for commands without `run-started`, which overrides it. */
export function foldReport(
  header: ReportHeader | null,
  events: Iterable<RunEvent> = [],
): ReportFold {
  let head = header;
  let confirmed = false;
  /** Whether the events are those of a run, and not only of a plan. */
  let isRun = false;
  let stop: RunStopped | null = null;
  let finishedAt: string | null = null;
  let calls = 0;
  let throttled = 0;
  const accounts = new Map<string, AccountRows>();
  const begun = new Set<Target>();
  const find = (key: TargetKey): { rows: AccountRows; index: number } | null => {
    const rows = accounts.get(key.account);
    const index =
      rows?.targets.findIndex((row) => row.kind === key.kind && row.region === key.region) ?? -1;
    return rows === undefined || index < 0 ? null : { rows, index };
  };
  const add = (event: RunEvent): void => {
    switch (event.type) {
      case 'run-started':
        isRun = true;
        head = {
          action: reportedAction(event),
          dryRun: false,
          run: event.run,
          startedAt: event.startedAt,
          caller: event.caller,
          organization: event.organization,
          partition: event.partition,
        };
        return;
      case 'run-resumed':
        if (head !== null) head = { ...head, action: 'resume', caller: event.caller };
        finishedAt = null;
        stop = null;
        return;
      case 'account-planned':
        for (const row of accounts.get(event.plan.account.id)?.targets ?? []) begun.delete(row);
        accounts.set(
          event.plan.account.id,
          withEarlierDeeds(rowsOf(event.plan), accounts.get(event.plan.account.id)),
        );
        return;
      case 'run-confirmed':
        confirmed = true;
        if (head !== null && isRun) {
          const { warnings = [], notes = [] } = event;
          head = { ...head, warnings, notes };
        }
        return;
      case 'change-begun': {
        const found = find(event.target);
        const row = found?.rows.targets[found.index];
        if (row !== undefined) begun.add(row);
        return;
      }
      case 'target-ended': {
        const found = find(event.target);
        const row = found?.rows.targets[found.index];
        if (found === null || row === undefined) return;
        begun.delete(row);
        found.rows.targets[found.index] = {
          ...row,
          verdict: event.verdict,
          state: event.state,
          modifiedBy: event.modifiedBy,
          modifiedAt: event.modifiedAt,
          problem: event.problem,
          attempts: event.attempts,
          durationMs: event.durationMs,
          owner: ownerAfterChange(
            { ...row, ownerAfter: found.rows.ownersAfter.get(row.region) },
            event,
            head?.run ?? null,
          ),
        };
        return;
      }
      case 'run-stopped':
        stop = event;
        return;
      case 'run-finished':
        finishedAt = event.at;
        calls += event.calls;
        throttled += event.throttled;
        return;
      // Runs with stack sets have their own report.
      case 'stack-set-call-begun':
      case 'stack-set-call-ended':
      case 'cell-handed-over':
      case 'cell-taken-back':
      case 'role-handed-over':
      case 'role-tag-begun':
      case 'role-taken-back':
        return;
    }
  };
  for (const event of events) add(event);

  const settled = (row: Target, reason: Problem, unfinished: Problem): Target => {
    if (row.verdict === 'not-attempted')
      return row.problem === null ? { ...row, problem: reason } : row;
    if (row.verdict !== 'would-change' || !confirmed) return row;
    return begun.has(row)
      ? { ...row, verdict: 'not-attempted', state: 'unknown', problem: unfinished }
      : { ...row, verdict: 'not-attempted', problem: reason };
  };

  const report = (end: ReportEnd, keeps: (target: TargetKey) => boolean = () => true): Report => {
    if (head === null) throw new Error('a report needs a header or a run-started event');
    const targets: Target[] = [];
    const deeds: PlannedDeed[] = [];
    const accountRows: AccountRow[] = [];
    const stopped = stopOf({ stop, of: head, isUnfinished: isRun && finishedAt === null });
    const reason = reasonNotAttempted(stopped, head);
    const unfinished = reasonUnfinished(head);
    const { warnings = [], notes: notesOfPlan = [], preflight = null, ...header } = head;
    const notes: Note[] = [];
    for (const rows of accounts.values()) {
      accountRows.push(rows.account);
      const first = targets.length;
      for (const row of rows.targets) targets.push(settled(row, reason, unfinished));
      for (const note of rows.notes) if (keeps(note)) notes.push(note);
      for (const { deed, at } of rows.deeds) {
        const row = targets[first + at];
        if (row === undefined || !keeps(row)) continue;
        const { kind, account, region, verdict, problem } = row;
        deeds.push({ deed, kind, account, region, verdict, isBegun: problem === unfinished });
      }
    }
    return {
      schema: 'dhmc.report/v1',
      ...header,
      finishedAt: finishedAt ?? end.finishedAt,
      stopped,
      summary: {
        ...summaryOf({ action: head.action, accounts: accountRows, targets }),
        calls: finishedAt === null ? calls + end.calls : calls,
        throttled: finishedAt === null ? throttled + end.throttled : throttled,
      },
      plan: head.action === 'status' ? [] : countDeeds(deeds),
      preflight,
      warnings,
      notes: [...new Set([...notesOfPlan, ...groupNotes(notes, accountRows)])],
      accounts: accountRows,
      targets,
    };
  };
  return { add, report };
}

/** The action of a run that changes targets. Throws `UsageError` for a run with stack sets. */
export function reportedAction({
  action,
  run,
}: Pick<RunStarted, 'action' | 'run'>): Exclude<RunStarted['action'], StackSetAction> {
  if (action !== 'stackset-deploy' && action !== 'stackset-remove') return action;
  throw new UsageError(
    `The run ${run} is a run of dhmc ${action.replace('-', ' ')}: it cannot be resumed or rolled back.`,
    action === 'stackset-deploy'
      ? 'Run the same `dhmc stackset deploy` again to continue it, or `dhmc stackset remove` to take its cells back.'
      : 'Run `dhmc stackset remove` again to continue it, or `dhmc stackset deploy` to transfer cells again.',
  );
}

const counted = <T extends string>(values: Iterable<T>): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
};

/** The counts of a report's summary. */
export const summaryOf = ({
  action,
  accounts,
  targets,
}: Pick<Report, 'action' | 'accounts' | 'targets'>): Omit<
  Report['summary'],
  'calls' | 'throttled'
> => ({
  accounts: accounts.length,
  cells: targets.filter((target) => target.kind === 'setting' && target.region !== null).length,
  states: counted(targets.map((target) => target.state)),
  verdicts: counted(targets.map((target) => target.verdict)),
  ...countAccounts(accounts, targets),
  ...(action === 'status' ? { partlyChanged: 0 } : {}),
});

const bad: ReadonlySet<Verdict> = new Set<Verdict>(['failed', 'blocked', 'not-attempted']);

/**
 * The exit status for a report: 1 if a target failed, is blocked or was not attempted, and for conflicts in commands
 * that write and in their dry runs; with `check`, 2 if a target differs; else 0.
 */
export function exitStatus(
  report: Pick<Report, 'action' | 'targets'>,
  options: { readonly check: boolean },
): 0 | 1 | 2 {
  if (report.targets.some((target) => bad.has(target.verdict))) return 1;
  const conflict = report.targets.some((target) => target.verdict === 'conflict');
  if (options.check)
    return conflict || report.targets.some((target) => target.verdict === 'would-change') ? 2 : 0;
  return conflict && report.action !== 'status' ? 1 : 0;
}
