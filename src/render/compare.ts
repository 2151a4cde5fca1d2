/** Compares two reports of one organization: which targets are new, gone or changed. */
import type {
  AccountRow,
  Problem,
  Report,
  State,
  Target,
  TargetKey,
  TargetValue,
  Verdict,
} from '../core/model/model.ts';
import { sameTargetValue } from '../core/iam/trust-policy.ts';
import { UsageError } from '../core/model/errors.ts';
import { publicProblem } from './public-problem.ts';
import { accountsById, valueNow } from './targets.ts';

/** A target as in one of the reports. */
export interface SeenTarget {
  readonly state: State;
  readonly verdict: Verdict;
  readonly value: TargetValue;
  readonly modifiedBy: string | null;
  readonly modifiedAt: string | null;
  readonly problem: Problem | null;
}

export interface Difference extends TargetKey {
  readonly change: 'new' | 'gone' | 'changed';
  readonly accountName: string;
  readonly accountPath: string | null;
  /** Null if the target is new. */
  readonly before: SeenTarget | null;
  /** Null if the target is gone. */
  readonly after: SeenTarget | null;
}

export interface ComparedReport {
  readonly action: Report['action'];
  readonly run: string | null;
  readonly startedAt: string;
}

export interface Comparison {
  readonly schema: 'dhmc.comparison/v1';
  readonly organization: Report['organization'];
  readonly before: ComparedReport;
  readonly after: ComparedReport;
  readonly summary: {
    readonly new: number;
    readonly gone: number;
    readonly changed: number;
    readonly same: number;
  };
  /** In the order of the later report; targets that are gone come last. */
  readonly differences: readonly Difference[];
}

const keyOf = ({ kind, account, region }: TargetKey): string =>
  `${account} ${kind} ${region ?? ''}`;

const seen = (target: Target): SeenTarget => ({
  state: target.state,
  verdict: target.verdict,
  value: valueNow(target),
  modifiedBy: target.modifiedBy,
  modifiedAt: target.modifiedAt,
  problem: publicProblem(target.problem),
});

/** Two unread targets are equal if they are unread for the same reason. */
const same = (before: Target, after: Target): boolean =>
  before.state === after.state &&
  sameTargetValue(valueNow(before), valueNow(after)) &&
  (before.state !== 'unknown' || before.problem?.code === after.problem?.code);

const index = (report: Report): ReadonlyMap<string, Target> =>
  new Map(report.targets.map((target) => [keyOf(target), target]));

/**
 * The row for a cell: its own, or the single row of an account whose regions could not be read. An unread cell is not
 * gone.
 */
const rowFor = (rows: ReadonlyMap<string, Target>, target: Target): Target | undefined =>
  rows.get(keyOf(target)) ??
  (target.kind === 'setting' && target.region !== null
    ? rows.get(keyOf({ ...target, region: null }))
    : undefined);

const speaksForCells = (target: Target): boolean =>
  target.kind === 'setting' && target.region === null;

/** Throws `UsageError` if the reports are of different organizations. */
export const compareReports = (before: Report, after: Report): Comparison => {
  if (before.organization.id !== after.organization.id) {
    throw new UsageError(
      `The reports are of two organizations: ${before.organization.id} and ${after.organization.id}.`,
      'Compare reports of the same organization.',
    );
  }
  const [earlier, later] = [index(before), index(after)];
  const cellsOf = (report: Report): ReadonlySet<string> =>
    new Set(
      report.targets
        .filter((target) => target.kind === 'setting' && target.region !== null)
        .map((target) => target.account),
    );
  const [cellsBefore, cellsAfter] = [cellsOf(before), cellsOf(after)];
  const names = new Map<string, AccountRow>([...accountsById(before), ...accountsById(after)]);
  const differences: Difference[] = [];
  let unchanged = 0;
  const add = (
    change: Difference['change'],
    target: Target,
    then: Target | undefined,
    now: Target | undefined,
  ): void => {
    const account = names.get(target.account);
    differences.push({
      kind: target.kind,
      account: target.account,
      region: target.region,
      change,
      accountName: account?.name ?? '',
      accountPath: account?.path ?? null,
      before: then === undefined ? null : seen(then),
      after: now === undefined ? null : seen(now),
    });
  };
  for (const target of after.targets) {
    if (speaksForCells(target) && cellsBefore.has(target.account)) continue;
    const then = rowFor(earlier, target);
    if (then === undefined) add('new', target, undefined, target);
    else if (same(then, target)) unchanged += 1;
    else add('changed', target, then, target);
  }
  for (const target of before.targets) {
    if (later.has(keyOf(target)) || (speaksForCells(target) && cellsAfter.has(target.account)))
      continue;
    const now = rowFor(later, target);
    if (now === undefined) add('gone', target, target, undefined);
    else if (same(target, now)) unchanged += 1;
    else add('changed', target, target, now);
  }
  const count = (change: Difference['change']): number =>
    differences.filter((difference) => difference.change === change).length;
  const headOf = ({ action, run, startedAt }: Report): ComparedReport => ({
    action,
    run,
    startedAt,
  });
  return {
    schema: 'dhmc.comparison/v1',
    organization: after.organization,
    before: headOf(before),
    after: headOf(after),
    summary: { new: count('new'), gone: count('gone'), changed: count('changed'), same: unchanged },
    differences,
  };
};
