/** Rules about the role itself: who owns it, whether it could be read, and which rights it would lose. */
import { lastSegment } from '../../iam/role-names.ts';
import { hints } from '../hints.ts';
import { awsPolicyName, quickSetupRoleName, servicePolicies } from '../rights/agent-rights.ts';
import { isForHand, rightsOfPolicy } from '../rights/policy-rights.ts';
import { everywhere, inRegions, withFault, heartbeatLeft, hasUnread, type Rule } from './rule.ts';

export const keep: readonly Rule[] = [
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
    about: "none of the role's Systems Manager rights is for the agent",
    find: ({ detail, unread }) =>
      unread.length === 0 &&
      detail.policies.policies.every((policy) => !rightsOfPolicy(policy).isForAgent)
        ? everywhere(hints.noAgentRights)
        : [],
  },
];

export const nothingToRemove: Rule = {
  id: '7.1',
  reason: 'nothing-to-remove',
  verdict: 'keep',
  about:
    "the agents use DHMC already, and the agent's rights that remain are part of other policies",
  find: ({ removal }) =>
    removal.going.length === 0 && removal.staying.every((policy) => !isForHand(policy))
      ? everywhere(hints.nothingToRemove)
      : [],
};

export const unknown: readonly Rule[] = [
  {
    id: '7.1',
    reason: 'policy-unreadable',
    verdict: 'unknown',
    about: 'a policy of the role could not be read',
    find: ({ unread }) => (unread.length === 0 ? [] : everywhere(hints.unreadPolicies(unread))),
  },
  {
    id: 'S8',
    reason: 'trust-unreadable',
    verdict: 'unknown',
    about: 'dhmc cannot interpret the trust policy of the role',
    find: ({ trust }) => (trust === null ? everywhere(hints.unreadTrust) : []),
  },
  {
    id: 'S5',
    reason: 'conditions',
    verdict: 'unknown',
    about: 'whether the role allows the heartbeat depends on conditions that dhmc cannot evaluate',
    find: (view) => {
      if (view.unread.length > 0 || view.evidence === null) return [];
      const left = heartbeatLeft(view);
      return left.result === 'unknown' ? everywhere(hints.conditions(left.policies)) : [];
    },
  },
  {
    id: 'S2',
    reason: 'conditions',
    verdict: 'unknown',
    about: 'whether the DHMC role works depends on conditions that dhmc cannot evaluate',
    find: inRegions(({ cell, running, stopped }) => {
      if (cell?.setting.kind !== 'set' || cell.setting.works !== 'unknown') return null;
      if (cell.dhmcRole === null || hasUnread(cell.dhmcRole.policies)) return null;
      const role = lastSegment(cell.setting.value);
      return { instances: [...running, ...stopped], hint: hints.dhmcConditions(role) };
    }),
  },
];

export const rights: readonly Rule[] = [
  {
    id: 'S8',
    reason: 'shared-role',
    verdict: 'not-yet',
    about: 'the role can be assumed by others than instances',
    find: ({ trust }) =>
      trust === null || trust.others.length === 0 ? [] : everywhere(hints.sharedRole(trust.others)),
  },
  {
    id: 'S5',
    reason: 'other-policy',
    verdict: 'not-yet',
    about: 'another policy would still allow the heartbeat, so the agent would never use DHMC',
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
    about: 'the agent may use rights of the profile that the DHMC role does not have',
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
