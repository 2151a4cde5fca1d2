/** Rows of a plan that every planner makes in the same way. */
import type { AccountFound, AccountReadings, CellReading } from '../model/readings.ts';
import type {
  AccountPlan,
  AccountRow,
  PlannedTarget,
  Problem,
  TargetKind,
  Verdict,
} from '../model/model.ts';
import { regionsUnproven } from '../problems/problems.ts';

const none: PlannedTarget['notes'] = [];

/** A row, its members in one order; what is not given is as for a target that was not looked at. */
export const plannedTarget = (
  key: { readonly kind: TargetKind; readonly account: string; readonly region?: string | null },
  rest: Partial<Omit<PlannedTarget, 'kind' | 'account' | 'region'>> &
    Pick<PlannedTarget, 'state' | 'verdict'>,
): PlannedTarget => ({
  kind: key.kind,
  account: key.account,
  region: key.region ?? null,
  state: rest.state,
  verdict: rest.verdict,
  from: rest.from ?? null,
  to: rest.to ?? null,
  modifiedBy: rest.modifiedBy ?? null,
  modifiedAt: rest.modifiedAt ?? null,
  problem: rest.problem ?? null,
  attempts: 0,
  durationMs: 0,
  stateAfter: rest.stateAfter ?? rest.state,
  notes: rest.notes ?? none,
  ...(rest.owner === undefined || rest.owner === null ? {} : { owner: rest.owner }),
  ...(rest.ownerAfter === undefined ? {} : { ownerAfter: rest.ownerAfter }),
});

/** Role, grant and settings of an account that nobody looked into. */
function unreadRows(
  account: string,
  named: readonly string[],
  verdict: 'blocked' | 'skipped',
  problem: Problem | null,
): readonly PlannedTarget[] {
  const rest = { state: 'unknown', verdict, problem } as const;
  const regions = named.length === 0 ? [null] : [...named].sort();
  return [
    plannedTarget({ kind: 'role', account }, rest),
    plannedTarget({ kind: 'grant', account }, rest),
    ...regions.map((region) => plannedTarget({ kind: 'setting', account, region }, rest)),
  ];
}

/** The plan of an account that was left out or could not be entered. */
export function planUnreachable(found: Exclude<AccountFound, { kind: 'read' }>): AccountPlan {
  const skipped = found.kind === 'skipped' ? found.reason : null;
  const problem = found.kind === 'unreachable' ? found.problem : null;
  return {
    account: { ...found.account, skipped, problem },
    targets: unreadRows(
      found.account.id,
      found.named,
      found.kind === 'skipped' ? 'skipped' : 'blocked',
      problem,
    ),
  };
}

/** What a failed ListRegions means for the account: nothing where its regions were named. */
function regionsProblem(readings: AccountReadings): Problem | null {
  if (readings.regions.known) return null;
  if (readings.assumedRegions) return regionsUnproven(readings.regions.problem);
  return readings.cells.length > 0 ? null : readings.regions.problem;
}

/** The account's row of an account that was entered. */
export const accountRowOf = (readings: AccountReadings): AccountRow => ({
  ...readings.account,
  skipped: null,
  problem: regionsProblem(readings),
});

const expectedGaps: ReadonlySet<string> = new Set([
  'region-not-enabled',
  'region-without-dhmc',
  'denied-by-scp',
]);

/** The rows of settings that could not be read, by region: skipped or blocked as the scope has it. */
export function unreadCells(readings: AccountReadings): ReadonlyMap<string, PlannedTarget> {
  // A region deny leaves regions open: where none answers, it is not a region deny that denies.
  const byDefault = readings.cells.filter((cell) => !cell.named);
  const noneAnswers = byDefault.every(
    (cell) => !cell.setting.known && expectedGaps.has(cell.setting.problem.code),
  );
  const verdictOf = (cell: CellReading, problem: Problem): Verdict => {
    if (problem.code === 'region-not-enabled') return 'skipped';
    if (cell.named || !expectedGaps.has(problem.code)) return 'blocked';
    return problem.code === 'denied-by-scp' && noneAnswers ? 'blocked' : 'skipped';
  };
  const rows = new Map<string, PlannedTarget>();
  for (const cell of readings.cells) {
    if (cell.setting.known) continue;
    const { problem } = cell.setting;
    rows.set(
      cell.region,
      plannedTarget(
        { kind: 'setting', account: readings.account.id, region: cell.region },
        { state: 'unknown', verdict: verdictOf(cell, problem), problem },
      ),
    );
  }
  return rows;
}

/** The setting row of an account whose regions could not be listed and of which no region was named. */
export const unlistedRow = (readings: AccountReadings): readonly PlannedTarget[] =>
  readings.cells.length > 0 || readings.regions.known
    ? []
    : [
        plannedTarget(
          { kind: 'setting', account: readings.account.id },
          { state: 'unknown', verdict: 'blocked', problem: readings.regions.problem },
        ),
      ];
