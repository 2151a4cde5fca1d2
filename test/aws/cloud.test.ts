import { describe, expect, it } from 'vitest';
import type { ConnectOptions } from '../../src/aws/index.ts';
import { dhmcRole } from '../../src/sandbox/worlds/fixtures.ts';
import {
  both,
  connected,
  entered,
  management,
  member,
  policyArn,
  roleName,
  rolePath,
  sandboxOf,
  selecting,
  setEnvironment,
  smallWorld,
  trust,
  trusting,
  valueOf,
} from './small-world.ts';

const web = '100000000002';
const enable = { kind: 'enable', passRoles: [rolePath] } as const;
const newRole = {
  name: roleName,
  path: '/service-role/',
  trust,
  tags: { 'dhmc:created-by': 'dhmc' },
  boundary: null,
  description: 'A role.',
};
const fault = (more: object) => ({ behavior: { faults: [{ kind: 'reset' as const, ...more }] } });
const caught = (promise: Promise<unknown>) =>
  promise.then(() => null).catch((error: unknown) => error);

describe('connecting', () => {
  it('finds caller, partition, organization and endpoint', async () => {
    const { cloud, sandbox } = await both();
    expect(cloud).toMatchObject({
      partition: 'aws',
      caller: { account: management, arn: `arn:aws:iam::${management}:user/admin` },
      organization: { id: 'o-abcdefghij', managementAccount: management },
      endpoint: sandbox.url,
    });
  });

  it.each([
    [
      'no credentials',
      { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
      {},
      'CommandError',
      /No AWS credentials were found/,
    ],
    [
      'a wrong key',
      { AWS_SECRET_ACCESS_KEY: 'wrong/wrong/wrong' },
      {},
      'CommandError',
      /signature/i,
    ],
    ['an unknown key', { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN000000001' }, {}, 'CommandError', /token/i],
    [
      'a profile that is not there',
      {},
      { profile: { name: 'nobody', place: 'dhmc.config.yaml:4' } },
      'UsageError',
      /^dhmc\.config\.yaml:4: "nobody" is not a profile/,
    ],
    [
      'an endpoint where nothing listens',
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_MAX_ATTEMPTS: '1' },
      {},
      'CommandError',
      /ECONNREFUSED/,
    ],
  ])('with %s says so', async (_, variables, options: Partial<ConnectOptions>, name, message) => {
    const sandbox = await sandboxOf(smallWorld());
    setEnvironment({ ...sandbox.env, ...variables });
    const error = await caught(connected(options));
    expect(error).toMatchObject({
      name,
      message: expect.stringMatching(message) as string,
      hint: expect.stringMatching(/\S/) as string,
    });
    expect(String(error)).not.toContain('wrong/wrong');
  });

  it('shows no password of an endpoint', async () => {
    const sandbox = await sandboxOf(smallWorld());
    const url = sandbox.url.replace('http://', 'http://me:hunter2@');
    setEnvironment({ ...sandbox.env, AWS_ENDPOINT_URL_SSM: url, AWS_ENDPOINT_URL_STS: url });
    expect((await connected({})).endpoint).toBe(sandbox.url);
  });

  it('with credentials that have expired, or in no organization, says so', async () => {
    const expired = {
      operation: 'GetCallerIdentity',
      kind: 'error',
      error: {
        code: 'ExpiredToken',
        message: 'The security token included in the request is expired',
        status: 403,
      },
    };
    expect(await caught(both(fault(expired)))).toMatchObject({
      name: 'CommandError',
      code: 'credentials-expired',
    });
    const none = {
      operation: 'DescribeOrganization',
      kind: 'error',
      error: {
        code: 'AWSOrganizationsNotInUseException',
        message: 'Your account is not a member of an organization.',
      },
    };
    expect(await caught(both(fault(none)))).toMatchObject({
      name: 'CommandError',
      code: 'denied',
      hint: expect.stringContaining('management account') as string,
    });
  });

  it('refuses long sessions from an assumed role', async () => {
    const roles = [trusting('Ops', 'arn:aws:iam::100000000001:root')];
    const world = smallWorld({
      accounts: [
        member(management, 'Management', 'r-abcd', { roles }),
        ...smallWorld().accounts.slice(1),
      ],
      callers: [
        {
          accessKeyId: 'ASIASMALLWORLD000002',
          secretAccessKey: 'small/world/2',
          sessionToken: 'token-of-ops',
          identity: { kind: 'assumed-role', account: management, role: 'Ops', session: 'me' },
        },
      ],
    });
    await sandboxOf(world);
    expect(await caught(connected({ sessionDuration: 7200 }))).toMatchObject({
      name: 'UsageError',
      message: expect.stringContaining('--session-duration') as string,
    });
    const cloud = await connected({ sessionDuration: 3600 });
    expect(await cloud.enter(web)).toMatchObject({ known: true });
  });

  it('in China calls the main region there', async () => {
    const accounts = smallWorld().accounts.map((account) => ({
      ...account,
      roles:
        account.id === management
          ? []
          : [
              trusting('OrganizationAccountAccessRole', `arn:aws-cn:iam::${management}:root`, {
                attachedPolicies: ['arn:aws-cn:iam::aws:policy/AdministratorAccess'],
              }),
            ],
    }));
    const [caller] = smallWorld().callers;
    const identity = {
      kind: 'user' as const,
      account: management,
      name: 'admin',
      attachedPolicies: ['arn:aws-cn:iam::aws:policy/AdministratorAccess'],
    };
    const sandbox = await sandboxOf(
      smallWorld({
        partition: 'aws-cn',
        accounts,
        callers: caller === undefined ? [] : [{ ...caller, identity }],
      }),
    );
    setEnvironment({
      ...sandbox.env,
      AWS_REGION: 'cn-northwest-1',
      AWS_DEFAULT_REGION: 'cn-northwest-1',
    });
    const cloud = await connected();
    expect(cloud.partition).toBe('aws-cn');
    const access = await entered(cloud, web);
    expect(
      valueOf(await access.regions())
        .map(({ region }) => region)
        .sort(),
    ).toEqual(['cn-north-1', 'cn-northwest-1']);
    expect(await access.setting('cn-northwest-1')).toMatchObject({
      known: true,
      value: { value: null },
    });
  });
});

describe('a session', () => {
  it('is one for all calls of an account, and named after the run', async () => {
    const { cloud, sandbox } = await both();
    sandbox.switchLog(true);
    const accesses = await Promise.all([entered(cloud, web), entered(cloud, web)]);
    await Promise.all(
      accesses.flatMap((access) => [
        access.regions(),
        access.role(roleName),
        access.setting('us-east-1'),
        access.setting('eu-west-1'),
      ]),
    );
    expect(sandbox.requests().byOperation['sts:AssumeRole']).toBe(1);
    expect(
      sandbox
        .log()
        .filter(({ service }) => service === 'ssm')
        .every(({ principal }) => principal?.endsWith('/dhmc-20261101-120000-abcdef')),
    ).toBe(true);
  });

  it("in the caller's own account is the caller's own", async () => {
    const { cloud, sandbox } = await both();
    const access = await entered(cloud, management);
    expect(await access.setting('us-east-1')).toMatchObject({ known: true });
    expect(sandbox.requests().byOperation['sts:AssumeRole']).toBeUndefined();
  });

  it('is of the first role that can be assumed', async () => {
    const accounts = [
      ...smallWorld().accounts.slice(0, 1),
      member(web, 'web', 'r-abcd', {
        roles: [trusting('Second', `arn:aws:iam::${management}:root`, { path: '/ops/' })],
      }),
    ];
    const { cloud } = await both({ accounts }, { roleNames: ['First', 'ops/Second'] });
    expect(await cloud.enter(web)).toMatchObject({ known: true });
    const { cloud: other } = await both({ accounts }, { roleNames: ['First', 'Third'] });
    const refused = await other.enter(web);
    expect(refused).toMatchObject({ known: false, problem: { code: 'role-not-assumable' } });
    expect(JSON.stringify(refused)).toMatch(/role\/First.*role\/Third.*First, Third/);
  });

  it('needs the external id where the role asks for it, and never shows it', async () => {
    const Principal = { AWS: `arn:aws:iam::${management}:root` };
    const Condition = { StringEquals: { 'sts:ExternalId': 'the-external-id' } };
    const guarded = {
      ...trusting('Guarded', management),
      trust: {
        Statement: [{ Effect: 'Allow' as const, Principal, Action: 'sts:AssumeRole', Condition }],
      },
    };
    const accounts = [
      ...smallWorld().accounts.slice(0, 1),
      member(web, 'web', 'r-abcd', { roles: [guarded] }),
    ];
    const { cloud } = await both(
      { accounts },
      { roleNames: ['Guarded'], externalId: 'the-external-id' },
    );
    expect(await cloud.enter(web)).toMatchObject({ known: true });
    const wrong = await connected({ roleNames: ['Guarded'], externalId: 'another-external-id' });
    const refused = await wrong.enter(web);
    expect(refused).toMatchObject({ known: false, problem: { code: 'role-not-assumable' } });
    expect(JSON.stringify(refused)).not.toContain('another-external-id');
  });

  it('is renewed before it ends, and when AWS calls it expired', async () => {
    const { cloud, sandbox } = await both({ behavior: { sessionSeconds: 900 } });
    const access = await entered(cloud, web);
    sandbox.advance(1_000_000);
    const readings = await Promise.all(
      ['us-east-1', 'eu-west-1', 'sa-east-1'].map((region) => access.setting(region)),
    );
    expect(readings.every(({ known }) => known)).toBe(true);
    expect(sandbox.requests().byOperation['sts:AssumeRole']).toBe(2);
  });

  it.each([
    [
      'a look',
      { kind: 'read' },
      ['createRole', 'updateSetting', 'resetSetting', 'attachGrant', 'deleteRole'],
    ],
    ['enable', enable, ['resetSetting', 'deleteRole', 'detachGrant']],
    [
      'disable',
      { kind: 'disable', deleteRole: false },
      ['createRole', 'updateSetting', 'deleteRole', 'detachGrant'],
    ],
    [
      'disable with the role',
      { kind: 'disable', deleteRole: true },
      ['createRole', 'updateSetting', 'attachGrant'],
    ],
  ] as const)('of %s cannot do more', async (_, purpose, denied) => {
    const { cloud } = await both({}, { purpose });
    const access = await entered(cloud, web);
    const attempts = {
      createRole: () => access.createRole(newRole),
      updateSetting: () => access.updateSetting('us-east-1', rolePath),
      resetSetting: () => access.resetSetting('us-east-1'),
      attachGrant: () => access.attachGrant(roleName, policyArn),
      detachGrant: () => access.detachGrant(roleName, policyArn),
      deleteRole: () => access.deleteRole(roleName),
    };
    for (const name of denied)
      expect([name, await attempts[name]()]).toMatchObject([
        name,
        { ok: false, problem: { code: 'denied-by-session-policy' } },
      ]);
  });

  it('of enable may pass no other role and attach no other policy', async () => {
    const other = { name: 'Other', trust: JSON.parse(trust) as { Statement: [] } };
    const accounts = [
      ...smallWorld().accounts.slice(0, 1),
      member(web, 'web', 'r-abcd', { roles: [...(smallWorld().accounts[1]?.roles ?? []), other] }),
    ];
    const { cloud } = await both({ accounts }, { purpose: enable });
    const access = await entered(cloud, web);
    expect(await access.updateSetting('us-east-1', 'Other')).toMatchObject({
      ok: false,
      problem: { code: 'denied-by-session-policy' },
    });
    expect(await access.createRole(newRole)).toEqual({ ok: true });
    expect(
      await access.attachGrant(roleName, 'arn:aws:iam::aws:policy/AdministratorAccess'),
    ).toMatchObject({
      ok: false,
      problem: { code: 'denied-by-session-policy' },
    });
  });
});

describe('an account', () => {
  it('is written and read back, every call of it', async () => {
    const { cloud, sandbox } = await both(
      {},
      { purpose: { kind: 'rollback', passRoles: [rolePath] } },
    );
    const access = await entered(cloud, web);
    expect(valueOf(await access.role(roleName))).toBeNull();
    expect(valueOf(await access.grants(roleName))).toBeNull();
    expect(valueOf(await access.attachments(roleName))).toBeNull();
    expect(await access.createRole(newRole)).toEqual({ ok: true });
    expect(await access.createRole(newRole)).toMatchObject({ ok: false, kind: 'exists' });
    expect(await access.attachGrant(roleName, policyArn)).toEqual({ ok: true });
    const role = valueOf(await access.role(roleName));
    expect(role).toMatchObject({
      arn: `arn:aws:iam::${web}:role/${rolePath}`,
      path: '/service-role/',
      tags: newRole.tags,
      boundary: null,
    });
    expect(JSON.parse(role?.trust ?? '')).toEqual(JSON.parse(trust));
    expect(valueOf(await access.grants(roleName))).toEqual([policyArn]);
    expect(valueOf(await access.attachments(roleName))).toEqual({
      inlinePolicies: [],
      instanceProfiles: [],
    });
    expect(await access.updateSetting('eu-west-1', rolePath)).toEqual({ ok: true });
    const setting = valueOf(await access.setting('eu-west-1'));
    expect(setting).toMatchObject({
      value: rolePath,
      pending: false,
      modifiedBy: expect.stringContaining('dhmc-2026') as string,
    });
    expect(valueOf(await access.setting('eu-west-2')).value).toBeNull();
    expect(await access.resetSetting('eu-west-1')).toEqual({ ok: true });
    expect(valueOf(await access.setting('eu-west-1')).value).toBeNull();
    expect(await access.updateTrust(roleName, trust)).toEqual({ ok: true });
    expect(await access.deleteRole(roleName)).toMatchObject({ ok: false, kind: 'refused' });
    expect(await access.detachGrant(roleName, policyArn)).toEqual({ ok: true });
    expect(await access.deleteRole(roleName)).toEqual({ ok: true });
    expect(await access.deleteRole(roleName)).toMatchObject({ ok: false, kind: 'gone' });
    expect(sandbox.complaints()).toEqual([]);
  });

  it('counts each request that was sent', async () => {
    const { cloud, sandbox } = await both(
      fault({ service: 'ssm', kind: 'server-error', times: 1 }),
    );
    const access = await entered(cloud, web);
    expect(await access.setting('us-east-1')).toMatchObject({ known: true });
    expect(cloud.usage()).toEqual({ calls: sandbox.requests().total, throttled: 0 });
  });

  it('knows a boundary that is there', async () => {
    const { cloud } = await both({}, { purpose: { kind: 'read', checkBoundary: true } });
    const access = await entered(cloud, web);
    expect(await access.policyExists('arn:aws:iam::aws:policy/PowerUserAccess')).toMatchObject({
      value: true,
    });
    expect(await access.policyExists(`arn:aws:iam::${web}:policy/None`)).toMatchObject({
      value: false,
    });
  });

  it.each([
    ['a reset, once', { service: 'ssm', kind: 'reset', times: 1 }, null],
    ['a 5xx, twice', { service: 'ssm', kind: 'server-error', times: 2 }, null],
    ['a 5xx for ever', { service: 'ssm', kind: 'server-error' }, 'aws-error'],
    ['a reset for ever', { service: 'ssm', kind: 'reset' }, 'network'],
    ["a proxy's page", { service: 'ssm', kind: 'garbage' }, 'invalid-response'],
    ['half an answer', { service: 'ssm', kind: 'cut' }, 'invalid-response'],
    [
      'an empty answer',
      { service: 'ssm', kind: 'answer', answer: { body: '{}' } },
      'invalid-response',
    ],
    [
      'an answer of wrong types',
      {
        service: 'ssm',
        kind: 'answer',
        answer: { body: '{"ServiceSetting":{"SettingId":7,"SettingValue":{}}}' },
      },
      'invalid-response',
    ],
    [
      'no setting',
      { service: 'ssm', kind: 'error', error: { code: 'ServiceSettingNotFound', message: 'x' } },
      'region-without-dhmc',
    ],
  ])('that answers a read with %s', async (_, more, code) => {
    const { cloud } = await both(fault(more));
    const reading = await (await entered(cloud, web)).setting('us-east-1');
    expect(reading).toMatchObject(
      code === null ? { known: true } : { known: false, problem: { code } },
    );
  });

  it.each([
    ["a proxy's page", { service: 'iam', kind: 'garbage' }, 'invalid-response'],
    ['half an answer', { service: 'iam', kind: 'cut' }, 'invalid-response'],
    [
      'an empty page',
      { service: 'iam', kind: 'answer', answer: { body: '<Response/>', contentType: 'text/xml' } },
      'invalid-response',
    ],
  ])('whose IAM answers with %s is never taken for one without the role', async (_, more, code) => {
    const roles = [...(smallWorld().accounts[1]?.roles ?? []), dhmcRole];
    const accounts = [
      ...smallWorld().accounts.slice(0, 1),
      member(web, 'web', 'r-abcd', { roles }),
    ];
    const { cloud } = await both({ ...fault(more), accounts });
    const access = await entered(cloud, web);
    expect(await access.grants(roleName)).toMatchObject({ known: false, problem: { code } });
    expect(await access.role(roleName)).toMatchObject({ known: false, problem: { code } });
  });

  it.each([
    ['the answer to a write is lost', { kind: 'reset', after: true }, 'lost'],
    ['a write meets a 5xx', { kind: 'server-error' }, 'lost'],
    ['a write is answered with a page', { kind: 'garbage', after: true }, 'lost'],
    [
      'a write meets TooManyUpdates',
      { kind: 'error', error: { code: 'TooManyUpdates', message: 'x' } },
      'busy',
    ],
    [
      'a write meets TooManyUpdates at 429',
      { kind: 'error', error: { code: 'TooManyUpdates', message: 'x', status: 429 } },
      'busy',
    ],
  ])('where %s is written to once', async (_, more, kind) => {
    const { cloud, sandbox } = await both(fault({ operation: 'ResetServiceSetting', ...more }), {
      purpose: { kind: 'disable', deleteRole: false },
    });
    const access = await entered(cloud, web);
    expect(await access.resetSetting('us-east-1')).toMatchObject({ ok: false, kind });
    expect(sandbox.requests().byOperation['ssm:ResetServiceSetting']).toBe(1);
  });

  it('that throttles is tried again, writes too', async () => {
    const { cloud } = await both(
      fault({ operation: 'ResetServiceSetting', kind: 'throttle', times: 2 }),
      {
        purpose: { kind: 'disable', deleteRole: false },
      },
    );
    const access = await entered(cloud, web);
    expect(await access.resetSetting('us-east-1')).toEqual({ ok: true });
    expect(cloud.usage().throttled).toBe(2);
  });
});

describe('many accounts', () => {
  it('are entered at the documented limits without one failed call', async () => {
    const accounts = Array.from({ length: 60 }, (_, index) =>
      member(String(200000000000 + index), `a${String(index)}`),
    );
    const { cloud, sandbox } = await both(
      {
        accounts: [...smallWorld().accounts.slice(0, 1), ...accounts],
        behavior: { rateLimits: true },
      },
      { concurrency: 128 },
    );
    const ids: string[] = [];
    for await (const { id } of cloud.accounts(selecting({ org: true }))) ids.push(id);
    const regions = ['us-east-1', 'us-east-2', 'eu-west-1', 'eu-north-1'];
    const readings = await Promise.all(
      ids.map(async (id) => {
        const access = await entered(cloud, id);
        return Promise.all([
          access.regions(),
          access.role(roleName),
          access.grants(roleName),
          ...regions.map((region) => access.setting(region)),
        ]);
      }),
    );
    expect(readings.flat().every(({ known }) => known)).toBe(true);
    expect(sandbox.requests().mostAtOnce).toBeLessThanOrEqual(128);
    expect(cloud.usage().throttled).toBeLessThanOrEqual(cloud.usage().calls * 0.05);
    // One AssumeRole for each member, ListRegions, two of IAM and the settings for each account.
    expect(sandbox.requests().byOperation).toMatchObject({
      'sts:AssumeRole': 60,
      'account:ListRegions': 61,
      'iam:GetRole': 61,
      'ssm:GetServiceSetting': 61 * regions.length,
    });
  });
});
