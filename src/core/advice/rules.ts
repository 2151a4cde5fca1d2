/**
 * The rules that hold a role back from `safe`, in one table. Each has the best verdict that it allows, its subject, and
 * a function that finds it. A role is `safe` if no rule finds anything and something can be removed.
 */
import type { AdviceReason } from './model.ts';
import { instances, proof } from './rules/instance-rules.ts';
import { regionsRead, settings } from './rules/region-rules.ts';
import { keep, nothingToRemove, rights, unknown } from './rules/role-rules.ts';
import type { Rule } from './rules/rule.ts';

/**
 * In the order in which blockers are listed. Of several verdicts, the first in `keep, unknown, not-yet, likely` wins.
 */
export const rules: readonly Rule[] = [
  ...keep,
  ...unknown,
  ...regionsRead,
  ...settings,
  ...instances,
  ...rights,
  ...proof,
];

/** Checked last, if no other rule objects to a removal: whether there is anything to remove. */
export const lastRule: Rule = nothingToRemove;

/** What each reason says about a role. */
export const aboutReason: Readonly<Record<AdviceReason, string>> = Object.fromEntries(
  [...rules, lastRule].reverse().map(({ reason, about }) => [reason, about]),
) as Record<AdviceReason, string>;
