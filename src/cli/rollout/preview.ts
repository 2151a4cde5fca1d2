/** Shows a plan before anything is changed: its report, notes, warnings and waves. */
import type { RunEvent } from '../../core/record/events.ts';
import type { Action, Preflight } from '../../core/model/model.ts';
import type { Plan } from '../../core/planning/plan.ts';
import { foldReport, type ReportFold } from '../../core/record/report.ts';
import { plural } from '../../core/model/counted.ts';
import { plainContext } from '../../render/context.ts';
import { maxNotes } from '../../render/remarks.ts';
import { renderReport } from '../../render/index.ts';
import { assessResets } from '../../run/reset-impact.ts';
import { timestamp } from '../session/clock.ts';
import { headerOf, type CommandSession } from '../session/session.ts';
import { shown } from '../terminal/terminal.ts';
import { describeTakenOver } from './confirm.ts';
import { showDetails, warnOfSwitches } from './plan-details.ts';
import { describeWaves } from './waves.ts';
import { wrapHanging } from '../../render/text-width.ts';

/** The report of a plan before anything is applied. */
export const foldPlan = (
  session: CommandSession,
  plan: Plan,
  {
    action,
    dryRun,
    preflight = null,
  }: {
    readonly action: Action;
    readonly dryRun: boolean;
    readonly preflight?: Preflight | null;
  },
): ReportFold =>
  foldReport(
    {
      ...headerOf(session, { action, dryRun, run: null }),
      notes: plan.notes,
      warnings: plan.warnings ?? [],
      ...(preflight === null ? {} : { preflight }),
    },
    plannedEvents(plan),
  );

function* plannedEvents(plan: Plan): Generator<RunEvent> {
  for (const account of plan.accounts) yield { type: 'account-planned', plan: account };
}

/** Prints the plan's table and notes, and the settings of others that it replaces. */
export async function showPlan(session: CommandSession, plan: Plan, action: Action): Promise<void> {
  const { invocation, messages, settings, cloud } = session;
  const { errorStyle } = invocation.terminal;
  const preview = foldPlan(session, plan, { action, dryRun: true });
  const report = preview.report({ finishedAt: timestamp(), ...cloud.usage() });
  const parts = await renderReport('table', report, errorStyle, {
    ...plainContext(report),
    isPreview: true,
    notesFollow: true,
  });
  messages.warn(`${[...parts].join('')}\n`);
  showNotes(session, report.notes, '');
  const taken = describeTakenOver(plan, settings.dhmcRole);
  if (taken !== '') messages.warn(taken);
  showDetails(session, plan);
}

/** Prints the plan's switches, warnings and waves. Returns the switches. */
export function warnOfPlan(session: CommandSession, plan: Plan, action: Action): readonly string[] {
  const switches = warnOfSwitches(session, plan, action);
  // Printed even with --quiet and --yes, since the effects of a reset show only later.
  for (const warning of plan.warnings ?? []) session.messages.warn(`Warning: ${shown(warning)}`);
  showWaves(session, plan);
  return switches;
}

/** Adds the warnings about what the plan's resets would affect. */
export async function assessPlan(
  { cloud, settings, signal }: CommandSession,
  plan: Plan,
): Promise<Plan> {
  const { dhmcRole, concurrency } = settings;
  return {
    ...plan,
    warnings: await assessResets({ cloud, plan, dhmcRole, concurrency, signal }),
  };
}

function showWaves({ invocation, settings, messages }: CommandSession, plan: Plan): void {
  const { yes, verbose } = invocation.options.values;
  for (const line of describeWaves(plan, settings, { asks: !yes, all: verbose }))
    messages.info(line);
}

/** Prints the first notes in full. `margin`: an empty line before them. */
export function showNotes(
  { messages, invocation }: CommandSession,
  notes: readonly string[],
  margin: '' | '\n',
): void {
  const { columns } = invocation.terminal.errorStyle;
  const lines = notes
    .slice(0, maxNotes)
    .map((note) => wrapHanging(shown(note), { columns, start: 'Note: ', indent: '      ' }));
  const more = notes.length - maxNotes;
  if (more > 0) lines.push(`… and ${plural(more, 'more note')}: the JSON report has all of them.`);
  if (lines.length > 0) messages.info(`${margin}${lines.join('\n')}`);
}
