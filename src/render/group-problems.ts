/** Groups problems by reason, for the sections that table and Markdown show below their summaries. */
import type { AccountRow, Problem, Report, Target, Verdict } from '../core/model/model.ts';
import { caseOf, remedyOf, sharedHint, type Case } from '../core/problems/alike.ts';
import { accountsById, problemOfTarget, accountOnlyProblems, verdictOrder } from './targets.ts';

export interface ProblemGroup {
  /** The worst verdict of the targets. */
  readonly verdict: Verdict;
  /** More than one if failed targets blocked others. */
  readonly verdicts: readonly Verdict[];
  /** The first target's problem, as an example; null if the rows have none. */
  readonly problem: Problem | null;
  /** What to do about all of the targets. It names every account and region in which they differ. */
  readonly hint: string;
  /** Whether the targets' messages differ, even if only in account or region. */
  readonly varies: boolean;
  readonly targets: readonly Target[];
  /** In the order of the report. */
  readonly accounts: readonly AccountRow[];
}

const unknownAccount = (id: string): AccountRow => ({
  id,
  name: '',
  path: null,
  state: '',
  skipped: null,
  problem: null,
});

/** Groups the targets that `keep` accepts: worst verdict first, then the most frequent reason. */
export const groupReasons = (
  report: Report,
  keep: (target: Target, problem: Problem | null) => boolean,
): readonly ProblemGroup[] => {
  const accounts = accountsById(report);
  const groups = new Map<
    string,
    {
      problem: Problem | null;
      texts: Set<string>;
      cases: Case[];
      targets: Target[];
      accounts: Map<string, AccountRow>;
    }
  >();
  for (const target of report.targets) {
    const account = accounts.get(target.account) ?? unknownAccount(target.account);
    const problem = problemOfTarget(target, account);
    if (!keep(target, problem)) continue;
    const text = problem?.message ?? account.skipped ?? '';
    // A failed target and those that it blocked have one reason and one fix.
    const kind = target.verdict === 'blocked' && problem !== null ? 'failed' : target.verdict;
    const key = `${kind} ${problem === null ? text : caseOf(problem, account.id)}`;
    const cases = problem === null ? [] : [{ account: account.id, region: target.region, problem }];
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, {
        problem,
        texts: new Set([text]),
        cases,
        targets: [target],
        accounts: new Map([[account.id, account]]),
      });
    } else {
      group.texts.add(text);
      group.cases.push(...cases);
      group.targets.push(target);
      group.accounts.set(account.id, account);
    }
  }
  return [...groups.values()]
    .map(({ problem, texts, cases, targets, accounts: struck }): ProblemGroup => {
      const verdicts = verdictOrder.filter((verdict) =>
        targets.some((target) => target.verdict === verdict),
      );
      const [verdict = 'failed'] = verdicts;
      return {
        verdict,
        verdicts,
        problem,
        hint: sharedHint(cases),
        varies: texts.size > 1,
        targets,
        accounts: [...struck.values()],
      };
    })
    .sort(
      (one, other) =>
        verdictOrder.indexOf(one.verdict) - verdictOrder.indexOf(other.verdict) ||
        other.targets.length - one.targets.length,
    );
};

export interface AccountProblemGroup {
  /** The first account's problem, as an example. */
  readonly problem: Problem;
  /** What to do about it in all of the accounts. */
  readonly hint: string;
  /** In the order of the report. */
  readonly accounts: readonly AccountRow[];
}

/** Problems of whole accounts that no row shows, each once with its accounts. */
export function groupAccountProblems(report: Report): readonly AccountProblemGroup[] {
  const groups = new Map<string, { problem: Problem; accounts: AccountRow[] }>();
  for (const account of accountOnlyProblems(report)) {
    const { problem } = account;
    if (problem === null) continue;
    const key = remedyOf(problem, account.id);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { problem, accounts: [account] });
    else group.accounts.push(account);
  }
  return [...groups.values()].map(({ problem, accounts }) => ({
    problem,
    hint: sharedHint(
      accounts.map((account) => ({
        problem: account.problem ?? problem,
        account: account.id,
        region: null,
      })),
    ),
    accounts,
  }));
}
