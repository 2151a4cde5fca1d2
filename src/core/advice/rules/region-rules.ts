/** Rules about the regions where the role is used: whether they were read, and whether their settings can take over. */
import { repairRole } from '../../coverage/hints.ts';
import { lastSegment } from '../../iam/role-names.ts';
import { hints } from '../hints.ts';
import { missingRights, type RoleView } from '../view.ts';
import { everywhere, inRegions, allOf, accountOf, hasUnread, type Rule } from './rule.ts';

const day = 24 * 60 * 60_000;

export const regionsRead: readonly Rule[] = [
  {
    id: 'S1',
    reason: 'no-instances',
    verdict: 'not-yet',
    about: 'no instance uses the role',
    find: ({ evidence }) => (evidence === null ? everywhere(hints.noInstances) : []),
  },
  {
    id: 'S1',
    reason: 'regions-unproven',
    verdict: 'not-yet',
    about: 'the regions of the account could not be listed',
    find: ({ account }) =>
      account.regionsProblem === null
        ? []
        : everywhere(hints.regionsUnproven(account.regionsProblem.hint)),
  },
  {
    id: 'S1',
    reason: 'unreadable',
    verdict: 'not-yet',
    about: 'a region could not be read, and may have instances of the role',
    find: (view) =>
      [...view.account.evidence.cells]
        .filter(([region, { problem }]) => {
          const isUsed = view.evidence?.regions.has(region) === true;
          return problem !== null && (isUsed || mayHoldMore(view, region));
        })
        .map(([region, { problem }]) => ({
          region,
          instances: view.account.evidence.unplaced.get(region) ?? [],
          hint: hints.unreadable(problem?.hint ?? ''),
        })),
  },
  {
    id: 'S1',
    reason: 'unreadable',
    verdict: 'not-yet',
    about: 'the setting, or the role that it names, could not be read',
    find: inRegions((here) => {
      const { cell } = here;
      if (cell === undefined || cell.problem !== null) return null;
      const { setting, dhmcRole } = cell;
      const isOpen =
        setting.kind === 'set' &&
        setting.works === 'unknown' &&
        (dhmcRole === null || hasUnread(dhmcRole.policies));
      return setting.kind === 'unread' || isOpen
        ? { instances: allOf(here), hint: hints.settingUnread }
        : null;
    }),
  },
];

/** Whether the role may have more instances there: some were not listed, or have a profile that could not be read. */
const mayHoldMore = ({ account: { evidence } }: RoleView, region: string): boolean => {
  const cell = evidence.cells.get(region);
  return cell?.isListed === false || evidence.unplaced.has(region);
};

export const settings: readonly Rule[] = [
  {
    id: 'S1',
    reason: 'setting-unset',
    verdict: 'not-yet',
    about: 'the setting of a region names no role',
    find: inRegions((here, view) =>
      here.cell?.setting.kind === 'unset'
        ? { instances: allOf(here), hint: hints.settingUnset(accountOf(view), here.region) }
        : null,
    ),
  },
  {
    id: 'S2',
    reason: 'dhmc-role-broken',
    verdict: 'not-yet',
    about: 'the role of the setting cannot manage an instance, or lacks rights of the agent',
    find: inRegions((here, view) => {
      const { cell, region } = here;
      if (cell?.setting.kind !== 'set') return null;
      const { setting, dhmcRole } = cell;
      const place = { ...view.account.place, region, instance: null };
      const missing =
        dhmcRole === null || hasUnread(dhmcRole.policies) ? [] : missingRights(dhmcRole, place);
      if (setting.works !== 'no' && missing.length === 0) return null;
      const role = lastSegment(setting.value);
      const fault = setting.fault ?? `it does not allow ${missing.join(', ')}`;
      return {
        instances: allOf(here),
        hint: hints.dhmcRole(
          role,
          fault,
          repairRole(setting, { account: accountOf(view), region }),
        ),
      };
    }),
  },
  {
    id: 'S9',
    reason: 'setting-recent',
    verdict: 'not-yet',
    about: 'the setting was changed less than 24 hours ago, or is still being applied',
    find: inRegions((here, view) => {
      const setting = here.cell?.setting;
      if (setting?.kind !== 'set') return null;
      const { modifiedAt, pending } = setting;
      const age = modifiedAt === null ? null : view.account.now - modifiedAt;
      if (!pending && (age === null || age >= day)) return null;
      const hint =
        age === null || age >= day
          ? hints.settingPending
          : hints.settingRecent(view.account.now - age + day);
      return { instances: allOf(here), hint };
    }),
  },
];
