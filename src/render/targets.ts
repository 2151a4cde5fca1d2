/** Shared by renderers: facts about the rows of a report. */
import type {
  AccountRow,
  Problem,
  Report,
  Target,
  TargetValue,
  Verdict,
} from '../core/model/model.ts';

import { settingStates } from '../core/model/model.ts';

export { verdictOrder } from '../core/record/outcome.ts';

/** The number of cells in each state, in the order of the states; roles and grants are not counted. */
export function countCellStates(targets: readonly Target[]): Readonly<Record<string, number>> {
  const cells = targets.filter(({ kind, region }) => kind === 'setting' && region !== null);
  return Object.fromEntries(
    settingStates.flatMap((state) => {
      const count = cells.filter((cell) => cell.state === state).length;
      return count === 0 ? [] : [[state, count]];
    }),
  );
}

/** Whether the verdict needs action. */
export const isException = (verdict: Verdict): boolean =>
  verdict === 'failed' ||
  verdict === 'blocked' ||
  verdict === 'not-attempted' ||
  verdict === 'conflict';

/** Whether `--preflight` found that AWS would deny the change. */
export const wouldBeDenied = ({ verdict, problem }: Pick<Target, 'verdict' | 'problem'>): boolean =>
  verdict === 'would-change' && problem !== null && problem.code.startsWith('denied');

/** Whether the problem says that a killed run had begun the change, so that its result is unknown. */
export const isBegun = (problem: Problem | null): boolean =>
  problem?.reason === 'change-unfinished' || problem?.reason === 'proof-change-unfinished';

/** A value as text: a role as its ARN; empty for null. */
export const valueText = (value: TargetValue): string =>
  value === null ? '' : typeof value === 'string' ? value : value.arn;

/** The previous value as text; `none` only if the target was read. */
export const formerly = (target: Target): string =>
  valueText(target.from) ||
  (target.state === 'unknown' && target.attempts === 0 ? 'not read' : 'none');

/** The value after the command, as far as the report shows it. */
export const valueNow = (target: Target): TargetValue =>
  target.verdict === 'changed' ? target.to : target.from;

/** The target's place in its account: `setting eu-west-1`, `role`, `grant`. */
export const targetLabel = (target: Pick<Target, 'kind' | 'region'>): string =>
  target.region === null ? target.kind : `${target.kind} ${target.region}`;

/** Why a row is not in the desired state: its own problem, else its account's. */
export const problemOfTarget = (target: Target, account: AccountRow | undefined): Problem | null =>
  target.problem ??
  (target.verdict === 'in-sync' || target.verdict === 'changed'
    ? null
    : (account?.problem ?? null));

export const accountsById = (report: Report): ReadonlyMap<string, AccountRow> =>
  new Map(report.accounts.map((account) => [account.id, account]));

export const targetsByAccount = (report: Report): ReadonlyMap<string, readonly Target[]> => {
  const byAccount = new Map<string, Target[]>(report.accounts.map((account) => [account.id, []]));
  for (const target of report.targets) {
    const rows = byAccount.get(target.account);
    if (rows === undefined) byAccount.set(target.account, [target]);
    else rows.push(target);
  }
  return byAccount;
};

/** Adds a value to the list under a key. */
export const append = <K, V>(lists: Map<K, V[]>, key: K, value: V): void => {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
};

/** Accounts with a problem that none of their rows shows, such as an unverified list of regions. */
export const accountOnlyProblems = (report: Report): readonly AccountRow[] => {
  const shown = new Set(
    report.targets
      .filter(({ problem, verdict }) => problem === null && isException(verdict))
      .map(({ account }) => account),
  );
  const messages = new Set(
    report.targets.map(({ account, problem }) => `${account} ${problem?.message ?? ''}`),
  );
  return report.accounts.filter(
    ({ id, problem }) =>
      problem !== null && !shown.has(id) && !messages.has(`${id} ${problem.message}`),
  );
};
