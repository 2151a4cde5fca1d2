/** The result for each account, and the headline that every format shows. */
import type { AccountRow, Preflight, Report, Target, Verdict } from '../model/model.ts';
import { number, plural } from '../model/counted.ts';

/** Verdicts from worst to best. An account counts under the worst verdict of its targets. */
export const verdictOrder: readonly Verdict[] = [
  'failed',
  'blocked',
  'conflict',
  'not-attempted',
  'would-change',
  'changed',
  'in-sync',
  'skipped',
];

const rankOf = new Map(verdictOrder.map((verdict, rank) => [verdict, rank]));

/** The worse of two verdicts. */
export const worseOf = (one: Verdict, other: Verdict): Verdict =>
  (rankOf.get(one) ?? 0) <= (rankOf.get(other) ?? 0) ? one : other;

/** The result for an account: its worst verdict, and whether only a part of it was changed, or would be by a plan. */
export interface AccountOutcome {
  readonly verdict: Verdict;
  readonly partlyChanged: boolean;
}

const unfinished: ReadonlySet<Verdict> = new Set([
  'failed',
  'blocked',
  'conflict',
  'not-attempted',
]);

/** The outcome of every account. An account without targets is `skipped`. */
export function outcomesOf(
  accounts: readonly Pick<AccountRow, 'id'>[],
  targets: readonly Pick<Target, 'account' | 'verdict'>[],
): ReadonlyMap<string, AccountOutcome> {
  const worst = new Map<string, Verdict>(accounts.map(({ id }) => [id, 'skipped']));
  const changed = new Set<string>();
  for (const { account, verdict } of targets) {
    worst.set(account, worseOf(worst.get(account) ?? 'skipped', verdict));
    if (verdict === 'changed' || verdict === 'would-change') changed.add(account);
  }
  return new Map(
    [...worst].map(([id, verdict]) => [
      id,
      { verdict, partlyChanged: changed.has(id) && unfinished.has(verdict) },
    ]),
  );
}

/** Accounts by their worst verdict, each counted once. */
export interface AccountCounts {
  readonly accountVerdicts: Readonly<Partial<Record<Verdict, number>>>;
  /** Accounts that were changed in part, or would be by a plan. The rest failed, is left alone, or was not tried. */
  readonly partlyChanged: number;
}

export function countAccounts(
  accounts: readonly Pick<AccountRow, 'id'>[],
  targets: readonly Pick<Target, 'account' | 'verdict'>[],
): AccountCounts {
  const accountVerdicts: Partial<Record<Verdict, number>> = {};
  let partly = 0;
  for (const { verdict, partlyChanged } of outcomesOf(accounts, targets).values()) {
    accountVerdicts[verdict] = (accountVerdicts[verdict] ?? 0) + 1;
    if (partlyChanged) partly += 1;
  }
  return { accountVerdicts, partlyChanged: partly };
}

/**
 * Accounts by their worst verdict in one line, such as `1 blocked, 42 in-sync of 43 accounts`. `hasChanged`: the plan
 * resumes a run that has already changed something.
 */
export function outcomeText(
  {
    accounts,
    accountVerdicts,
    partlyChanged,
  }: Pick<Report['summary'], 'accounts' | keyof AccountCounts>,
  { isPlan, hasChanged = false }: { readonly isPlan: boolean; readonly hasChanged?: boolean },
): string {
  const parts = verdictOrder.flatMap((verdict) => {
    const count = accountVerdicts[verdict] ?? 0;
    return count === 0 ? [] : [`${number(count)} ${verdict}`];
  });
  if (parts.length === 0) return 'no accounts';
  const whole = `${parts.join(', ')} of ${number(accounts)} account${accounts === 1 ? '' : 's'}`;
  if (partlyChanged === 0) return whole;
  if (!isPlan) return `${whole}, ${number(partlyChanged)} partly changed`;
  const verb = hasChanged
    ? partlyChanged === 1
      ? 'is or would be'
      : 'are or would be'
    : 'would be';
  return `${whole}; ${number(partlyChanged)} account${partlyChanged === 1 ? '' : 's'} ${verb} changed in part`;
}

/** The results of `--preflight` in one line. */
export function preflightText({ tried, denied, undetermined }: Preflight): string {
  const of = `${number(tried)} account${tried === 1 ? '' : 's'}`;
  if (tried === 0) return 'Preflight: nothing to check, because nothing would change.';
  const unknown = 'it could not be determined whether changes would be denied.';
  if (denied > 0) {
    const open = undetermined === 0 ? '' : ` In ${number(undetermined)} more, ${unknown}`;
    return `Preflight: AWS would deny changes in ${number(denied)} of ${of}; the reasons are listed.${open}`;
  }
  if (undetermined === 0) return `Preflight: no denied change was found in ${of}.`;
  return undetermined === tried
    ? `Preflight: in ${of}, ${unknown}`
    : `Preflight: no denied change was found in ${number(tried - undetermined)} of ${of}. In the other ${number(undetermined)}, ${unknown}`;
}

const stage = ({ dryRun, stopped }: Pick<Report, 'dryRun' | 'stopped'>): string =>
  stopped === null ? (dryRun ? ' (dry run)' : '') : ' (stopped)';

const hasChanged = ({ verdicts }: Report['summary']): boolean => (verdicts.changed ?? 0) > 0;

/** The headline of a plan, shown before the prompt. */
export const planHeadline = ({ action, summary }: Pick<Report, 'action' | 'summary'>): string =>
  `dhmc ${action} (plan): ${outcomeText(summary, { isPlan: true, hasChanged: hasChanged(summary) })}`;

/** The number of changes that the run began and whose result is unknown. */
export const countBegun = ({ plan }: Pick<Report, 'plan'>): number =>
  plan.reduce((sum, { begun = 0 }) => sum + begun, 0);

/** One line that sums up a report, the same in every format. */
export function headline(
  report: Pick<Report, 'action' | 'dryRun' | 'stopped' | 'summary' | 'plan'>,
): string {
  const { action, dryRun, summary } = report;
  const outcome = outcomeText(summary, { isPlan: dryRun, hasChanged: hasChanged(summary) });
  const begun = countBegun(report);
  const open = begun === 0 ? '' : `; ${plural(begun, 'change')} begun (result unknown)`;
  return `dhmc ${action}${stage(report)}: ${outcome}${open}`;
}

/** Whether the number of calls is known. It is recorded at the end of a run, which a killed run does not reach. */
export const areCallsKnown = ({ stopped }: Pick<Report, 'stopped'>): boolean =>
  stopped?.reason !== 'unfinished';
