import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { conditionOperators } from '../../../src/sandbox/policy/condition.ts';
import { contextKeys } from '../../../src/sandbox/policy/context.ts';
import {
  evaluate,
  MalformedPolicy,
  parsePolicyDocument,
  trustsService,
  UnsupportedPolicyElement,
} from '../../../src/sandbox/policy/evaluate.ts';
import type {
  EvaluationRequest,
  Policies,
  PolicyDocument,
  PolicyStatement,
} from '../../../src/sandbox/policy/evaluate.ts';

const account = '111111111111';
const other = '222222222222';
const session = `arn:aws:sts::${account}:assumed-role/Ops/run-1`;
const role = `arn:aws:iam::${account}:role/team/Ops`;
const target = `arn:aws:iam::${account}:role/service-role/Dhmc`;

const document = (...statements: PolicyStatement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements,
});
const admin = document({ Effect: 'Allow', Action: '*', Resource: '*' });
const request = (over: Partial<EvaluationRequest> = {}): EvaluationRequest => ({
  principalArn: session,
  roleArn: role,
  principalTags: { 'Job-Function': 'Administrator' },
  action: 'iam:PassRole',
  resource: target,
  context: { 'iam:PassedToService': 'ssm.amazonaws.com', 'aws:RequestedRegion': 'eu-west-1' },
  ...over,
});
const policies = (over: Partial<Policies> = {}): Policies => ({
  identity: [admin],
  session: null,
  boundary: null,
  scps: [],
  ...over,
});
const deny = (statement: Partial<PolicyStatement>): PolicyDocument =>
  document({
    Effect: 'Deny',
    Action: '*',
    ...('NotResource' in statement ? {} : { Resource: '*' }),
    ...statement,
  });
const decide = (over: Partial<Policies>, ask: Partial<EvaluationRequest> = {}): string => {
  const decision = evaluate(request(ask), policies(over));
  return decision.allowed
    ? 'allowed'
    : `${decision.reason} ${decision.by}${decision.policyArn === undefined ? '' : ` ${decision.policyArn}`}`;
};

describe('the evaluator, over all policy types', () => {
  const nothing = document({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
  test.each<[string, Partial<Policies>, string]>([
    ['allows an administrator', {}, 'allowed'],
    ['denies without an identity policy', { identity: [] }, 'implicit identity'],
    [
      'denies with an identity policy for other actions',
      { identity: [nothing] },
      'implicit identity',
    ],
    ['allows if one of two identity policies does', { identity: [nothing, admin] }, 'allowed'],
    ['denies with a boundary for other actions', { boundary: nothing }, 'implicit boundary'],
    ['denies with a session policy for other actions', { session: [nothing] }, 'implicit session'],
    ['denies with an empty list of session policies', { session: [] }, 'implicit session'],
    ['allows if every SCP level allows', { scps: [[admin], [nothing, admin]] }, 'allowed'],
    [
      'denies if one SCP level does not allow',
      { scps: [[admin], [nothing], [admin]] },
      'implicit scp',
    ],
    ['denies if an SCP level has no policies', { scps: [[admin], []] }, 'implicit scp'],
    [
      'denies with an explicit deny next to an allow',
      { identity: [admin, deny({})] },
      'explicit identity',
    ],
    [
      'denies with a deny in the boundary',
      {
        boundary: document(
          { Effect: 'Allow', Action: '*', Resource: '*' },
          { Effect: 'Deny', Action: 'iam:*', Resource: '*' },
        ),
      },
      'explicit boundary',
    ],
    [
      'denies with a deny in the session policy',
      { session: [admin, deny({ Action: 'iam:PassRole' })] },
      'explicit session',
    ],
    ['denies with a deny in one SCP level', { scps: [[admin], [admin, deny({})]] }, 'explicit scp'],
    [
      'names the ARN of the policy that denies',
      { scps: [[admin, { arn: 'arn:p', document: deny({}) }]] },
      'explicit scp arn:p',
    ],
    [
      'reports an explicit deny before a missing allow',
      { identity: [], boundary: deny({}) },
      'explicit boundary',
    ],
  ])('%s', (_name, over, expected) => expect(decide(over)).toBe(expected));
});

describe('a statement', () => {
  test.each<[string, Partial<PolicyStatement>, boolean]>([
    ['ignores the case of actions', { Action: 'IAM:passrole' }, true],
    ['matches * within an action', { Action: 'iam:Pa*' }, true],
    ['matches ? with one character', { Action: 'iam:PassRol?' }, true],
    ['does not match ? with no character', { Action: 'iam:PassRole?' }, false],
    ['matches a list of actions', { Action: ['s3:*', 'iam:PassRole'] }, true],
    [
      'matches NotAction with other actions',
      { Action: undefined as never, NotAction: ['s3:*', 'sts:*'] },
      true,
    ],
    [
      'does not match NotAction with its action',
      { Action: undefined as never, NotAction: ['iam:*'] },
      false,
    ],
    ['matches the exact resource', { Resource: target }, true],
    ['matches any account', { Resource: 'arn:aws:iam::*:role/service-role/Dhmc' }, true],
    ['matches * across slashes', { Resource: 'arn:aws:iam::*:role/*' }, true],
    [
      'does not match * across a colon of the first ARN parts',
      { Resource: 'arn:aws:*:role/service-role/Dhmc' },
      false,
    ],
    ['respects the case of resources', { Resource: target.toLowerCase() }, false],
    [
      'does not match another partition',
      { Resource: target.replace('arn:aws:', 'arn:aws-cn:') },
      false,
    ],
    [
      'matches NotResource with another resource',
      { Resource: undefined as never, NotResource: 'arn:aws:iam::*:role/Other' },
      true,
    ],
    [
      'does not match NotResource with its resource',
      { Resource: undefined as never, NotResource: [target] },
      false,
    ],
    [
      'does not match a variable with another value',
      { Resource: 'arn:aws:iam::*:role/service-role/${aws:PrincipalTag/Job-Function}' },
      false,
    ],
    [
      'does not match a variable without a value',
      { Resource: 'arn:aws:iam::*:role/${aws:PrincipalTag/none}*' },
      false,
    ],
    [
      'matches the default of a variable',
      { Resource: "arn:aws:iam::*:role/${aws:PrincipalTag/none, 'service-role'}/Dhmc" },
      true,
    ],
  ])('%s', (_name, over, matches) => {
    const entries = Object.entries({ Action: '*', Resource: '*', ...over }).filter(
      ([, value]) => value !== undefined,
    );
    const statement = { Effect: 'Allow', ...Object.fromEntries(entries) } as PolicyStatement;
    expect(decide({ identity: [document(statement)] })).toBe(
      matches ? 'allowed' : 'implicit identity',
    );
  });

  test('is refused with a variable before the fifth colon of an ARN', () => {
    const policy = document({
      Effect: 'Allow',
      Action: '*',
      Resource: 'arn:aws:iam::${aws:PrincipalAccount}:role/x',
    });
    expect(() => decide({ identity: [policy] })).toThrow(UnsupportedPolicyElement);
  });

  test('of version 2008-10-17 reads variables as plain text', () => {
    const old: PolicyDocument = {
      Version: '2008-10-17',
      Statement: { Effect: 'Allow', Action: '*', Resource: 'arn:aws:iam::*:role/${*}' },
    };
    expect(decide({ identity: [old] })).toBe('implicit identity');
    expect(decide({ identity: [old] }, { resource: `arn:aws:iam::${account}:role/\${x}` })).toBe(
      'allowed',
    );
  });

  test('matches an operation without a resource only by *', () => {
    const some = document({ Effect: 'Allow', Action: '*', Resource: 'arn:aws:organizations::*:*' });
    expect(decide({}, { action: 'organizations:ListAccounts', resource: '*' })).toBe('allowed');
    expect(
      decide({ identity: [some] }, { action: 'organizations:ListAccounts', resource: '*' }),
    ).toBe('implicit identity');
  });
});

describe('a condition', () => {
  type Conditions = NonNullable<PolicyStatement['Condition']>;
  test.each<[string, Conditions, boolean]>([
    ['equals', { StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' } }, true],
    [
      'one of several values',
      { StringEquals: { 'aws:RequestedRegion': ['us-east-1', 'eu-west-1'] } },
      true,
    ],
    [
      'none of several values',
      { StringNotEquals: { 'aws:RequestedRegion': ['us-east-1', 'eu-west-1'] } },
      false,
    ],
    ['the negated form with no values', { StringNotEquals: { 'aws:RequestedRegion': [] } }, true],
    ['equals with a literal *', { StringEquals: { 'aws:RequestedRegion': 'eu-*' } }, false],
    ['like', { StringLike: { 'aws:RequestedRegion': 'eu-*' } }, true],
    ['not like', { StringNotLike: { 'aws:RequestedRegion': 'eu-*' } }, false],
    [
      'equals in another case',
      { StringEquals: { 'aws:PrincipalTag/Job-Function': 'administrator' } },
      false,
    ],
    [
      'equals, ignoring case',
      { StringEqualsIgnoreCase: { 'aws:PrincipalTag/Job-Function': 'administrator' } },
      true,
    ],
    [
      'not equals, ignoring case',
      { StringNotEqualsIgnoreCase: { 'aws:PrincipalTag/job-function': ['administrator'] } },
      false,
    ],
    [
      'a tag key in another case',
      { StringEquals: { 'aws:principaltag/JOB-FUNCTION': 'Administrator' } },
      true,
    ],
    ['a missing key', { StringEquals: { 'aws:SourceAccount': account } }, false],
    [
      'a missing key, with a negated operator',
      { StringNotEquals: { 'aws:SourceAccount': account } },
      true,
    ],
    [
      'a missing key, with IfExists',
      { StringEqualsIfExists: { 'aws:SourceAccount': account } },
      true,
    ],
    ['null', { Null: { 'aws:SourceAccount': 'true' } }, true],
    ['not null', { Null: { 'aws:SourceAccount': false } }, false],
    ['a boolean', { Bool: { 'aws:ViaAWSService': false } }, true],
    ['a missing boolean', { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }, false],
    [
      'a missing boolean, with IfExists',
      { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
      true,
    ],
    [
      'the role of the session',
      { ArnLike: { 'aws:PrincipalARN': 'arn:aws:iam::*:role/team/Ops' } },
      true,
    ],
    [
      'the ARN of the session instead of its role',
      { ArnEquals: { 'aws:PrincipalArn': session } },
      false,
    ],
    [
      'not like several ARNs',
      {
        ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:role/X', 'arn:aws:iam::*:role/*/Ops'] },
      },
      false,
    ],
    [
      'a wildcard across ARN parts',
      { ArnLike: { 'aws:PrincipalArn': 'arn:*:role/team/Ops' } },
      false,
    ],
    ['the account', { StringEquals: { 'aws:PrincipalAccount': account } }, true],
    [
      'a variable in a value',
      { StringEquals: { 'aws:PrincipalAccount': '${aws:PrincipalAccount}' } },
      true,
    ],
    [
      'a variable without a value',
      { StringEquals: { 'aws:PrincipalAccount': '${aws:PrincipalTag/none}' } },
      false,
    ],
    [
      'a variable without a value, with a negated operator',
      { StringNotEquals: { 'aws:PrincipalAccount': '${aws:PrincipalTag/none}' } },
      true,
    ],
    ['any of a list', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['team'] } }, true],
    ['all of a list', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } }, false],
    [
      'all of a list, with wildcards',
      { 'ForAllValues:StringLike': { 'aws:TagKeys': ['te*', 'cost'] } },
      true,
    ],
    ['any of a missing list', { 'ForAnyValue:StringLike': { 'aws:CalledVia': '*' } }, false],
    ['all of a missing list', { 'ForAllValues:StringLike': { 'aws:CalledVia': 'x' } }, true],
    [
      'two operators, one of them false',
      {
        StringEquals: { 'aws:RequestedRegion': 'eu-west-1' },
        Bool: { 'aws:ViaAWSService': 'true' },
      },
      false,
    ],
    [
      'two keys, one of them false',
      { StringEquals: { 'aws:RequestedRegion': 'eu-west-1', 'aws:PrincipalAccount': other } },
      false,
    ],
  ])('is evaluated as in IAM: %s', (_name, Condition, matches) => {
    const context = { ...request().context, 'aws:TagKeys': ['team', 'cost'] };
    expect(
      decide(
        { identity: [document({ Effect: 'Allow', Action: '*', Resource: '*', Condition })] },
        { context },
      ),
    ).toBe(matches ? 'allowed' : 'implicit identity');
  });

  test.each<[string, Conditions, string]>([
    ['an unsupported operator', { IpAddress: { 'aws:PrincipalArn': '10.0.0.0/8' } }, 'IpAddress'],
    ['a misspelled operator', { StringEqual: { 'aws:PrincipalArn': 'x' } }, 'StringEqual'],
    ['an unsupported key', { StringEquals: { 'aws:SourceVpce': 'vpce-1' } }, 'aws:SourceVpce'],
    [
      'a list without a set operator',
      { StringEquals: { 'aws:TagKeys': 'team' } },
      'StringEquals on aws:TagKeys',
    ],
    [
      'an unsupported variable',
      { StringEquals: { 'aws:PrincipalTag/a': '${aws:userid}' } },
      'aws:userid',
    ],
  ])('is refused with %s, even in a statement that does not apply', (_name, Condition, element) => {
    const policy = document({ Effect: 'Deny', Action: 's3:GetObject', Resource: '*', Condition });
    const run = (): unknown => evaluate(request(), policies({ identity: [admin, policy] }));
    expect(run).toThrow(UnsupportedPolicyElement);
    expect(run).toThrow(element);
  });
});

describe('a trust policy', () => {
  const trust = (
    Principal: PolicyStatement['Principal'] & {},
    more: Partial<PolicyStatement> = {},
  ): PolicyDocument => document({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more });
  const own = `arn:aws:iam::${account}:role/Other`;
  const foreign = `arn:aws:iam::${other}:role/OrganizationAccountAccessRole`;
  const nothing = document({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
  const externalId = { StringEquals: { 'sts:ExternalId': 'secret' } };
  test.each<[string, string, PolicyDocument, Partial<Policies>, string]>([
    ['another account, allowed on both sides', foreign, trust({ AWS: account }), {}, 'allowed'],
    [
      'another account, trusted by its root',
      foreign,
      trust({ AWS: `arn:aws:iam::${account}:root` }),
      {},
      'allowed',
    ],
    ['another account, trusted by role', foreign, trust({ AWS: role }), {}, 'allowed'],
    [
      'another account, without an identity policy',
      foreign,
      trust({ AWS: role }),
      { identity: [] },
      'implicit identity',
    ],
    ['another account, not trusted', foreign, trust({ AWS: other }), {}, 'implicit resource'],
    [
      'another account, without the external id',
      foreign,
      trust({ AWS: account }, { Condition: externalId }),
      {},
      'implicit resource',
    ],
    [
      'another account, explicitly denied',
      foreign,
      document(...[trust({ AWS: '*' }).Statement].flat(), {
        Effect: 'Deny',
        Principal: '*',
        Action: 'sts:*',
      }),
      {},
      'explicit resource',
    ],
    [
      'another account, one of several principals',
      foreign,
      trust({ AWS: [other, role], Service: 'ec2.amazonaws.com' }),
      {},
      'allowed',
    ],
    [
      'a caller with its own SCPs',
      foreign,
      trust({ AWS: account }),
      { scps: [[nothing]] },
      'implicit scp',
    ],
    [
      'a caller with a session policy',
      foreign,
      trust({ AWS: account }),
      { session: [nothing] },
      'implicit session',
    ],
    [
      'own account, trusted by account, without an identity policy',
      own,
      trust({ AWS: account }),
      { identity: [] },
      'implicit identity',
    ],
    [
      'own account, trusted by role, without an identity policy',
      own,
      trust({ AWS: role }),
      { identity: [] },
      'allowed',
    ],
    [
      'own account, trusted by role, under a boundary',
      own,
      trust({ AWS: role }),
      { identity: [], boundary: nothing },
      'implicit boundary',
    ],
    [
      'own account, trusted by session, under a boundary',
      own,
      trust({ AWS: session }),
      { identity: [], boundary: nothing },
      'allowed',
    ],
    [
      'own account, not trusted, with an identity policy',
      own,
      trust({ Service: 'ssm.amazonaws.com' }),
      {},
      'implicit resource',
    ],
    [
      'own account, denied by an identity policy',
      own,
      trust({ AWS: session }),
      { identity: [deny({})] },
      'explicit identity',
    ],
    [
      'a federated principal',
      foreign,
      trust({ Federated: 'arn:aws:iam::1:saml-provider/x' }, { Action: 'sts:AssumeRoleWithSAML' }),
      {},
      'implicit resource',
    ],
    [
      'a deleted principal',
      foreign,
      trust({ AWS: 'AROAEXAMPLEEXAMPLE123' }),
      {},
      'implicit resource',
    ],
  ])('is evaluated as in IAM: %s', (_name, resource, document, over, expected) => {
    expect(
      decide({ ...over, resource: document }, { action: 'sts:AssumeRole', resource, context: {} }),
    ).toBe(expected);
  });

  test('accepts the right external id', () => {
    const resource = trust({ AWS: account }, { Condition: externalId });
    expect(
      decide(
        { resource },
        { action: 'sts:AssumeRole', resource: foreign, context: { 'sts:ExternalId': 'secret' } },
      ),
    ).toBe('allowed');
  });

  test.each<[string, PolicyDocument, boolean]>([
    ['only this service', trust({ Service: 'ssm.amazonaws.com' }), true],
    [
      'one of several services',
      trust({ Service: ['ec2.amazonaws.com', 'ssm.amazonaws.com'] }),
      true,
    ],
    ['another service', trust({ Service: 'ec2.amazonaws.com' }), false],
    [
      'another action',
      trust({ Service: 'ssm.amazonaws.com' }, { Action: 'sts:TagSession' }),
      false,
    ],
    [
      'a condition that the request meets',
      trust(
        { Service: 'ssm.amazonaws.com' },
        { Condition: { StringEquals: { 'aws:SourceAccount': account } } },
      ),
      true,
    ],
    [
      'a condition that the request does not meet',
      trust(
        { Service: 'ssm.amazonaws.com' },
        { Condition: { StringEquals: { 'aws:SourceAccount': other } } },
      ),
      false,
    ],
  ])('decides whether a service may assume the role: %s', (_name, document, expected) => {
    expect(trustsService(document, 'ssm.amazonaws.com', { 'aws:SourceAccount': account })).toBe(
      expected,
    );
  });

  test.each<[string, PolicyStatement, typeof UnsupportedPolicyElement | typeof MalformedPolicy]>([
    [
      'NotPrincipal',
      { Effect: 'Deny', NotPrincipal: { AWS: account }, Action: '*' },
      UnsupportedPolicyElement,
    ],
    [
      'a canonical user',
      { Effect: 'Allow', Principal: { CanonicalUser: 'x' }, Action: '*' },
      UnsupportedPolicyElement,
    ],
    ['a missing principal', { Effect: 'Allow', Action: '*' }, MalformedPolicy],
    [
      'a wildcard in a principal',
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:role/*` }, Action: '*' },
      MalformedPolicy,
    ],
    [
      'a resource',
      { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' },
      MalformedPolicy,
    ],
  ])('is refused with %s', (_name, statement, error) => {
    expect(() =>
      decide({ resource: document(statement) }, { action: 'sts:AssumeRole', resource: foreign }),
    ).toThrow(error);
  });
});

describe('a malformed policy', () => {
  test.each<[string, PolicyStatement]>([
    ['an action without a service', { Effect: 'Allow', Action: 'PassRole', Resource: '*' }],
    ['a resource that is not an ARN', { Effect: 'Allow', Action: '*', Resource: 'role/x' }],
    [
      'a principal in an identity policy',
      { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' },
    ],
    ['no resource', { Effect: 'Allow', Action: '*' }],
    [
      'both Action and NotAction',
      { Effect: 'Allow', Action: '*', NotAction: 's3:*', Resource: '*' },
    ],
  ])('is refused: %s', (_name, statement) =>
    expect(() => decide({ identity: [document(statement)] })).toThrow(MalformedPolicy),
  );

  test.each(['', '{', '[]', '"x"', '{}', 'null'])('is refused: the text %j', (text) =>
    expect(() => parsePolicyDocument(text)).toThrow(MalformedPolicy),
  );
});

test('has every operator and key in the README', async () => {
  const readme = await readFile(
    new URL('../../../src/sandbox/worlds/README.md', import.meta.url),
    'utf8',
  );
  for (const name of [
    ...conditionOperators,
    ...contextKeys.map((key) => key.slice(key.indexOf(':') + 1)),
  ])
    expect(readme).toContain(name);
});
