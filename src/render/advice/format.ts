/** Shared by the formats of an advice report. */
import type { AdviceChanges } from '../../core/advice/changes.ts';
import type { AdviceReport, RoleAdvice } from '../../core/advice/model.ts';
import type { BlockerGroup } from '../../core/advice/summary.ts';
import type { Style } from '../style.ts';

/** How many instances of a blocker are listed. */
export type InstanceChoice = 'all' | 'unmanaged' | 'none';

export interface AdviceParts {
  readonly report: AdviceReport;
  readonly blockers: readonly BlockerGroup[];
  /** Null without an earlier report to compare with. */
  readonly changes: AdviceChanges | null;
  readonly choice: InstanceChoice;
  /** Whether roles were named with --instance-role: then everything about them is shown. */
  readonly isDetailed: boolean;
  readonly csvBom: boolean;
  readonly style: Style;
  /** The roles as JSON, one per line. Can be called any number of times. */
  readonly lines: () => AsyncIterable<string>;
  /** The roles as values. */
  readonly roles: () => AsyncIterable<RoleAdvice>;
}

export type AdviceRenderer = (parts: AdviceParts) => AsyncIterable<string>;
