/**
 * From a plan to the report: shows it, asks, opens the journal, applies it and reports. All commands that plan and
 * apply use it.
 */
import { withoutCodeMarks } from '../../core/problems/code-marks.ts';
import { CommandError } from '../../core/model/errors.ts';
import { asSentence } from '../../core/problems/in-words.ts';
import type { Action, Report, Verdict } from '../../core/model/model.ts';
import { planHasChanges, type Plan } from '../../core/planning/plan.ts';
import type { ReportFold } from '../../core/record/report.ts';
import { hasChangedSetting, hasUndoable } from '../../core/record/undoable.ts';
import type { Scope } from '../../core/model/scope.ts';
import { applyPlan, type ApplyOptions, type Stopped, type WaveOutcome } from '../../run/apply.ts';
import { recordOpening, type WritingAction } from './opening.ts';
import { clock } from '../session/clock.ts';
import { askToConfirm, canceledText, describeChanges } from './confirm.ts';
import { askForWave, describeWave, withWaves } from './waves.ts';
import { exitStatuses, type ExitStatus } from '../exit.ts';
import { checkPlan } from './preflight.ts';
import { assessPlan, showPlan, warnOfPlan } from './preview.ts';
import { openRecorder } from './recorder.ts';
import {
  declined,
  finish,
  interrupted,
  reportPlan,
  reportUnchanged,
  showReportFiles,
  unjournalled,
  type Keeps,
} from './report.ts';
import { commandOfScope, followUpCommand, resumeCommand } from '../args/command-line.ts';
import { isAboveMessages, type Outputs } from './report-output.ts';
import { savePlanIfAsked } from './saved-plan.ts';
import type { RunLock } from './run-lock.ts';
import type { CommandSession } from '../session/session.ts';
import { shown } from '../terminal/terminal.ts';

/** The verdicts that `dhmc resume` retries. */
const triedAgain: ReadonlySet<Verdict> = new Set(['failed', 'blocked', 'not-attempted']);

export interface RolloutOptions {
  readonly action: WritingAction | 'resume';
  /** What is applied; for a saved plan or a resumed run, the plan's or run's own action. */
  readonly applies: ApplyOptions['action'];
  /** Waits after a wave; returns a text about its instances. */
  readonly afterWave?: (outcome: WaveOutcome) => Promise<string>;
  readonly scope: Scope;
  readonly outputs: Outputs;
  readonly rollsBack: string | null;
  /** The place of a run that this one must come after, wherever the other journal is. */
  readonly after?: number;
  /** Selects the targets of the report: a resume can exclude parts of its run. */
  readonly keeps?: Keeps | undefined;
  /** For a resumed run: its journal, and the fold over it. */
  readonly resumes?: { readonly path: string; readonly fold: ReportFold };
  /** Whether to journal the run even if nothing changes, so that it counts as finished or as rolled back. */
  readonly settles?: boolean;
}

/** Saves the plan if `--save-plan` is given, and reports a dry run. */
export async function reportDryRun(
  session: CommandSession,
  planned: Plan,
  options: RolloutOptions,
): Promise<ExitStatus> {
  const { action, outputs, keeps } = options;
  const assessed = await assessPlan(session, planned);
  session.signal.throwIfAborted();
  await savePlanIfAsked(session, assessed, options);
  const { plan, preflight } = await checkPlan(session, assessed);
  const named = action === 'rollback' ? options.rollsBack : null;
  const run = action === 'resume' ? session.runId : named;
  return reportPlan(session, plan, { action, dryRun: true, outputs, keeps, preflight, run });
}

/** Shows the plan, asks, applies it under the session's run id, and reports. */
export async function rollOut(
  session: CommandSession,
  lock: RunLock,
  planned: Plan,
  options: RolloutOptions,
): Promise<ExitStatus> {
  const { action, outputs, keeps, settles = false } = options;
  const timed = await withWaves(session, planned);
  if (timed.cut !== undefined) throw new CommandError(timed.cut);
  const plan = await assessPlan(session, timed);
  // An interrupted assessment has incomplete warnings: such a plan is not saved.
  if (!session.signal.aborted) await savePlanIfAsked(session, plan, options);
  if (!planHasChanges(plan) && !hasFailures(plan) && !settles)
    return reportPlan(session, plan, { action, dryRun: false, outputs, keeps });
  if (lock.refusal !== null) return reportUnchanged(session, plan, options, unjournalled);
  const answer = await confirmPlan(session, plan, action).catch((error: unknown) => {
    if (session.signal.aborted) return 'interrupted' as const;
    throw error;
  });
  if (typeof answer === 'object') {
    session.messages.warn(canceledText(plan, session.settings.dhmcRole, answer.declined));
    return reportUnchanged(session, plan, options, declined);
  }
  switch (answer) {
    case 'prompt':
    case 'yes':
      return applyAndReport(session, plan, { ...options, folder: lock.folder, by: answer });
    case 'interrupted':
      session.messages.warn(interrupted.message);
      await reportUnchanged(session, plan, options, interrupted);
      return exitStatuses.interrupted;
  }
}

/** Whether rows failed or are blocked: no change repairs them, and a resumed run would retry them. */
const hasFailures = (plan: Plan): boolean =>
  plan.accounts.some((account) =>
    account.targets.some((target) => target.verdict === 'failed' || target.verdict === 'blocked'),
  );

async function applyAndReport(
  session: CommandSession,
  plan: Plan,
  options: RolloutOptions & { readonly folder: string; readonly by: 'prompt' | 'yes' },
): Promise<ExitStatus> {
  const { outputs, by } = options;
  const { cloud, messages, progress, exitNote } = session;
  const signal = stopSignal(session);
  const { lost: unreadable } = session.invocation.terminal;
  if (unreadable?.aborted === true) {
    const why: unknown = unreadable.reason;
    const message = `${why instanceof Error ? why.message : 'Messages cannot be written.'} Nothing was changed.`;
    return reportUnchanged(session, plan, options, { reason: 'interrupted', message });
  }
  const { JournalError } = await import('../../journal/index.ts');
  const recorder = await openRecorder(session, options);
  const { fold, record } = recorder;
  try {
    await recordOpening(session, recorder, { ...options, plan });
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    messages.warn(
      `The journal cannot be written: ${shown(error.message)}\n${shown(withoutCodeMarks(error.hint))}\nNothing was changed: run the command again.`,
    );
    return reportUnchanged(session, plan, options, unjournalled);
  }
  const { given, operands } = session.invocation;
  const named = options.action === 'resume' ? operands[0] : undefined;
  // `latest` may mean another run later, so name the run.
  const run = named === undefined || named === 'latest' ? session.runId : named;
  exitNote.text = `Journal: ${shown(recorder.path)}\nResume with: ${shown(resumeCommand(run, given))}`;
  progress.applying(plan);
  const stopped = await applyPlan({
    cloud,
    clock,
    plan,
    run: session.runId,
    action: options.applies,
    settings: session.settings,
    record,
    signal,
    onOutage: progress.outage,
    gate: async (outcome) => {
      const seen = (await options.afterWave?.(outcome)) ?? '';
      if (seen !== '') progress.printAbove(() => messages.info(seen));
      return nextWave(session, outcome, by);
    },
  });
  const lost = await recorder.close();
  const { status, report } = await finish(session, fold, {
    outputs,
    keeps: options.keeps,
    stepsFollow: lost === null,
  });
  if (lost !== null) {
    const [why, fix] =
      lost instanceof JournalError
        ? [lost.message, `${withoutCodeMarks(lost.hint)}\n`]
        : [lost instanceof Error ? lost.message : 'it could not be closed.', ''];
    messages.warn(
      `The journal is not complete: ${shown(why)}\n${shown(fix)}Keep the report: it may be the only record of the former values.`,
    );
    return signal.aborted ? exitStatuses.interrupted : Math.max(status, exitStatuses.failure);
  }
  messages.info(`Journal: ${shown(recorder.path)}`);
  showNextSteps(session, { ...options, run, report, stopped });
  showReportFiles(session, outputs);
  if (stopped === null) return status;
  return signal.aborted ? exitStatuses.interrupted : Math.max(status, exitStatuses.failure);
}

/** Prints the commands that can follow: to resume or retry, to undo, and to check the result. */
function showNextSteps(
  { invocation: { given, terminal }, messages, settings }: CommandSession,
  {
    run,
    report,
    stopped,
    applies,
    scope,
    outputs,
  }: Pick<RolloutOptions, 'applies' | 'scope' | 'outputs'> & {
    readonly run: string;
    readonly report: Report;
    readonly stopped: Stopped | null;
  },
): void {
  const resume = shown(resumeCommand(run, given));
  const why =
    stopped === null || isAboveMessages(outputs, terminal)
      ? ''
      : `Stopped: ${shown(asSentence(stopped.message))}\n`;
  if (stopped !== null) messages.warn(`${why}Resume with: ${resume}`);
  else if (report.targets.some(({ verdict }) => triedAgain.has(verdict)))
    messages.info(`Retry what failed with: ${resume}`);
  if (!hasUndoable(report)) return;
  messages.info(`Undo with: ${shown(followUpCommand(['disable', 'rollback', run], given))}`);
  if (applies === 'enable' && hasChangedSetting(report))
    messages.info(
      `In half an hour, check whether instances have registered: ${shown(commandOfScope('coverage', scope, settings, given))}`,
    );
}

/** Stops a run gracefully: on an interruption, or when messages can no longer be written. */
const stopSignal = ({ signal, invocation }: CommandSession): AbortSignal => {
  const { lost } = invocation.terminal;
  return lost === undefined ? signal : AbortSignal.any([signal, lost]);
};

/** Between waves: asks whether to continue; with `--yes`, continues, since the failure tolerance was not exceeded. */
async function nextWave(
  { invocation, progress, signal, messages, whilePrompting }: CommandSession,
  outcome: WaveOutcome,
  by: 'prompt' | 'yes',
): Promise<boolean> {
  if (signal.aborted) return false;
  if (by === 'yes') {
    progress.printAbove(() => messages.info(describeWave(outcome)));
    return true;
  }
  return whilePrompting(() => askForWave(outcome, invocation.terminal, signal));
}

/** Returns who confirmed (a person at the prompt, or `--yes`), or the answer that declined. */
async function confirmPlan(
  session: CommandSession,
  plan: Plan,
  action: Action,
): Promise<'prompt' | 'yes' | { readonly declined: string | null }> {
  const { invocation, messages, progress, signal } = session;
  const { terminal } = invocation;
  const { values } = invocation.options;
  progress.end();
  const asked = !values.yes && planHasChanges(plan);
  if (asked || (planHasChanges(plan) && !values.quiet && terminal.logFormat === 'text'))
    await showPlan(session, plan, action);
  const switches = warnOfPlan(session, plan, action);
  if (!asked) {
    if (planHasChanges(plan)) messages.info(`${describeChanges(plan)}.`);
    return values.yes ? 'yes' : 'prompt';
  }
  const { confirmed, answer } = await session.whilePrompting(() =>
    askToConfirm(plan, { dhmcRole: session.settings.dhmcRole, switches }, terminal, signal),
  );
  return confirmed ? 'prompt' : { declined: answer };
}
