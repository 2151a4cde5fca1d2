/** Shared by the formats of a coverage report. */
import type { CoverageCell, CoverageInstance, CoverageReport } from '../../core/coverage/model.ts';
import type { ReasonGroup } from '../../core/coverage/reason-groups.ts';
import type { Style } from '../style.ts';

/** Which instances the table, Markdown and HTML list. */
export type InstanceChoice = 'all' | 'unmanaged' | 'none';

/** A format that is written while instances are found. */
export interface CoverageStream {
  readonly head: string;
  rows(instances: readonly CoverageInstance[]): string;
  /** The text after the instances, in parts. */
  end(report: CoverageReport): Iterable<string>;
}

/** The input of a format that needs the complete report. */
export interface CoverageParts {
  readonly report: CoverageReport;
  /** Cells that were skipped for a reason that does not count as a failure. */
  readonly leftOut: ReadonlySet<CoverageCell>;
  readonly reasons: readonly ReasonGroup[];
  readonly choice: InstanceChoice;
  readonly style: Style;
  /** The instances as JSON, one per line. Can be called any number of times. */
  readonly lines: () => AsyncIterable<string>;
  /** The instances as values. */
  readonly instances: () => AsyncIterable<CoverageInstance>;
  /** The instances of one cell. */
  readonly instancesOf: (account: string, region: string | null) => AsyncIterable<CoverageInstance>;
  /** The name of a CSV file with all instances, for a page that cannot contain them; null if there is none. */
  readonly csvBeside: string | null;
}

export type CoverageRenderer = (parts: CoverageParts) => AsyncIterable<string>;
