/**
 * Compares the evaluator with `@cloud-copilot/iam-simulate` on generated policies and requests. Three cases are left
 * out, because that evaluator differs from the IAM User Guide: a session policy does not limit a session that the
 * trust policy names; a policy variable without a value matches under a negated operator ("IAM policy elements:
 * variables and tags"); and variables before an ARN's fifth colon, which the sandbox refuses in a Resource and
 * accepts in a condition.
 */
import { runSimulation } from '@cloud-copilot/iam-simulate';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accountOf } from '../../../src/sandbox/policy/context.ts';
import { evaluate } from '../../../src/sandbox/policy/evaluate.ts';
import type {
  EvaluationRequest,
  Policies,
  PolicyDocument,
  PolicyStatement,
} from '../../../src/sandbox/policy/evaluate.ts';
import { caseCount } from '../../support/cases.ts';

const accounts = ['111111111111', '222222222222'] as const;
const home = accounts[0];
const roleOf = (account: string): string => `arn:aws:iam::${account}:role/Ops`;
const sessionOf = (account: string): string => `arn:aws:sts::${account}:assumed-role/Ops/run-1`;
const userOf = (account: string): string => `arn:aws:iam::${account}:user/alice`;
const setting = 'servicesetting/ssm/managed-instance/default-ec2-instance-management-role';

/** Often `*`, so that several parts of a decision matter. */
const actions = fc.oneof(
  { weight: 2, arbitrary: fc.constant('*') },
  {
    weight: 3,
    arbitrary: fc.uniqueArray(
      fc.constantFrom(
        'iam:*',
        'iam:Pass*',
        'iam:PassRole',
        'iam:passrole',
        'iam:Tag?ole',
        'ssm:*',
        'ssm:GetServiceSetting',
        'ssm:*ServiceSetting',
        'sts:*',
        'sts:AssumeRole',
        's3:GetObject',
      ),
      { minLength: 1, maxLength: 3 },
    ),
  },
);
const resources = fc.oneof(
  { weight: 2, arbitrary: fc.constant('*') },
  {
    weight: 3,
    arbitrary: fc.uniqueArray(
      fc.constantFrom(
        'arn:aws:iam::*:role/*',
        'arn:aws:iam::*:role/service-role/D*',
        'arn:aws:iam::*:role/service-role/Dhm?',
        `arn:aws:iam::${home}:role/Other`,
        'arn:aws:iam::*:role/${aws:RequestedRegion}',
        'arn:aws:iam::*:role/${aws:PrincipalTag/team}*',
        `arn:aws:ssm:*:*:${setting}`,
        `arn:aws:ssm:eu-*:${home}:servicesetting/*`,
        'arn:aws:s3:::bucket',
      ),
      { minLength: 1, maxLength: 2 },
    ),
  },
);
const texts: Readonly<Record<string, readonly string[]>> = {
  'aws:RequestedRegion': ['eu-west-1', 'us-east-1', 'eu-*', '??-west-1'],
  'aws:PrincipalTag/team': ['a', 'A', 'b', 'serv*', '${aws:PrincipalAccount}'],
  'aws:PrincipalAccount': [home, accounts[1], '1*'],
  'aws:PrincipalOrgID': ['o-aaaaaaaaaa', 'o-b*'],
  'iam:PassedToService': ['ssm.amazonaws.com', 'ec2.amazonaws.com', '*.amazonaws.com'],
  'sts:ExternalId': ['secret', 'SECRET', 's*'],
  'sts:RoleSessionName': ['run-1', 'run-*'],
  'aws:ResourceTag/stage': ['prod', '*'],
  'aws:SourceIdentity': ['alice', ''],
};
const lists: Readonly<Record<string, readonly string[]>> = {
  'aws:TagKeys': ['team', 'stage', 't*', 'TEAM'],
};
const arns: Readonly<Record<string, readonly string[]>> = {
  'aws:PrincipalArn': [
    roleOf(home),
    'arn:aws:iam::*:role/*',
    userOf(home),
    'arn:aws:iam::*:user/ali?e',
    sessionOf(home),
    'arn:aws:iam::*:role/${aws:RequestedRegion}',
  ],
  'aws:SourceArn': ['arn:aws:ssm:*:*:*', `arn:aws:ssm:eu-west-1:${home}:x`],
};
const booleans = {
  'aws:MultiFactorAuthPresent': ['true', 'false'],
  'aws:ViaAWSService': ['true', 'false'],
};

const condition = (
  operators: readonly string[],
  keys: Readonly<Record<string, readonly string[]>>,
): fc.Arbitrary<PolicyStatement['Condition'] & {}> =>
  fc
    .constantFrom(...Object.keys(keys))
    .chain((key) =>
      fc
        .tuple(
          fc.constantFrom(...operators),
          fc.uniqueArray(fc.constantFrom(...(keys[key] ?? [])), { minLength: 1, maxLength: 2 }),
        )
        .map(([operator, values]) => ({ [operator]: { [key]: values } })),
    );
const ofStrings = [
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
];
const ofArns = ['ArnEquals', 'ArnNotEquals', 'ArnLike', 'ArnNotLike'];
const withIfExists = (operators: readonly string[]): string[] =>
  operators.flatMap((operator) => [operator, `${operator}IfExists`]);
const conditions = fc.oneof(
  { weight: 5, arbitrary: condition(withIfExists(ofStrings), texts) },
  { weight: 2, arbitrary: condition(withIfExists(ofArns), arns) },
  { weight: 2, arbitrary: condition(['Bool', 'BoolIfExists'], booleans) },
  {
    weight: 2,
    arbitrary: condition(
      ofStrings.flatMap((operator) => [`ForAnyValue:${operator}`, `ForAllValues:${operator}`]),
      lists,
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...Object.keys({ ...texts, ...lists, ...booleans })),
        fc.constantFrom('true', 'false'),
      )
      .map(([key, absent]) => ({ Null: { [key]: absent } })),
  },
);
const optionalCondition = fc.oneof(
  fc.constant(null),
  conditions,
  fc.tuple(conditions, conditions).map(([a, b]) => ({ ...a, ...b })),
);
const effect = fc.oneof(
  { weight: 4, arbitrary: fc.constant('Allow' as const) },
  { weight: 1, arbitrary: fc.constant('Deny' as const) },
);

const statement: fc.Arbitrary<PolicyStatement> = fc
  .record({
    Effect: effect,
    actions,
    resources,
    notAction: fc.nat(4),
    notResource: fc.nat(4),
    Condition: optionalCondition,
  })
  .map(({ Effect, actions, resources, notAction, notResource, Condition }) => ({
    Effect,
    ...(notAction === 0 && actions !== '*' ? { NotAction: actions } : { Action: actions }),
    ...(notResource === 0 && resources !== '*'
      ? { NotResource: resources }
      : { Resource: resources }),
    ...(Condition === null ? {} : { Condition }),
  }));
const document = (statements: fc.Arbitrary<PolicyStatement>): fc.Arbitrary<PolicyDocument> =>
  fc
    .array(statements, { minLength: 1, maxLength: 3 })
    .map((Statement) => ({ Version: '2012-10-17', Statement }));
const everything: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};
const permissions = fc.oneof(fc.constant(everything), document(statement));

const principal = fc.constantFrom<PolicyStatement['Principal'] & {}>(
  '*',
  { AWS: '*' },
  { AWS: home },
  { AWS: `arn:aws:iam::${home}:root` },
  { AWS: roleOf(home) },
  { AWS: [userOf(home), accounts[1]] },
  { AWS: sessionOf(home) },
  { Service: 'ssm.amazonaws.com' },
  { Service: 'ssm.amazonaws.com', AWS: roleOf(home) },
);
const trust = document(
  fc
    .record({
      Effect: effect,
      Principal: principal,
      Action: fc.constantFrom('sts:AssumeRole', 'sts:*', 'sts:TagSession', [
        'sts:AssumeRole',
        'sts:TagSession',
      ]),
      Condition: optionalCondition,
    })
    .map(({ Condition, ...rest }) => ({ ...rest, ...(Condition === null ? {} : { Condition }) })),
);

const asked = fc.constantFrom(
  { action: 'iam:PassRole', resource: `arn:aws:iam::${home}:role/service-role/Dhmc` },
  { action: 'iam:TagRole', resource: `arn:aws:iam::${home}:role/Other` },
  { action: 'ssm:GetServiceSetting', resource: `arn:aws:ssm:eu-west-1:${home}:${setting}` },
  { action: 'ssm:UpdateServiceSetting', resource: `arn:aws:ssm:us-east-1:${home}:${setting}` },
  { action: 'organizations:ListAccounts', resource: '*' },
  { action: 'sts:AssumeRole', resource: `arn:aws:iam::${home}:role/Other` },
  { action: 'sts:AssumeRole', resource: `arn:aws:iam::${accounts[1]}:role/service-role/Dhmc` },
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(arbitrary, { freq: 2 });
const context = fc
  .record({
    'aws:RequestedRegion': fc.constantFrom('eu-west-1', 'us-east-1'),
    'aws:PrincipalOrgID': maybe(fc.constantFrom('o-aaaaaaaaaa', 'o-bbbbbbbbbb')),
    'iam:PassedToService': maybe(fc.constantFrom('ssm.amazonaws.com', 'ec2.amazonaws.com')),
    'sts:ExternalId': maybe(fc.constantFrom('secret', 'other')),
    'sts:RoleSessionName': maybe(fc.constantFrom('run-1', 'else')),
    'aws:ResourceTag/stage': maybe(fc.constantFrom('prod', 'dev')),
    'aws:SourceIdentity': maybe(fc.constant('alice')),
    'aws:SourceArn': maybe(fc.constant(`arn:aws:ssm:eu-west-1:${home}:x`)),
    'aws:MultiFactorAuthPresent': maybe(fc.constantFrom('true', 'false')),
    'aws:TagKeys': maybe(
      fc.uniqueArray(fc.constantFrom('team', 'stage', 'other'), { minLength: 1, maxLength: 3 }),
    ),
  })
  .map((values) => {
    const given: Record<string, string | string[]> = {};
    for (const [key, value] of Object.entries(values)) if (value !== null) given[key] = value;
    return given;
  });

const cases = fc.record({
  asked,
  context,
  user: fc.boolean(),
  team: fc.constantFrom('a', 'b', 'service-role/', null),
  identity: fc.array(permissions, { maxLength: 2 }),
  session: fc.option(permissions, { freq: 3 }),
  boundary: fc.option(permissions, { freq: 3 }),
  scps: fc.array(fc.array(permissions, { minLength: 1, maxLength: 2 }), { maxLength: 3 }),
  trust,
});

/** The context keys that our evaluator derives by itself and the other one needs as input. */
function told(request: EvaluationRequest, session: boolean): Record<string, string | string[]> {
  const given: Record<string, string | string[]> = {};
  for (const [key, value] of Object.entries(request.context))
    given[key] = typeof value === 'string' ? value : [...value];
  for (const [key, value] of Object.entries(request.principalTags))
    given[`aws:PrincipalTag/${key}`] = value;
  return {
    ...given,
    'aws:PrincipalArn': session ? roleOf(home) : request.principalArn,
    'aws:PrincipalAccount': home,
    'aws:ViaAWSService': 'false',
  };
}

test('the evaluator agrees with an independent one', async () => {
  const tally: Record<string, number> = { Allowed: 0, ExplicitlyDenied: 0, ImplicitlyDenied: 0 };
  let runs = 0;
  const disagreements: unknown[] = [];
  const property = fc.asyncProperty(cases, async (drawn) => {
    const assume = drawn.asked.action === 'sts:AssumeRole';
    const principalArn = drawn.user ? userOf(home) : sessionOf(home);
    const request: EvaluationRequest = {
      ...drawn.asked,
      principalArn,
      principalTags: drawn.team === null ? {} : { team: drawn.team },
      context: drawn.context,
    };
    const session =
      drawn.user || (assume && JSON.stringify(drawn.trust).includes(':assumed-role/'))
        ? null
        : drawn.session;
    const theirs = await runSimulation(
      {
        request: {
          principal: principalArn,
          action: request.action,
          resource: {
            resource: request.resource,
            accountId: request.resource === '*' ? home : accountOf(request.resource),
          },
          contextVariables: told(request, !drawn.user),
        },
        identityPolicies: drawn.identity.map((policy, i) => ({ name: `identity${i}`, policy })),
        sessionPolicy: session ?? undefined,
        permissionBoundaryPolicies:
          drawn.boundary === null ? undefined : [{ name: 'boundary', policy: drawn.boundary }],
        serviceControlPolicies: drawn.scps.map((level, i) => ({
          orgIdentifier: `ou-${i}`,
          policies: level.map((policy, j) => ({ name: `scp${i}.${j}`, policy })),
        })),
        resourceControlPolicies: [],
        resourcePolicy: assume ? drawn.trust : undefined,
      } as Parameters<typeof runSimulation>[0],
      {},
    );
    if (theirs.resultType !== 'single') throw new Error(`not run: ${JSON.stringify(theirs)}`);
    // The other evaluator drops keys that the operation does not have; the sandbox never sends them.
    const dropped = new Set(theirs.result.ignoredContextKeys?.map((key) => key.toLowerCase()));
    const kept = Object.fromEntries(
      Object.entries(request.context).filter(([key]) => !dropped.has(key.toLowerCase())),
    );
    const policies: Policies = {
      identity: drawn.identity,
      session: session === null ? null : [session],
      boundary: drawn.boundary,
      scps: drawn.scps,
      ...(assume ? { resource: drawn.trust } : {}),
    };
    const decision = evaluate({ ...request, context: kept }, policies);
    const ours = decision.allowed
      ? 'Allowed'
      : decision.reason === 'explicit'
        ? 'ExplicitlyDenied'
        : 'ImplicitlyDenied';
    runs += 1;
    tally[ours] = (tally[ours] ?? 0) + 1;
    if (ours !== theirs.overallResult)
      disagreements.push({
        ours: decision,
        theirs: theirs.overallResult,
        request: { ...request, context: kept },
        dropped: [...dropped],
        policies,
      });
  });
  await fc.assert(property, {
    numRuns: caseCount(3_000),
    seed: 20_261_122,
  });
  console.log(
    `policy evaluator: ${runs} cases, ${disagreements.length} disagreements, ${JSON.stringify(tally)}`,
  );
  for (const each of disagreements.slice(0, 3)) console.log(JSON.stringify(each));
  expect(disagreements.length).toBe(0);
  for (const each of Object.values(tally)) expect(each).toBeGreaterThan(runs / 20);
});
