/** Roles with generated policies, for tests that compare our policy evaluation with an independent one. */
import fc from 'fast-check';
import { agentActions } from '../../../src/core/advice/rights/agent-rights.ts';
import { account, allow, coreArn, defaultArn, legacyArn, restOfLegacy } from './facts.ts';

export const region = 'eu-west-1';
/** The instance that the evaluated call is about. */
export const instance = `arn:aws:ec2:${region}:${account}:instance/i-0123456789abcdef0`;

const some = (...values: readonly string[]) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
const actions = fc.oneof(
  fc.constant(['*']),
  some(
    'ssm:*',
    'ssm:Update*',
    'SSM:updateinstanceinformation',
    'ssm:Put?nventory',
    'ssmmessages:*',
    'ssmmessages:Open*',
    'ec2messages:*',
    's3:*',
    'ssm:GetParameter*',
  ),
);
const resources = fc.oneof(
  { weight: 3, arbitrary: fc.constant(['*']) },
  {
    weight: 1,
    arbitrary: some(
      `arn:aws:ec2:*:${account}:instance/*`,
      instance,
      'arn:aws:ec2:us-east-1:*:instance/*',
      'arn:aws:ssm:*:*:managed-instance/*',
    ),
  },
);
const conditions = fc.option(
  fc.oneof(
    fc
      .constantFrom('eu-west-1', 'us-east-1', 'eu-*')
      .map((value) => ({ StringLike: { 'aws:RequestedRegion': value } })),
    fc
      .constantFrom(instance, 'arn:aws:ec2:*:*:instance/i-1')
      .map((value) => ({ ArnLike: { 'ec2:SourceInstanceARN': value } })),
    fc
      .constantFrom('a', 'b')
      .map((value) => ({ StringEquals: { 'aws:PrincipalTag/team': value } })),
    fc.constant({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-aaaaaaaaaa' } }),
  ),
  { freq: 3 },
);
const statement = fc
  .record({
    deny: fc.nat(5),
    actions,
    notAction: fc.nat(5),
    resources,
    conditions,
  })
  .map((drawn) => ({
    Effect: drawn.deny === 0 ? 'Deny' : 'Allow',
    ...(drawn.notAction === 0 && drawn.actions[0] !== '*'
      ? { NotAction: drawn.actions }
      : { Action: drawn.actions }),
    Resource: drawn.resources,
    ...(drawn.conditions === null ? {} : { Condition: drawn.conditions }),
  }));
const document = fc
  .array(statement, { minLength: 1, maxLength: 2 })
  .map((Statement) => ({ Version: '2012-10-17', Statement }));

/** AWS's policies for the agent, by ARN. */
export const awsDocuments: Readonly<Record<string, object>> = {
  [coreArn]: allow([...agentActions, 'ssm:GetParameter', 'ssm:GetParameters']),
  [defaultArn]: allow(agentActions),
  [legacyArn]: allow([...agentActions, ...restOfLegacy]),
};
/** Policies of a role: AWS's, inline ones with the hard cases, and a boundary. */
export const roles = fc.record({
  attached: fc.uniqueArray(fc.constantFrom(coreArn, defaultArn, legacyArn), { maxLength: 2 }),
  inline: fc.array(document, { maxLength: 2 }),
  boundary: fc.option(document, { freq: 3 }),
  tag: fc.constantFrom('a', 'b', null),
});
