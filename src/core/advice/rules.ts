/**
 * What holds a role back from `safe`, as one table. Each rule says which verdict it leaves at best, what it is about, and
 * where it finds that in what was read. A role is `safe` where no rule finds anything.
 */
import { lastSegment } from '../iam/role-names.ts';
import { awsPolicyName, quickSetupRoleName, servicePolicies } from './rights/agent-rights.ts';
import type { AdviceReason, AdviceVerdict, Blocker } from './model.ts';
import { hints } from './hints.ts';
import { rightsOfPolicy } from './rights/policy-rights.ts';
import { missingRights, type RegionView, type RoleView } from './view.ts';

/** Where a rule found something. */
type Finding = Omit<Blocker, 'reason'>;

export interface Rule {
  /** The rule of the facts that it stands for. */
  readonly id: string;
  readonly reason: AdviceReason;
  /** The best verdict that is left. */
  readonly verdict: Exclude<AdviceVerdict, 'safe'>;
  readonly about: string;
  readonly find: (view: RoleView) => readonly Finding[];
}

const everywhere = (hint: string, instances: readonly string[] = []): readonly Finding[] => [
  { region: null, instances, hint },
];

/** A finding for each region where the rule finds instances; null: nothing there. */
const inRegions =
  (find: (region: RegionView, view: RoleView) => Omit<Finding, 'region'> | null) =>
  (view: RoleView): readonly Finding[] =>
    view.regions.flatMap((here) => {
      const found = find(here, view);
      return found === null ? [] : [{ region: here.region, ...found }];
    });

/** Instances with a fault, by region. */
const withFault = (
  reason: AdviceReason,
  hint: (region: string, view: RoleView) => string,
): Rule['find'] =>
  inRegions((here, view) => {
    const instances = here.faults.get(reason) ?? [];
    return instances.length === 0 ? null : { instances, hint: hint(here.region, view) };
  });

const allOf = ({ running, stopped }: RegionView): readonly string[] => [...running, ...stopped];
const accountOf = (view: RoleView): string => view.account.place.account;

const day = 24 * 60 * 60_000;

const keep: readonly Rule[] = [
  {
    id: '7.1',
    reason: 'quick-setup-role',
    verdict: 'keep',
    about: "the role is Quick Setup's own",
    find: ({ detail }) =>
      detail.role.name === quickSetupRoleName ? everywhere(hints.quickSetupRole) : [],
  },
  {
    id: '7.1',
    reason: 'service-role',
    verdict: 'keep',
    about: 'a service of AWS owns the role',
    find: ({ detail }) => {
      const [owner] = detail.policies.policies.flatMap(
        ({ name }) => servicePolicies[awsPolicyName(name) ?? ''] ?? [],
      );
      return owner === undefined ? [] : everywhere(hints.serviceRole(owner));
    },
  },
  {
    id: 'S8',
    reason: 'activation-role',
    verdict: 'keep',
    about: 'Systems Manager may assume the role',
    find: ({ trust }) => (trust?.systemsManager === true ? everywhere(hints.activationRole) : []),
  },
  {
    id: 'S4',
    reason: 'operated-by-aws',
    verdict: 'keep',
    about: 'another AWS service operates an instance of the role',
    find: withFault('operated-by-aws', () => hints.operated),
  },
  {
    id: '7.4',
    reason: 'no-agent-rights',
    verdict: 'keep',
    about: "the role has rights of Systems Manager, and none of them is the agent's",
    find: ({ detail, unread }) =>
      unread.length === 0 &&
      detail.policies.policies.every((policy) => rightsOfPolicy(policy).agent.length === 0)
        ? everywhere(hints.noAgentRights)
        : [],
  },
];

const unknown: readonly Rule[] = [
  {
    id: '7.1',
    reason: 'policy-unreadable',
    verdict: 'unknown',
    about: 'a policy of the role could not be read',
    find: ({ unread }) =>
      unread.length === 0 ? [] : everywhere(hints.unreadPolicies(unread.map(lastSegment))),
  },
  {
    id: 'S8',
    reason: 'trust-unreadable',
    verdict: 'unknown',
    about: 'the trust policy of the role cannot be understood',
    find: ({ trust }) => (trust === null ? everywhere(hints.unreadTrust) : []),
  },
  {
    id: 'S5',
    reason: 'conditions',
    verdict: 'unknown',
    about: 'whether the role may make the heartbeat depends on conditions that cannot be judged',
    find: (view) => {
      if (view.unread.length > 0 || view.evidence === null) return [];
      const left = heartbeatLeft(view);
      return left.result === 'unknown'
        ? everywhere(hints.conditions(left.policies.map(lastSegment)))
        : [];
    },
  },
  {
    id: 'S2',
    reason: 'conditions',
    verdict: 'unknown',
    about: 'whether the DHMC role works depends on conditions that cannot be judged',
    find: inRegions(({ cell, running, stopped }) => {
      if (cell?.setting.kind !== 'set' || cell.setting.works !== 'unknown') return null;
      if (cell.dhmcRole === null || hasUnread(cell.dhmcRole.policies)) return null;
      const role = lastSegment(cell.setting.value);
      return { instances: [...running, ...stopped], hint: hints.dhmcConditions(role) };
    }),
  },
];

/** The heartbeat after the removal; a Deny that stands there already may stay. */
export const heartbeatLeft = ({
  removal,
  heartbeatAfter,
  heartbeatAfterWithDeny,
}: RoleView): RoleView['heartbeatAfter'] =>
  removal.isHandedOver ? heartbeatAfterWithDeny : heartbeatAfter;

const hasUnread = ({ policies, boundary }: RoleView['detail']['policies']): boolean =>
  [...policies, ...(boundary === null ? [] : [boundary])].some(
    ({ statements }) => statements === null,
  );

const regionsRead: readonly Rule[] = [
  {
    id: 'S1',
    reason: 'no-instances',
    verdict: 'not-yet',
    about: 'no instance has the role, so that nothing can be seen of what it is for',
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
    about: 'a region could not be read: instances of the role may be there',
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

/** Whether the cell's instances were not all listed, or some have a profile that could not be read. */
const mayHoldMore = ({ account: { evidence } }: RoleView, region: string): boolean => {
  const cell = evidence.cells.get(region);
  return cell?.isListed === false || evidence.unplaced.has(region);
};

const settings: readonly Rule[] = [
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
      return { instances: allOf(here), hint: hints.dhmcRole(role, fault, accountOf(view), region) };
    }),
  },
  {
    id: 'S9',
    reason: 'setting-recent',
    verdict: 'not-yet',
    about: 'the setting was changed less than 24 hours ago',
    find: inRegions((here, view) => {
      const setting = here.cell?.setting;
      if (setting?.kind !== 'set') return null;
      const { modifiedAt, pending } = setting;
      const age = modifiedAt === null ? null : view.account.now - modifiedAt;
      if (!pending && (age === null || age >= day)) return null;
      const until = (modifiedAt ?? view.account.now) + day;
      return { instances: allOf(here), hint: hints.settingRecent(until) };
    }),
  },
];

const instances: readonly Rule[] = [
  {
    id: 'S3',
    reason: 'agent-too-old',
    verdict: 'not-yet',
    about: 'an agent is older than the first that can use DHMC',
    find: withFault('agent-too-old', () => hints.agentTooOld),
  },
  {
    id: 'S3',
    reason: 'agent-unknown',
    verdict: 'not-yet',
    about: 'Systems Manager does not say which version an agent has',
    find: withFault('agent-unknown', () => hints.agentUnknown),
  },
  {
    id: 'S3',
    reason: 'imds-disabled',
    verdict: 'not-yet',
    about: 'the metadata endpoint of an instance is off',
    find: withFault('imds-disabled', (region) => hints.metadata(region)),
  },
  {
    id: 'S3',
    reason: 'imds-pending',
    verdict: 'not-yet',
    about: 'a change of the metadata options is still being applied',
    find: withFault('imds-pending', () => hints.metadataPending),
  },
  {
    id: 'S3',
    reason: 'connection-lost',
    verdict: 'not-yet',
    about: 'an agent has stopped reporting, so that nothing can be said of it',
    find: withFault('connection-lost', () => hints.connectionLost),
  },
  {
    id: 'S3',
    reason: 'not-listed',
    verdict: 'not-yet',
    about: 'Systems Manager does not list an instance, so that nothing can be said of its agent',
    find: withFault('not-listed', () => hints.notListed),
  },
  {
    id: 'S4',
    reason: 'hybrid-node',
    verdict: 'not-yet',
    about: 'an instance is a node of a hybrid activation',
    find: withFault('hybrid-node', () => hints.hybridNode),
  },
  {
    id: 'S11',
    reason: 'stopped-instances',
    verdict: 'not-yet',
    about: 'an instance is stopped, and its agent is not known',
    find: inRegions((here, { options }) =>
      here.stopped.length === 0 || options.acceptStopped
        ? null
        : { instances: here.stopped, hint: hints.stopped },
    ),
  },
];

const rights: readonly Rule[] = [
  {
    id: 'S8',
    reason: 'shared-role',
    verdict: 'not-yet',
    about: 'others than instances may take the role',
    find: ({ trust }) =>
      trust === null || trust.others.length === 0 ? [] : everywhere(hints.sharedRole(trust.others)),
  },
  {
    id: 'S5',
    reason: 'other-policy',
    verdict: 'not-yet',
    about: 'another policy would still allow the heartbeat, and the agent would never ask for DHMC',
    find: (view) => {
      const left = heartbeatLeft(view);
      return left.result === 'allowed'
        ? everywhere(hints.otherPolicy(left.policies, view.detail.role.name))
        : [];
    },
  },
  {
    id: 'S7',
    reason: 'agent-rights',
    verdict: 'not-yet',
    about:
      'the agent could use further rights from the profile, and the DHMC role does not have them',
    find: ({ losing, regions }) => {
      if (losing.length === 0 || regions.length === 0) return [];
      const affected = regions.filter((here) => here.losing.length > 0);
      const [only] = affected;
      return [
        {
          region: affected.length === 1 && only !== undefined ? only.region : null,
          instances: affected.flatMap((here) => here.running),
          hint: hints.agentRights(losing),
        },
      ];
    },
  },
];

const proof: readonly Rule[] = [
  {
    id: 'S9',
    reason: 'no-canary',
    verdict: 'likely',
    about: 'no instance of the region proves that DHMC works there',
    find: inRegions((here, view) => {
      const [first] = here.cell?.setting.kind === 'set' ? tryFirst(here) : [];
      if (first === undefined || view.account.evidence.canaries(here.region).count > 0) return null;
      return { instances: [first], hint: hints.noCanary(first, here.region, isStopped(here)) };
    }),
  },
  {
    id: 'S9',
    reason: 'canary-elsewhere',
    verdict: 'likely',
    about:
      'the instance that proves DHMC is in another VPC, whose endpoints may have other policies',
    find: inRegions((here, view) => {
      const canaries = view.account.evidence.canaries(here.region);
      if (canaries.count === 0) return null;
      const unproven = [...here.vpcs].filter(([vpc]) => vpc === '' || !canaries.vpcs.has(vpc));
      const stopped = new Set(here.stopped);
      const first = unproven.flatMap(
        ([, ids]) => ids.find((id) => !stopped.has(id)) ?? ids[0] ?? [],
      );
      if (first.length === 0) return null;
      const vpcs = unproven.map(([vpc]) => vpc).filter((vpc) => vpc !== '');
      return { instances: first, hint: hints.canaryElsewhere(first, vpcs) };
    }),
  },
  {
    id: 'S9',
    reason: 'setting-age-unknown',
    verdict: 'likely',
    about: 'AWS does not say since when the setting is on',
    find: inRegions((here) => {
      const setting = here.cell?.setting;
      return setting?.kind === 'set' && setting.modifiedAt === null && !setting.pending
        ? { instances: [], hint: hints.settingAge }
        : null;
    }),
  },
  {
    id: 'S10',
    reason: 'quick-setup',
    verdict: 'likely',
    about: 'Quick Setup may attach the policies again',
    find: ({ account }) =>
      account.quickSetup === 'no' ? [] : everywhere(hints.quickSetup(account.quickSetup)),
  },
];

/** The instances to try first: those without a fault before others, and those that are stopped last. */
const tryFirst = ({ running, stopped, faults }: RegionView): readonly string[] => {
  const faulty = new Set([...faults.values()].flat());
  const inOrder = [...running].sort(
    (one, other) => Number(faulty.has(one)) - Number(faulty.has(other)),
  );
  return [...inOrder, ...stopped];
};

/** All of the region's are: one has to be started to be tried. */
const isStopped = ({ running }: RegionView): boolean => running.length === 0;

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

/** What each reason says of a role. */
export const aboutReason: Readonly<Record<AdviceReason, string>> = Object.fromEntries(
  [...rules].reverse().map(({ reason, about }) => [reason, about]),
) as Record<AdviceReason, string>;
