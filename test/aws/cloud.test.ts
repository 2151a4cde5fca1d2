import { describe, expect, it } from 'vitest';
import type { ConnectOptions } from '../../src/aws/index.ts';
import {
  both,
  connected,
  entered,
  management,
  member,
  roleName,
  sandboxOf,
  selecting,
  setEnvironment,
  smallWorld,
  trusting,
  valueOf,
} from './small-world.ts';

const web = '100000000002';
const fault = (more: object) => ({ behavior: { faults: [{ kind: 'reset' as const, ...more }] } });
const caught = (promise: Promise<unknown>) =>
  promise.then(() => null).catch((error: unknown) => error);

describe('connecting', () => {
  it('finds the caller, partition, organization and endpoint', async () => {
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
      'a profile that does not exist',
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
  ])('reports %s', async (_, variables, options: Partial<ConnectOptions>, name, message) => {
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

  it('hides the password of an endpoint', async () => {
    const sandbox = await sandboxOf(smallWorld());
    const url = sandbox.url.replace('http://', 'http://me:hunter2@');
    setEnvironment({ ...sandbox.env, AWS_ENDPOINT_URL_SSM: url, AWS_ENDPOINT_URL_STS: url });
    expect((await connected({})).endpoint).toBe(sandbox.url);
  });

  it('reports expired credentials and a missing organization', async () => {
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

  it('uses the main region of China in the China partition', async () => {
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

describe('many accounts', () => {
  it('are entered within the documented limits, without a failed call', async () => {
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
    expect(sandbox.requests().maxAtOnce).toBeLessThanOrEqual(128);
    expect(cloud.usage().throttled).toBeLessThanOrEqual(cloud.usage().calls * 0.05);
    // AssumeRole for each member; ListRegions, two IAM reads and the settings for each account.
    expect(sandbox.requests().byOperation).toMatchObject({
      'sts:AssumeRole': 60,
      'account:ListRegions': 61,
      'iam:GetRole': 61,
      'ssm:GetServiceSetting': 61 * regions.length,
    });
  });
});
