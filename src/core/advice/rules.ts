/**
 * What holds a role back from `safe`, as one table. Each rule gives the best verdict that it allows, what it is about,
 * and where it finds that. A role is `safe` if no rule finds anything, and something can be removed.
 */
import type { AdviceReason } from './model.ts';
import { instances, proof } from './rules/instance-rules.ts';
import { regionsRead, settings } from './rules/region-rules.ts';
import { keep, nothingToRemove, rights, unknown } from './rules/role-rules.ts';
import type { Rule } from './rules/rule.ts';

/** In the order in which blockers are listed; of several verdicts, the first in `keep, unknown, not-yet, likely` holds. */
export const rules: readonly Rule[] = [
  ...keep,
  ...unknown,
  ...regionsRead,
  ...settings,
  ...instances,
  ...rights,
  ...proof,
];

/** Asked last, where no rule speaks against a removal: whether there is anything to remove. */
export const lastRule: Rule = nothingToRemove;

/** What each reason says of a role. */
export const aboutReason: Readonly<Record<AdviceReason, string>> = Object.fromEntries(
  [...rules, lastRule].reverse().map(({ reason, about }) => [reason, about]),
) as Record<AdviceReason, string>;
