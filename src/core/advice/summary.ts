/** The totals of the advice, without keeping the roles in memory. */
import { adviceVerdicts } from './model.ts';
import type { AdviceReason, AdviceSummary, AdviceVerdict, RoleAdvice, Unread } from './model.ts';

/** Roles with the same blocker. */
export interface BlockerGroup {
  readonly reason: AdviceReason;
  readonly roles: number;
  readonly instances: number;
  readonly accounts: number;
  /** The first blocker's hint. */
  readonly hint: string;
  /** The first roles, three at most. */
  readonly examples: readonly Pick<RoleAdvice, 'account' | 'name'>[];
}

export interface AdviceTally {
  addRole(role: RoleAdvice): void;
  addUnread(unread: Unread, options: { readonly skipped: boolean }): void;
  unread(): readonly Unread[];
  summary(usage: { readonly calls: number; readonly throttled: number }): AdviceSummary;
  /** The blockers of `not-yet` roles, the most frequent first. */
  blockers(): readonly BlockerGroup[];
  /** 1 if something could not be read; with `check`, 2 if a role is safe; else 0. */
  exitStatus(options: { readonly check: boolean }): 0 | 1 | 2;
}

const maxExamples = 3;

interface Group {
  readonly hint: string;
  readonly accounts: Set<string>;
  readonly examples: Pick<RoleAdvice, 'account' | 'name'>[];
  roles: number;
  instances: number;
}

export function tallyAdvice(): AdviceTally {
  const verdicts = Object.fromEntries(adviceVerdicts.map((each) => [each, 0])) as Record<
    AdviceVerdict,
    number
  >;
  const groups = new Map<AdviceReason, Group>();
  const unread: Unread[] = [];
  let roles = 0;
  let isFailed = false;
  return {
    addRole: (role) => {
      roles += 1;
      verdicts[role.verdict] += 1;
      if (role.blockers.some(({ reason }) => reason === 'policy-unreadable')) isFailed = true;
      if (role.verdict !== 'not-yet') return;
      const seen = new Set<AdviceReason>();
      for (const { reason, instances, hint } of role.blockers) {
        let group = groups.get(reason);
        if (group === undefined) {
          group = { hint, accounts: new Set(), examples: [], roles: 0, instances: 0 };
          groups.set(reason, group);
        }
        group.instances += instances.length;
        if (seen.has(reason)) continue;
        seen.add(reason);
        group.roles += 1;
        group.accounts.add(role.account);
        if (group.examples.length < maxExamples)
          group.examples.push({ account: role.account, name: role.name });
      }
    },
    addUnread: (one, { skipped }) => {
      unread.push(one);
      if (!skipped) isFailed = true;
    },
    unread: () =>
      [...unread].sort((one, other) =>
        `${one.account} ${one.region ?? ''}` < `${other.account} ${other.region ?? ''}` ? -1 : 1,
      ),
    summary: ({ calls, throttled }) => ({ roles, verdicts: { ...verdicts }, calls, throttled }),
    blockers: () =>
      [...groups]
        .map(([reason, { accounts, ...rest }]) => ({ reason, ...rest, accounts: accounts.size }))
        .sort((one, other) => other.roles - one.roles),
    exitStatus: ({ check }) => (isFailed ? 1 : check && verdicts.safe > 0 ? 2 : 0),
  };
}
