/** The reasons of a coverage report, each with its counts, up to three examples, and the hint. */
import { isRunning } from './judge.ts';
import type { CoverageInstance, CoverageReason } from './model.ts';

/** An example instance for its reason. */
export type InstanceExample = Pick<CoverageInstance, 'account' | 'region' | 'id' | 'name'>;

export interface ReasonGroup {
  readonly reason: CoverageReason;
  readonly count: number;
  readonly accounts: number;
  /** The first instance's hint; `varies` if others have a different one. */
  readonly hint: string;
  readonly varies: boolean;
  readonly examples: readonly InstanceExample[];
}

export interface ReasonTally {
  add(instance: CoverageInstance): void;
  /** Most instances first. */
  groups(): readonly ReasonGroup[];
}

const maxExamples = 3;

interface Group {
  count: number;
  readonly accounts: Set<string>;
  readonly hint: string;
  varies: boolean;
  readonly examples: InstanceExample[];
}

/** Groups running instances by reason, one at a time. */
export function tallyReasons(): ReasonTally {
  const groups = new Map<CoverageReason, Group>();
  return {
    add: ({ reason, hint, account, region, id, name, state }) => {
      if (reason === null || !isRunning(state)) return;
      let group = groups.get(reason);
      if (group === undefined) {
        group = { count: 0, accounts: new Set(), hint: hint ?? '', varies: false, examples: [] };
        groups.set(reason, group);
      }
      group.count += 1;
      group.accounts.add(account);
      if ((hint ?? '') !== group.hint) group.varies = true;
      if (group.examples.length < maxExamples) group.examples.push({ account, region, id, name });
    },
    groups: () =>
      [...groups]
        .map(([reason, group]) => ({ ...group, reason, accounts: group.accounts.size }))
        .sort((one, other) => other.count - one.count || (one.reason < other.reason ? -1 : 1)),
  };
}
