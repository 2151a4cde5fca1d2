/** What changed since an earlier advice report, by account and role. */
import { adviceVerdicts, type AdviceVerdict, type RoleAdvice } from './model.ts';

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
  /** Returns whether the role is new or its verdict changed. */
  add(role: RoleAdvice): boolean;
  changes(): AdviceChanges;
}

const keyOf = ({ account, name }: Pick<EarlierRole, 'account' | 'name'>): string =>
  `${account}/${name}`;

/** The names and verdicts of the roles of an earlier report. */
export interface EarlierRoles {
  add(role: EarlierRole): void;
  /** Returns the role's verdict and removes the role. */
  take(role: Pick<EarlierRole, 'account' | 'name'>): AdviceVerdict | undefined;
  /** The roles that were not taken, as `account/name`. */
  left(): readonly string[];
}

export function openEarlierRoles(): EarlierRoles {
  const verdicts = new Map<string, AdviceVerdict>();
  return {
    add: (role) => void verdicts.set(keyOf(role), sameVerdict(role.verdict)),
    take: (role) => {
      const key = keyOf(role);
      const verdict = verdicts.get(key);
      verdicts.delete(key);
      return verdict;
    },
    left: () => [...verdicts.keys()],
  };
}

/** The constant in place of the parsed text, so that memory does not hold one string for each role. */
const sameVerdict = (verdict: AdviceVerdict): AdviceVerdict =>
  adviceVerdicts.find((each) => each === verdict) ?? verdict;

/** Compares the roles of a new report with an earlier one, one at a time. */
export function compareAdvice(earlier: EarlierRoles): AdviceComparison {
  const changed: RoleChange[] = [];
  const added: string[] = [];
  return {
    add: (role) => {
      const { account, name, verdict } = role;
      const from = earlier.take(role);
      if (from === verdict) return false;
      if (from === undefined) added.push(keyOf(role));
      else changed.push({ account, name, from, to: verdict });
      return true;
    },
    changes: () => ({ changed, new: added, gone: earlier.left() }),
  };
}
