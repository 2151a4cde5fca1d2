/**
 * The effect of a removal on a role: which policies are removed, which of their rights are kept, and what the role
 * allows afterwards.
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

/** An AWS managed policy to detach, with the rights to keep. */
export interface GoingPolicy {
  readonly policy: IdentityPolicy;
  /** The policy's name in AWS. */
  readonly name: string;
  /** The inline policy with the rights to keep; null if there are none. */
  readonly rest: RestPolicy | null;
}

export interface RestPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
  /** The role already has it: a removal was begun. */
  readonly isThere: boolean;
}

export interface RightsRemoval {
  readonly going: readonly GoingPolicy[];
  /** Policies that do not change. The Deny of a hand-over is not among them. */
  readonly staying: readonly IdentityPolicy[];
  /** The role already has the Deny of a hand-over. */
  readonly isHandedOver: boolean;
  /** The role's policies after the removal, without the Deny. */
  readonly after: RolePolicies;
  /** The same with the Deny. */
  readonly afterWithDeny: RolePolicies;
}

/** The name of the inline policy that keeps the rights of an AWS managed policy that are not the agent's. */
export const restNameOf = (name: string): string => `dhmc-rest-of-${name}`;

/** The policy with the rights to keep: as the role already has it, or under a name that is free. */
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

/** Removes AWS's policies for the agent. Policies of the account are never rewritten. */
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
  /** Names of the policies that allow it, or could allow it. */
  readonly policies: readonly string[];
}

/** Whether any policy could allow the heartbeat. For most roles none does, which spares the evaluation. */
const couldAllowHeartbeat = ({ policies }: RolePolicies): boolean =>
  policies.some((policy) => {
    const { agent, readable } = rightsOfPolicy(policy);
    return !readable || agent.includes(heartbeatAction);
  });

/** Whether a role with these policies allows the heartbeat for any of the instances. */
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
    // One evaluation is enough unless the answer depends on the instance.
    const answers =
      here.result === 'unknown' && instances.length > 0
        ? instances.map((instance) => take({ ...place, instance }))
        : [take({ ...place, instance: null })];
    if (answers.includes('allowed')) result = 'allowed';
    else if (answers.includes('unknown') && result === 'denied') result = 'unknown';
  }
  return { result, policies: [...names] };
}
