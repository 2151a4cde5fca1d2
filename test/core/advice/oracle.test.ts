/**
 * What the advice says of a role's heartbeat, before and after the removal, held against `@cloud-copilot/iam-simulate` and
 * over generated roles. An answer other than `unknown` is the one that the independent evaluator gives.
 */
import { runSimulation } from '@cloud-copilot/iam-simulate';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agentActions, heartbeatAction } from '../../../src/core/advice/agent-rights.ts';
import { rightsOfPolicy } from '../../../src/core/advice/policy-rights.ts';
import { heartbeatAt, removalOf } from '../../../src/core/advice/removal.ts';
import { parsePolicy } from '../../../src/core/iam/policy-document.ts';
import { caseCount } from '../../support/cases.ts';
import { account, allow, coreArn, defaultArn, legacyArn, restOfLegacy } from './facts.ts';

const region = 'eu-west-1';
const instance = `arn:aws:ec2:${region}:${account}:instance/i-0123456789abcdef0`;
const roleArn = `arn:aws:iam::${account}:role/App`;

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

const awsDocuments = {
  [coreArn]: allow([...agentActions, 'ssm:GetParameter', 'ssm:GetParameters']),
  [defaultArn]: allow(agentActions),
  [legacyArn]: allow([...agentActions, ...restOfLegacy]),
};
const roles = fc.record({
  attached: fc.uniqueArray(fc.constantFrom(coreArn, defaultArn, legacyArn), { maxLength: 2 }),
  inline: fc.array(document, { maxLength: 2 }),
  boundary: fc.option(document, { freq: 3 }),
  tag: fc.constantFrom('a', 'b', null),
});

async function independent(
  policies: readonly object[],
  { boundary, tag, action }: { boundary: object | null; tag: string | null; action: string },
): Promise<'allowed' | 'denied'> {
  const answer = await runSimulation(
    {
      request: {
        principal: `arn:aws:sts::${account}:assumed-role/App/i-0123456789abcdef0`,
        action,
        resource: {
          resource: action === heartbeatAction ? instance : '*',
          accountId: account,
        },
        contextVariables: {
          'aws:RequestedRegion': region,
          'ec2:SourceInstanceARN': instance,
          'ssm:SourceInstanceARN': instance,
          'aws:PrincipalOrgID': 'o-aaaaaaaaaa',
          ...(tag === null ? {} : { 'aws:PrincipalTag/team': tag }),
        },
      },
      identityPolicies: policies.map((policy, index) => ({ name: `p${String(index)}`, policy })),
      permissionBoundaryPolicies:
        boundary === null ? undefined : [{ name: 'boundary', policy: boundary }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    } as unknown as Parameters<typeof runSimulation>[0],
    {},
  );
  if (answer.resultType !== 'single') throw new Error(`not run: ${JSON.stringify(answer)}`);
  return answer.overallResult === 'Allowed' ? 'allowed' : 'denied';
}

test('agrees with an independent evaluator on the heartbeat, and on the rights of a policy', async () => {
  const tally: Record<string, number> = { allowed: 0, denied: 0, unknown: 0 };
  const place = { partition: 'aws', account } as const;
  const places = [
    {
      place: { ...place, organization: 'o-aaaaaaaaaa', region },
      instances: ['i-0123456789abcdef0'],
    },
  ];
  const property = fc.asyncProperty(roles, async ({ attached, inline, boundary, tag }) => {
    const detail = {
      role: { arn: roleArn, path: '/', name: 'App', trust: '{}', tags: {}, boundary: null },
      attached,
      policies: {
        policies: [
          ...attached.map((arn) => parsePolicy(arn, JSON.stringify(awsDocuments[arn]))),
          ...inline.map((one, at) => parsePolicy(`inline:p${String(at)}`, JSON.stringify(one))),
        ],
        boundary: boundary === null ? null : parsePolicy('boundary', JSON.stringify(boundary)),
      },
      changedAt: null,
    };
    const removal = removalOf(detail, place);
    const before = [...attached.map((arn) => awsDocuments[arn] ?? {}), ...inline];
    const rests = removal.going.flatMap(({ rest }) => (rest === null ? [] : [rest.document]));
    const states = [
      [detail.policies, before],
      [removal.after, [...inline, ...rests]],
    ] as const;
    for (const [policies, documents] of states) {
      const ours = heartbeatAt(detail, policies, places).result;
      const theirs = await independent(documents, { boundary, tag, action: heartbeatAction });
      tally[ours] = (tally[ours] ?? 0) + 1;
      expect([theirs, 'unknown'], JSON.stringify({ documents, boundary, tag })).toContain(ours);
    }
    for (const one of inline.slice(0, 1)) {
      const rights = rightsOfPolicy(parsePolicy('inline:p', JSON.stringify(one)));
      const action = 'ssm:PutInventory';
      const theirs = await independent([one], { boundary: null, tag, action });
      // Whatever the independent evaluator allows is listed; what is listed may hang on a resource or a condition.
      if (theirs === 'allowed') expect(rights.agent, JSON.stringify(one)).toContain(action);
    }
  });
  await fc.assert(property, { numRuns: caseCount(1_500), seed: 20_261_128 });
  for (const each of Object.values(tally)) expect(each).toBeGreaterThan(10);
}, 120_000);
