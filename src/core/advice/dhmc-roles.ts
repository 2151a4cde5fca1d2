/**
 * Audits the roles that settings name: which rights are missing, and what every managed instance can do with the role.
 */
import type { AgentPlace, RoleDetail } from '../coverage/authorization.ts';
import type { Problem } from '../model/model.ts';
import { agentActions, spellingOf } from './rights/agent-rights.ts';
import type { DhmcRoleAudit } from './model.ts';
import { couldAllow } from './rights/policy-rights.ts';
import { missingRights } from './view.ts';
import { problemFor } from '../problems/hints.ts';

const agentKeys = new Set(agentActions.map((action) => action.toLowerCase()));
const isAgentAlone = (pattern: string): boolean =>
  agentKeys.has(pattern) || /^(?:ssmmessages|ec2messages):/.test(pattern);

/** The problem that prevents an audit: some of the role's policies could not be read. Null if all were read. */
export function unreadPolicies({ role, policies }: RoleDetail): Problem | null {
  const all =
    policies.boundary === null ? policies.policies : [...policies.policies, policies.boundary];
  const unread = all.filter(({ statements }) => statements === null);
  if (unread.length === 0) return null;
  const names = unread.map(({ name }) => name).join(', ');
  return problemFor(
    'policies-unread',
    `Policies of the DHMC role ${role.name} could not be read: ${names}.`,
    { role: role.name, policies: names },
  );
}

/** Rights that are dangerous on every resource: administration, assuming other roles, and reading secrets. */
const isDangerous = (pattern: string): boolean =>
  /^(?:\*|iam:|sts:\*|sts:assumerole|ssm:\*|ssm:get\*|ssm:getparameter|s3:|kms:\*|kms:decrypt|secretsmanager:(?:\*|get))/.test(
    pattern,
  );

/**
 * Whether a Deny or the boundary takes the action away completely. Patterns are not evaluated: they count as allowed.
 */
const isTakenAway = ({ policies }: RoleDetail, pattern: string): boolean =>
  !/[*?]/.test(pattern) && !couldAllow(policies, pattern);

/** `places` are the regions whose setting names the role, or the home region if there are none. */
export function auditDhmcRole(detail: RoleDetail, places: readonly AgentPlace[]): DhmcRoleAudit {
  const beyond = new Set<string>();
  const dangerous = new Set<string>();
  for (const { statements } of detail.policies.policies)
    for (const { effect, actions, resources } of statements ?? []) {
      if (effect !== 'Allow') continue;
      const isWide = resources.except || resources.patterns.includes('*');
      const patterns = actions.except ? ['*'] : actions.patterns;
      for (const [at, pattern] of patterns.entries()) {
        if (isAgentAlone(pattern) || isTakenAway(detail, pattern)) continue;
        const name = spellingOf(actions.except ? pattern : (actions.written?.[at] ?? pattern));
        beyond.add(name);
        if (isWide && isDangerous(pattern)) dangerous.add(name);
      }
    }
  const missing = new Set(places.flatMap((place) => missingRights(detail, place)));
  return {
    account: places[0]?.account ?? '',
    arn: detail.role.arn,
    missing: agentActions.filter((action) => missing.has(action)),
    beyond: [...beyond].sort(),
    dangerous: [...dangerous].sort(),
  };
}
