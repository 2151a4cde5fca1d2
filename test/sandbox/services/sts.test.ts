import { ListAccountsCommand } from '@aws-sdk/client-organizations';
import { GetServiceSettingCommand, UpdateServiceSettingCommand } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, it } from 'vitest';
import { dhmcSettingId, startSandbox } from '../../../src/sandbox/index.ts';
import type { PolicyDocument, Role, Sandbox, World } from '../../../src/sandbox/index.ts';
import { accessRole, trusts } from '../../../src/sandbox/worlds/fixtures.ts';
import { accountId, managementAccount, simpleWorld } from '../../support/simple-world.ts';
import { clients, enter, refusal } from '../../support/sdk-clients.ts';

let sandbox: Sandbox;
const start = async (world: World): Promise<Sandbox> => (sandbox = await startSandbox({ world }));
afterEach(() => sandbox.stop());

const one = accountId(1);
const arn = `arn:aws:iam::${one}:role/OrganizationAccountAccessRole`;
const assume = (more: Partial<AssumeRoleCommandInput> = {}): Promise<unknown> =>
  clients(sandbox).sts.send(
    new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 'a-session', ...more }),
  );

const condition = (operator: string, key: string, value: string): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${managementAccount}:root` },
    Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
    Condition: { [operator]: { [key]: value } },
  },
});
const withTrust = (trust: PolicyDocument, more: Partial<Role> = {}): World =>
  simpleWorld({
    accounts: [{ name: 'one', roles: [{ ...accessRole(managementAccount), trust, ...more }] }],
  });

describe('a session', () => {
  it('has the role’s identity', async () => {
    await start(simpleWorld());
    const { sts } = clients(sandbox, await enter(sandbox, one));
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: one,
      Arn: `arn:aws:sts::${one}:assumed-role/OrganizationAccountAccessRole/test-session`,
    });
  });

  it('is limited by its session policy', async () => {
    await start(simpleWorld());
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'ssm:GetServiceSetting', Resource: '*' }],
    });
    const { ssm } = clients(sandbox, await enter(sandbox, one, { Policy }));
    await ssm('eu-west-1').send(new GetServiceSettingCommand({ SettingId: dhmcSettingId }));
    const refused = await refusal(
      ssm('eu-west-1').send(
        new UpdateServiceSettingCommand({ SettingId: dhmcSettingId, SettingValue: 'x' }),
      ),
    );
    expect(refused).toEqual({
      name: 'AccessDeniedException',
      status: 400,
      message: `User: arn:aws:sts::${one}:assumed-role/OrganizationAccountAccessRole/test-session is not authorized to perform: ssm:UpdateServiceSetting on resource: arn:aws:ssm:eu-west-1:${one}:servicesetting${dhmcSettingId} because no session policy allows the ssm:UpdateServiceSetting action`,
    });
  });

  it("lasts as long as the world's sessionSeconds", async () => {
    await start(simpleWorld({ behavior: { sessionSeconds: 60 } }));
    const keys = await enter(sandbox, one);
    sandbox.advance(61_000);
    expect(
      (await refusal(clients(sandbox, keys).organizations.send(new ListAccountsCommand({})))).name,
    ).toBe('ExpiredTokenException');
  });

  it('has a source identity that the trust policy can require', async () => {
    const world = simpleWorld({
      accounts: [
        {
          name: 'one',
          roles: [
            {
              ...accessRole(managementAccount),
              trust: condition('StringLike', 'sts:SourceIdentity', 'jo*'),
            },
          ],
        },
      ],
    });
    await start(world);
    await assume({ SourceIdentity: 'joan' });
    expect((await refusal(assume())).name).toBe('AccessDenied');
    expect((await refusal(assume({ SourceIdentity: 'mary' }))).name).toBe('AccessDenied');
  });
});

describe('the trust policy', () => {
  const text = `User: arn:aws:iam::${managementAccount}:user/platform-admin is not authorized to perform: sts:AssumeRole on resource: ${arn}`;

  it.each([
    ['a missing role', simpleWorld({ accounts: [{ name: 'one', roles: [] }] })],
    [
      'a role that trusts another account',
      withTrust(trusts({ AWS: 'arn:aws:iam::999999999999:root' })),
    ],
    [
      'a role with another path',
      withTrust(accessRole(managementAccount).trust, { path: '/somewhere/' }),
    ],
    ['a suspended account', simpleWorld({ accounts: [{ name: 'one', state: 'SUSPENDED' }] })],
  ])('is not disclosed in a refusal: %s', async (_name, world) => {
    await start(world);
    expect(await refusal(assume())).toEqual({ name: 'AccessDenied', status: 403, message: text });
  });

  it('can require an external id', async () => {
    await start(withTrust(condition('StringEquals', 'sts:ExternalId', 'sesame')));
    await assume({ ExternalId: 'sesame' });
    expect((await refusal(assume())).name).toBe('AccessDenied');
    expect((await refusal(assume({ ExternalId: 'other' }))).name).toBe('AccessDenied');
  });

  it('can require session tags, which need sts:TagSession', async () => {
    await start(withTrust(condition('StringEquals', 'aws:RequestTag/team', 'ops')));
    await assume({ Tags: [{ Key: 'team', Value: 'ops' }] });
    await sandbox.stop();
    await start(
      simpleWorld({
        accounts: [
          {
            name: 'one',
            roles: [
              {
                ...accessRole(managementAccount),
                trust: {
                  Version: '2012-10-17',
                  Statement: {
                    Effect: 'Allow',
                    Principal: { AWS: managementAccount },
                    Action: 'sts:AssumeRole',
                  },
                },
              },
            ],
          },
        ],
      }),
    );
    const refused = await refusal(assume({ Tags: [{ Key: 'team', Value: 'ops' }] }));
    expect(refused.message).toContain('sts:TagSession');
  });

  it('with an unsupported condition is refused', async () => {
    await start(withTrust(condition('StringEquals', 'aws:VpcSourceIp', '10.0.0.1')));
    expect(await refusal(assume())).toMatchObject({ name: 'SandboxUnsupported', status: 400 });
    expect(sandbox.complaints().join()).toContain('aws:VpcSourceIp');
  });
});

describe('limits of AssumeRole', () => {
  it.each([
    [{ DurationSeconds: 899 }, 'Member must have value greater than or equal to 900'],
    [
      { DurationSeconds: 3601 },
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    ],
    [{ RoleSessionName: 'a b' }, 'Member must satisfy regular expression pattern'],
    [{ RoleSessionName: 'x'.repeat(65) }, 'Member must have length less than or equal to 64'],
    [{ ExternalId: 'x' }, 'Member must have length greater than or equal to 2'],
    [{ Policy: 'x'.repeat(2049) }, 'Member must have length less than or equal to 2048'],
    [
      { RoleArn: 'arn:aws:iam::1:role/SomethingElse' },
      'arn:aws:iam::1:role/SomethingElse is invalid',
    ],
  ])('refuse %j', async (more, text) => {
    await start(simpleWorld());
    const refused = await refusal(assume(more));
    expect(refused).toMatchObject({ name: 'ValidationError', status: 400 });
    expect(refused.message).toContain(text);
  });

  it('allow one hour for a chained session', async () => {
    await start(
      simpleWorld({
        accounts: [
          { name: 'one', roles: [{ ...accessRole(managementAccount), maxSessionDuration: 43200 }] },
          { name: 'two', roles: [{ ...accessRole(one), maxSessionDuration: 43200 }] },
        ],
      }),
    );
    const keys = await enter(sandbox, one, { DurationSeconds: 43200 });
    await enter(sandbox, accountId(2), {}, keys);
    expect(
      (await refusal(enter(sandbox, accountId(2), { DurationSeconds: 3601 }, keys))).message,
    ).toContain('role chaining');
  });

  it('refuse a malformed policy, and tags that are too large when packed', async () => {
    await start(simpleWorld());
    expect((await refusal(assume({ Policy: '{' }))).name).toBe('MalformedPolicyDocumentException');
    const Tags = Array.from({ length: 20 }, (_, i) => ({ Key: `k${i}`, Value: 'v'.repeat(250) }));
    expect((await refusal(assume({ Tags }))).name).toBe('PackedPolicyTooLargeException');
  });
});

describe('the region of STS', () => {
  it('must be enabled in both accounts, and not deactivated for STS', async () => {
    await start(
      simpleWorld({
        optIn: ['af-south-1', 'me-south-1'],
        management: { regions: { 'af-south-1': 'ENABLED' } },
        accounts: [{ name: 'one', stsDeactivated: ['eu-west-1'] }],
      }),
    );
    const into = (region: string): Promise<unknown> =>
      clients(sandbox, undefined, region).sts.send(
        new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 'a-session' }),
      );
    await into('us-east-1');
    expect(await refusal(into('eu-west-1'))).toMatchObject({
      name: 'RegionDisabledException',
      status: 403,
    });
    expect(await refusal(into('af-south-1'))).toMatchObject({
      name: 'RegionDisabledException',
      status: 403,
    });
    expect(await refusal(into('me-south-1'))).toMatchObject({
      name: 'InvalidClientTokenId',
      status: 403,
    });
  });
});
