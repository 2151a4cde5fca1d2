/** What the formats of an advice report have in common. */
import type { AdviceChanges } from '../../core/advice/changes.ts';
import type { AdviceReport, RoleAdvice } from '../../core/advice/model.ts';
import type { BlockerGroup } from '../../core/advice/summary.ts';
import type { Style } from '../style.ts';

/** How many instances of a blocker are listed. */
export type InstanceChoice = 'all' | 'unmanaged' | 'none';

export interface AdviceParts {
  readonly report: AdviceReport;
  readonly blockers: readonly BlockerGroup[];
  /** Null: there is no earlier report to compare with. */
  readonly changes: AdviceChanges | null;
  readonly choice: InstanceChoice;
  /** Roles are named: show everything about them. */
  readonly isDetailed: boolean;
  readonly csvBom: boolean;
  readonly style: Style;
  /** The roles as JSON, one a line, as often as they are asked for. */
  readonly lines: () => AsyncIterable<string>;
  /** The same as values. */
  readonly roles: () => AsyncIterable<RoleAdvice>;
}

export type AdviceRenderer = (parts: AdviceParts) => AsyncIterable<string>;
