/** From a plan to the report: show it, ask, open the journal, apply, and report. The way of every command that writes. */
import type { RunEvent, RunStarted } from '../core/events.ts';
import { CommandError, UsageError } from '../core/errors.ts';
import { isToChange, planHasChanges, type Plan } from '../core/plan.ts';
import { exitStatus, foldReport, type ReportFold } from '../core/report.ts';
import type { Scope } from '../core/scope.ts';
import { loadRenderer } from '../render/index.ts';
import { applyPlan, recordStart, type ApplyOptions } from '../run/index.ts';
import { clock, timestamp } from './clock.ts';
import { askForConsent, describeChanges, describeTakenOver } from './consent.ts';
import { exitStatuses, type ExitStatus } from './exit.ts';
import { writeReport, type Outputs } from './output.ts';
import { headerOf, type Session } from './session.ts';
import { shown } from './terminal.ts';
import { version } from './version.ts';

export type WritingAction = RunStarted['action'];

/** Reports a plan that nobody applies: of `status` and of a dry run. */
export async function reportPlan(
  session: Session,
  plan: Plan,
  { action, dryRun, outputs }: { readonly action: WritingAction | 'status'; readonly dryRun: boolean; readonly outputs: Outputs },
): Promise<ExitStatus> {
  const fold = foldReport(headerOf(session, { action, dryRun, run: null }), plannedEvents(plan));
  return finish(session, fold, plan.notes, outputs);
}

function* plannedEvents(plan: Plan): Generator<RunEvent> {
  for (const account of plan.accounts) yield { type: 'account-planned', plan: account };
}

async function finish(session: Session, fold: ReportFold, notes: readonly string[], outputs: Outputs): Promise<ExitStatus> {
  const { invocation, cloud, messages, progress } = session;
  const report = fold.report({ finishedAt: timestamp(), ...cloud.usage() });
  progress.end();
  const written = await writeReport(report, outputs, invocation.terminal, messages);
  tellNotes(session, [
    ...notes,
    ...fold.notes().map((note) => `${note.account}${note.region === null ? '' : ` ${note.region}`}: ${note.text}`),
  ]);
  const status = exitStatus(report, { check: invocation.options.values.check });
  return written ? status : Math.max(status, exitStatuses.notAsAsked);
}

const mostNotes = 20;

function tellNotes({ messages }: Session, notes: readonly string[]): void {
  const distinct = [...new Set(notes)];
  for (const note of distinct.slice(0, mostNotes)) messages.say(`Note: ${shown(note)}`);
  if (distinct.length > mostNotes) messages.say(`… and ${distinct.length - mostNotes} notes more.`);
}

export interface RolloutOptions {
  readonly action: WritingAction;
  /** What is applied, where the action does not say: a saved plan's own. */
  readonly applies: ApplyOptions['action'];
  readonly scope: Scope;
  readonly outputs: Outputs;
  readonly rollsBack: string | null;
  readonly stateDir: string;
}

/** Shows the plan, asks, applies it under the session's run id, and reports. */
export async function rollOut(session: Session, plan: Plan, options: RolloutOptions): Promise<ExitStatus> {
  const { action, outputs } = options;
  const { messages, progress } = session;
  if (!planHasChanges(plan)) return reportPlan(session, plan, { action, dryRun: false, outputs });

  const by = await agree(session, plan, action);
  if (by === null) return declined(session, plan, options);

  const { createJournal, JournalError } = await import('../journal/index.ts');
  const journal = createJournal({ stateDir: options.stateDir, organization: session.cloud.organization.id, run: session.runId });
  const fold = foldReport(null);
  const record = async (event: RunEvent): Promise<void> => {
    await journal.record(event);
    fold.add(event);
    progress.event(event);
  };
  try {
    await recordStart(record, { started: startedOf(session, options), plan, at: timestamp(), by });
  } catch (error) {
    if (error instanceof JournalError) throw new UsageError(error.message, error.hint);
    throw error;
  }
  progress.applying(plan.accounts.reduce((sum, account) => sum + account.targets.filter(isToChange).length, 0));
  const stopped = await applyPlan({
    cloud: session.cloud,
    clock,
    plan,
    run: session.runId,
    action: options.applies,
    settings: session.settings,
    record,
    signal: session.signal,
  });
  await journal.close().catch((error: unknown) => messages.warn(shown(error instanceof Error ? error.message : String(error))));
  const status = await finish(session, fold, plan.notes, outputs);
  messages.say(`Journal: ${shown(journal.path)}`);
  if (stopped === null) return status;
  messages.warn(`Stopped: ${shown(stopped.message)}\nGo on with: dhmc resume ${session.runId}`);
  return session.signal.aborted ? exitStatuses.interrupted : Math.max(status, exitStatuses.notAsAsked);
}

/** Who said yes, or null for a no. */
async function agree(session: Session, plan: Plan, action: WritingAction): Promise<'prompt' | 'yes' | null> {
  const { invocation, messages, progress, signal } = session;
  const { terminal } = invocation;
  const { values } = invocation.options;
  progress.end();
  const asked = !values.yes;
  if (asked || !values.quiet) {
    const preview = foldReport(headerOf(session, { action, dryRun: true, run: null }), plannedEvents(plan));
    const render = await loadRenderer('table');
    messages.warn(render(preview.report({ finishedAt: timestamp(), ...session.cloud.usage() }), terminal.errorStyle));
    tellNotes(session, [...plan.notes, ...preview.notes().map((note) => `${note.account}: ${note.text}`)]);
    messages.warn(describeTakenOver(plan));
  }
  if (!asked) {
    messages.say(`Changing ${describeChanges(plan)}.`);
    return 'yes';
  }
  return (await askForConsent(plan, terminal, signal)) ? 'prompt' : null;
}

/** Nothing was begun and no journal was written: all that was to change is `not-attempted`. */
async function declined(session: Session, plan: Plan, { action, outputs }: RolloutOptions): Promise<ExitStatus> {
  session.messages.warn('Answered no: nothing was changed.');
  const fold = foldReport(headerOf(session, { action, dryRun: false, run: null }), plannedEvents(plan));
  fold.add({ type: 'run-confirmed', at: timestamp(), by: 'prompt' });
  return Math.max(await finish(session, fold, plan.notes, outputs), exitStatuses.notAsAsked);
}

function startedOf(session: Session, { action, scope, rollsBack }: RolloutOptions): RunStarted {
  const { cloud } = session;
  return {
    type: 'run-started',
    run: session.runId,
    action,
    version,
    startedAt: session.startedAt,
    caller: cloud.caller,
    organization: cloud.organization,
    partition: cloud.partition,
    command: session.invocation.commandLine,
    rollsBack,
    scope,
    settings: session.settings,
  };
}

/** Holds the organization's lock while the work is done: one writer at a time. Throws `CommandError` where somebody else holds it. */
export async function withLock<T>(session: Session, stateDir: string, work: () => Promise<T>): Promise<T> {
  const { lockFolder, organizationFolder } = await import('../journal/index.ts');
  const folder = organizationFolder(stateDir, session.cloud.organization.id);
  let lock;
  try {
    lock = await lockFolder(folder, { run: session.runId, since: session.startedAt });
  } catch (error) {
    if (error instanceof CommandError || error instanceof UsageError) throw error;
    throw new UsageError(
      `The state directory ${stateDir} cannot be used: ${error instanceof Error ? error.message : String(error)}.`,
      'Name a directory that you may write with --state-dir: no change is made that cannot be recorded.',
    );
  }
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
