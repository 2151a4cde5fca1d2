/** The disposition of each policy's rights, with the reason. */
import { awsPolicyName, furtherUses, heartbeatAction } from './agent-rights.ts';
import { moveWarning } from '../hints.ts';
import type { RightsRow } from '../model.ts';
import { rightsOfPolicy, type PolicyRights } from './policy-rights.ts';
import type { IdentityPolicy } from '../../iam/policy-document.ts';
import type { RoleView } from '../view.ts';

type Row = Omit<RightsRow, 'policy'>;

/** The agent's own rights in a policy. */
function agentRow(view: RoleView, policy: IdentityPolicy, rights: PolicyRights): readonly Row[] {
  const actions = rights.agent;
  if (actions.length === 0) return [];
  const going = view.removal.going.find((one) => one.policy === policy);
  if (going !== undefined) {
    return going.rest === null
      ? [{ disposition: 'remove', actions, reason: 'The DHMC role gives them to the agent.' }]
      : [
          {
            disposition: 'replace',
            actions,
            reason: `The DHMC role gives them to the agent; the inline policy ${going.rest.name} keeps the rest.`,
          },
        ];
  }
  const holds =
    actions.includes(heartbeatAction) && view.heartbeatNow.result !== 'denied'
      ? ' While it allows ssm:UpdateInstanceInformation, the agent never asks for DHMC.'
      : '';
  if (awsPolicyName(policy.name) !== null)
    return [
      {
        disposition: 'keep',
        actions,
        reason: `These rights are part of a policy that is not only for the agent.${holds}`,
      },
    ];
  if (!rights.isForAgent)
    return [
      {
        disposition: 'keep',
        actions,
        reason:
          'They only read. No agent can work with them alone, and an application may use them.',
      },
    ];
  return [
    {
      disposition: 'remove',
      actions,
      reason: `The DHMC role gives them to the agent. The policy belongs to the team, so dhmc does not rewrite it: remove all of these actions at once.${holds}`,
    },
  ];
}

/** The further rights in a policy, by use. */
function furtherRows(view: RoleView, rights: PolicyRights): readonly Row[] {
  const rows: Row[] = [];
  for (const { use, actions: ofUse, advice } of furtherUses) {
    const given = ofUse.filter((action) => rights.further.includes(action));
    const losing = given.filter((action) => view.losing.includes(action));
    const rest = given.filter((action) => !losing.includes(action));
    if (losing.length > 0)
      rows.push(
        advice === 'move'
          ? {
              disposition: 'move',
              actions: losing,
              reason: `Applications keep them in the profile. If the agent uses them (${use}), the DHMC role needs them too. ${moveWarning}`,
            }
          : {
              disposition: 'keep',
              actions: losing,
              reason: `Applications use the profile's role, and the DHMC role gives them nothing. The agent could use these rights too (${use}).`,
            },
      );
    if (rest.length > 0)
      rows.push({
        disposition: 'keep',
        actions: rest,
        reason: view.removal.isHandedOver
          ? 'Applications use them with the profile.'
          : `Applications keep them; the agent does not lose them (${use}), or only applications use them.`,
      });
  }
  return rows;
}

function otherRows(rights: PolicyRights, isGoing: boolean): readonly Row[] {
  const rows: Row[] = [];
  const clients = rights.othersOfSsm;
  if (clients.length > 0)
    rows.push({
      disposition: 'keep',
      actions: clients,
      reason: 'An application calls Systems Manager with them; they are not for the agent.',
    });
  const others = isGoing ? rights.others.filter((action) => !clients.includes(action)) : [];
  if (others.length > 0)
    rows.push({
      disposition: 'keep',
      actions: others,
      reason: 'They are not for the agent: the replacement keeps them.',
    });
  return rows;
}

/** Policies without rights of Systems Manager or the agent have no row. */
export function rightsOf(view: RoleView): readonly RightsRow[] {
  return view.detail.policies.policies.flatMap((policy): readonly RightsRow[] => {
    const rights = rightsOfPolicy(policy);
    const isGoing = view.removal.going.some((one) => one.policy === policy);
    const rows = rights.readable
      ? [
          ...agentRow(view, policy, rights),
          ...furtherRows(view, rights),
          ...otherRows(rights, isGoing),
        ]
      : [{ disposition: 'keep' as const, actions: [], reason: 'It could not be read.' }];
    return rows.map((row) => ({ policy: policy.name, ...row }));
  });
}

/** For a role to keep: all rights stay. */
export function keptRights(view: RoleView, reason: string): readonly RightsRow[] {
  return rightsOf(view).map((row) => ({ ...row, disposition: 'keep', reason }));
}
