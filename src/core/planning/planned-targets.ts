/** The targets of a plan that all planners make in the same way. */
import type { AccountFound, AccountReadings, CellReading } from '../model/readings.ts';
import type {
  AccountPlan,
  AccountRow,
  PlannedTarget,
  Problem,
  Target,
  TargetKind,
  Verdict,
} from '../model/model.ts';
import { regionsUnproven } from '../problems/problems.ts';

const none: PlannedTarget['notes'] = [];

/** A target with its members in a fixed order. Missing members get the values of a target that was not read. */
export const plannedTarget = (
  key: { readonly kind: TargetKind; readonly account: string; readonly region?: string | null },
  rest: Partial<Omit<PlannedTarget, 'kind' | 'account' | 'region' | 'owner'>> &
    Pick<Target, 'state' | 'verdict' | 'owner'>,
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

/** The role, the grant and the settings of an account that was not read. */
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

/** The plan of an account that was skipped or is unreachable. */
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

/** The account's problem after a failed ListRegions; null if `--region` names its regions. */
function regionsProblem(readings: AccountReadings): Problem | null {
  if (readings.regions.known) return null;
  if (readings.assumedRegions) return regionsUnproven(readings.regions.problem);
  return readings.cells.length > 0 ? null : readings.regions.problem;
}

/** The row of an account that was read. */
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

/** The settings that could not be read, by region: `skipped` or `blocked`, depending on the scope. */
export function unreadCells(readings: AccountReadings): ReadonlyMap<string, PlannedTarget> {
  // A region deny always leaves some regions open. If none answers, something else denies the calls.
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

/** One row for all settings of an account, if its regions could not be listed and no region was named. */
export const unlistedRow = (readings: AccountReadings): readonly PlannedTarget[] =>
  readings.cells.length > 0 || readings.regions.known
    ? []
    : [
        plannedTarget(
          { kind: 'setting', account: readings.account.id },
          { state: 'unknown', verdict: 'blocked', problem: readings.regions.problem },
        ),
      ];
