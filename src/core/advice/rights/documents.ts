/** The policy documents of a removal: the rights to keep of a detached policy, and the Deny of the hand-over. */
import type { Partition } from '../../model/model.ts';
import {
  parsePolicy,
  type IdentityPolicy,
  type PolicyStatement,
} from '../../iam/policy-document.ts';
import { agentActions, heartbeatAction, spellingOf } from './agent-rights.ts';
import type { PolicyDocument } from '../model.ts';

export interface DocumentPlace {
  readonly partition: Partition;
  readonly account: string;
}

/** The name of the inline policy with the Deny. */
export const handoverName = 'dhmc-handover';

/** Denies only the heartbeat: the agent asks for the DHMC role and keeps its open channels. */
export const handoverDocument: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'DhmcHandover',
      Effect: 'Deny',
      Action: heartbeatAction,
      Resource: '*',
    },
  ],
};

const agentKeys = new Set(agentActions.map((action) => action.toLowerCase()));

/** All resources that the action works on, narrower than `*`. For other actions IAM checks no resource. */
function narrowed(action: string, { partition, account }: DocumentPlace): readonly string[] {
  if (/^ssm:getparameters?$/.test(action)) return [`arn:${partition}:ssm:*:*:parameter/*`];
  if (action.startsWith('logs:')) return [`arn:${partition}:logs:*:${account}:*`];
  if (action === 'ds:createcomputer') return [`arn:${partition}:ds:*:*:directory/*`];
  if (action.startsWith('s3:'))
    return [`arn:${partition}:s3:::*`, `arn:${partition}:s3:*:*:accesspoint/*`];
  return ['*'];
}

/** An AWS managed policy without the agent's rights; null if nothing is left. */
export function documentOfRest(
  { statements }: IdentityPolicy,
  place: DocumentPlace,
): PolicyDocument | null {
  const byResource = new Map<string, { resources: readonly string[]; actions: string[] }>();
  for (const statement of statements ?? []) {
    for (const action of restOf(statement)) {
      const given = statement.resources.patterns;
      const resources = given.includes('*') ? narrowed(action.toLowerCase(), place) : given;
      const key = resources.join(' ');
      const group = byResource.get(key) ?? { resources, actions: [] };
      const name = spellingOf(action);
      if (!group.actions.includes(name)) group.actions.push(name);
      byResource.set(key, group);
    }
  }
  if (byResource.size === 0) return null;
  return {
    Version: '2012-10-17',
    Statement: [...byResource.values()].map(({ resources, actions }) => ({
      Effect: 'Allow',
      Action: actions,
      Resource: resources.length === 1 && resources[0] !== undefined ? resources[0] : resources,
    })),
  };
}

const restOf = ({ effect, actions }: PolicyStatement): readonly string[] =>
  effect === 'Allow' && !actions.except
    ? (actions.written ?? actions.patterns).filter(
        (pattern) => !agentKeys.has(pattern.toLowerCase()),
      )
    : [];

/** Whether the policy can be split: only Allow statements with actions and resources, without conditions. */
export const isPlain = ({ statements }: IdentityPolicy): boolean =>
  statements !== null &&
  statements.every(
    ({ effect, actions, resources, conditions }) =>
      effect === 'Allow' && !actions.except && !resources.except && conditions.length === 0,
  );

/** A document as an inline policy for the evaluation. */
export const asPolicy = (name: string, document: PolicyDocument): IdentityPolicy =>
  parsePolicy(`inline:${name}`, JSON.stringify(document));

/** Whether a policy is the Deny of a hand-over that was begun. */
export const isHandover = ({ name, statements }: IdentityPolicy): boolean =>
  name === `inline:${handoverName}` &&
  statements?.length === 1 &&
  statements.every(
    ({ effect, actions, resources, conditions }) =>
      effect === 'Deny' &&
      !actions.except &&
      actions.patterns.length === 1 &&
      actions.patterns[0] === heartbeatAction.toLowerCase() &&
      !resources.except &&
      resources.patterns.includes('*') &&
      conditions.length === 0,
  );
