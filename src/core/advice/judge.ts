/** The advice for a role: the verdict by the rules, what holds it back, and the steps. */
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

/** The first of these that a rule leaves is the verdict. */
const order: readonly AdviceVerdict[] = ['keep', 'unknown', 'not-yet', 'likely'];

/** Whether the role has any right of Systems Manager, or could: others have no row. */
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
  // What makes a role stay is all there is to say of it.
  const shown = verdict === 'keep' ? found.filter((one) => one.verdict === 'keep') : found;
  return { verdict, blockers: shown.map(({ blocker }) => blocker) };
}

/** How long an instance may be unmanaged; 0 where the profile is not used now. */
function gapOf(view: RoleView, verdict: AdviceVerdict): number | null {
  if (verdict === 'keep' || verdict === 'unknown') return null;
  const { evidence, heartbeatNow, removal } = view;
  if (evidence === null) return null;
  if (heartbeatNow.result === 'denied' && !removal.isHandedOver) return 0;
  return evidence.gapMinutes;
}

/** What is not proven comes before the steps that rest on it. */
const firstSteps = ({ verdict, blockers }: Judged): readonly AdviceStep[] =>
  verdict === 'likely'
    ? [...new Set(blockers.map(({ hint }) => hint))].map((hint) => textStep(`First: ${hint}`))
    : [];

/** The advice for a role, with what is written to files. */
export interface AdvisedRole {
  readonly advice: RoleAdvice;
  /** Documents that replace policies, by the name of the policy; empty if the role is to stay as it is. */
  readonly replacements: readonly { readonly policy: string; readonly document: PolicyDocument }[];
  /** Who owns the role by its tags, and so has to make the change; null: nobody. */
  readonly owner: string | null;
}

/** Advice for one role of an account. */
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
