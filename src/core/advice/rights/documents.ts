/** The documents of a removal: what is kept of a removed policy, and the Deny that hands instances over. */
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

/** Denies the heartbeat and nothing else: the agent asks for DHMC, and its open channels stay. */
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

/** Narrower than `*`, and all that the action can be used on. Other actions have no resource that IAM checks. */
function narrowed(action: string, { partition, account }: DocumentPlace): readonly string[] {
  if (/^ssm:getparameters?$/.test(action)) return [`arn:${partition}:ssm:*:*:parameter/*`];
  if (action.startsWith('logs:')) return [`arn:${partition}:logs:*:${account}:*`];
  if (action === 'ds:createcomputer') return [`arn:${partition}:ds:*:*:directory/*`];
  if (action.startsWith('s3:'))
    return [`arn:${partition}:s3:::*`, `arn:${partition}:s3:*:*:accesspoint/*`];
  return ['*'];
}

/** What stays of a policy of AWS once the agent's rights are out of it; null if nothing does. */
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

/** Whether the policy can be taken apart: plain permissions without conditions, by names of actions. */
export const isPlain = ({ statements }: IdentityPolicy): boolean =>
  statements !== null &&
  statements.every(
    ({ effect, actions, resources, conditions }) =>
      effect === 'Allow' && !actions.except && !resources.except && conditions.length === 0,
  );

/** A document as the evaluation takes it. */
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
