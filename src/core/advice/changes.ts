/** What is different from an earlier advice report, by account and role. */
import type { AdviceVerdict, RoleAdvice } from './model.ts';

export interface EarlierRole {
  readonly account: string;
  readonly name: string;
  readonly verdict: AdviceVerdict;
}

export interface RoleChange {
  readonly account: string;
  readonly name: string;
  readonly from: AdviceVerdict;
  readonly to: AdviceVerdict;
}

export interface AdviceChanges {
  readonly changed: readonly RoleChange[];
  /** As `account/name`. */
  readonly new: readonly string[];
  readonly gone: readonly string[];
}

export interface AdviceComparison {
  /** Whether the role is new, or has another verdict than before. */
  add(role: RoleAdvice): boolean;
  changes(): AdviceChanges;
}

const keyOf = ({ account, name }: Pick<EarlierRole, 'account' | 'name'>): string =>
  `${account}/${name}`;

export function compareAdvice(earlier: readonly EarlierRole[]): AdviceComparison {
  const before = new Map(earlier.map((role) => [keyOf(role), role.verdict]));
  const changed: RoleChange[] = [];
  const added: string[] = [];
  const seen = new Set<string>();
  return {
    add: (role) => {
      const { account, name, verdict } = role;
      const from = before.get(keyOf(role));
      seen.add(keyOf(role));
      if (from === verdict) return false;
      if (from === undefined) added.push(keyOf(role));
      else changed.push({ account, name, from, to: verdict });
      return true;
    },
    changes: () => ({
      changed,
      new: added,
      gone: [...before.keys()].filter((key) => !seen.has(key)),
    }),
  };
}
