import { expect, test } from 'vitest';
import { parsePolicy } from '../../../src/core/iam/policy-document.ts';
import { evaluatePermission } from '../../../src/core/iam/policy-evaluation.ts';
import type { PermissionRequest } from '../../../src/core/iam/policy-evaluation.ts';

const heartbeat = 'ssm:UpdateInstanceInformation';
const instance = 'arn:aws:ec2:eu-west-1:111111111111:instance/i-0123456789abcdef0';
const anyInstance = 'arn:aws:ec2:*:111111111111:instance/*';

type Statement = Readonly<Record<string, unknown>>;
const policyOf = (name: string, ...Statement: readonly Statement[]) =>
  parsePolicy(name, JSON.stringify({ Version: '2012-10-17', Statement }));
const allow = (more: Statement = {}): Statement => ({
  Effect: 'Allow',
  Action: heartbeat,
  Resource: '*',
  ...more,
});
const deny = (more: Statement = {}): Statement => ({ ...allow(), Effect: 'Deny', ...more });
const without = (member: string, statement: Statement): Statement =>
  Object.fromEntries(Object.entries(statement).filter(([name]) => name !== member));

interface Row {
  readonly title: string;
  readonly policies: readonly (readonly Statement[] | string | null)[];
  readonly boundary?: readonly Statement[] | string;
  readonly request?: Partial<PermissionRequest>;
  readonly is: string;
}

const tagged = { StringEquals: { 'aws:ResourceTag/team': 'a' } };
const source = { ArnLike: { 'ec2:SourceInstanceARN': 'arn:aws:ec2:*:*:instance/*' } };

/** `is`: the result, then `always` if it is unconditional, then the reason of a denial, then the condition keys. */
const rows: readonly Row[] = [
  { title: 'no policy', policies: [], is: 'denied no-allow' },
  { title: 'the exact action', policies: [[allow()]], is: 'allowed always' },
  {
    title: 'a single statement instead of a list',
    policies: ['{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'],
    is: 'allowed always',
  },
  {
    title: 'the action in another case',
    policies: [[allow({ Action: 'SSM:updateinstanceINFORMATION' })]],
    is: 'allowed always',
  },
  {
    title: 'a wildcard',
    policies: [[allow({ Action: ['s3:*', 'ssm:Update*'] })]],
    is: 'allowed always',
  },
  {
    title: 'a wildcard for one character',
    policies: [[allow({ Action: 'ss?:UpdateInstanceInformatio?' })]],
    is: 'allowed always',
  },
  {
    title: 'a wildcard that does not match',
    policies: [[allow({ Action: 'ssm:Get*' })]],
    is: 'denied no-allow',
  },
  {
    title: 'NotAction of something else',
    policies: [[without('Action', allow({ NotAction: 'iam:*' }))]],
    is: 'allowed always',
  },
  {
    title: 'NotAction of the service',
    policies: [[without('Action', allow({ NotAction: 'ssm:*' }))]],
    is: 'denied no-allow',
  },
  { title: 'a Deny', policies: [[allow()], [deny({ Action: '*' })]], is: 'denied deny' },
  {
    title: 'a Deny with NotAction',
    policies: [[allow(), without('Action', deny({ NotAction: 's3:*' }))]],
    is: 'denied deny',
  },
  {
    title: 'a Deny of other actions',
    policies: [[allow(), deny({ Action: 'ssm:Send*' })]],
    is: 'allowed always',
  },
  {
    title: 'the exact resource',
    policies: [[allow({ Resource: instance })]],
    is: 'allowed always',
  },
  {
    title: 'all instances',
    policies: [[allow({ Resource: 'arn:aws:ec2:*:*:instance/*' })]],
    is: 'allowed always',
  },
  {
    title: 'an ARN with fewer fields',
    policies: [[allow({ Resource: 'arn:aws:ec2:*' })]],
    is: 'allowed always',
  },
  {
    title: 'resources of another kind',
    policies: [[allow({ Resource: 'arn:aws:ssm:*:*:managed-instance/*' })]],
    is: 'denied no-allow',
  },
  {
    title: 'a wildcard that would have to span two fields',
    policies: [[allow({ Resource: 'arn:aws:ec2:*:instance/*' })]],
    is: 'denied no-allow',
  },
  {
    title: 'NotResource of another service',
    policies: [[without('Resource', allow({ NotResource: 'arn:aws:s3:::*' }))]],
    is: 'allowed always',
  },
  {
    title: 'NotResource of the exact resource',
    policies: [[without('Resource', allow({ NotResource: instance }))]],
    is: 'denied no-allow',
  },
  {
    title: 'one instance, where the call is for any instance',
    policies: [[allow({ Resource: instance })]],
    request: { resource: anyInstance },
    is: 'unknown',
  },
  {
    title: 'a Deny on one instance, where the call is for any instance',
    policies: [[allow(), deny({ Resource: instance })]],
    request: { resource: anyInstance },
    is: 'unknown',
  },
  {
    title: 'all instances, where the call is for any instance',
    policies: [[allow({ Resource: 'arn:aws:ec2:*:*:*' })]],
    request: { resource: anyInstance },
    is: 'allowed always',
  },
  {
    title: 'instances of another account, where the call is for any instance',
    policies: [[allow({ Resource: 'arn:aws:ec2:*:222222222222:*' })]],
    request: { resource: anyInstance },
    is: 'denied no-allow',
  },
  {
    title: 'a resource with a variable',
    policies: [[allow({ Resource: 'arn:aws:ec2:*:*:instance/${aws:username}' })]],
    is: 'unknown',
  },
  {
    title: 'a resource of another service with a variable',
    policies: [[allow({ Resource: 'arn:aws:s3:::${aws:username}' })]],
    is: 'denied no-allow',
  },
  {
    title: 'an action without resource-level permissions',
    policies: [[allow({ Action: 'ssmmessages:*' })]],
    request: { action: 'ssmmessages:CreateControlChannel', resource: '*' },
    is: 'allowed always',
  },
  {
    title: 'an action without resource-level permissions, allowed on an ARN',
    policies: [[allow({ Action: 'ssmmessages:*', Resource: 'arn:aws:ssmmessages:*:*:*' })]],
    request: { action: 'ssmmessages:CreateControlChannel', resource: '*' },
    is: 'denied no-allow',
  },
  {
    title: 'an unknown condition',
    policies: [[allow({ Condition: tagged })]],
    is: 'unknown aws:resourcetag/team',
  },
  {
    title: 'an unknown condition beside a plain Allow',
    policies: [[allow(), allow({ Condition: tagged })]],
    is: 'allowed always aws:resourcetag/team',
  },
  {
    title: 'a condition that is met',
    policies: [[allow({ Condition: source })]],
    request: { context: { 'ec2:sourceinstancearn': [instance] } },
    is: 'allowed ec2:sourceinstancearn',
  },
  {
    title: 'a condition that is not met',
    policies: [[allow({ Condition: tagged })]],
    request: { context: { 'aws:resourcetag/team': ['b'] } },
    is: 'denied no-allow',
  },
  {
    title: 'a Deny with an unknown condition',
    policies: [[allow(), deny({ Condition: tagged })]],
    is: 'unknown aws:resourcetag/team',
  },
  {
    title: 'a Deny whose condition is not met',
    policies: [[allow(), deny({ Condition: tagged })]],
    request: { context: { 'aws:resourcetag/team': null } },
    is: 'allowed',
  },
  {
    title: 'a Deny whose condition is met because the key is missing',
    policies: [
      [allow(), deny({ Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-a' } } })],
    ],
    request: { context: { 'aws:principalorgid': null } },
    is: 'denied deny aws:principalorgid',
  },
  {
    title: 'an unknown operator',
    policies: [[allow({ Condition: { SomeNew: { 'aws:x': '1' } } })]],
    request: { context: { 'aws:x': ['1'] } },
    is: 'unknown aws:x',
  },
  {
    title: 'a numeric condition, which is not judged',
    policies: [[allow({ Condition: { NumericLessThan: { 'aws:x': 5 } } })]],
    request: { context: { 'aws:x': ['1'] } },
    is: 'unknown aws:x',
  },
  {
    title: 'a numeric condition on a missing key',
    policies: [[allow({ Condition: { NumericLessThan: { 'aws:x': 5 } } })]],
    request: { context: { 'aws:x': null } },
    is: 'denied no-allow',
  },
  {
    title: 'a boundary that allows the action',
    policies: [[allow()]],
    boundary: [allow({ Action: 'ssm:*' })],
    is: 'allowed always',
  },
  {
    title: 'a boundary that does not allow the action',
    policies: [[allow()]],
    boundary: [allow({ Action: 's3:*' })],
    is: 'denied boundary',
  },
  {
    title: 'a boundary that denies the action',
    policies: [[allow()]],
    boundary: [allow({ Action: '*' }), deny()],
    is: 'denied boundary',
  },
  {
    title: 'a boundary without a policy',
    policies: [],
    boundary: [allow()],
    is: 'denied no-allow',
  },
  {
    title: 'a boundary with a condition',
    policies: [[allow()]],
    boundary: [allow({ Condition: tagged })],
    is: 'unknown aws:resourcetag/team',
  },
  {
    title: 'a boundary that could not be read',
    policies: [[allow()]],
    boundary: 'none',
    is: 'unknown',
  },
  { title: 'a policy that could not be read', policies: [null], is: 'unknown' },
  {
    title: 'a policy that could not be read beside an Allow',
    policies: [[allow()], null],
    is: 'unknown',
  },
  {
    title: 'a policy that could not be read beside a Deny',
    policies: [[deny()], null],
    is: 'denied deny',
  },
  {
    title: 'a text that is not a policy',
    policies: ['{"Statement":[{"Effect":"Maybe","Action":"*","Resource":"*"}]}'],
    is: 'unknown',
  },
  {
    title: 'a statement without an action',
    policies: ['{"Statement":[{"Effect":"Allow","Resource":"*"}]}'],
    is: 'unknown',
  },
  {
    title: 'a policy without statements',
    policies: ['{"Version":"2012-10-17"}'],
    is: 'denied no-allow',
  },
];

test.each(rows)('$title: $is', ({ policies, boundary, request, is }) => {
  const made = policies.map((policy, index) =>
    typeof policy === 'string' || policy === null
      ? parsePolicy(`p${String(index)}`, policy)
      : policyOf(`p${String(index)}`, ...policy),
  );
  const bounds =
    boundary === undefined
      ? null
      : typeof boundary === 'string'
        ? parsePolicy('boundary', boundary)
        : policyOf('boundary', ...boundary);
  const answer = evaluatePermission(
    { policies: made, boundary: bounds },
    { action: heartbeat, resource: instance, ...request },
  );
  const words = [
    answer.result,
    ...(answer.unconditional ? ['always'] : []),
    ...(answer.deniedBy === null ? [] : [answer.deniedBy]),
    ...answer.conditionKeys,
  ];
  expect(words.join(' ')).toBe(is);
});

test('names the policies that decide the result', () => {
  const request = { action: heartbeat, resource: instance };
  const core = policyOf('arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore', allow());
  const other = policyOf('inline:app', allow({ Action: 's3:*' }));
  const handover = policyOf('inline:dhmc-handover', deny());
  expect(evaluatePermission({ policies: [core, other], boundary: null }, request).policies).toEqual(
    [core.name],
  );
  expect(
    evaluatePermission({ policies: [core, handover], boundary: null }, request).policies,
  ).toEqual([handover.name]);
});

test('evaluates patterns with thousands of wildcards quickly', () => {
  const Action = `${'*a'.repeat(3_000)}*b`;
  const Resource = `arn:aws:ec2:${'*'.repeat(500)}:*:instance/${'*?'.repeat(500)}`;
  const answer = evaluatePermission(
    { policies: [policyOf('p', allow({ Action }), allow({ Resource }))], boundary: null },
    { action: heartbeat, resource: anyInstance },
  );
  expect(answer.result).toBe('unknown');
});
