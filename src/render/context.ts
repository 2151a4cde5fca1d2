/** What a renderer receives in addition to the report. */
import type { Report } from '../core/model/model.ts';
import type { RowFilter, ShownRows } from '../core/record/filter.ts';

/** Where a report comes from. */
export interface ReportSource {
  readonly version: string;
  /** The command line, without the values of secret options. */
  readonly command: string;
  /** The scope as text. */
  readonly scope: string;
  /** The option that names the state directory, ready to be typed again; empty if it was not given. */
  readonly stateDir?: string;
}

export interface RenderContext extends ShownRows {
  /** The report with all rows, if the rendered one has fewer. */
  readonly whole: Report;
  /** Whether differences count as failures (`--check`). */
  readonly check: boolean;
  /** Whether CSV starts with a byte order mark. */
  readonly csvBom: boolean;
  readonly source: ReportSource | null;
  /** Whether messages with the next steps follow, so that the table omits them. */
  readonly stepsFollow?: boolean;
  /** Whether messages with warnings and notes follow, so that the table omits them. */
  readonly notesFollow?: boolean;
  /** Whether this is a plan shown before the question, not a dry run. */
  readonly isPreview?: boolean;
}

/** The context of a report with all rows. */
export const plainContext = (report: Report): RenderContext => ({
  whole: report,
  only: 'all',
  owners: null,
  check: false,
  csvBom: false,
  source: null,
});

/** Options that a repeated command omits: output, saved plan, prompt, and secrets. */
const notRepeated =
  /(?:^| )(?:-o|--output|--only|--report-file|--save-plan|--since|--external-id|--yes|-y)\b|\*\*\*/;

/** How to list rows for which the screen has no room: a command that changes nothing and contains no secret. */
export function whereListed(
  { run, action, dryRun }: Pick<Report, 'run' | 'action' | 'dryRun'>,
  { source, isPreview = false }: Pick<RenderContext, 'source' | 'isPreview'>,
  only: RowFilter,
): string {
  const rows = `${only === 'all' ? '' : ` --only ${only}`} -o csv`;
  if (run !== null && !dryRun)
    return `dhmc runs show ${run}${source?.stateDir ?? ''}${rows} lists all of them`;
  const changesNothing = action === 'status' || (dryRun && !isPreview);
  if (source !== null && changesNothing && !notRepeated.test(source.command))
    return `${source.command}${rows} lists all of them`;
  return `${isPreview ? '--dry-run' : 'the command with'}${rows} lists all of them`;
}

const descriptions: Readonly<Record<Exclude<RowFilter, 'all'>, string>> = {
  problems: 'only problems (failed, blocked, conflict, not-attempted, skipped)',
  changes: 'only changes (would-change, changed, failed, not-attempted)',
};

/** Which rows are shown, as text; null if all are. */
export function describeFilter(
  report: Report,
  { whole, only, owners }: RenderContext,
): string | null {
  const parts = [
    ...(only === 'all' ? [] : [descriptions[only]]),
    ...(owners === null ? [] : [`only settings of the owner ${owners.join(' or ')}`]),
  ];
  if (parts.length === 0) return null;
  const [shown, all] = [report, whole].map(({ targets }) => targets.length.toLocaleString('en-US'));
  return `${parts.join(', ')}: ${shown ?? ''} of ${all ?? ''}`;
}
