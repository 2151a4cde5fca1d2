import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dhmcSettingId, startSandbox } from '../../../src/sandbox/index.ts';
import type { Sandbox } from '../../../src/sandbox/index.ts';
import { accountId, simpleWorld } from '../../support/simple-world.ts';
import { clients, enter, firstCaller, raw, refusal } from '../../support/sdk-clients.ts';
import { GetServiceSettingCommand } from '@aws-sdk/client-ssm';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ world: simpleWorld() });
});
afterAll(() => sandbox.stop());

const settingBody = JSON.stringify({ SettingId: dhmcSettingId });
const whoAmI = 'Action=GetCallerIdentity&Version=2011-06-15';

describe('signatures', () => {
  it('are accepted in each protocol', async () => {
    const keys = firstCaller(sandbox);
    const json = await raw(sandbox, {
      service: 'ssm',
      target: 'AmazonSSM.GetServiceSetting',
      body: settingBody,
      keys,
    });
    const query = await raw(sandbox, { service: 'sts', body: whoAmI, keys });
    const rest = await raw(sandbox, { service: 'account', path: '/listRegions', body: '{}', keys });
    expect([json.status, query.status, rest.status]).toEqual([200, 200, 200]);
    expect(json.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(query.text).toMatch(/<RequestId>[0-9a-f-]{36}<\/RequestId>/);
  });

  const json = {
    service: 'ssm',
    target: 'AmazonSSM.GetServiceSetting',
    body: settingBody,
  } as const;
  const query = { service: 'sts', body: whoAmI } as const;
  const rest = { service: 'account', path: '/listRegions', body: '{}' } as const;
  it.each([
    [
      'a wrong secret',
      json,
      { keys: { secretAccessKey: 'wrong' } },
      400,
      'InvalidSignatureException',
    ],
    ['a wrong secret', query, { keys: { secretAccessKey: 'wrong' } }, 403, 'SignatureDoesNotMatch'],
    [
      'a wrong secret',
      rest,
      { keys: { secretAccessKey: 'wrong' } },
      403,
      'InvalidSignatureException',
    ],
    ['a changed body', json, { sentBody: `${settingBody} ` }, 400, 'InvalidSignatureException'],
    ['an old date', json, { time: Date.now() - 360_000 }, 400, 'InvalidSignatureException'],
    ['a future date', query, { time: Date.now() + 360_000 }, 403, 'SignatureDoesNotMatch'],
    [
      'an unknown key',
      json,
      { keys: { accessKeyId: 'AKIAUNKNOWNUNKNOWN00' } },
      400,
      'UnrecognizedClientException',
    ],
    [
      'an unknown key',
      query,
      { keys: { accessKeyId: 'AKIAUNKNOWNUNKNOWN00' } },
      403,
      'InvalidClientTokenId',
    ],
    [
      'a token for a key without one',
      json,
      { keys: { sessionToken: 'x' } },
      400,
      'UnrecognizedClientException',
    ],
    [
      'no signature',
      json,
      { tamper: (headers: Record<string, string>) => delete headers['authorization'] },
      400,
      'MissingAuthenticationTokenException',
    ],
    [
      'no signature',
      query,
      { tamper: (headers: Record<string, string>) => delete headers['authorization'] },
      403,
      'MissingAuthenticationToken',
    ],
    [
      'an incomplete signature',
      json,
      {
        tamper: (headers: Record<string, string>) =>
          (headers['authorization'] = 'AWS4-HMAC-SHA256 x'),
      },
      400,
      'IncompleteSignatureException',
    ],
  ])('are refused for %s', async (_name, base, change, status, code) => {
    const { keys: changed, ...more } = { keys: {}, ...change };
    const answer = await raw(sandbox, {
      ...base,
      ...more,
      keys: { ...firstCaller(sandbox), ...changed },
    });
    expect(answer.status).toBe(status);
    expect(`${answer.text} ${answer.headers.get('x-amzn-errortype') ?? ''}`).toContain(code);
  });

  it('are refused for the scope of another service', async () => {
    const answer = await raw(sandbox, { ...json, service: 'iam', keys: firstCaller(sandbox) });
    expect(answer.text).toContain("Credential should be scoped to correct service: 'ssm'.");
  });

  it('expire with their session', async () => {
    const keys = await enter(sandbox, accountId(1));
    const { ssm, sts } = clients(sandbox, keys);
    await ssm('us-east-1').send(new GetServiceSettingCommand({ SettingId: dhmcSettingId }));
    sandbox.advance(3_600_000);
    expect(
      await refusal(
        ssm('us-east-1').send(new GetServiceSettingCommand({ SettingId: dhmcSettingId })),
      ),
    ).toMatchObject({
      name: 'ExpiredTokenException',
      status: 400,
    });
    const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
    expect(await refusal(sts.send(new GetCallerIdentityCommand({})))).toMatchObject({
      status: 403,
      message: expect.stringContaining('expired') as string,
    });
  });
});

describe('requests', () => {
  it('for an unknown operation are refused by name', async () => {
    const keys = firstCaller(sandbox);
    const json = await raw(sandbox, {
      service: 'ssm',
      target: 'AmazonSSM.DeleteEverything',
      body: '{}',
      keys,
    });
    expect(JSON.parse(json.text)).toMatchObject({
      __type: 'UnknownOperationException',
      message: expect.stringContaining('ssm:DeleteEverything') as string,
    });
    const query = await raw(sandbox, {
      service: 'iam',
      body: 'Action=DeleteEverything&Version=2010-05-08',
      keys,
    });
    expect(query.text).toContain('<Code>InvalidAction</Code>');
    expect(query.text).toContain('iam:DeleteEverything');
    const service = await raw(sandbox, { service: 's3', body: '', keys });
    expect(service.text).toContain('The sandbox does not know the service s3.');
    const target = await raw(sandbox, {
      service: 'dynamodb',
      target: 'DynamoDB_20120810.ListTables',
      body: '{}',
      keys,
    });
    expect(target.text).toContain('DynamoDB_20120810.ListTables');
    expect(sandbox.complaints().join('\n')).toContain('s3');
  });

  it('for the name of an object method are refused', async () => {
    const answer = await raw(sandbox, {
      service: 'ssm',
      target: 'AmazonSSM.toString',
      body: '{}',
      keys: firstCaller(sandbox),
    });
    expect(answer.text).toContain('UnknownOperationException');
  });

  it.each([
    ['{', 'SerializationException'],
    ['[]', 'SerializationException'],
    ['{"SettingId":7}', 'SerializationException'],
    ['{"SettingId":"/x","Typo":1}', 'SandboxUnsupported'],
    ['{}', "Value null at 'settingId' failed to satisfy constraint: Member must not be null"],
    [
      '{"SettingId":""}',
      "1 validation error detected: Value '' at 'settingId' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
  ])('with the body %s are refused: %s', async (body, text) => {
    const answer = await raw(sandbox, {
      service: 'ssm',
      target: 'AmazonSSM.GetServiceSetting',
      body,
      keys: firstCaller(sandbox),
    });
    expect(answer.status).toBe(400);
    expect(answer.text.replaceAll('\\', '')).toContain(text);
  });

  it('are counted by operation, and logged while the log is on', async () => {
    sandbox.resetRequests();
    sandbox.switchLog(true);
    await raw(sandbox, { service: 'sts', body: whoAmI, keys: firstCaller(sandbox) });
    await raw(sandbox, {
      service: 'ssm',
      target: 'AmazonSSM.GetServiceSetting',
      body: '{}',
      keys: firstCaller(sandbox),
    });
    expect(sandbox.requests()).toMatchObject({
      total: 2,
      byOperation: { 'sts:GetCallerIdentity': 1, 'ssm:GetServiceSetting': 1 },
      errors: { ValidationException: 1 },
    });
    expect(sandbox.log()).toMatchObject([
      { service: 'sts', operation: 'GetCallerIdentity', error: null },
      {
        service: 'ssm',
        account: '000000000001',
        region: 'us-east-1',
        error: 'ValidationException',
      },
    ]);
  });
});

describe('the control plane', () => {
  const at = (path: string, body?: unknown): Promise<Response> =>
    fetch(
      `${sandbox.url}/_sandbox/${path}`,
      body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
    );

  it('shows the world, and changes it as another user', async () => {
    const setting = {
      value: 'theirs',
      modifiedBy: 'arn:aws:iam::000000000101:user/other',
      modifiedAt: '2026-01-01T00:00:00.000Z',
    };
    expect((await at('set', { account: accountId(2), region: 'eu-west-1', setting })).status).toBe(
      200,
    );
    const world = (await (await at('snapshot')).json()) as {
      accounts: { id: string; settings?: unknown }[];
    };
    expect(world.accounts.find(({ id }) => id === accountId(2))?.settings).toEqual({
      'eu-west-1': setting,
    });
    await at('set', { account: accountId(2), region: 'eu-west-1', setting: null });
    expect(sandbox.setting(accountId(2), 'eu-west-1')).toBeNull();
  });

  it.each<[string, object]>([
    ['origin', { origin: 'https://evil.example' }],
    ['opaque origin', { origin: 'null' }],
    ['site', { 'sec-fetch-site': 'cross-site' }],
    ['neighbor', { 'sec-fetch-site': 'same-site' }],
  ])('refuses pages of another %s', async (_name, headers) => {
    const { request } = await import('node:http');
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(`${sandbox.url}/_sandbox/snapshot`, { headers: { ...headers } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });

  it.each<[string, string]>([
    ['advance', ''],
    ['advance', '{"ms":"1"}'],
    ['set', '[{"account":1}]'],
    ['set', '{"account":"000000000101","setting":null}'],
    ['set', '{"account":"000000000101","region":"eu-west-1","instance":{"name":"x"}}'],
    ['set', '{"account":"000000000101","region":"eu-west-1","restartAgent":"web"}'],
    ['set', '{"account":"000000000101","region":"eu-west-1","restartAgent":"i-00000000000000001"}'],
    ['behavior', '{"pageSise":1}'],
    ['faults', '{}'],
    ['log', '"on"'],
    ['join', '{}'],
    ['move', '7'],
  ])('refuses what it cannot read: %s %s', async (name, body) => {
    const answer = await fetch(`${sandbox.url}/_sandbox/${name}`, { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ error: expect.any(String) as unknown });
  });

  it('refuses other hosts, unknown paths and malformed JSON', async () => {
    expect((await at('nothing')).status).toBe(404);
    expect((await fetch(`${sandbox.url}/_sandbox/set`, { method: 'POST', body: '{' })).status).toBe(
      400,
    );
    const { request } = await import('node:http');
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(
        {
          host: '127.0.0.1',
          port: sandbox.port,
          path: '/_sandbox/snapshot',
          headers: { host: 'evil.example' },
        },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      )
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });
});
