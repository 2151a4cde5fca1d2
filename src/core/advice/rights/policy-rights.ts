/** The rights in one policy's document: the agent's rights, further rights that the agent could use, and others. */
import type { IdentityPolicy, PolicyPatterns, PolicyStatement } from '../../iam/policy-document.ts';
import { evaluatePermission, type RolePolicies } from '../../iam/policy-evaluation.ts';
import { covers, matchPattern, some, type PolicyAnswer } from '../../iam/policy-patterns.ts';
import {
  agentActions,
  areForAgent,
  awsPolicyName,
  furtherActions,
  spellingOf,
  ssmServices,
} from './agent-rights.ts';

export interface PolicyRights {
  /** The agent's rights that it gives, even if only under a condition or on some resources. */
  readonly agent: readonly string[];
  /** False if there are none, or they only read, as applications do. */
  readonly isForAgent: boolean;
  readonly further: readonly string[];
  /** Actions or patterns in neither of these lists; `*` for a statement with NotAction. */
  readonly others: readonly string[];
  /** Those of `others` that belong to Systems Manager. */
  readonly othersOfSsm: readonly string[];
  /** Whether it gives any Systems Manager right. */
  readonly ofSsm: boolean;
  readonly readable: boolean;
}

function matches({ patterns, except }: PolicyPatterns, action: string): PolicyAnswer {
  const matched = some(patterns.map((pattern) => matchPattern(pattern, action)));
  if (!except) return matched;
  return matched === 'yes' ? 'no' : matched === 'no' ? 'yes' : 'maybe';
}

const lowerCase = (actions: readonly string[]): readonly string[] =>
  actions.map((action) => action.toLowerCase());
const agentKeys = lowerCase(agentActions);
const knownKeys = new Set([...agentKeys, ...lowerCase(furtherActions)]);

const given = (
  statements: readonly PolicyStatement[],
  actions: readonly string[],
): readonly string[] =>
  actions.filter((action) =>
    statements.some((statement) => matches(statement.actions, action.toLowerCase()) === 'yes'),
  );

/** Whether a pattern matches only the agent's actions: `ssmmessages:*` gives nothing else, as far as is known. */
const ofAgentAlone = (pattern: string): boolean =>
  knownKeys.has(pattern) || /^(?:ssmmessages|ec2messages):/.test(pattern);

function othersOf(statements: readonly PolicyStatement[]): readonly string[] {
  const others = new Set<string>();
  for (const { actions } of statements) {
    if (actions.except) others.add('*');
    else
      for (const [at, pattern] of actions.patterns.entries())
        if (!ofAgentAlone(pattern)) others.add(spellingOf(actions.written?.[at] ?? pattern));
  }
  return [...others];
}

const isOfSsm = (pattern: string): boolean =>
  ssmServices.some((service) => {
    const [all, lower] = [`${service}:*`, pattern.toLowerCase()];
    return covers(all, lower) || covers(lower, all);
  });

const remembered = new WeakMap<IdentityPolicy, PolicyRights>();

/** Computed once for each policy: AWS managed policies are the same in every account. */
export function rightsOfPolicy(policy: IdentityPolicy): PolicyRights {
  let rights = remembered.get(policy);
  if (rights === undefined) {
    rights = compute(policy);
    remembered.set(policy, rights);
  }
  return rights;
}

/** Whether the team has to remove the agent's rights by hand: it is their own policy, which is not rewritten. */
export const isForHand = (policy: IdentityPolicy): boolean =>
  awsPolicyName(policy.name) === null && rightsOfPolicy(policy).isForAgent;

function compute({ statements }: IdentityPolicy): PolicyRights {
  const allowing = (statements ?? []).filter(({ effect }) => effect === 'Allow');
  const others = othersOf(allowing);
  const agent = given(allowing, agentActions);
  return {
    agent,
    isForAgent: areForAgent(agent),
    further: given(allowing, furtherActions),
    others,
    othersOfSsm: others.filter((pattern) => pattern !== '*' && isOfSsm(pattern)),
    ofSsm: allowing.some(({ actions }) =>
      ssmServices.some((service) => matches(actions, `${service}:*`) !== 'no'),
    ),
    readable: statements !== null,
  };
}

const everyResource = 'arn:*:*:*:*:*';

/** Whether the policies allow the action on some resource, in some context. */
export const couldAllow = (policies: RolePolicies, action: string): boolean =>
  evaluatePermission(policies, { action, resource: everyResource }).result !== 'denied' ||
  evaluatePermission(policies, { action, resource: '*' }).result !== 'denied';

/** The resources on which the policies allow an action. */
export function resourcesOf(
  policies: readonly IdentityPolicy[],
  action: string,
): readonly string[] {
  const resources = new Set<string>();
  for (const { statements } of policies)
    for (const statement of statements ?? []) {
      if (
        statement.effect !== 'Allow' ||
        matches(statement.actions, action.toLowerCase()) !== 'yes'
      )
        continue;
      if (statement.resources.except) resources.add('*');
      else for (const resource of statement.resources.patterns) resources.add(resource);
    }
  return [...resources];
}

/** Whether `holder` allows the action on every resource on which the policies allow it. */
export const holdsAlso = (
  holder: RolePolicies,
  policies: readonly IdentityPolicy[],
  action: string,
): boolean =>
  resourcesOf(policies, action).every((resource) => {
    const asked = resource === '*' ? [everyResource, '*'] : [resource];
    return asked.every(
      (one) => evaluatePermission(holder, { action, resource: one }).result === 'allowed',
    );
  });
