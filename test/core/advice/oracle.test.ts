/**
 * The advice on a role's heartbeat, before and after the removal, compared with `@cloud-copilot/iam-simulate` over
 * generated roles. The two agree, unless the advice says `unknown`.
 */
import { runSimulation } from '@cloud-copilot/iam-simulate';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { heartbeatAction } from '../../../src/core/advice/rights/agent-rights.ts';
import { rightsOfPolicy } from '../../../src/core/advice/rights/policy-rights.ts';
import { heartbeatAt, removalOf } from '../../../src/core/advice/removal.ts';
import { parsePolicy } from '../../../src/core/iam/policy-document.ts';
import { caseCount, caseSeed } from '../../support/cases.ts';
import { account } from './facts.ts';
import { awsDocuments, instance, region, roles } from './generated-roles.ts';

const roleArn = `arn:aws:iam::${account}:role/App`;

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

test('agrees with an independent evaluator on the heartbeat and on the rights of a policy', async () => {
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
      // Every action that the independent evaluator allows is listed, but not the other way round:
      // a listed action may depend on a resource or a condition.
      if (theirs === 'allowed') expect(rights.agent, JSON.stringify(one)).toContain(action);
    }
  });
  await fc.assert(property, { numRuns: caseCount(1_500), ...caseSeed() });
  for (const each of Object.values(tally)) expect(each).toBeGreaterThan(10);
});
