/** Compares the advice on the heartbeat of generated roles with the sandbox's SimulatePrincipalPolicy. */
import {
  SimulatePrincipalPolicyCommand,
  type ContextEntry,
  type IAMClient,
} from '@aws-sdk/client-iam';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { heartbeatAction } from '../../src/core/advice/rights/agent-rights.ts';
import { heartbeatAt, removalOf } from '../../src/core/advice/removal.ts';
import { parsePolicy } from '../../src/core/iam/policy-document.ts';
import type { PolicyDocument } from '../../src/sandbox/index.ts';
import { caseCount, caseSeed } from '../support/cases.ts';
import { account as madeUp } from '../core/advice/facts.ts';
import {
  awsDocuments,
  instance as madeUpInstance,
  region,
  roles,
} from '../core/advice/generated-roles.ts';
import { instanceRole } from '../support/fleet-world.ts';
import { startSandbox } from '../support/like.ts';
import { clients, enter } from '../support/sdk-clients.ts';
import { accountId, simpleWorld } from '../support/simple-world.ts';

const account = accountId(1);
const organization = 'o-aaaaaaaaaa';
const inAccount = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value).replaceAll(madeUp, account)) as T;
const instance = inAccount(madeUpInstance);

const entry = (name: string, value: string): ContextEntry => ({
  ContextKeyName: name,
  ContextKeyType: 'string',
  ContextKeyValues: [value],
});

async function simulated(
  iam: IAMClient,
  name: string,
  excluded: readonly string[],
): Promise<'allowed' | 'denied'> {
  const answer = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: `arn:aws:iam::${account}:role/${name}`,
      ActionNames: [heartbeatAction],
      ResourceArns: [instance],
      ContextEntries: [
        entry('aws:RequestedRegion', region),
        entry('ec2:SourceInstanceARN', instance),
        entry('ssm:SourceInstanceARN', instance),
        entry('aws:PrincipalOrgID', organization),
      ],
      ...(excluded.length === 0
        ? {}
        : { PolicyExclusionList: excluded.map((PolicyArn) => ({ PolicyArn })) }),
    }),
  );
  return answer.EvaluationResults?.[0]?.EvalDecision === 'allowed' ? 'allowed' : 'denied';
}

test('the advice agrees with SimulatePrincipalPolicy before and after the removal', async () => {
  const drawn = inAccount(fc.sample(roles, { numRuns: caseCount(1_000), ...caseSeed() }));
  const world = simpleWorld({
    organization: { id: organization },
    accounts: [
      {
        name: 'one',
        policies: drawn.flatMap(({ boundary }, at) =>
          boundary === null ? [] : [{ name: `B${at}`, document: boundary as PolicyDocument }],
        ),
        moreRoles: drawn.map(({ attached, inline, boundary, tag }, at) =>
          instanceRole(`R${at}`, {
            attachedPolicies: attached,
            inlinePolicies: Object.fromEntries(
              inline.map((one, index) => [`p${index}`, one as PolicyDocument]),
            ),
            ...(boundary === null ? {} : { boundary: `arn:aws:iam::${account}:policy/B${at}` }),
            ...(tag === null ? {} : { tags: { team: tag } }),
          }),
        ),
      },
    ],
  });
  const sandbox = await startSandbox({ world });
  const tally: Record<string, number> = { allowed: 0, denied: 0, unknown: 0 };
  try {
    const { iam } = clients(sandbox, await enter(sandbox, account));
    const places = [
      {
        place: { partition: 'aws' as const, account, organization, region },
        instances: [instance.slice(instance.lastIndexOf('/') + 1)],
      },
    ];
    for (const [at, { attached, inline, boundary, tag }] of drawn.entries()) {
      const name = `R${at}`;
      const arn = `arn:aws:iam::${account}:role/${name}`;
      const detail = {
        role: { arn, path: '/', name, trust: '{}', tags: {}, boundary: null },
        attached,
        policies: {
          policies: [
            ...attached.map((one) => parsePolicy(one, JSON.stringify(awsDocuments[one]))),
            ...inline.map((one, index) => parsePolicy(`inline:p${index}`, JSON.stringify(one))),
          ],
          boundary: boundary === null ? null : parsePolicy('boundary', JSON.stringify(boundary)),
        },
        changedAt: null,
      };
      const removal = removalOf(detail, { partition: 'aws', account });
      const going = removal.going.map(({ policy }) => policy.name);
      for (const [policies, excluded] of [
        [detail.policies, []],
        [removal.after, going],
      ] as const) {
        const ours = heartbeatAt(detail, policies, places).result;
        const theirs = await simulated(iam, name, excluded);
        tally[ours] = (tally[ours] ?? 0) + 1;
        expect([theirs, 'unknown'], JSON.stringify({ inline, boundary, tag })).toContain(ours);
      }
    }
  } finally {
    await sandbox.stop();
  }
  for (const each of Object.values(tally)) expect(each).toBeGreaterThan(10);
});
