/** Which of the permissions that `enable` may need it needs in an account as it is, and where. */
import type { AccountPlan, PlannedTarget } from '../model/model.ts';
import type { Need } from './readings.ts';

const isPlanned = ({ verdict }: PlannedTarget): boolean => verdict === 'would-change';

/** The actions that the plan's changes take; what is read was read by the doctor itself. */
function actionsOf(plan: AccountPlan): ReadonlySet<string> {
  const actions = new Set<string>();
  for (const { kind, from } of plan.targets.filter(isPlanned)) {
    if (kind === 'setting') {
      actions.add('ssm:UpdateServiceSetting');
      actions.add('iam:PassRole');
    } else if (kind === 'grant') actions.add('iam:AttachRolePolicy');
    else if (from === null) {
      actions.add('iam:CreateRole');
      actions.add('iam:TagRole');
      // What is attached to a new role is read before anything is attached.
      actions.add('iam:ListAttachedRolePolicies');
    } else actions.add('iam:UpdateAssumeRolePolicy');
  }
  return actions;
}

/** A need of Systems Manager in another region. */
const inRegion = (need: Need, region: string): Need => ({
  ...need,
  resource: need.resource.replace(/^(arn:[^:]*:ssm:)[^:]*:/, `$1${region}:`),
  context: { ...need.context, 'aws:RequestedRegion': region },
});

const isRead: (target: PlannedTarget) => boolean = ({ kind, verdict }) =>
  kind === 'setting' && verdict !== 'skipped' && verdict !== 'blocked';

/** What the plan needs, for every region in which it changes the setting; and what undoing it may need in those that were read. */
export function neededFor(plan: AccountPlan, needs: readonly Need[]): readonly Need[] {
  const actions = actionsOf(plan);
  const regions = plan.targets
    .filter((target) => target.kind === 'setting' && isPlanned(target))
    .flatMap(({ region }) => region ?? []);
  const read = plan.targets.filter(isRead).flatMap(({ region }) => region ?? []);
  return needs.flatMap((need) => {
    if (need.for === 'undo')
      return need.action.startsWith('ssm:') && read.length > 0
        ? read.map((region) => inRegion(need, region))
        : [need];
    if (!actions.has(need.action)) return [];
    return need.action.startsWith('ssm:') || need.action === 'iam:PassRole'
      ? regions.map((region) => inRegion(need, region))
      : [need];
  });
}
