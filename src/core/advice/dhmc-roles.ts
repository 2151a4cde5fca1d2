/** The audit of the roles that settings name: what they lack, and what every managed instance can do with them. */
import type { AgentPlace, RoleDetail } from '../coverage/authorization.ts';
import { agentActions, spellingOf } from './rights/agent-rights.ts';
import type { DhmcRoleAudit } from './model.ts';
import { missingRights } from './view.ts';

const agentKeys = new Set(agentActions.map((action) => action.toLowerCase()));
const isAgentAlone = (pattern: string): boolean =>
  agentKeys.has(pattern) || /^(?:ssmmessages|ec2messages):/.test(pattern);

/** The regions are those whose setting names the role; none: the home region counts. */
export function auditDhmcRole(detail: RoleDetail, places: readonly AgentPlace[]): DhmcRoleAudit {
  const beyond = new Set<string>();
  for (const { statements } of detail.policies.policies)
    for (const { effect, actions } of statements ?? []) {
      if (effect !== 'Allow') continue;
      if (actions.except) beyond.add('*');
      else
        for (const pattern of actions.patterns)
          if (!isAgentAlone(pattern)) beyond.add(spellingOf(pattern));
    }
  const missing = new Set(places.flatMap((place) => missingRights(detail, place)));
  return {
    account: places[0]?.account ?? '',
    arn: detail.role.arn,
    missing: agentActions.filter((action) => missing.has(action)),
    beyond: [...beyond].sort(),
  };
}
