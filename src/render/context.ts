/** What a renderer is given besides the report itself. */
import type { Report } from '../core/model/model.ts';
import type { RowFilter, ShownRows } from '../core/record/filter.ts';

/** Where a report came from. */
export interface ReportSource {
  readonly version: string;
  /** The command line, without values of secret options. */
  readonly command: string;
  /** The scope in words. */
  readonly scope: string;
  /** The option that names the directory of the journals, as it is to be typed again; empty if none was given. */
  readonly stateDir?: string;
}

export interface RenderContext extends ShownRows {
  /** The report with all of its rows, where the one that is rendered has fewer. */
  readonly whole: Report;
  /** With `--check`, what differs is a failure. */
  readonly check: boolean;
  /** Whether CSV begins with a byte order mark. */
  readonly csvBom: boolean;
  readonly source: ReportSource | null;
  /** The ways to go on follow right after the table, so it does not give them too. */
  readonly stepsFollow?: boolean;
  /** Warnings and notes come as messages, so the table does not have them too. */
  readonly notesFollow?: boolean;
  /** A plan that is shown before the question, and is not a dry run. */
  readonly isPreview?: boolean;
}

/** The context of a report that is rendered whole. */
export const plainContext = (report: Report): RenderContext => ({
  whole: report,
  only: 'all',
  owners: null,
  check: false,
  csvBom: false,
  source: null,
});

/** What a repeated command leaves out: where its output goes, a plan to be saved, and secrets. */
const notRepeated =
  /(?:^| )(?:-o|--output|--only|--report-file|--save-plan|--since|--external-id|--yes|-y)\b|\*\*\*/;

/** Where rows are that a screen has no room for: a command that lists them and changes nothing. Without secrets. */
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

/** Which rows are shown, in words; null if all of them are. */
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
