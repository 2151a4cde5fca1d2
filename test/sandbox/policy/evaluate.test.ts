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

describe('the policies that must all allow', () => {
  const nothing = document({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
  test.each<[string, Partial<Policies>, string]>([
    ['an administrator', {}, 'allowed'],
    ['no identity policy', { identity: [] }, 'implicit identity'],
    ['an identity policy for something else', { identity: [nothing] }, 'implicit identity'],
    ['one of two identity policies', { identity: [nothing, admin] }, 'allowed'],
    ['a boundary for something else', { boundary: nothing }, 'implicit boundary'],
    ['a session policy for something else', { session: [nothing] }, 'implicit session'],
    ['no statement in the session policies', { session: [] }, 'implicit session'],
    ['every level allows', { scps: [[admin], [nothing, admin]] }, 'allowed'],
    ['one level does not allow', { scps: [[admin], [nothing], [admin]] }, 'implicit scp'],
    ['a level without policies', { scps: [[admin], []] }, 'implicit scp'],
    ['an explicit deny beside allows', { identity: [admin, deny({})] }, 'explicit identity'],
    [
      'a deny in the boundary',
      {
        boundary: document(
          { Effect: 'Allow', Action: '*', Resource: '*' },
          { Effect: 'Deny', Action: 'iam:*', Resource: '*' },
        ),
      },
      'explicit boundary',
    ],
    [
      'a deny in the session policy',
      { session: [admin, deny({ Action: 'iam:PassRole' })] },
      'explicit session',
    ],
    ['a deny in one level', { scps: [[admin], [admin, deny({})]] }, 'explicit scp'],
    [
      'a deny that has an ARN',
      { scps: [[admin, { arn: 'arn:p', document: deny({}) }]] },
      'explicit scp arn:p',
    ],
    ['a deny wins over a missing allow', { identity: [], boundary: deny({}) }, 'explicit boundary'],
  ])('%s', (_name, over, expected) => expect(decide(over)).toBe(expected));
});

describe('actions and resources', () => {
  test.each<[string, Partial<PolicyStatement>, boolean]>([
    ['case of actions is ignored', { Action: 'IAM:passrole' }, true],
    ['* within an action', { Action: 'iam:Pa*' }, true],
    ['? is one character', { Action: 'iam:PassRol?' }, true],
    ['? is not none', { Action: 'iam:PassRole?' }, false],
    ['a list', { Action: ['s3:*', 'iam:PassRole'] }, true],
    [
      'NotAction that does not name it',
      { Action: undefined as never, NotAction: ['s3:*', 'sts:*'] },
      true,
    ],
    ['NotAction that names it', { Action: undefined as never, NotAction: ['iam:*'] }, false],
    ['the resource itself', { Resource: target }, true],
    ['any account', { Resource: 'arn:aws:iam::*:role/service-role/Dhmc' }, true],
    ['* runs over slashes', { Resource: 'arn:aws:iam::*:role/*' }, true],
    [
      '* does not run over a colon of the first parts',
      { Resource: 'arn:aws:*:role/service-role/Dhmc' },
      false,
    ],
    ['case of resources counts', { Resource: target.toLowerCase() }, false],
    ['another partition', { Resource: target.replace('arn:aws:', 'arn:aws-cn:') }, false],
    [
      'NotResource that does not match',
      { Resource: undefined as never, NotResource: 'arn:aws:iam::*:role/Other' },
      true,
    ],
    ['NotResource that matches', { Resource: undefined as never, NotResource: [target] }, false],
    [
      'a variable',
      { Resource: 'arn:aws:iam::*:role/service-role/${aws:PrincipalTag/Job-Function}' },
      false,
    ],
    [
      'a variable without a value',
      { Resource: 'arn:aws:iam::*:role/${aws:PrincipalTag/none}*' },
      false,
    ],
    [
      'a variable with a default',
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

  test('a variable in front of the fifth colon is refused aloud', () => {
    const policy = document({
      Effect: 'Allow',
      Action: '*',
      Resource: 'arn:aws:iam::${aws:PrincipalAccount}:role/x',
    });
    expect(() => decide({ identity: [policy] })).toThrow(UnsupportedPolicyElement);
  });

  test('version 2008-10-17 takes a variable for text', () => {
    const old: PolicyDocument = {
      Version: '2008-10-17',
      Statement: { Effect: 'Allow', Action: '*', Resource: 'arn:aws:iam::*:role/${*}' },
    };
    expect(decide({ identity: [old] })).toBe('implicit identity');
    expect(decide({ identity: [old] }, { resource: `arn:aws:iam::${account}:role/\${x}` })).toBe(
      'allowed',
    );
  });

  test('an operation without a resource is matched by * alone', () => {
    const some = document({ Effect: 'Allow', Action: '*', Resource: 'arn:aws:organizations::*:*' });
    expect(decide({}, { action: 'organizations:ListAccounts', resource: '*' })).toBe('allowed');
    expect(
      decide({ identity: [some] }, { action: 'organizations:ListAccounts', resource: '*' }),
    ).toBe('implicit identity');
  });
});

describe('conditions', () => {
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
    ['equals takes * for text', { StringEquals: { 'aws:RequestedRegion': 'eu-*' } }, false],
    ['like', { StringLike: { 'aws:RequestedRegion': 'eu-*' } }, true],
    ['not like', { StringNotLike: { 'aws:RequestedRegion': 'eu-*' } }, false],
    ['case counts', { StringEquals: { 'aws:PrincipalTag/Job-Function': 'administrator' } }, false],
    [
      'case ignored',
      { StringEqualsIgnoreCase: { 'aws:PrincipalTag/Job-Function': 'administrator' } },
      true,
    ],
    [
      'not, case ignored',
      { StringNotEqualsIgnoreCase: { 'aws:PrincipalTag/job-function': ['administrator'] } },
      false,
    ],
    [
      'a tag key in another case',
      { StringEquals: { 'aws:principaltag/JOB-FUNCTION': 'Administrator' } },
      true,
    ],
    ['a missing key', { StringEquals: { 'aws:SourceAccount': account } }, false],
    ['a missing key, negated', { StringNotEquals: { 'aws:SourceAccount': account } }, true],
    [
      'a missing key, if it exists',
      { StringEqualsIfExists: { 'aws:SourceAccount': account } },
      true,
    ],
    ['null', { Null: { 'aws:SourceAccount': 'true' } }, true],
    ['not null', { Null: { 'aws:SourceAccount': false } }, false],
    ['a boolean', { Bool: { 'aws:ViaAWSService': false } }, true],
    ['a boolean that is missing', { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }, false],
    [
      'a boolean that is missing, if it exists',
      { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
      true,
    ],
    [
      'the role behind the session',
      { ArnLike: { 'aws:PrincipalARN': 'arn:aws:iam::*:role/team/Ops' } },
      true,
    ],
    [
      'the session itself is no principal ARN',
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
    ['ARN parts are separate', { ArnLike: { 'aws:PrincipalArn': 'arn:*:role/team/Ops' } }, false],
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
      'a variable without a value, negated',
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
      'two operators: both',
      {
        StringEquals: { 'aws:RequestedRegion': 'eu-west-1' },
        Bool: { 'aws:ViaAWSService': 'true' },
      },
      false,
    ],
    [
      'two keys: both',
      { StringEquals: { 'aws:RequestedRegion': 'eu-west-1', 'aws:PrincipalAccount': other } },
      false,
    ],
  ])('%s', (_name, Condition, matches) => {
    const context = { ...request().context, 'aws:TagKeys': ['team', 'cost'] };
    expect(
      decide(
        { identity: [document({ Effect: 'Allow', Action: '*', Resource: '*', Condition })] },
        { context },
      ),
    ).toBe(matches ? 'allowed' : 'implicit identity');
  });

  test.each<[string, Conditions, string]>([
    ['an operator', { IpAddress: { 'aws:PrincipalArn': '10.0.0.0/8' } }, 'IpAddress'],
    ['a misspelt operator', { StringEqual: { 'aws:PrincipalArn': 'x' } }, 'StringEqual'],
    ['a key', { StringEquals: { 'aws:SourceVpce': 'vpce-1' } }, 'aws:SourceVpce'],
    [
      'a list without a set operator',
      { StringEquals: { 'aws:TagKeys': 'team' } },
      'StringEquals on aws:TagKeys',
    ],
    ['a variable', { StringEquals: { 'aws:PrincipalTag/a': '${aws:userid}' } }, 'aws:userid'],
  ])(
    'says aloud that it does not know %s, even where the statement does not apply',
    (_name, Condition, element) => {
      const policy = document({ Effect: 'Deny', Action: 's3:GetObject', Resource: '*', Condition });
      const run = (): unknown => evaluate(request(), policies({ identity: [admin, policy] }));
      expect(run).toThrow(UnsupportedPolicyElement);
      expect(run).toThrow(element);
    },
  );
});

describe('trust policies', () => {
  const trust = (
    Principal: PolicyStatement['Principal'] & {},
    more: Partial<PolicyStatement> = {},
  ): PolicyDocument => document({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more });
  const own = `arn:aws:iam::${account}:role/Other`;
  const foreign = `arn:aws:iam::${other}:role/OrganizationAccountAccessRole`;
  const nothing = document({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
  const externalId = { StringEquals: { 'sts:ExternalId': 'secret' } };
  test.each<[string, string, PolicyDocument, Partial<Policies>, string]>([
    ['another account, both sides', foreign, trust({ AWS: account }), {}, 'allowed'],
    [
      'another account, by its root',
      foreign,
      trust({ AWS: `arn:aws:iam::${account}:root` }),
      {},
      'allowed',
    ],
    ['another account, by the role', foreign, trust({ AWS: role }), {}, 'allowed'],
    [
      'another account, identity missing',
      foreign,
      trust({ AWS: role }),
      { identity: [] },
      'implicit identity',
    ],
    ['another account, not named', foreign, trust({ AWS: other }), {}, 'implicit resource'],
    [
      'another account, external id missing',
      foreign,
      trust({ AWS: account }, { Condition: externalId }),
      {},
      'implicit resource',
    ],
    [
      'another account, denied',
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
      'another account, one of several',
      foreign,
      trust({ AWS: [other, role], Service: 'ec2.amazonaws.com' }),
      {},
      'allowed',
    ],
    [
      'the caller is bound by its own SCPs',
      foreign,
      trust({ AWS: account }),
      { scps: [[nothing]] },
      'implicit scp',
    ],
    [
      'the session policy binds',
      foreign,
      trust({ AWS: account }),
      { session: [nothing] },
      'implicit session',
    ],
    [
      'own account, trust alone by account',
      own,
      trust({ AWS: account }),
      { identity: [] },
      'implicit identity',
    ],
    ['own account, trust alone by role', own, trust({ AWS: role }), { identity: [] }, 'allowed'],
    [
      'own account, by role under a boundary',
      own,
      trust({ AWS: role }),
      { identity: [], boundary: nothing },
      'implicit boundary',
    ],
    [
      'own account, by session under a boundary',
      own,
      trust({ AWS: session }),
      { identity: [], boundary: nothing },
      'allowed',
    ],
    [
      'own account, an identity policy is not enough',
      own,
      trust({ Service: 'ssm.amazonaws.com' }),
      {},
      'implicit resource',
    ],
    [
      'own account, an identity deny',
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
      'a principal that was deleted',
      foreign,
      trust({ AWS: 'AROAEXAMPLEEXAMPLE123' }),
      {},
      'implicit resource',
    ],
  ])('%s', (_name, resource, document, over, expected) => {
    expect(
      decide({ ...over, resource: document }, { action: 'sts:AssumeRole', resource, context: {} }),
    ).toBe(expected);
  });

  test('an external id that is right', () => {
    const resource = trust({ AWS: account }, { Condition: externalId });
    expect(
      decide(
        { resource },
        { action: 'sts:AssumeRole', resource: foreign, context: { 'sts:ExternalId': 'secret' } },
      ),
    ).toBe('allowed');
  });

  test.each<[string, PolicyDocument, boolean]>([
    ['as AWS writes it', trust({ Service: 'ssm.amazonaws.com' }), true],
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
      'a condition that the service meets',
      trust(
        { Service: 'ssm.amazonaws.com' },
        { Condition: { StringEquals: { 'aws:SourceAccount': account } } },
      ),
      true,
    ],
    [
      'a condition that it does not',
      trust(
        { Service: 'ssm.amazonaws.com' },
        { Condition: { StringEquals: { 'aws:SourceAccount': other } } },
      ),
      false,
    ],
  ])('whether a service may assume the role: %s', (_name, document, expected) => {
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
    ['no principal', { Effect: 'Allow', Action: '*' }, MalformedPolicy],
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
  ])('refuses %s', (_name, statement, error) => {
    expect(() =>
      decide({ resource: document(statement) }, { action: 'sts:AssumeRole', resource: foreign }),
    ).toThrow(error);
  });
});

describe('documents that IAM would refuse', () => {
  test.each<[string, PolicyStatement]>([
    ['an action without a service', { Effect: 'Allow', Action: 'PassRole', Resource: '*' }],
    ['a resource that is no ARN', { Effect: 'Allow', Action: '*', Resource: 'role/x' }],
    [
      'a principal in an identity policy',
      { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' },
    ],
    ['no resource', { Effect: 'Allow', Action: '*' }],
    [
      'both Action and NotAction',
      { Effect: 'Allow', Action: '*', NotAction: 's3:*', Resource: '*' },
    ],
  ])('%s', (_name, statement) =>
    expect(() => decide({ identity: [document(statement)] })).toThrow(MalformedPolicy),
  );

  test.each(['', '{', '[]', '"x"', '{}', 'null'])('text %j', (text) =>
    expect(() => parsePolicyDocument(text)).toThrow(MalformedPolicy),
  );
});

test('the README names every operator and key', async () => {
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
