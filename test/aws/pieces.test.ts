import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settingOf, roleOf, accountOf, regionsOf } from '../../src/aws/responses/validate.ts';
import type { Purpose } from '../../src/aws/index.ts';
import { makeLimiter, makePace } from '../../src/aws/http/limiter.ts';
import { nearest } from '../../src/core/problems/nearest.ts';
import { grantPolicyArn, settingId } from '../../src/aws/permissions/operations.ts';
import { collectPages, pagesOf } from '../../src/aws/responses/pagination.ts';
import { makeRetryStrategy, type FailedTry } from '../../src/aws/http/retry.ts';
import { sessionPolicy } from '../../src/aws/permissions/session-policy.ts';
import {
  isDefaultRegion,
  knownRegions,
  looksLikeRegion,
  partitionOfRegion,
  partitionRegions,
} from '../../src/core/model/regions.ts';
import { hintFor, reasons, type ReasonName } from '../../src/core/problems/reasons.ts';
import { problemCodes } from '../../src/core/model/model.ts';

const dhmcRole = 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole';

describe('the session policy', () => {
  const policyFor = (purpose: Purpose, account = '111111111111') =>
    sessionPolicy({ purpose, partition: 'aws', account, dhmcRole });
  const actionsOf = (policy: string) =>
    (JSON.parse(policy) as { Statement: { Action: string | string[] }[] }).Statement.flatMap(
      ({ Action }) => Action,
    ).sort();

  it('of a look holds no writing action', () => {
    expect(actionsOf(policyFor({ kind: 'read' }))).toEqual([
      'account:ListRegions',
      'iam:GetRole',
      'iam:ListAttachedRolePolicies',
      'ssm:GetServiceSetting',
    ]);
  });
  it('of disable writes no more than it must', () => {
    const writes = (deleteRole: boolean) =>
      actionsOf(policyFor({ kind: 'disable', deleteRole })).filter(
        (action) => !/:(Get|List|Describe)/.test(action),
      );
    expect(writes(false)).toEqual(['ssm:ResetServiceSetting']);
    expect(writes(true)).toEqual([
      'iam:DeleteRole',
      'iam:DetachRolePolicy',
      'ssm:ResetServiceSetting',
    ]);
  });
  it('of enable passes the one role, to SSM, and attaches the one policy', () => {
    const policy = policyFor({ kind: 'enable', passRoles: [dhmcRole] });
    expect(policy).toContain('"iam:PassedToService":"ssm.amazonaws.com"');
    expect(policy).toContain(`"iam:PolicyARN":"${grantPolicyArn('aws')}"`);
    expect(actionsOf(policy)).not.toContain('ssm:ResetServiceSetting');
    expect(policy).not.toContain('role/*"],"Condition":{"StringEquals"');
  });
  it("of a rollback passes the account's own roles", () => {
    const purpose: Purpose = {
      kind: 'rollback',
      passRoles: { '111111111111': ['team/One'], '222222222222': ['Two'] },
    };
    expect(policyFor(purpose)).toContain('role/team/One');
    expect(policyFor(purpose)).not.toContain('role/Two');
    expect(actionsOf(policyFor(purpose, '333333333333'))).not.toContain('iam:PassRole');
  });
  it('is never longer than STS takes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[\w+=,.@/-]{1,64}$/), { maxLength: 80 }),
        fc.constantFrom('enable' as const, 'rollback' as const),
        fc.stringMatching(/^[\w+=,.@-]{1,64}$/),
        (passRoles, kind, role) => {
          const policy = sessionPolicy({
            purpose: { kind, passRoles },
            partition: 'aws-us-gov',
            account: '1',
            dhmcRole: role,
          });
          expect(policy.length).toBeLessThanOrEqual(2048);
        },
      ),
    );
  });
});

describe('the limiter', () => {
  it('shrinks when throttled, once for those in flight together, and grows again', () => {
    let now = 0;
    const limiter = makeLimiter(100, () => now);
    for (let i = 0; i < 50; i += 1) limiter.throttled();
    expect(limiter.room).toBe(70);
    now += 1000;
    limiter.throttled();
    expect(limiter.room).toBe(49);
    for (let i = 0; i < 5000; i += 1) limiter.answered();
    expect(limiter.room).toBe(100);
  });
  it('never closes', () => {
    let now = 0;
    const limiter = makeLimiter(2, () => now);
    for (let i = 0; i < 50; i += 1) {
      now += 1000;
      limiter.throttled();
    }
    expect(limiter.room).toBe(1);
  });
  it('uses a connection that is free before another is opened, and passes nobody over for ever', async () => {
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const limiter = makeLimiter(1, undefined, (host) => host === 'a');
    const run = (host: string, name: string) =>
      limiter.run(host, () => {
        begun.push(name);
        return new Promise<void>((resolve) => ends.push(resolve));
      });
    const all = ['a0', 'b1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8'].map((name) =>
      run(name.slice(0, 1), name),
    );
    while (ends.length < all.length) {
      ends.at(-1)?.();
      await new Promise(setImmediate);
    }
    ends.at(-1)?.();
    await Promise.all(all);
    expect(begun).toEqual(['a0', 'a2', 'a3', 'a4', 'a5', 'b1', 'a6', 'a7', 'a8']);
  });
  it('lets the burst of an operation through at once', async () => {
    const pace = makePace(() => 0);
    await Promise.all(Array.from({ length: 6 }, () => pace('ListAccounts')));
  });
});

describe('tries', () => {
  const strategyFor = (tried: FailedTry, budget = 10) =>
    makeRetryStrategy(
      { throttled: 5, transient: 3, budget },
      () => tried,
      () => 0,
    );
  /** How often a call is tried that fails so; the last of several errors goes on. */
  const tries = async (errors: Error | readonly Error[], tried: FailedTry, budget?: number) => {
    const strategy = strategyFor(tried, budget);
    const all = [errors].flat();
    let token = await strategy.acquireInitialRetryToken('');
    for (let count = 1; ; count += 1) {
      try {
        token = await strategy.refreshRetryTokenForRetry(token, {
          error: all[Math.min(count, all.length) - 1],
        });
      } catch {
        return count;
      }
    }
  };
  const service = (name: string, status: number) =>
    Object.assign(new Error('x'), {
      name,
      $fault: 'client',
      $metadata: { httpStatusCode: status },
    });
  const timeout = Object.assign(new Error('x'), { name: 'TimeoutError' });
  it.each([
    ['a throttled read', service('ThrottlingException', 400), { writes: false, silences: 0 }, 5],
    ['a throttled write', service('ThrottlingException', 400), { writes: true, silences: 0 }, 5],
    ['TooManyUpdates at 429', service('TooManyUpdates', 429), { writes: true, silences: 0 }, 1],
    [
      "IAM's LimitExceeded",
      service('LimitExceededException', 409),
      { writes: true, silences: 0 },
      1,
    ],
    ['a denial', service('AccessDeniedException', 400), { writes: false, silences: 0 }, 1],
    ['a 5xx of a read', service('InternalServerError', 500), { writes: false, silences: 0 }, 3],
    ['a 5xx of a write', service('InternalServerError', 500), { writes: true, silences: 0 }, 1],
    ['a time-out', timeout, { writes: false, silences: 1 }, 3],
    ['a time-out of an account that is silent', timeout, { writes: false, silences: 2 }, 1],
    ['a time-out of a write', timeout, { writes: true, silences: 1 }, 1],
  ] as const)('of %s', async (_, error, tried, expected) => {
    expect(await tries(error, tried)).toBe(expected);
  });
  it('that were throttled are none of those that were lost', async () => {
    const throttled = service('ThrottlingException', 400);
    const lost = service('InternalServerError', 500);
    const read = { writes: false, silences: 0 };
    expect(await tries([throttled, throttled, lost], read)).toBe(5);
    expect(await tries([lost, throttled, throttled, throttled, throttled], read)).toBe(5);
    expect(await tries([lost, throttled, lost, lost], read)).toBe(4);
  });
  it('end when the budget of all reads is used up', async () => {
    expect(await tries(timeout, { writes: false, silences: 1 }, 1)).toBe(2);
  });
});

describe('pages', () => {
  it('go on over empty ones, and stop at a token that repeats', async () => {
    const pages = [
      { items: [], next: 'a' },
      { items: [1, 2], next: 'b' },
      { items: [3], next: undefined },
    ];
    let at = 0;
    expect(
      await collectPages(() => Promise.resolve(pages[at++] ?? { items: [], next: undefined })),
    ).toEqual([1, 2, 3]);
    await expect(collectPages(() => Promise.resolve({ items: [1], next: 'same' }))).rejects.toThrow(
      'a second time',
    );
    let count = 0;
    await expect(
      collectPages(() => Promise.resolve({ items: [], next: String((count += 1)) })),
    ).rejects.toThrow('empty pages');
    expect(count).toBeLessThanOrEqual(101);
    await expect(
      collectPages(() => Promise.resolve({ items: [1], next: String((count += 1)) })),
    ).rejects.toThrow('more than 2000 pages');
    await expect(
      collectPages(() => Promise.resolve({ items: [1, 2], next: String((count += 1)) }), 3),
    ).rejects.toThrow('more than 3 entries');
    const last = { items: [1], next: undefined };
    let left = 1_999;
    expect(
      await collectPages(() =>
        Promise.resolve(left === 0 ? last : { items: [1], next: String((left -= 1)) }),
      ),
    ).toHaveLength(2_000);
  });
  it('are asked for ahead', async () => {
    const asked: (string | undefined)[] = [];
    const pages = pagesOf((token) => {
      asked.push(token);
      return Promise.resolve({ items: [1], next: token === undefined ? 'second' : undefined });
    });
    await pages.next();
    expect(asked).toEqual([undefined, 'second']);
  });
});

describe('answers', () => {
  const setting = {
    SettingId: settingId,
    SettingValue: 'role',
    Status: 'Customized',
    LastModifiedDate: new Date(0),
    LastModifiedUser: 'u',
  };
  it('give the setting', () => {
    expect(settingOf({ ServiceSetting: setting }, '1', 'r')).toEqual({
      value: 'role',
      pending: false,
      modifiedBy: 'u',
      modifiedAt: '1970-01-01T00:00:00.000Z',
    });
    for (const more of [{ SettingValue: '$None' }, { SettingValue: '' }, { Status: 'Default' }])
      expect(settingOf({ ServiceSetting: { ...setting, ...more } }, '1', 'r').value).toBeNull();
    expect(
      settingOf({ ServiceSetting: { ...setting, Status: 'PendingUpdate' } }, '1', 'r').pending,
    ).toBe(true);
  });
  it.each([
    undefined,
    {},
    { ServiceSetting: [] },
    { ServiceSetting: { ...setting, SettingId: '/ssm/other' } },
    { ServiceSetting: { ...setting, SettingValue: 5 } },
    { ServiceSetting: { ...setting, SettingValue: undefined } },
    { ServiceSetting: { ...setting, Status: 'Odd' } },
    { ServiceSetting: { ...setting, LastModifiedDate: new Date(Number.NaN) } },
    { ServiceSetting: { ...setting, ARN: `arn:aws:ssm:r:2:servicesetting${settingId}` } },
    { ServiceSetting: { ...setting, ARN: `arn:aws:ssm:other:1:servicesetting${settingId}` } },
  ])('that lie are refused: %j', (answer) => {
    expect(() => settingOf(answer, '1', 'r')).toThrow();
  });
  const role = {
    Arn: 'arn:aws:iam::1:role/a/R',
    Path: '/a/',
    RoleName: 'R',
    AssumeRolePolicyDocument: '%7B%22Statement%22%3A%5B%5D%7D',
  };
  it('give the role, its trust decoded and otherwise verbatim', () => {
    expect(roleOf({ Role: role }, { account: '1', partition: 'aws', name: 'r' })).toEqual({
      arn: role.Arn,
      path: '/a/',
      name: 'R',
      trust: '{"Statement":[]}',
      tags: {},
      boundary: null,
    });
  });
  it.each([
    { Arn: 'arn:aws:iam::2:role/a/R' },
    { RoleName: 'S' },
    { Path: '/' },
    { AssumeRolePolicyDocument: '%E0%A4%A' },
    { AssumeRolePolicyDocument: '[]' },
    { Tags: 'x' },
  ])('with a role that is not the one asked for are refused: %j', (more) => {
    expect(() =>
      roleOf({ Role: { ...role, ...more } }, { account: '1', partition: 'aws', name: 'R' }),
    ).toThrow();
  });
  it('give accounts by State, else Status', () => {
    const account = {
      Id: '111111111111',
      Name: 'n',
      State: 'CLOSED',
      Status: 'ACTIVE',
      Paths: ['o-abcdefghij/r-abcd/ou-abcd-12345678/111111111111/'],
    };
    expect(accountOf(account)).toEqual({
      id: '111111111111',
      name: 'n',
      state: 'CLOSED',
      parents: ['r-abcd', 'ou-abcd-12345678'],
    });
    expect(accountOf({ Id: '111111111111', Status: 'ACTIVE' })).toMatchObject({
      state: 'ACTIVE',
      parents: null,
    });
    expect(() => accountOf({ Id: '11', Status: 'ACTIVE' })).toThrow();
    expect(() =>
      regionsOf({ Regions: [{ RegionName: '../x', RegionOptStatus: 'ENABLED' }] }),
    ).toThrow();
  });
  it('of any shape give a value or an error, and never crash otherwise', () => {
    fc.assert(
      fc.property(fc.anything(), (answer) => {
        for (const read of [
          () => settingOf(answer, '1', 'r'),
          () => roleOf(answer, { account: '1', partition: 'aws', name: 'R' }),
          () => accountOf(answer),
          () => regionsOf(answer),
        ])
          try {
            read();
          } catch (error) {
            expect(error).toHaveProperty('name', 'InvalidResponse');
          }
      }),
    );
  });
});

describe('names, regions and reasons', () => {
  it('finds the name that was meant', () => {
    expect(nearest('Sandbx', ['Sandbox', 'Production'])).toBe('Sandbox');
    expect(nearest('zzz', ['Sandbox'])).toBeNull();
  });
  it('knows partitions by region', () => {
    expect(
      ['us-east-1', 'cn-north-1', 'us-gov-west-1', 'eusc-de-east-1', 'xx-new-1'].map(
        partitionOfRegion,
      ),
    ).toEqual(['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc', 'aws']);
    expect(partitionRegions('aws').defaults).toHaveLength(17);
    expect(isDefaultRegion('eu-south-1')).toBe(false);
    expect(knownRegions().every(looksLikeRegion)).toBe(true);
  });
  it('has a reason for every code, and no hint with a gap', () => {
    const names = Object.keys(reasons) as ReasonName[];
    expect(new Set(names.map((name) => reasons[name].code))).toEqual(new Set(problemCodes));
    for (const name of names) expect(hintFor(name)).not.toMatch(/[{}]/);
  });
});
