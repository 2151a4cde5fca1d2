/** The advice for a role: the verdict from the rules, the blockers, and the steps. */
import { keptRights, rightsOf } from './rights/dispositions.ts';
import type { AdviceStep, AdviceVerdict, Blocker, PolicyDocument, RoleAdvice } from './model.ts';
import { rightsOfPolicy } from './rights/policy-rights.ts';
import { lastRule, rules } from './rules.ts';
import { ownerByTags, stepsFor, textStep } from './steps.ts';
import {
  viewOfRole,
  type AccountFacts,
  type AdviceOptions,
  type InstanceRole,
  type RoleView,
} from './view.ts';

/** The worst verdict first: of the verdicts that rules give, the first in this order wins. */
const order: readonly AdviceVerdict[] = ['keep', 'unknown', 'not-yet', 'likely'];

/** Whether the role has, or could have, any Systems Manager right. Other roles have no row in the report. */
export const concernsAdvice = ({ detail }: InstanceRole): boolean =>
  detail.policies.policies.some((policy) => {
    const { ofSsm, readable } = rightsOfPolicy(policy);
    return ofSsm || !readable;
  });

interface Judged {
  readonly verdict: AdviceVerdict;
  readonly blockers: readonly Blocker[];
}

function judge(view: RoleView): Judged {
  const found = rules.flatMap((rule) =>
    rule
      .find(view)
      .map((finding) => ({ verdict: rule.verdict, blocker: { reason: rule.reason, ...finding } })),
  );
  const verdict = order.find((each) => found.some((one) => one.verdict === each)) ?? 'safe';
  const [done] = verdict === 'safe' || verdict === 'likely' ? lastRule.find(view) : [];
  if (done !== undefined)
    return { verdict: lastRule.verdict, blockers: [{ reason: lastRule.reason, ...done }] };
  // For a role to keep, only the reasons to keep it matter.
  const shown = verdict === 'keep' ? found.filter((one) => one.verdict === 'keep') : found;
  return { verdict, blockers: shown.map(({ blocker }) => blocker) };
}

/** How long an instance may be unmanaged, in minutes; 0 if no agent uses the profile now. */
function gapOf(view: RoleView, verdict: AdviceVerdict): number | null {
  if (verdict === 'keep' || verdict === 'unknown') return null;
  const { evidence, heartbeatNow, removal } = view;
  if (evidence === null) return null;
  if (heartbeatNow.result === 'denied' && !removal.isHandedOver) return 0;
  return evidence.gapMinutes;
}

/** Steps that prove what is missing come first: the removal depends on them. */
const firstSteps = ({ verdict, blockers }: Judged): readonly AdviceStep[] =>
  verdict === 'likely'
    ? [...new Set(blockers.map(({ hint }) => hint))].map((hint) => textStep(`First: ${hint}`))
    : [];

/** The advice for a role, with the documents for files. */
export interface AdvisedRole {
  readonly advice: RoleAdvice;
  /** Documents that replace policies, with the policy's name; empty if the role must not change. */
  readonly replacements: readonly { readonly policy: string; readonly document: PolicyDocument }[];
  /** The owner that the role's tags show, who has to make the change; null if they show none. */
  readonly owner: string | null;
}

/** Only a verdict that allows a removal has steps, replacements and an owner. */
export function adviseRole(
  role: InstanceRole,
  account: AccountFacts,
  options: AdviceOptions,
): AdvisedRole {
  const view = viewOfRole(role, account, options);
  const { verdict, blockers } = judge(view);
  const instances = { running: 0, stopped: 0 };
  for (const { running, stopped } of view.regions) {
    instances.running += running.length;
    instances.stopped += stopped.length;
  }
  const hasSteps = verdict !== 'keep' && verdict !== 'unknown';
  const advice: RoleAdvice = {
    account: account.place.account,
    name: role.detail.role.name,
    arn: role.detail.role.arn,
    profiles: [...role.profiles].sort(),
    instances,
    verdict,
    gapMinutes: gapOf(view, verdict),
    rights: verdict === 'keep' ? keptRights(view, blockers[0]?.hint ?? '') : rightsOf(view),
    blockers,
    steps: hasSteps ? [...firstSteps({ verdict, blockers }), ...stepsFor(view)] : [],
  };
  const replacements = view.removal.going.flatMap(({ name, rest }) =>
    rest === null ? [] : [{ policy: name, document: rest.document }],
  );
  return {
    advice,
    replacements: hasSteps ? replacements : [],
    owner: hasSteps ? ownerByTags(role.detail.role.tags) : null,
  };
}
