/**
 * Every source of the caller's credentials, with real clients, behind a company proxy with its own certificate
 * authority.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { connect, type ConnectOptions } from '../../../src/aws/index.ts';
import type { Cloud } from '../../../src/run/cloud.ts';
import { startSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { openOffice, officeAuthority, type Instead, type Office } from '../../support/aws-proxy.ts';
import { management, member, smallWorld, trusting } from '../small-world.ts';

let sandbox: Sandbox | null = null;
let office: Office | null = null;
let cloud: Cloud | null = null;
const folder = mkdtempSync(join(tmpdir(), 'dhmc-test-'));

afterEach(async () => {
  cloud?.close();
  await office?.stop();
  await sandbox?.stop();
  cloud = office = sandbox = null;
  clearEnvironment();
  rmSync(folder, { recursive: true, force: true });
});

const clearEnvironment = (): void => {
  for (const name of Object.keys(process.env))
    if (/^AWS_|_PROXY$/i.test(name)) Reflect.deleteProperty(process.env, name);
};

const world = smallWorld({
  accounts: [
    member(management, 'Management', 'r-abcd', {
      roles: [trusting('Ops', `arn:aws:iam::${management}:root`)],
    }),
    ...smallWorld().accounts.slice(1),
  ],
});
const role = `arn:aws:iam::${management}:role/Ops`;
const options: ConnectOptions = {
  roleNames: ['OrganizationAccountAccessRole'],
  dhmcRole: 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole',
  sessionTags: {},
  sessionPolicy: true,
  purpose: { kind: 'read' },
  runId: '20261128-000000-abcdef',
  concurrency: 4,
};

interface Case {
  readonly files?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly instead?: Instead;
  readonly login?: string;
  readonly more?: Partial<ConnectOptions>;
}

/** Connects from the company network; `folder` is the home directory. */
const connectIn = async ({ files = {}, variables = {}, instead, login, more }: Case) => {
  sandbox = await startSandbox({ world });
  const { AWS_ENDPOINT_URL: url = '', ...keys } = sandbox.env;
  office = await openOffice(url, {
    ...(instead === undefined ? {} : { instead }),
    ...(login === undefined ? {} : { login }),
  });
  clearEnvironment();
  const secrets = (text: string): string =>
    text
      .replace(
        'KEYS',
        `aws_access_key_id=${keys['AWS_ACCESS_KEY_ID'] ?? ''}\naws_secret_access_key=${keys['AWS_SECRET_ACCESS_KEY'] ?? ''}`,
      )
      .replaceAll('HOME', folder);
  for (const [name, text] of Object.entries({ config: '', ...files })) {
    mkdirSync(dirname(join(folder, '.aws', name)), { recursive: true });
    writeFileSync(join(folder, '.aws', name), secrets(text));
  }
  process.env['HOME'] = folder;
  Object.assign(process.env, {
    AWS_EC2_METADATA_DISABLED: 'true',
    HTTPS_PROXY: office.proxy,
    AWS_CA_BUNDLE: officeAuthority,
    AWS_MAX_ATTEMPTS: '1',
  });
  for (const [name, value] of Object.entries(variables)) process.env[name] = secrets(value);
  cloud = await connect({ ...options, ...more });
  return { cloud, hosts: [...new Set(office.hosts)], keys };
};

const caught = async (given: Case): Promise<unknown> =>
  connectIn(given).then(
    () => null,
    (error: unknown) => error,
  );

const roleProfile = `[profile base]\nKEYS\n[profile p]\nrole_arn=${role}\nsource_profile=base\n`;
const stsAnswer = (operation: string, keys: Readonly<Record<string, string | undefined>>) => ({
  type: 'text/xml',
  body: `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${operation}Result><Credentials><AccessKeyId>${keys['AWS_ACCESS_KEY_ID'] ?? ''}</AccessKeyId><SecretAccessKey>${keys['AWS_SECRET_ACCESS_KEY'] ?? ''}</SecretAccessKey><SessionToken>none</SessionToken></Credentials></${operation}Result></${operation}Response>`,
});

describe('behind a company proxy with its own certificate authority', () => {
  it('assumes the role of a profile', async () => {
    const found = await connectIn({
      files: { config: roleProfile },
      variables: { AWS_PROFILE: 'p' },
    });
    expect(found.cloud.caller.arn).toMatch(/:assumed-role\/Ops\/dhmc-/);
    expect(found.hosts).toContain('sts.us-east-1.amazonaws.com');
  });

  it("trusts the profile's certificate bundle and logs in to the proxy", async () => {
    const found = await connectIn({
      files: { config: `[profile b]\nKEYS\nca_bundle=${officeAuthority}\n` },
      variables: { AWS_PROFILE: 'b', AWS_CA_BUNDLE: '' },
      login: 'me:secret',
    }).catch((error: unknown) => error);
    expect(String(found)).toMatch(/HTTP 407, the proxy requires a login/);
    process.env['HTTPS_PROXY'] = `me:secret@${office?.proxy ?? ''}`;
    cloud = await connect(options);
    expect(cloud.caller.account).toBe(management);
  });

  it('exchanges a web identity token', async () => {
    const asked: string[] = [];
    const error = await caught({
      files: { token: 'a.b.c' },
      variables: { AWS_WEB_IDENTITY_TOKEN_FILE: 'HOME/.aws/token', AWS_ROLE_ARN: role },
      instead: ({ host, body }) => {
        asked.push(`${host} ${body}`);
        return body.includes('AssumeRoleWithWebIdentity')
          ? stsAnswer('AssumeRoleWithWebIdentity', {
              AWS_ACCESS_KEY_ID: 'ASIAWEBIDENTITY00001',
              AWS_SECRET_ACCESS_KEY: 'x',
            })
          : undefined;
      },
    });
    // The sandbox rejects the keys that the token gives; the request itself is the point here.
    expect(String(error)).toMatch(/security token/i);
    expect(asked[0]).toMatch(/^sts\.us-east-1\.amazonaws\.com .*WebIdentityToken=a\.b\.c/);
  });

  it("reads IAM Identity Center in the session's own region", async () => {
    const name = createHash('sha1').update('corp').digest('hex');
    const error = await caught({
      files: {
        config: `[profile s]\nsso_session=corp\nsso_account_id=${management}\nsso_role_name=Admin\n[sso-session corp]\nsso_region=eu-central-1\nsso_start_url=https://x\n`,
        [`sso/cache/${name}.json`]: '{"accessToken":"t","expiresAt":"2999-01-01T00:00:00Z"}',
      },
      variables: { AWS_PROFILE: 's' },
      instead: ({ path }) =>
        path.startsWith('/federation/credentials')
          ? { status: 403, type: 'application/json', body: '{"message":"No access"}' }
          : undefined,
    });
    expect(office?.hosts).toEqual(['portal.sso.eu-central-1.amazonaws.com']);
    expect(error).toMatchObject({
      code: 'role-not-assumable',
      message: expect.stringMatching(/^Profile "s" \(.*config\): sso_account_id/) as string,
    });
  });

  it("reads a container's credentials without the proxy", async () => {
    let asked = 0;
    const given = {
      AccessKeyId: 'ASIACONTAINER0000001',
      SecretAccessKey: 'x',
      Token: 'none',
      Expiration: '2999-01-01T00:00:00Z',
    };
    const container = createServer((_, answer) => {
      asked += 1;
      answer.end(JSON.stringify(given));
    });
    await new Promise<void>((resolve) => container.listen(0, '127.0.0.1', resolve));
    const { port } = container.address() as AddressInfo;
    const error = await caught({
      variables: {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${String(port)}/credentials`,
        HTTP_PROXY: 'http://127.0.0.1:9',
      },
    });
    container.close();
    expect(error).toMatchObject({
      code: 'credentials-invalid',
      hint: expect.stringContaining('cn-north-1') as string,
    });
    expect(asked).toBe(1);
    expect(office?.hosts).toEqual(['sts.us-east-1.amazonaws.com']);
  });
});

describe('a named profile that fails', () => {
  it('ends the command when its role cannot be assumed', async () => {
    const config = roleProfile.replace('role/Ops', 'role/Nobody');
    expect(await caught({ files: { config }, variables: { AWS_PROFILE: 'p' } })).toMatchObject({
      code: 'role-not-assumable',
      message: expect.stringMatching(
        /^Profile "p" \(.*\): role_arn .*role\/Nobody: User: /,
      ) as string,
      hint: expect.stringContaining('Profile "base"') as string,
    });
  });

  it.each([
    ['UTF-16', Buffer.from('\uFEFF[profile p]\n', 'utf16le').toString('latin1'), /UTF-16/],
    ['a missing profile', '[profile q]\n', /"p" is not a profile/],
    ['a section without the word profile', '[p]\nregion=x\n', /has a section \[p\]/],
    [
      'an unknown source_profile',
      `[profile p]\nrole_arn=${role}\nsource_profile=q\n`,
      /source_profile "q"/,
    ],
  ])('ends the command before any call: %s', async (_, config, message) => {
    const bytes = Buffer.from(config, 'latin1');
    const error = await caught({
      variables: { AWS_PROFILE: 'p', AWS_CONFIG_FILE: 'HOME/other' },
      more: { profile: { name: 'p', place: '--profile' } },
    });
    expect(error).toMatchObject({ name: 'UsageError' });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'given'), bytes);
    process.env['AWS_CONFIG_FILE'] = join(folder, 'given');
    await expect(connect(options)).rejects.toThrow(message);
    expect(office?.hosts).toEqual([]);
  });
});

it('starts no credential helper after an interruption', async () => {
  const config = '[profile p]\ncredential_process=echo > HOME/started\n';
  const error = await caught({
    files: { config },
    variables: { AWS_PROFILE: 'p' },
    more: { signal: AbortSignal.abort() },
  });
  expect(String(error)).toMatch(/Interrupted/);
  expect(existsSync(join(folder, 'started'))).toBe(false);
});

describe('an MFA code', () => {
  const config = `${roleProfile}mfa_serial=arn:aws:iam::${management}:mfa/me\n`;
  const refusal = {
    status: 403,
    type: 'text/xml',
    body: '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>MultiFactorAuthentication failed with invalid MFA one time pass code. </Message></Error></ErrorResponse>',
  };
  const wrong: Instead = ({ body }) => (body.includes('TokenCode=1') ? refusal : undefined);

  it('is asked for again when it is wrong', async () => {
    const refusals: (string | null)[] = [];
    const codes = ['12345', '123456', '223456'];
    const found = await connectIn({
      files: { config },
      variables: { AWS_PROFILE: 'p' },
      instead: wrong,
      more: {
        mfaCode: (_, refused) => {
          refusals.push(refused);
          return Promise.resolve(codes.shift() ?? null);
        },
      },
    });
    expect(found.cloud.caller.arn).toMatch(/:assumed-role\/Ops\//);
    expect(refusals).toEqual([
      null,
      expect.stringMatching(/six digits/),
      expect.stringMatching(/invalid MFA/),
    ]);
  });

  it.each([
    ['wrong three times', () => Promise.resolve('123456'), /invalid MFA/],
    ['not entered', () => Promise.resolve(null), /no MFA code was given/],
    ['needed without a terminal', undefined, /no terminal to prompt on/],
  ])('ends the command when it is %s', async (_, mfaCode, message) => {
    const error = await caught({
      files: { config },
      variables: { AWS_PROFILE: 'p' },
      instead: wrong,
      more: mfaCode === undefined ? {} : { mfaCode },
    });
    expect(String(error)).toMatch(message);
    expect(String(error)).toContain('Profile "p"');
  });
});
