/** Which permissions `enable` needs in an account in its current state, and where. */
import type { AccountPlan, Deed, PlannedTarget, TargetKind } from '../model/model.ts';
import { deedOf } from '../record/deeds.ts';
import type { Need } from './readings.ts';

const isPlanned = ({ verdict }: PlannedTarget): boolean => verdict === 'would-change';

/** The IAM actions of each change. The policies on a new role are read before one is attached. */
const ofDeeds: Readonly<Record<TargetKind, Readonly<Partial<Record<Deed, readonly string[]>>>>> = {
  role: {
    create: ['iam:CreateRole', 'iam:TagRole', 'iam:ListAttachedRolePolicies'],
    repair: ['iam:UpdateAssumeRolePolicy'],
    replace: ['iam:UpdateAssumeRolePolicy'],
    delete: ['iam:DeleteRole'],
  },
  grant: { attach: ['iam:AttachRolePolicy'], detach: ['iam:DetachRolePolicy'] },
  setting: {
    set: ['ssm:UpdateServiceSetting', 'iam:PassRole'],
    repair: ['ssm:UpdateServiceSetting', 'iam:PassRole'],
    replace: ['ssm:UpdateServiceSetting', 'iam:PassRole'],
    reset: ['ssm:ResetServiceSetting'],
  },
};

/** The actions that the plan's changes need. Reading is not included: the doctor has done it. */
export const actionsOf = (plan: AccountPlan): ReadonlySet<string> =>
  new Set(
    plan.targets
      .filter((target) => isPlanned(target))
      .flatMap((target) => ofDeeds[target.kind][deedOf(target)] ?? []),
  );

/** The same need in another region. */
const inRegion = (need: Need, region: string): Need => ({
  ...need,
  resource: need.resource.replace(/^(arn:[^:]*:ssm:)[^:]*:/, `$1${region}:`),
  context: { ...need.context, 'aws:RequestedRegion': region },
});

const isRead: (target: PlannedTarget) => boolean = ({ kind, verdict }) =>
  kind === 'setting' && verdict !== 'skipped' && verdict !== 'blocked';

/**
 * The plan's needs in every region where it changes the setting, and those of its undo in the regions that were read.
 */
export function neededFor(plan: AccountPlan, needs: readonly Need[]): readonly Need[] {
  const actions = actionsOf(plan);
  const regions = plan.targets
    .filter((target) => target.kind === 'setting' && isPlanned(target))
    .flatMap(({ region }) => region ?? []);
  const read = plan.targets.filter(isRead).flatMap(({ region }) => region ?? []);
  const unread = unreadRegions(plan);
  return needs.flatMap((need) => {
    if (need.for === 'undo')
      return need.action.startsWith('ssm:') && read.length + unread.length > 0
        ? read.map((region) => inRegion(need, region))
        : [need];
    if (!actions.has(need.action)) return [];
    return need.action.startsWith('ssm:') || need.action === 'iam:PassRole'
      ? regions.map((region) => inRegion(need, region))
      : [need];
  });
}

/** The regions in scope whose setting could not be read. */
const unreadRegions = ({ targets }: AccountPlan): readonly string[] =>
  targets.flatMap(({ kind, state, verdict, region }) =>
    kind === 'setting' && state === 'unknown' && verdict === 'blocked' && region !== null
      ? [region]
      : [],
  );

/** All needs of the settings in the regions that could not be read, reading included. */
export function neededWhereUnread(plan: AccountPlan, needs: readonly Need[]): readonly Need[] {
  const regions = unreadRegions(plan);
  return needs
    .filter(({ action }) => action.startsWith('ssm:') || action === 'iam:PassRole')
    .flatMap((need) => regions.map((region) => inRegion(need, region)));
}

/** The needs to ask the simulator about: those of the plan's changes and of their undo. */
export const neededAnywhere = (plan: AccountPlan, needs: readonly Need[]): readonly Need[] => {
  const actions = actionsOf(plan);
  return needs.filter((need) => need.for === 'undo' || actions.has(need.action));
};
