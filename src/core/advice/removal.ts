/**
 * The effect of a removal on a role: which policies are removed, what is kept of them, and what the role may do
 * afterwards.
 */
import { evaluateHeartbeat, type AgentPlace, type RoleDetail } from '../coverage/authorization.ts';
import type { IdentityPolicy } from '../iam/policy-document.ts';
import type { RolePolicies } from '../iam/policy-evaluation.ts';
import { agentPolicies, awsPolicyName, heartbeatAction } from './rights/agent-rights.ts';
import {
  asPolicy,
  documentOfRest,
  handoverDocument,
  handoverName,
  isHandover,
  isPlain,
  type DocumentPlace,
} from './rights/documents.ts';
import type { PolicyDocument } from './model.ts';
import { rightsOfPolicy } from './rights/policy-rights.ts';

/** A policy of AWS that goes, with what stays of it. */
export interface GoingPolicy {
  readonly policy: IdentityPolicy;
  /** AWS's name of it. */
  readonly name: string;
  /** The inline policy with the rest; null if nothing stays. */
  readonly rest: RestPolicy | null;
}

export interface RestPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
  /** The role has it already: the removal was begun. */
  readonly isThere: boolean;
}

export interface RightsRemoval {
  readonly going: readonly GoingPolicy[];
  /** Policies that stay as they are, without the Deny of a hand-over. */
  readonly staying: readonly IdentityPolicy[];
  /** The role already has the Deny of a hand-over. */
  readonly isHandedOver: boolean;
  /** Afterwards, without the Deny. */
  readonly after: RolePolicies;
  /** The same while the Deny is in place. */
  readonly afterWithDeny: RolePolicies;
}

/** The inline policy that keeps what a policy of AWS gives beside the agent's rights. */
export const restNameOf = (name: string): string => `dhmc-rest-of-${name}`;

/** The policy with the rest, under a name that the role does not have yet; or as the role has it. */
function restPolicy(
  wanted: string,
  document: PolicyDocument,
  held: readonly IdentityPolicy[],
): RestPolicy {
  let name = wanted;
  for (let count = 2; ; count += 1) {
    const there = held.find((one) => one.name === `inline:${name}`);
    if (there === undefined) return { name, document, isThere: false };
    if (isSame(there, asPolicy(name, document))) return { name, document, isThere: true };
    name = `${wanted}-${count}`;
  }
}

const isSame = (one: IdentityPolicy, other: IdentityPolicy): boolean =>
  JSON.stringify(one.statements) === JSON.stringify(other.statements);

/** Policies of AWS for the agent go; policies of others are not rewritten. */
export function removalOf({ policies: held }: RoleDetail, place: DocumentPlace): RightsRemoval {
  const { policies, boundary } = held;
  const going: GoingPolicy[] = [];
  const staying: IdentityPolicy[] = [];
  for (const policy of policies) {
    if (isHandover(policy)) continue;
    const name = awsPolicyName(policy.name);
    const goes = name !== null && agentPolicies.has(name) && isPlain(policy);
    if (!goes || rightsOfPolicy(policy).agent.length === 0) {
      staying.push(policy);
      continue;
    }
    const document = documentOfRest(policy, place);
    const rest = document === null ? null : restPolicy(restNameOf(name), document, policies);
    going.push({ policy, name, rest });
  }
  const rests = going.flatMap(({ rest }) =>
    rest === null || rest.isThere ? [] : [asPolicy(rest.name, rest.document)],
  );
  const deny = policies.find(isHandover) ?? asPolicy(handoverName, handoverDocument);
  return {
    going,
    staying,
    isHandedOver: policies.some(isHandover),
    after: { policies: [...staying, ...rests], boundary },
    afterWithDeny: { policies: [...staying, ...rests, deny], boundary },
  };
}

export interface HeartbeatAnswer {
  readonly result: 'allowed' | 'denied' | 'unknown';
  /** Names of the policies that allow it, or could. */
  readonly policies: readonly string[];
}

/** Whether any statement could allow the heartbeat: most roles have none left, and need no evaluation. */
const couldAllowHeartbeat = ({ policies }: RolePolicies): boolean =>
  policies.some((policy) => {
    const { agent, readable } = rightsOfPolicy(policy);
    return !readable || agent.includes(heartbeatAction);
  });

/** Whether the role with these policies may make the heartbeat for some of the instances. */
export function heartbeatAt(
  { role }: Pick<RoleDetail, 'role'>,
  policies: RolePolicies,
  places: readonly {
    readonly place: Omit<AgentPlace, 'instance'>;
    readonly instances: readonly string[];
  }[],
): HeartbeatAnswer {
  if (!couldAllowHeartbeat(policies)) return { result: 'denied', policies: [] };
  let result: HeartbeatAnswer['result'] = 'denied';
  const names = new Set<string>();
  const take = (place: AgentPlace): HeartbeatAnswer['result'] => {
    const answer = evaluateHeartbeat({ role, policies }, place);
    if (answer.result !== 'denied') for (const name of answer.policies) names.add(name);
    return answer.result;
  };
  for (const { place, instances } of places) {
    const here = evaluateHeartbeat({ role, policies }, { ...place, instance: null });
    // Where the answer is the same for all instances, it is asked for once.
    const answers =
      here.result === 'unknown' && instances.length > 0
        ? instances.map((instance) => take({ ...place, instance }))
        : [take({ ...place, instance: null })];
    if (answers.includes('allowed')) result = 'allowed';
    else if (answers.includes('unknown') && result === 'denied') result = 'unknown';
  }
  return { result, policies: [...names] };
}
