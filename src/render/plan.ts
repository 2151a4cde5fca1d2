/** What a plan will do, or a run did, in sentences, for every format that people read. */
import type { Deed, Report, TargetKind } from '../core/model/model.ts';
import { number, plural } from '../core/model/counted.ts';
import { describeDeeds, describeOutcome } from '../core/record/deeds.ts';

export interface PlanSentence {
  readonly deed: Deed;
  readonly kind: TargetKind;
  /** Names are as AWS has them: escape them. */
  readonly text: string;
}

/** A plan in words: what will be done, with names; of a run, what became of each deed. */
export interface PlanText {
  readonly title: 'Plan' | 'Done';
  readonly sentences: readonly PlanSentence[];
  /** What a plan does not do, and in which accounts; null where nothing is left out. Escape it as well. */
  readonly leftUnchanged: string | null;
}

/** No sentences where the report is a status, or nothing was planned. */
export function planText({ action, dryRun, plan, accounts, targets }: Report): PlanText {
  if (action === 'status') return { title: 'Plan', sentences: [], leftUnchanged: null };
  return dryRun
    ? {
        title: 'Plan',
        sentences: describeDeeds(targets.filter(({ verdict }) => verdict === 'would-change')),
        leftUnchanged: leftUnchanged(accounts, targets),
      }
    : {
        title: 'Done',
        leftUnchanged: null,
        sentences: plan.map((count) => ({
          deed: count.deed,
          kind: count.kind,
          text: describeOutcome(count),
        })),
      };
}

const maxNames = 3;

/** `in 4 accounts: Shop Web 1, Shop API 2, Search 3 and 1 more`. */
function inAccounts(accounts: Report['accounts'], targets: Report['targets']): string {
  const ids = [...new Set(targets.map(({ account }) => account))];
  const names = ids.slice(0, maxNames).map((id) => {
    const name = accounts.find((account) => account.id === id)?.name;
    return name === undefined ? id : `${name} ${id}`;
  });
  const more = ids.length > maxNames ? ` and ${number(ids.length - maxNames)} more` : '';
  return `in ${plural(ids.length, 'account')}: ${names.join(', ')}${more}`;
}

/** What a plan may not or cannot change: `9 conflict (names-another-role) in 3 accounts: A, B, C; 3 blocked (…) in …`. */
function leftUnchanged(accounts: Report['accounts'], targets: Report['targets']): string | null {
  const parts = (['failed', 'blocked', 'conflict'] as const).flatMap((verdict) => {
    const rows = targets.filter((target) => target.verdict === verdict);
    if (rows.length === 0) return [];
    const codes = [...new Set(rows.flatMap(({ problem }) => problem?.code ?? []))];
    const why = codes.length === 0 ? '' : ` (${codes.join(', ')})`;
    return [`${number(rows.length)} ${verdict}${why} ${inAccounts(accounts, rows)}`];
  });
  const kept = targets.filter(
    ({ kind, verdict, problem }) =>
      kind === 'role' && verdict === 'skipped' && problem?.code === 'role-in-use',
  );
  if (kept.length > 0)
    parts.push(`${plural(kept.length, 'role')} kept (role-in-use) ${inAccounts(accounts, kept)}`);
  return parts.length === 0 ? null : `${parts.join('; ')}. The reasons are below.`;
}
