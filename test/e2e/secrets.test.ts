/** No output or file of a run contains credentials, even if AWS or a proxy repeats the request in its response. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { dhmcRole } from '../../src/sandbox/worlds/fixtures.ts';
import type { World } from '../../src/sandbox/world.ts';
import { openBench, start, type Bench } from '../support/built-program.ts';
import { runInEnvironment } from '../support/in-process.ts';
import { startProxy, type ChangingProxy } from '../support/proxy.ts';
import { accountId, managementAccount, simpleWorld } from '../support/simple-world.ts';

let bench: Bench | null = null;
let proxy: ChangingProxy | null = null;
afterEach(async () => {
  await proxy?.stop();
  await bench?.stop();
  bench = proxy = null;
});

const externalId = 'x7-external-id-of-the-tests';
const secretKey = 'secret/of/the/tests/0000000000000000000';
const callersToken = 'token+of/the+caller/that/nobody/may/see==';

const guarded = (name: string): World['accounts'][number] => ({
  id: accountId(1),
  name,
  parent: 'r-test',
  roles: [
    {
      name: 'Guarded',
      trust: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${managementAccount}:root` },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'sts:ExternalId': externalId } },
          },
        ],
      },
      attachedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess'],
    },
  ],
});

const world = (): World => {
  const plain = simpleWorld({
    accounts: ['web', 'unreachable', { name: 'done', moreRoles: [dhmcRole] }],
  });
  return {
    ...plain,
    accounts: plain.accounts.map((account) =>
      account.id === accountId(1) ? guarded(account.name) : account,
    ),
    callers: [
      {
        accessKeyId: 'ASIASECRETSOFTHETEST',
        secretAccessKey: secretKey,
        sessionToken: callersToken,
        identity: {
          kind: 'user',
          account: managementAccount,
          name: 'admin',
          attachedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess'],
        },
      },
    ],
  };
};

const filesUnder = (folder: string): readonly string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });

it('a run with --verbose prints and stores no secret', async () => {
  bench = await openBench(world());
  const { folder, sandbox } = bench;
  const secrets = new Set([externalId, secretKey, callersToken]);
  // The proxy sees everything that could leak: headers, signatures and the session keys from STS.
  let repeat = (_operation: string): boolean => false;
  proxy = await startProxy(sandbox.url);
  proxy.set(({ operation, body, headers, sent }) => {
    for (const value of body.matchAll(/<(SecretAccessKey|SessionToken|AccessKeyId)>([^<]+)</g))
      secrets.add(value[2] ?? '');
    const signature = /Signature=(\w+)/.exec(headers['authorization'] ?? '')?.[1];
    if (signature !== undefined) secrets.add(signature);
    if (!repeat(operation)) return body;
    // Like errors of AWS and of gateways about an invalid signature, which repeat the request.
    const message = [
      'The request signature we calculated does not match the signature you provided.',
      '',
      'The Canonical String for this request should have been',
      `'POST ${Object.entries(headers)
        .map(([name, value]) => `${name}:${value}`)
        .join('\n')} ${sent}'`,
      '',
      `authorization: ${headers['authorization'] ?? ''}`,
    ].join('\n');
    const isXml = body.startsWith('<');
    return {
      status: 403,
      body: isXml
        ? `<ErrorResponse><Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code><Message>${message.replace(/[<&]/g, '')}</Message></Error><RequestId>r</RequestId></ErrorResponse>`
        : JSON.stringify({ __type: 'InvalidSignatureException', message }),
    };
  });
  const endpoint = { AWS_ENDPOINT_URL: proxy.url };
  const files = ['json', 'csv', 'md', 'html', 'xml'].map((ending) =>
    join(folder, `report.${ending}`),
  );
  const common = [
    '--role-name',
    'Guarded,OrganizationAccountAccessRole',
    '--external-id',
    externalId,
    '--verbose',
  ];
  const reports = files.flatMap((file) => ['--report-file', file]);
  const said: string[] = [];
  const env = { ...bench.env, ...endpoint };
  const run = async (...args: readonly string[]) => {
    const { status, stdout, stderr } = await start([...args, ...common], env).ended;
    said.push(stdout, stderr);
    return status;
  };
  const runHere = async (...args: readonly string[]) => {
    const { status, stdout, stderr } = await runInEnvironment([...args, ...common], env);
    said.push(stdout, stderr);
    return status;
  };
  const keep = (): void =>
    void said.push(...filesUnder(folder).map((file) => readFileSync(file, 'utf8')));

  expect(
    await run(
      'enable',
      '--account',
      accountId(1),
      '--yes',
      '--save-plan',
      join(folder, 'plan.json'),
      ...reports,
    ),
  ).toBe(0);
  keep();
  for (const struck of [
    'GetServiceSetting',
    'GetRole',
    'AssumeRole',
    'ListRegions',
    'UpdateServiceSetting',
    'ListAccounts',
    'DescribeOrganization',
    'GetCallerIdentity',
  ]) {
    repeat = (operation) => operation === struck;
    expect(await runHere('enable', '--org', '--yes', ...reports)).toBe(1);
    keep();
  }
  repeat = () => false;
  sandbox.setBehavior({
    faults: [
      {
        service: 'ssm',
        kind: 'error',
        error: {
          code: 'ValidationException',
          message: `1 validation error: Value '${externalId}' at 'externalId' failed`,
        },
      },
    ],
  });
  expect(await run('status', '--org', ...reports)).toBe(1);
  expect(await run('doctor', '--org')).toBe(1);
  await run('enable', '--org', '--external-id', 'another external id');
  await run('runs');
  keep();

  const all = said.join('\n');
  expect(all.length).toBeGreaterThan(20_000);
  const found = [...secrets].filter((secret) => secret.length >= 8 && all.includes(secret));
  expect(found).toEqual([]);
  expect(all).not.toContain('another external id');
  expect(secrets.size).toBeGreaterThan(50);
  process.stdout.write(
    `secrets: ${String(secrets.size)} looked for in ${String(said.length)} texts of ${String(all.length)} characters\n`,
  );
});
