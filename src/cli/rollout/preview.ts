/** Shows a plan before anything is changed: its report, notes, warnings and waves. */
import type { RunEvent } from '../../core/record/events.ts';
import type { Action, Preflight } from '../../core/model/model.ts';
import type { Plan } from '../../core/planning/plan.ts';
import { foldReport, type ReportFold } from '../../core/record/report.ts';
import { plainContext } from '../../render/context.ts';
import { renderReport } from '../../render/index.ts';
import { assessResets } from '../../run/reset-impact.ts';
import { timestamp } from '../session/clock.ts';
import { headerOf, type CommandSession } from '../session/session.ts';
import { groupNotes } from '../terminal/notes.ts';
import { shown } from '../terminal/terminal.ts';
import { describeTakenOver } from './confirm.ts';
import { showDetails, warnOfSwitches } from './plan-details.ts';
import { describeWaves } from './waves.ts';
import { wrapHanging } from '../../render/text-width.ts';

/** The report of a plan as it is before anything is applied. */
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
      ...(preflight === null ? {} : { preflight }),
    },
    plannedEvents(plan),
  );

function* plannedEvents(plan: Plan): Generator<RunEvent> {
  for (const account of plan.accounts) yield { type: 'account-planned', plan: account };
}

/** The table of the plan, its notes and what it takes over. */
export async function showPlan(session: CommandSession, plan: Plan, action: Action): Promise<void> {
  const { invocation, messages, settings, cloud } = session;
  const { errorStyle } = invocation.terminal;
  const preview = foldPlan(session, plan, { action, dryRun: true });
  const report = preview.report({ finishedAt: timestamp(), ...cloud.usage() });
  const parts = await renderReport('table', report, errorStyle, {
    ...plainContext(report),
    isPreview: true,
  });
  messages.warn(`${[...parts].join('')}\n`);
  showNotes(session, [...plan.notes, ...groupNotes(preview.notes(), report.accounts)], '');
  const taken = describeTakenOver(plan, settings.dhmcRole);
  if (taken !== '') messages.warn(taken);
  showDetails(session, plan);
}

/** Warns of what the plan brings along and takes away, and says its waves. Returns the switches that it brings along. */
export async function warnOfPlan(
  session: CommandSession,
  plan: Plan,
  action: Action,
): Promise<readonly string[]> {
  const switches = warnOfSwitches(session, plan, action);
  await warnOfResets(session, plan);
  showWaves(session, plan);
  return switches;
}

/** Said even to the quiet and to those who said yes beforehand: what a reset takes away is seen only later. */
async function warnOfResets(
  { cloud, settings, signal, messages }: CommandSession,
  plan: Plan,
): Promise<void> {
  const { dhmcRole, concurrency } = settings;
  for (const warning of await assessResets({ cloud, plan, dhmcRole, concurrency, signal }))
    messages.warn(`Warning: ${shown(warning)}`);
}

function showWaves({ invocation, settings, messages }: CommandSession, plan: Plan): void {
  const { yes, verbose } = invocation.options.values;
  for (const line of describeWaves(plan, settings, { asks: !yes, all: verbose }))
    messages.info(line);
}

const maxNotes = 20;

/** Each note once, the first of them in full. `margin`: an empty line before them. */
export function showNotes(
  { messages, invocation }: CommandSession,
  notes: readonly string[],
  margin: '' | '\n',
): void {
  const { columns } = invocation.terminal.errorStyle;
  const distinct = [...new Set(notes)];
  const lines = distinct
    .slice(0, maxNotes)
    .map((note) => wrapHanging(shown(note), { columns, start: 'Note: ', indent: '      ' }));
  if (distinct.length > maxNotes)
    lines.push(
      `… and ${String(distinct.length - maxNotes)} more notes: --save-plan writes them all.`,
    );
  if (lines.length > 0) messages.info(`${margin}${lines.join('\n')}`);
}
