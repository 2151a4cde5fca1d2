/** From a plan to the report: show it, ask, open the journal, apply, and report. The way of every command that writes. */
import { dirname } from 'node:path';
import type { RunEvent, RunStarted, RunStopped } from '../../core/record/events.ts';
import { CommandError, UsageError } from '../../core/model/errors.ts';
import type { Action, Report, TargetKey, Verdict } from '../../core/model/model.ts';
import { planHasChanges, type Plan } from '../../core/planning/plan.ts';
import { narrowReport } from '../../core/record/narrow.ts';
import { exitStatus, foldReport, type ReportFold } from '../../core/record/report.ts';
import { hasUndoable } from '../../core/record/undoable.ts';
import type { Scope } from '../../core/model/scope.ts';
import { renderReport } from '../../render/index.ts';
import type { JournalError, Lock } from '../../journal/index.ts';
import {
  applyPlan,
  assessResets,
  recordResume,
  recordStart,
  type ApplyOptions,
  type WaveOutcome,
} from '../../run/index.ts';
import { resumedOf, startedOf } from './opening.ts';
import { clock, timestamp } from '../session/clock.ts';
import { askToConfirm, describeChanges, describeTakenOver } from './confirm.ts';
import { askForWave, describeWave, describeWaves, withWaves } from './waves.ts';
import { exitStatuses, type ExitStatus } from '../exit.ts';
import { sayDetails, warnOfSwitches } from './plan-details.ts';
import { coverageCommand, followUpCommand, resumeCommand } from '../args/command-line.ts';
import { describeReportFiles, writeReport, type Outputs } from './report-output.ts';
import { savePlanIfAsked } from './saved-plan.ts';
import { groupNotes, wrapHanging } from '../terminal/notes.ts';
import { headerOf, type CommandSession } from '../session/session.ts';
import { sourceOfCommand } from '../session/source.ts';
import { shown } from '../terminal/terminal.ts';

/** The commands that plan and apply; a proof has steps of its own. */
export type WritingAction = Exclude<RunStarted['action'], 'prove'>;

/** Reports a plan that nobody applies: of `status` and of a dry run. */
export async function reportPlan(
  session: CommandSession,
  made: Plan,
  options: {
    readonly action: Action;
    readonly dryRun: boolean;
    readonly outputs: Outputs;
    /** An earlier report, to be held against this one. */
    readonly since?: Report | null;
    readonly keeps?: Keeps | undefined;
  },
): Promise<ExitStatus> {
  const { action, dryRun, outputs, since = null, keeps } = options;
  const plan = dryRun ? await withWaves(session, made) : made;
  if (dryRun) {
    sayDetails(session, plan);
    warnOfSwitches(session, plan, action);
    await warnOfResets(session, plan);
    sayWaves(session, plan);
  }
  const fold = foldReport(headerOf(session, { action, dryRun, run: null }), plannedEvents(plan));
  const { status } = await finish(session, fold, { notes: plan.notes, outputs, since, keeps });
  sayReportFiles(session, outputs);
  return status;
}

function* plannedEvents(plan: Plan): Generator<RunEvent> {
  for (const account of plan.accounts) yield { type: 'account-planned', plan: account };
}

interface Finishing {
  readonly notes: readonly string[];
  readonly outputs: Outputs;
  /** An earlier report, to be held against this one. */
  readonly since?: Report | null;
  /** The plan was shown and declined: the terminal has it already. */
  readonly isShownAlready?: boolean;
  readonly keeps?: Keeps | undefined;
}

/** What the report of a command is about; without it, all that the run is. */
type Keeps = (target: TargetKey) => boolean;

async function finish(
  session: CommandSession,
  fold: ReportFold,
  { notes, outputs, since = null, isShownAlready = false, keeps }: Finishing,
): Promise<{ readonly status: ExitStatus; readonly report: Report }> {
  const { invocation, cloud, messages, progress, scope } = session;
  const whole = fold.report({ finishedAt: timestamp(), ...cloud.usage() });
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
    source: sourceOfCommand(invocation, scope),
    comparison,
    check,
    isShownAlready,
  });
  if (!isShownAlready)
    tellNotes(session, [...notes, ...groupNotes(fold.notes(), report.accounts)], '\n');
  const status = exitStatus(report, { check });
  return { status: written ? status : Math.max(status, exitStatuses.notAsAsked), report };
}

/** The last line of a command: where its report is. */
function sayReportFiles({ messages }: CommandSession, outputs: Outputs): void {
  const places = describeReportFiles(outputs);
  if (places !== '') messages.say(places);
}

/** What `dhmc resume` tries again. */
const triedAgain: ReadonlySet<Verdict> = new Set(['failed', 'blocked', 'not-attempted']);

const mostNotes = 20;

/** `margin`: an empty line before them. */
function tellNotes(
  { messages, invocation }: CommandSession,
  notes: readonly string[],
  margin: '' | '\n',
): void {
  const { columns } = invocation.terminal.errorStyle;
  const distinct = [...new Set(notes)];
  const told = distinct
    .slice(0, mostNotes)
    .map((note) => wrapHanging(`Note: ${shown(note)}`, columns, '      '));
  if (distinct.length > mostNotes)
    told.push(
      `… and ${String(distinct.length - mostNotes)} notes more: --save-plan writes them all.`,
    );
  if (told.length > 0) messages.say(`${margin}${told.join('\n')}`);
}

export interface RolloutOptions {
  readonly action: WritingAction | 'resume';
  /** What is applied, where the action does not say: a saved plan's own. */
  readonly applies: ApplyOptions['action'];
  /** Waits after a wave, and says what was seen. */
  readonly afterWave?: (outcome: WaveOutcome) => Promise<string>;
  readonly scope: Scope;
  readonly outputs: Outputs;
  readonly rollsBack: string | null;
  /** Where the journal is, or is to be. */
  readonly folder: string;
  /** The place of a run that this one comes after, wherever that one's journal is. */
  readonly after?: number;
  /** What the report is about: a resume can leave parts of its run out. */
  readonly keeps?: Keeps | undefined;
  /** Of a run that goes on: its journal, and the fold over what is in it. */
  readonly resumes?: { readonly path: string; readonly fold: () => ReportFold };
  /** Whether the run is journalled even where nothing is to change, so that it counts as ended, or as rolled back. */
  readonly settles?: (plan: Plan) => boolean;
}

/** Takes the lock, plans, shows the plan, asks, applies it under the session's run id, and reports. */
export async function rollOut(
  session: CommandSession,
  makePlan: () => Promise<Plan>,
  options: RolloutOptions,
): Promise<ExitStatus> {
  const { messages } = session;
  const { JournalError } = await import('../../journal/index.ts');
  tellOfDefaultStateDir(session);
  const lock = await lockOrRefusal(session, options.folder);
  try {
    if (lock instanceof JournalError)
      messages.warn(
        `The journal cannot be written: ${shown(lock.message)}\n${shown(lock.hint)}\nNothing will be changed.`,
      );
    const plan = await withWaves(session, await makePlan());
    if (plan.cut !== undefined)
      throw new CommandError(plan.cut.code, plan.cut.message, plan.cut.hint);
    await savePlanIfAsked(session, plan, options);
    const settles = options.settles?.(plan) ?? false;
    if (!planHasChanges(plan) && !hasFailures(plan) && !settles) {
      return await reportPlan(session, plan, {
        action: options.action,
        dryRun: false,
        outputs: options.outputs,
        keeps: options.keeps,
      });
    }
    if (lock instanceof JournalError)
      return await nothingChanged(session, plan, options, unjournalled);
    const by = await agree(session, plan, options.action).catch((error: unknown) => {
      if (session.signal.aborted) return 'interrupted' as const;
      throw error;
    });
    if (by !== null && by !== 'interrupted')
      return await applyAndReport(session, plan, { ...options, by });
    const stop = by === null ? declined : interrupted;
    messages.warn(stop.message);
    const status = await nothingChanged(session, plan, options, stop);
    return by === null ? status : exitStatuses.interrupted;
  } finally {
    if (!(lock instanceof JournalError)) await lock.release();
  }
}

/** The lock, or why nothing can be written there: then no change is made either. Throws `CommandError` where somebody else holds it. */
async function lockOrRefusal(
  session: CommandSession,
  folder: string,
): Promise<Lock | JournalError> {
  const { lockFolder, JournalError } = await import('../../journal/index.ts');
  try {
    return await lockFolder(folder, { run: session.runId, since: session.startedAt });
  } catch (error) {
    if (error instanceof CommandError || error instanceof UsageError) throw error;
    return new JournalError(folder, error);
  }
}

/** On a machine that is gone after the job, the journal would be gone with it. */
function tellOfDefaultStateDir({ invocation, messages }: CommandSession): void {
  if (
    invocation.options.values['state-dir'] !== undefined ||
    !['1', 'true'].includes(invocation.environment['CI'] ?? '')
  )
    return;
  messages.warn(
    'CI is set, and the journal goes to the default state directory: without it nothing can be rolled back or resumed.\n' +
      'Name a directory that outlives the job with --state-dir, and keep it as an artifact.',
  );
}

/** Rows that no change will mend, and that a resumed run would try again. */
const hasFailures = (plan: Plan): boolean =>
  plan.accounts.some((account) =>
    account.targets.some((target) => target.verdict === 'failed' || target.verdict === 'blocked'),
  );

async function applyAndReport(
  session: CommandSession,
  plan: Plan,
  options: RolloutOptions & { readonly by: 'prompt' | 'yes' },
): Promise<ExitStatus> {
  const { outputs, resumes, by } = options;
  const { cloud, messages, progress, departure } = session;
  const signal = stopSignal(session);
  const { lost: unreadable } = session.invocation.terminal;
  if (unreadable?.aborted === true) {
    const why: unknown = unreadable.reason;
    const message = `${why instanceof Error ? why.message : 'Messages cannot be written.'} Nothing was changed.`;
    return nothingChanged(session, plan, options, { reason: 'interrupted', message });
  }
  const { createJournal, continueJournal, nextOrder, JournalError } =
    await import('../../journal/index.ts');
  const journal =
    resumes === undefined
      ? createJournal({ folder: options.folder, run: session.runId })
      : continueJournal(resumes.path);
  const fold = resumes?.fold() ?? foldReport(null);
  const order = await nextOrder(dirname(journal.path), clock.now(), options.after);
  const record = async (told: RunEvent): Promise<void> => {
    const event = told.type === 'run-finished' ? { ...told, order } : told;
    try {
      await journal.record(event);
    } catch (error) {
      // What came of a change is told all the same; a change that could not be recorded was not begun.
      if (event.type !== 'change-begun') fold.add(event);
      throw error;
    }
    fold.add(event);
    progress.event(event);
  };
  try {
    if (options.action === 'resume')
      await recordResume(record, {
        resumed: resumedOf(session, order),
        plan,
        at: timestamp(),
        by,
      });
    else
      await recordStart(record, {
        started: startedOf(session, { ...options, action: options.action, order }),
        plan,
        at: timestamp(),
        by,
      });
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    messages.warn(
      `The journal cannot be written: ${shown(error.message)}\n${shown(error.hint)}\nNothing was changed: run the command again.`,
    );
    return nothingChanged(session, plan, options, unjournalled);
  }
  const { given, operands } = session.invocation;
  const named = options.action === 'resume' ? operands[0] : undefined;
  // What is the newest run now may not be it later.
  const run = named === undefined || named === 'latest' ? session.runId : named;
  const resume = shown(resumeCommand(run, given));
  departure.advice = `Journal: ${shown(journal.path)}\nResume with: ${resume}`;
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
    gate: async (outcome) => {
      const seen = (await options.afterWave?.(outcome)) ?? '';
      if (seen !== '') progress.above(() => messages.say(seen));
      return nextWave(session, outcome, by);
    },
  });
  const lost = await journal.close().then(
    () => null,
    (error: unknown) => error,
  );
  const { status, report } = await finish(session, fold, {
    notes: plan.notes,
    outputs,
    keeps: options.keeps,
  });
  if (lost !== null) {
    const [why, fix] =
      lost instanceof JournalError
        ? [lost.message, `${lost.hint}\n`]
        : [lost instanceof Error ? lost.message : 'it could not be closed.', ''];
    messages.warn(
      `The journal is not complete: ${shown(why)}\n${shown(fix)}Keep the report: it may be the only record of the former values.`,
    );
    return signal.aborted ? exitStatuses.interrupted : Math.max(status, exitStatuses.notAsAsked);
  }
  const undo = shown(followUpCommand(['disable', 'rollback', run], given));
  messages.say(`Journal: ${shown(journal.path)}`);
  if (stopped !== null) messages.warn(`Stopped: ${shown(stopped.message)}\nResume with: ${resume}`);
  else if (report.targets.some(({ verdict }) => triedAgain.has(verdict)))
    messages.say(`Retry what failed with: ${resume}`);
  if (hasUndoable(report)) messages.say(`Undo with: ${undo}`);
  if (options.applies === 'enable' && hasUndoable(report))
    messages.say(
      `See in half an hour whether instances have registered: ${shown(coverageCommand(options.scope, session.settings, given))}`,
    );
  sayReportFiles(session, outputs);
  if (stopped === null) return status;
  return signal.aborted ? exitStatuses.interrupted : Math.max(status, exitStatuses.notAsAsked);
}

/** What stops a run in order: an interruption, and messages that nobody can read any more. */
const stopSignal = ({ signal, invocation }: CommandSession): AbortSignal => {
  const { lost } = invocation.terminal;
  return lost === undefined ? signal : AbortSignal.any([signal, lost]);
};

/** Between waves: a question, or with `--yes` a go, since the tolerance has held. */
async function nextWave(
  { invocation, progress, signal, messages, whilePrompting }: CommandSession,
  outcome: WaveOutcome,
  by: 'prompt' | 'yes',
): Promise<boolean> {
  if (signal.aborted) return false;
  if (by === 'yes') {
    progress.above(() => messages.say(describeWave(outcome)));
    return true;
  }
  return whilePrompting(() => askForWave(outcome, invocation.terminal, signal));
}

/** Told even to the quiet and to those who said yes beforehand: what a reset takes away is seen only later. */
async function warnOfResets(
  { cloud, settings, signal, messages }: CommandSession,
  plan: Plan,
): Promise<void> {
  const { dhmcRole, concurrency } = settings;
  for (const warning of await assessResets({ cloud, plan, dhmcRole, concurrency, signal }))
    messages.warn(`Warning: ${shown(warning)}`);
}

function sayWaves({ invocation, settings, messages }: CommandSession, plan: Plan): void {
  const { yes, verbose } = invocation.options.values;
  for (const line of describeWaves(plan, settings, { asks: !yes, all: verbose }))
    messages.say(line);
}

/** Who said yes, or null for a no. */
async function agree(
  session: CommandSession,
  plan: Plan,
  action: Action,
): Promise<'prompt' | 'yes' | null> {
  const { invocation, messages, progress, signal } = session;
  const { terminal } = invocation;
  const { values } = invocation.options;
  progress.end();
  const asked = !values.yes && planHasChanges(plan);
  if (asked || (planHasChanges(plan) && !values.quiet && terminal.logFormat === 'text')) {
    const preview = foldReport(
      headerOf(session, { action, dryRun: true, run: null }),
      plannedEvents(plan),
    );
    const shownReport = preview.report({ finishedAt: timestamp(), ...session.cloud.usage() });
    const parts = await renderReport('table', shownReport, terminal.errorStyle);
    messages.warn(`${[...parts].join('')}\n`);
    tellNotes(session, [...plan.notes, ...groupNotes(preview.notes(), shownReport.accounts)], '');
    const taken = describeTakenOver(plan, session.settings.dhmcRole);
    if (taken !== '') messages.warn(taken);
    sayDetails(session, plan);
  }
  const switches = warnOfSwitches(session, plan, action);
  await warnOfResets(session, plan);
  sayWaves(session, plan);
  if (!asked) {
    if (planHasChanges(plan)) messages.say(`${describeChanges(plan)}.`);
    return values.yes ? 'yes' : 'prompt';
  }
  const isYes = await session.whilePrompting(() =>
    askToConfirm(plan, { dhmcRole: session.settings.dhmcRole, switches }, terminal, signal),
  );
  return isYes ? 'prompt' : null;
}

type Unstarted = Pick<RunStopped, 'reason' | 'message'>;

const declined: Unstarted = { reason: 'declined', message: 'Canceled; nothing was changed.' };
const interrupted: Unstarted = {
  reason: 'interrupted',
  message: 'Interrupted; nothing was changed.',
};
const unjournalled: Unstarted = {
  reason: 'journal',
  message: 'The journal cannot be written: nothing was changed.',
};

/** Nothing was begun: all that was to change is `not-attempted`. */
async function nothingChanged(
  session: CommandSession,
  plan: Plan,
  { action, outputs, keeps }: RolloutOptions,
  stop: Unstarted,
): Promise<ExitStatus> {
  const fold = foldReport(
    headerOf(session, { action, dryRun: false, run: null }),
    plannedEvents(plan),
  );
  fold.add({ type: 'run-confirmed', at: timestamp(), by: 'prompt' });
  fold.add({ type: 'run-stopped', at: timestamp(), ...stop });
  const { status } = await finish(session, fold, {
    notes: plan.notes,
    outputs,
    isShownAlready: stop.reason !== 'journal',
    keeps,
  });
  sayReportFiles(session, outputs);
  return Math.max(status, exitStatuses.notAsAsked);
}
