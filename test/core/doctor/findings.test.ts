import { describe, expect, it } from 'vitest';
import { isLike, judgeLevels } from '../../../src/core/doctor/control-policies.ts';
import { findingsOf } from '../../../src/core/doctor/findings.ts';
import { statusOfFindings } from '../../../src/core/doctor/finding.ts';
import type { DoctorReadings, Need, PolicyLevel } from '../../../src/core/doctor/readings.ts';
import { sampleOf } from '../../../src/core/doctor/sample.ts';
import { known, unknown, type Account, type Problem } from '../../../src/core/model/model.ts';
import { trustedOf } from '../../../src/core/iam/principal.ts';
import { settingsOf } from '../../support/run-engine.ts';

const problem: Problem = { code: 'denied', message: 'no', hint: 'ask', requestId: null };
const need = (action: string, resource = '*', context: Need['context'] = {}): Need => ({
  action,
  resource,
  context,
  for: 'enable',
});
const level = (target: string, ...documents: readonly unknown[]): PolicyLevel => ({
  target,
  policies: documents.map((document, at) => ({
    id: `p-${at}`,
    arn: `arn:p-${at}`,
    name: `policy ${at}`,
    content: typeof document === 'string' ? document : JSON.stringify(document),
  })),
});
const everything = { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
const denies = (more: object) => ({
  Statement: [{ Effect: 'Deny', Action: 'ssm:Update*', Resource: '*', ...more }],
});
const role = 'arn:aws:iam::1:role/Entry';

describe('a sample of accounts', () => {
  const account = (id: number, path: string): Account => ({
    id: String(id),
    name: `a${id}`,
    path,
    state: 'ACTIVE',
  });
  it('takes one of each unit before a second of any, evenly, in order', () => {
    const accounts = Array.from({ length: 40 }, (_, i) => account(i, `ou${i % 10}`));
    const sample = sampleOf(accounts, 5);
    expect(sample).toHaveLength(5);
    expect(new Set(sample.map(({ path }) => path)).size).toBe(5);
    expect(sample.map(({ id }) => Number(id))).toEqual(
      [...sample].map(({ id }) => Number(id)).sort((a, b) => a - b),
    );
  });
  it.each([1, 2, 5, 7, 39, 40, 100])('of %i never holds more, nor fewer than there are', (most) => {
    const accounts = Array.from({ length: 40 }, (_, i) => account(i, `ou${i % 3}`));
    expect(sampleOf(accounts, most)).toHaveLength(Math.min(most, 40));
  });
});

describe('service control policies', () => {
  const update = need('ssm:UpdateServiceSetting', 'arn:aws:ssm:us-east-1:1:servicesetting/x');
  const judge = (...documents: readonly unknown[]) =>
    judgeLevels([level('ou-1', ...documents)], [update], { principalArn: role });

  it('that allow all deny nothing', () => {
    expect(judge(everything)).toEqual({ denials: [], unreadable: [] });
  });
  it('that deny for certain are told of as such', () => {
    expect(judge(everything, denies({})).denials).toMatchObject([
      { target: 'ou-1', policy: { name: 'policy 1' }, needs: [update], depends: [] },
    ]);
  });
  it.each([
    [
      'that exempts our role',
      { Condition: { ArnNotLike: { 'aws:PrincipalARN': 'arn:aws:iam::*:role/Entry' } } },
      null,
    ],
    [
      'that exempts another role',
      { Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/Other' } } },
      [],
    ],
    [
      'on a tag',
      { Condition: { StringNotEquals: { 'aws:PrincipalTag/job': 'admin' } } },
      ['aws:PrincipalTag/job'],
    ],
    [
      'on the region',
      { Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1'] } } },
      ['aws:RequestedRegion'],
    ],
    ['of all but some actions', { Action: undefined, NotAction: ['iam:*', 'sts:*'] }, []],
    ['of all but ours', { Action: undefined, NotAction: ['ssm:*'] }, null],
    ['on another resource', { Resource: 'arn:aws:ssm:*:*:parameter/*' }, null],
    [
      'on all but our resource',
      { Resource: undefined, NotResource: 'arn:aws:ssm:*:*:servicesetting/*' },
      null,
    ],
  ])('with a deny %s', (_, more, depends) => {
    const { denials } = judge(everything, denies(more));
    if (depends === null) expect(denials).toEqual([]);
    else expect(denials.map((denial) => denial.depends)).toEqual([depends]);
  });
  it('decide on the service that a role is passed to', () => {
    const pass = need('iam:PassRole', role, { 'iam:PassedToService': 'ssm.amazonaws.com' });
    const document = (service: string) => ({
      Statement: [
        {
          Effect: 'Deny',
          Action: 'iam:PassRole',
          Resource: '*',
          Condition: { StringEquals: { 'iam:PassedToService': service } },
        },
      ],
    });
    const denied = (service: string) =>
      judgeLevels([level('r', everything, document(service))], [pass], { principalArn: role })
        .denials.length;
    expect([denied('ssm.amazonaws.com'), denied('ec2.amazonaws.com')]).toEqual([1, 0]);
  });
  it('must allow at every level', () => {
    const some = { Statement: { Effect: 'Allow', Action: ['iam:*'], Resource: '*' } };
    expect(
      judgeLevels([level('r', everything), level('ou', some)], [update], { principalArn: role })
        .denials,
    ).toMatchObject([{ target: 'ou', policy: null, needs: [update] }]);
  });
  it('are no matter where none are in use, and are told of where they cannot be understood', () => {
    expect(judgeLevels([level('r')], [update], { principalArn: null })).toEqual({
      denials: [],
      unreadable: [],
    });
    expect(judge(everything, '{"Statement":').unreadable).toMatchObject([{ name: 'policy 1' }]);
    expect(judge(everything, { Statement: [{ Effect: 'Perhaps' }] }).unreadable).toHaveLength(1);
  });
  it('match like IAM does, in linear time', () => {
    expect([
      isLike('ssm:GetX', 'ssm:*'),
      isLike('ab', 'a?'),
      isLike('abc', 'a?'),
      isLike('', '*'),
      isLike('a', ''),
    ]).toEqual([true, true, false, true, false]);
    expect(isLike('a'.repeat(5000), `${'*a'.repeat(500)}b`)).toBe(false);
  });
});

describe('findings', () => {
  const stateDir = {
    path: '/s',
    nearest: '/s',
    exists: true,
    isDirectory: true,
    writable: true,
    refused: null,
    free: 1e12,
  };
  const caller = known({
    caller: { account: '1', arn: 'arn:aws:iam::1:user/jo' },
    partition: 'aws' as const,
  });
  const readings = (more: Partial<DoctorReadings> = {}): DoctorReadings => ({
    caller,
    endpoint: null,
    clockAheadMs: 400,
    organization: known({ id: 'o-1', managementAccount: '1' }),
    listed: known([]),
    skipped: new Map(),
    examined: [],
    stateDir,
    ...more,
  });
  const found = (more: Partial<DoctorReadings>) =>
    findingsOf(readings(more), { partition: 'aws', settings: settingsOf() }, false);
  const levels = (more: Partial<DoctorReadings>) =>
    Object.fromEntries(found(more).map(({ check, level: its }) => [check, its]));

  it('are all well where all is well', () => {
    expect(statusOfFindings(found({}))).toBe(0);
  });
  it.each([
    [
      'no credentials',
      { caller: unknown(problem), organization: null, listed: null },
      { credentials: 'error' },
    ],
    [
      'the root user',
      {
        caller: known({
          caller: { account: '1', arn: 'arn:aws:iam::1:root' },
          partition: 'aws' as const,
        }),
      },
      { credentials: 'error' },
    ],
    ['a clock two minutes ahead', { clockAheadMs: 120_000 }, { clock: 'warning' }],
    ['a clock six minutes behind', { clockAheadMs: -360_000 }, { clock: 'error' }],
    [
      'no organization',
      { organization: unknown(problem), listed: null },
      { organization: 'error' },
    ],
    ['accounts that may not be listed', { listed: unknown(problem) }, { accounts: 'error' }],
    [
      'a state directory that is none',
      { stateDir: { ...stateDir, isDirectory: false } },
      { 'state-directory': 'error' },
    ],
    [
      'one that cannot be written',
      { stateDir: { ...stateDir, writable: false } },
      { 'state-directory': 'error' },
    ],
    [
      'one that others can write',
      { stateDir: { ...stateDir, refused: { message: 'It is another’s.', hint: 'Name one.' } } },
      { 'state-directory': 'error' },
    ],
    [
      'little room',
      { stateDir: { ...stateDir, free: 50 * 1024 * 1024 } },
      { 'state-directory': 'warning' },
    ],
    ['no room', { stateDir: { ...stateDir, free: 1000 } }, { 'state-directory': 'error' }],
  ] as const)('tell of %s', (_, more, expected) => {
    expect(levels(more)).toMatchObject(expected);
    for (const finding of found(more))
      if (finding.level !== 'ok')
        expect([finding.message, finding.why, finding.hint]).not.toContain('');
  });
});

describe('a trusted principal', () => {
  it.each([
    ['arn:aws:iam::111122223333:role/a/b/Deploy', ['arn:aws:iam::111122223333:role/a/b/Deploy']],
    ['arn:aws:iam::111122223333:user/jo', ['arn:aws:iam::111122223333:user/jo']],
    ['arn:aws:iam::111122223333:root', null],
    [
      'arn:aws-cn:sts::111122223333:assumed-role/Deploy/s',
      ['arn:aws-cn:iam::111122223333:role/Deploy', 'arn:aws-cn:iam::111122223333:role/*/Deploy'],
    ],
    [
      'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/jo@example.com',
      [
        'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_????????????????',
        'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Admin_????????????????',
      ],
    ],
  ])('%s is known again by its ARN', (arn, patterns) => {
    expect(trustedOf(arn)).toMatchObject({ arn, account: '111122223333', patterns });
  });
  it.each([
    '',
    '111122223333',
    'arn:aws:iam::111122223333:role/*',
    'arn:aws:iam::111122223333:role/a?',
    'arn:aws:iam::111122223333:role/',
    'arn:aws:iam::1:role/x',
    'arn:aws:s3:::x',
    'arn:aws:sts::111122223333:assumed-role/NoSession',
    'arn:aws:iam::111122223333:group/x',
  ])('%j is none', (arn) => {
    expect(trustedOf(arn)).toBeNull();
  });
});
