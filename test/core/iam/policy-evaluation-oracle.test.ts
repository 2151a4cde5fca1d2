/**
 * The evaluation compared with `@cloud-copilot/iam-simulate` over generated policies. With the whole context the two
 * agree. With a part of it, our answer is `unknown` or the same as with the whole context.
 */
import { runSimulation } from '@cloud-copilot/iam-simulate';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePolicy } from '../../../src/core/iam/policy-document.ts';
import { evaluatePermission } from '../../../src/core/iam/policy-evaluation.ts';
import { caseCount, caseSeed } from '../../support/cases.ts';

const account = '111111111111';
const principal = `arn:aws:sts::${account}:assumed-role/App/i-0123456789abcdef0`;

const patternsOf = (...values: readonly string[]) =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constant('*') },
    {
      weight: 3,
      arbitrary: fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 }),
    },
  );
const actions = patternsOf(
  'ssm:*',
  'ssm:GetServiceSetting',
  'SSM:getservice*',
  'ssm:*Setting',
  'iam:*',
  'iam:Pass?ole',
  'iam:PassRole',
  's3:*',
);
const resources = patternsOf(
  'arn:aws:iam::*:role/*',
  `arn:aws:iam::${account}:role/App`,
  'arn:aws:iam::*:role/A?p',
  'arn:aws:ssm:*:*:servicesetting/*',
  `arn:aws:ssm:eu-*:${account}:servicesetting/ssm/*`,
  'arn:aws:s3:::bucket',
  'arn:aws:iam::*:role/${aws:PrincipalTag/team}',
);

const texts: Readonly<Record<string, readonly string[]>> = {
  'aws:RequestedRegion': ['eu-west-1', 'us-east-1', 'eu-*'],
  'aws:PrincipalTag/team': ['a', 'A', 'b*', 'App', '${aws:PrincipalOrgID}'],
  'aws:PrincipalOrgID': ['o-aaaaaaaaaa', 'o-b*'],
};
const arns = {
  'aws:SourceArn': [
    'arn:aws:ssm:*:*:*',
    `arn:aws:ssm:eu-west-1:${account}:x`,
    'arn:aws:ec2:*:*:instance/*',
  ],
};
const condition = (
  operators: readonly string[],
  keys: Readonly<Record<string, readonly string[]>>,
) =>
  fc.constantFrom(...Object.keys(keys)).chain((key) =>
    fc
      .tuple(
        fc.constantFrom(...operators),
        fc.uniqueArray(fc.constantFrom(...(keys[key] ?? [])), { minLength: 1, maxLength: 2 }),
      )
      .map(([operator, values]): Record<string, Record<string, unknown>> => ({
        [operator]: { [key]: values },
      })),
  );
const both = (operators: readonly string[]) =>
  operators.flatMap((operator) => [operator, `${operator}IfExists`]);
const strings = [
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
];
const conditions = fc.oneof(
  { weight: 5, arbitrary: condition(both(strings), texts) },
  {
    weight: 2,
    arbitrary: condition(both(['ArnEquals', 'ArnLike', 'ArnNotLike', 'ArnNotEquals']), arns),
  },
  {
    weight: 1,
    arbitrary: condition(['Bool', 'BoolIfExists'], {
      'aws:MultiFactorAuthPresent': ['true', 'false'],
    }),
  },
  {
    weight: 1,
    arbitrary: condition(['Null'], {
      'aws:SourceArn': ['true', 'false'],
      'aws:PrincipalOrgID': ['true', 'false'],
    }),
  },
  {
    weight: 1,
    arbitrary: condition(
      strings.flatMap((name) => [`ForAnyValue:${name}`, `ForAllValues:${name}`]),
      { 'aws:TagKeys': ['team', 't*', 'TEAM'] },
    ),
  },
);

const statement = fc
  .record({
    Effect: fc.oneof(
      { weight: 4, arbitrary: fc.constant('Allow') },
      { weight: 1, arbitrary: fc.constant('Deny') },
    ),
    actions,
    resources,
    notAction: fc.nat(5),
    notResource: fc.nat(5),
    Condition: fc.option(conditions, { freq: 2 }),
  })
  .map((drawn) => ({
    Effect: drawn.Effect,
    ...(drawn.notAction === 0 && drawn.actions !== '*'
      ? { NotAction: drawn.actions }
      : { Action: drawn.actions }),
    ...(drawn.notResource === 0 && drawn.resources !== '*'
      ? { NotResource: drawn.resources }
      : { Resource: drawn.resources }),
    ...(drawn.Condition === null ? {} : { Condition: drawn.Condition }),
  }));
const document = fc
  .array(statement, { minLength: 1, maxLength: 3 })
  .map((Statement) => ({ Version: '2012-10-17', Statement }));

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 2 });
const context = fc.record({
  'aws:RequestedRegion': fc.constantFrom('eu-west-1', 'us-east-1'),
  'aws:PrincipalTag/team': optional(fc.constantFrom('a', 'b', 'App')),
  'aws:PrincipalOrgID': optional(fc.constantFrom('o-aaaaaaaaaa', 'o-bbbbbbbbbb')),
  'aws:SourceArn': optional(fc.constantFrom(`arn:aws:ssm:eu-west-1:${account}:x`)),
  'aws:MultiFactorAuthPresent': optional(fc.constantFrom('true', 'false')),
  'aws:TagKeys': optional(
    fc.uniqueArray(fc.constantFrom('team', 'stage'), { minLength: 1, maxLength: 2 }),
  ),
});

const cases = fc.record({
  asked: fc.constantFrom(
    {
      action: 'iam:PassRole',
      resource: `arn:aws:iam::${account}:role/App`,
      wide: `arn:aws:iam::${account}:role/*`,
    },
    {
      action: 'ssm:GetServiceSetting',
      resource: `arn:aws:ssm:eu-west-1:${account}:servicesetting/ssm/x`,
      wide: `arn:aws:ssm:*:${account}:servicesetting/*`,
    },
    { action: 'organizations:ListAccounts', resource: '*', wide: '*' },
  ),
  context,
  hidden: fc.uniqueArray(fc.nat(5), { maxLength: 3 }),
  identity: fc.array(document, { maxLength: 2 }),
  boundary: fc.option(document, { freq: 3 }),
});

test('agrees with an independent evaluator, or says unknown where a part of the context is missing', async () => {
  const tally: Record<string, number> = { allowed: 0, denied: 0, unknown: 0 };
  const property = fc.asyncProperty(
    cases,
    async ({ asked, hidden, identity, boundary, ...drawn }) => {
      const { 'aws:PrincipalTag/team': team, ...rest } = drawn.context;
      const given = Object.fromEntries(
        Object.entries({ ...rest, 'aws:PrincipalTag/team': team }).filter(
          ([, value]) => value !== null,
        ),
      ) as Record<string, string | string[]>;
      const theirs = await runSimulation(
        {
          request: {
            principal,
            action: asked.action,
            resource: { resource: asked.resource, accountId: account },
            contextVariables: given,
          },
          identityPolicies: identity.map((policy, index) => ({
            name: `p${String(index)}`,
            policy,
          })),
          permissionBoundaryPolicies:
            boundary === null ? undefined : [{ name: 'boundary', policy: boundary }],
          serviceControlPolicies: [],
          resourceControlPolicies: [],
        } as unknown as Parameters<typeof runSimulation>[0],
        {},
      );
      if (theirs.resultType !== 'single') throw new Error(`not run: ${JSON.stringify(theirs)}`);
      const dropped = new Set(theirs.result.ignoredContextKeys?.map((key) => key.toLowerCase()));
      const whole = Object.fromEntries(
        Object.entries(drawn.context).map(([key, value]): [string, readonly string[] | null] => [
          key.toLowerCase(),
          value === null || dropped.has(key.toLowerCase()) ? null : [value].flat(),
        ]),
      );
      const policies = {
        policies: identity.map((policy, index) =>
          parsePolicy(`p${String(index)}`, JSON.stringify(policy)),
        ),
        boundary: boundary === null ? null : parsePolicy('boundary', JSON.stringify(boundary)),
      };
      const expected = theirs.overallResult === 'Allowed' ? 'allowed' : 'denied';
      const told = JSON.stringify({ asked, whole, identity, boundary });

      // Variables have no value here, so a policy with a variable may also give `unknown`.
      const ours = evaluatePermission(policies, { ...asked, context: whole }).result;
      const allowed = JSON.stringify([identity, boundary]).includes('${')
        ? [expected, 'unknown']
        : [expected];
      expect(allowed, told).toContain(ours);

      const seen = Object.fromEntries(
        Object.entries(whole).filter((_, index) => !hidden.includes(index)),
      );
      const partial = evaluatePermission(policies, { ...asked, context: seen });
      expect([expected, 'unknown'], told).toContain(partial.result);
      if (partial.unconditional) expect(expected, told).toBe('allowed');
      const wide = evaluatePermission(policies, { ...asked, resource: asked.wide, context: seen });
      expect([expected, 'unknown'], told).toContain(wide.result);
      tally[partial.result] = (tally[partial.result] ?? 0) + 1;
    },
  );
  await fc.assert(property, {
    numRuns: caseCount(2_500),
    ...caseSeed(),
  });
  for (const each of Object.values(tally)) expect(each).toBeGreaterThan(10);
});
