/** What the formats of a coverage report have in common. */
import type { CoverageCell, CoverageInstance, CoverageReport } from '../../core/coverage/model.ts';
import type { ReasonGroup } from '../../core/coverage/reason-groups.ts';
import type { Style } from '../style.ts';

/** Which instances table, Markdown and HTML list. */
export type InstanceChoice = 'all' | 'unmanaged' | 'none';

/** Written while instances are found. */
export interface CoverageStream {
  readonly head: string;
  rows(instances: readonly CoverageInstance[]): string;
  /** What follows the instances, in parts. */
  end(report: CoverageReport): Iterable<string>;
}

/** What a format that needs the whole is made of. */
export interface CoverageParts {
  readonly report: CoverageReport;
  /** Cells that were left out for a reason that is nobody's failure. */
  readonly leftOut: ReadonlySet<CoverageCell>;
  readonly reasons: readonly ReasonGroup[];
  readonly choice: InstanceChoice;
  readonly style: Style;
  /** The instances as JSON, one a line, as often as they are asked for. */
  readonly lines: () => AsyncIterable<string>;
  /** The same as values. */
  readonly instances: () => AsyncIterable<CoverageInstance>;
  /** Those of one cell. */
  readonly instancesOf: (account: string, region: string | null) => AsyncIterable<CoverageInstance>;
  /** Where a CSV with all instances is, for a page that cannot hold them; null if there is none. */
  readonly csvBeside: string | null;
}

export type CoverageRenderer = (parts: CoverageParts) => AsyncIterable<string>;
