/** The counts of the charts: targets by state, verdict, region and reason. */
import type { View } from './view.ts';

interface Fix {
  /** The hint of the first target. */
  readonly hint: string;
  targets: number;
  /** Whether the hint names the account, so that it differs in each account. */
  readonly isOnes: boolean;
}

export interface ReasonTally {
  targets: number;
  readonly accounts: Set<string>;
  /** The fixes, by the number of the hint's text in the data. */
  readonly fixes: Map<number, Fix>;
}

export interface Tally {
  readonly states: ReadonlyMap<string, number>;
  readonly verdicts: ReadonlyMap<string, number>;
  readonly regions: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly reasons: ReadonlyMap<string, ReasonTally>;
}

export const tally = (view: View): Tally => {
  const [states, verdicts] = [new Map<string, number>(), new Map<string, number>()];
  const regions = new Map<string, Map<string, number>>(
    view.data.regions.map((region) => [region, new Map<string, number>()]),
  );
  const reasons = new Map<string, ReasonTally>();
  const add = (counts: Map<string, number>, word: string): void => {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  };
  for (const account of view.accounts) {
    for (let row = account.first; row < account.first + account.count; row += 1) {
      const [state, verdict] = [
        view.data.states[view.at(row, 'state')] ?? '',
        view.data.verdicts[view.at(row, 'verdict')] ?? '',
      ];
      add(verdicts, verdict);
      const region = view.data.regions[view.at(row, 'region') - 1];
      if (region !== undefined) {
        add(states, state);
        const counts = regions.get(region);
        if (counts !== undefined) add(counts, state);
      }
      const quiet = verdict === 'in-sync' || verdict === 'changed';
      const number = view.at(row, 'problem') || (quiet ? 0 : account.problem);
      const problem = view.problem(number, account, region ?? null, 0);
      if (problem !== null) {
        const reason: ReasonTally = reasons.get(problem.code) ?? {
          targets: 0,
          accounts: new Set(),
          fixes: new Map(),
        };
        const text = view.data.problems[number]?.[2] ?? 0;
        const fix = reason.fixes.get(text) ?? {
          hint: problem.hint,
          targets: 0,
          isOnes: problem.hint.includes(account.id),
        };
        fix.targets += 1;
        reason.fixes.set(text, fix);
        reason.targets += 1;
        reason.accounts.add(account.id);
        reasons.set(problem.code, reason);
      }
    }
  }
  return { states, verdicts, regions, reasons };
};
