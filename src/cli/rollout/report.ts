/** The report at the end of a command: of a run, or of a plan that is not applied. */
import type { RunStopped } from '../../core/record/events.ts';
import type { Action, Preflight, Report, TargetKey } from '../../core/model/model.ts';
import { planHasChanges, type Plan } from '../../core/planning/plan.ts';
import { narrowReport } from '../../core/record/narrow.ts';
import { preflightText } from '../../core/record/outcome.ts';
import { exitStatus, type ReportFold } from '../../core/record/report.ts';
import { showsPreflight } from '../../render/index.ts';
import { applyingCommand, followUpCommand } from '../args/command-line.ts';
import { exitStatuses, type ExitStatus } from '../exit.ts';
import { timestamp } from '../session/clock.ts';
import type { CommandSession } from '../session/session.ts';
import { sourceOfCommand } from '../session/source.ts';
import { shown } from '../terminal/terminal.ts';
import { showDetails } from './plan-details.ts';
import { foldPlan, showNotes, warnOfPlan } from './preview.ts';
import { describeReportFiles, writeReport, type Outputs } from './report-output.ts';
import { savesPlans } from './saved-plan.ts';
import { withWaves } from './waves.ts';

/** Reports a plan that is not applied: for `status` and dry runs. */
export async function reportPlan(
  session: CommandSession,
  made: Plan,
  options: {
    readonly action: Action;
    readonly dryRun: boolean;
    readonly outputs: Outputs;
    /** An earlier report to compare with this one. */
    readonly since?: Report | null;
    readonly keeps?: Keeps | undefined;
    /** The findings of `--preflight`. */
    readonly preflight?: Preflight | null;
    /** The run that the plan rolls back or resumes. */
    readonly run?: string | null;
  },
): Promise<ExitStatus> {
  const { action, dryRun, outputs, since = null, keeps, preflight = null, run = null } = options;
  const plan = dryRun ? await withWaves(session, made) : made;
  const fold = foldPlan(session, plan, { action, dryRun, preflight });
  const { status } = await finish(session, fold, { outputs, since, keeps });
  // Print the plan's effects after the table, so that they are visible without scrolling.
  if (dryRun) {
    showDetails(session, plan);
    warnOfPlan(session, plan, action);
    showHowToApply(session, plan, { action, run, format: outputs.format });
  }
  if (preflight !== null && !showsPreflight(outputs.format))
    session.messages.info(preflightText(preflight));
  showReportFiles(session, outputs);
  return status;
}

/** Prints how to apply the plan. In other formats than the table, only if the plan was saved. */
function showHowToApply(
  { invocation, messages }: CommandSession,
  plan: Plan,
  {
    action,
    run,
    format,
  }: Pick<Outputs, 'format'> & { readonly action: Action; readonly run: string | null },
): void {
  const { commandLine, given, operands, options } = invocation;
  const file = options.values['save-plan'];
  if (file !== undefined && savesPlans(action)) {
    messages.info(
      `Nothing was changed. To apply the saved plan: ${shown(followUpCommand(['apply', file], given))}`,
    );
    return;
  }
  if (format !== 'table' || !planHasChanges(plan)) return;
  const command = applyingCommand(commandLine, { run, operand: operands[0] });
  if (command !== null) messages.info(`Nothing was changed. To apply it: ${shown(command)}`);
}

interface Finishing {
  readonly outputs: Outputs;
  /** An earlier report to compare with this one. */
  readonly since?: Report | null;
  /** Whether the plan was shown and declined, so that the terminal has it already. */
  readonly isShownAlready?: boolean;
  /** Whether messages with the next steps follow. */
  readonly stepsFollow?: boolean;
  readonly keeps?: Keeps | undefined;
}

/** Selects the targets of the report; default: all targets of the run. */
export type Keeps = (target: TargetKey) => boolean;

/** Writes the report of the folded events, and its notes. */
export async function finish(
  session: CommandSession,
  fold: ReportFold,
  { outputs, since = null, isShownAlready = false, stepsFollow = false, keeps }: Finishing,
): Promise<{ readonly status: ExitStatus; readonly report: Report }> {
  const { invocation, cloud, messages, progress, scope, scopeDefaults } = session;
  const whole = fold.report({ finishedAt: timestamp(), ...cloud.usage() }, keeps);
  const report = keeps === undefined ? whole : narrowReport(whole, keeps);
  progress.end();
  const comparison =
    since === null ? null : (await import('../../render/compare.ts')).compareReports(since, report);
  const check = invocation.options.values.check && (report.dryRun || report.action === 'status');
  const written = await writeReport({
    report,
    outputs,
    terminal: invocation.terminal,
    messages,
    source: sourceOfCommand(invocation, scope, scopeDefaults),
    comparison,
    check,
    isShownAlready,
    stepsFollow,
    notesFollow: true,
  });
  if (!isShownAlready) showNotes(session, report.notes, '\n');
  const status = exitStatus(report, { check });
  return { status: written ? status : Math.max(status, exitStatuses.failure), report };
}

/** Prints the last line of a command: where its report is. */
export function showReportFiles({ messages }: CommandSession, outputs: Outputs): void {
  const places = describeReportFiles(outputs);
  if (places !== '') messages.info(places);
}

type Unstarted = Pick<RunStopped, 'reason' | 'message'>;

export const declined: Unstarted = {
  reason: 'declined',
  message: 'Canceled; nothing was changed.',
};
export const interrupted: Unstarted = {
  reason: 'interrupted',
  message: 'Interrupted; nothing was changed.',
};
export const unjournalled: Unstarted = {
  reason: 'journal',
  message: 'The journal cannot be written: nothing was changed.',
};

/** Reports that nothing was begun: every planned change is `not-attempted`. */
export async function reportUnchanged(
  session: CommandSession,
  plan: Plan,
  {
    action,
    outputs,
    keeps,
  }: { readonly action: Action; readonly outputs: Outputs; readonly keeps?: Keeps | undefined },
  stop: Unstarted,
): Promise<ExitStatus> {
  const fold = foldPlan(session, plan, { action, dryRun: false });
  fold.add({ type: 'run-confirmed', at: timestamp(), by: 'prompt' });
  fold.add({ type: 'run-stopped', at: timestamp(), ...stop });
  const { status } = await finish(session, fold, {
    outputs,
    isShownAlready: stop.reason !== 'journal',
    keeps,
  });
  showReportFiles(session, outputs);
  return Math.max(status, exitStatuses.failure);
}
