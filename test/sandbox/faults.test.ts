import { ListRegionsCommand } from '@aws-sdk/client-account';
import { CreateRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import { DescribeOrganizationCommand, ListRootsCommand } from '@aws-sdk/client-organizations';
import { GetServiceSettingCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dhmcSettingId, startSandbox } from '../../src/sandbox/index.ts';
import type { Fault, Sandbox } from '../../src/sandbox/index.ts';
import { accountId, simpleWorld } from '../support/simple-world.ts';
import { clients, enter, refusal } from '../support/sdk-clients.ts';
import type { Clients } from '../support/sdk-clients.ts';

let sandbox: Sandbox;
let admin: Clients;
beforeEach(async () => {
  sandbox = await startSandbox({ world: simpleWorld() });
  admin = clients(sandbox);
});
afterEach(() => sandbox.stop());

const get = () =>
  admin.ssm('us-east-1').send(new GetServiceSettingCommand({ SettingId: dhmcSettingId }));
const faults = (...list: Fault[]): void => sandbox.setBehavior({ faults: list });

describe('rate limits', () => {
  it('are the documented ones for each account, and recover over time', async () => {
    sandbox.setBehavior({ rateLimits: true });
    const describe = () => admin.organizations.send(new DescribeOrganizationCommand({}));
    await describe();
    await describe();
    expect(await refusal(describe())).toMatchObject({
      name: 'TooManyRequestsException',
      status: 400,
    });
    await admin.organizations.send(new ListRootsCommand({}));
    const member = clients(sandbox, await enter(sandbox, accountId(1)));
    await member.organizations.send(new DescribeOrganizationCommand({}));
    sandbox.advance(1100);
    await describe();
    for (let i = 0; i < 5; i++) await admin.account.send(new ListRegionsCommand({}));
    expect(await refusal(admin.account.send(new ListRegionsCommand({})))).toMatchObject({
      name: 'TooManyRequestsException',
      status: 429,
    });
    expect(sandbox.requests().throttled).toBe(2);
  });
});

describe('faults', () => {
  it('hit matching calls, after a number of skipped ones and for a number of times', async () => {
    faults({ service: 'ssm', operation: 'GetServiceSetting', kind: 'throttle', skip: 1, times: 2 });
    await get();
    expect(await refusal(get())).toMatchObject({
      name: 'ThrottlingException',
      status: 400,
      message: 'Rate exceeded',
    });
    expect((await refusal(get())).name).toBe('ThrottlingException');
    await get();
    expect(sandbox.requests().throttled).toBe(2);
  });

  it('hit one account, one region, every n-th call or a share of calls', async () => {
    faults(
      { region: 'eu-west-1', kind: 'throttle' },
      { region: 'us-east-1', service: 'ssm', kind: 'server-error', every: 3 },
    );
    expect(
      (
        await refusal(
          admin.ssm('eu-west-1').send(new GetServiceSettingCommand({ SettingId: dhmcSettingId })),
        )
      ).name,
    ).toBe('ThrottlingException');
    await get();
    await get();
    expect(await refusal(get())).toMatchObject({ name: 'InternalServerError', status: 500 });
    faults({
      service: 'sts',
      account: accountId(1),
      kind: 'error',
      error: { code: 'AccessDenied', message: 'no', status: 403 },
    });
    expect(await refusal(enter(sandbox, accountId(1)))).toEqual({
      name: 'AccessDenied',
      status: 403,
      message: 'no',
    });
    await enter(sandbox, accountId(2));
    faults({ kind: 'throttle', share: 0.5 });
    let struck = 0;
    for (let i = 0; i < 60; i++) await get().catch(() => struck++);
    expect(struck).toBeGreaterThan(15);
    expect(struck).toBeLessThan(45);
  });

  it.each([
    ['throttle', 'Throttling', 400],
    ['server-error', 'ServiceFailureException', 500],
  ] as const)("of kind %s have IAM's error codes", async (kind, name, status) => {
    faults({ kind });
    expect(await refusal(admin.iam.send(new GetRoleCommand({ RoleName: 'x' })))).toMatchObject({
      name,
      status,
    });
  });

  it('reset the connection before or after the call takes effect', async () => {
    const create = (RoleName: string) =>
      admin.iam.send(
        new CreateRoleCommand({
          RoleName,
          AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}',
        }),
      );
    faults({ operation: 'CreateRole', kind: 'reset' });
    expect(await refusal(create('Before'))).toMatchObject({
      message: expect.stringMatching(/ECONNRESET|socket hang up/) as string,
    });
    faults({ operation: 'CreateRole', kind: 'reset', after: true });
    expect(await refusal(create('After'))).toMatchObject({
      message: expect.stringMatching(/ECONNRESET|socket hang up/) as string,
    });
    expect(sandbox.role('000000000001', 'Before')).toBeNull();
    expect(sandbox.role('000000000001', 'After')).not.toBeNull();
  });

  it('return garbage, cut responses and custom responses', async () => {
    faults({ kind: 'garbage' });
    expect((await refusal(get())).name).toBe('SyntaxError');
    faults({ kind: 'cut' });
    expect((await refusal(get())).name).toBe('SyntaxError');
    faults({ kind: 'answer', answer: { body: '{"ServiceSetting":{"SettingValue":"lie"}}' } });
    expect((await get()).ServiceSetting?.SettingValue).toBe('lie');
  });

  it('can be silence, which ends when the sandbox stops', async () => {
    faults({ kind: 'hang' });
    const silent = refusal(get());
    await new Promise((resolve) => setTimeout(resolve, 50));
    await sandbox.stop();
    expect((await silent).message).toMatch(/ECONNRESET|socket hang up/);
  });
});

describe('a skewed clock', () => {
  it('makes the sandbox refuse signatures, until the client corrects its own clock', async () => {
    sandbox.setBehavior({ clockSkewMs: 3_600_000 });
    const { sts } = clients(sandbox, undefined, 'us-east-1', 3);
    const once = await refusal(admin.sts.send(new GetCallerIdentityCommand({})));
    expect(once.name).toBe('SignatureDoesNotMatch');
    expect(once.message).toMatch(
      /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)$/,
    );
    await sts.send(new GetCallerIdentityCommand({}));
  });
});

it('uses the first latency that matches, else the common one', async () => {
  sandbox.setBehavior({ latencyMs: 5, slow: [{ service: 'ssm', latencyMs: 60 }] });
  const order: string[] = [];
  await Promise.all([
    get().then(() => order.push('ssm')),
    admin.sts.send(new GetCallerIdentityCommand({})).then(() => order.push('sts')),
  ]);
  expect(order).toEqual(['sts', 'ssm']);
});
