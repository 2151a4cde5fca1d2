/** What a renderer is told besides the report itself. */
import type { Report } from '../core/model/model.ts';
import type { RowFilter } from '../core/record/filter.ts';

/** Where a report came from. */
export interface ReportSource {
  readonly version: string;
  /** The command line, without values of secret options. */
  readonly command: string;
  /** The scope in words. */
  readonly scope: string;
}

export interface RenderContext {
  /** The report with all of its rows, where the one that is rendered has fewer. */
  readonly whole: Report;
  readonly only: RowFilter;
  /** With `--check`, what differs is a failure. */
  readonly check: boolean;
  /** Whether CSV begins with a byte order mark. */
  readonly csvBom: boolean;
  readonly source: ReportSource | null;
}

/** The context of a report that is rendered whole. */
export const plainContext = (report: Report): RenderContext => ({
  whole: report,
  only: 'all',
  check: false,
  csvBom: false,
  source: null,
});

const descriptions: Readonly<Record<Exclude<RowFilter, 'all'>, string>> = {
  problems: 'only problems (failed, blocked, conflict, not-attempted, skipped)',
  changes: 'only changes (would-change, changed, failed, not-attempted)',
};

/** Which rows are shown, in words; null where all of them are. */
export const describeFilter = (report: Report, { whole, only }: RenderContext): string | null =>
  only === 'all'
    ? null
    : `${descriptions[only]}: ${report.targets.length.toLocaleString('en-US')} of ${whole.targets.length.toLocaleString('en-US')}`;
