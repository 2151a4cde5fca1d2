import { describe, expect, it } from 'vitest';
import { sourceOfEnvironment, sourceOfProfile } from '../../../src/aws/credentials/source.ts';
import type { Settings, SharedFiles } from '../../../src/aws/environment/shared-files.ts';
import { UsageError } from '../../../src/core/model/errors.ts';

const file = { path: '/aws/config', variable: null, state: 'read', trouble: '' } as const;
const filesOf = (
  profiles: Record<string, Settings>,
  ssoSessions: Record<string, Settings> = {},
): SharedFiles => ({
  config: file,
  credentials: { ...file, path: '/aws/credentials' },
  profiles: new Map(Object.entries(profiles)),
  ssoSessions: new Map(Object.entries(ssoSessions)),
  services: new Map(),
  unmarked: new Set(),
  fileOf: () => file.path,
});

const role = 'arn:aws:iam::111111111111:role/Ops';
const keys = { aws_access_key_id: 'AKIA', aws_secret_access_key: 'secret' };
const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'secret' };
const sso = { sso_account_id: '1', sso_role_name: 'Admin' };
const session = { sso_region: 'eu-central-1', sso_start_url: 'https://x' };

describe('the source of a profile', () => {
  it.each<[string, Record<string, Settings>, object]>([
    ['its keys', { p: keys }, { kind: 'static', credentials }],
    ['its helper', { p: { credential_process: 'x' } }, { kind: 'process', command: 'x' }],
    ['its SSO session', { p: { ...sso, sso_session: 's' } }, { kind: 'sso', profile: 'p' }],
    ['SSO settings of its own', { p: { ...sso, ...session } }, { kind: 'sso', profile: 'p' }],
    ['its login', { p: { login_session: 'arn' } }, { kind: 'login', profile: 'p' }],
    [
      'its token, before another source for the role',
      { p: { role_arn: role, web_identity_token_file: '/t', source_profile: 'q' } },
      { kind: 'web-identity', tokenFile: '/t', roleArn: role },
    ],
    [
      'a role assumed from another profile',
      {
        p: { role_arn: role, source_profile: 'q', mfa_serial: 'm', duration_seconds: '900' },
        q: keys,
      },
      {
        kind: 'role',
        roleArn: role,
        mfaSerial: 'm',
        durationSeconds: 900,
        from: { kind: 'static', credentials },
      },
    ],
    [
      "a role assumed with the profile's own keys",
      { p: { ...keys, role_arn: role, source_profile: 'p' } },
      { kind: 'role', from: { kind: 'static', credentials } },
    ],
    [
      'a role assumed from another role',
      {
        p: { role_arn: role, source_profile: 'q' },
        q: { role_arn: role, source_profile: 'r' },
        r: { credential_process: 'x' },
      },
      { kind: 'role', from: { kind: 'role', from: { kind: 'process' } } },
    ],
    [
      'a role assumed from the instance',
      { p: { role_arn: role, credential_source: 'Ec2InstanceMetadata' } },
      { kind: 'role', from: { kind: 'machine', source: 'Ec2InstanceMetadata' } },
    ],
  ])('is %s', (_, profiles, source) => {
    expect(sourceOfProfile(filesOf(profiles, { s: session }), 'p')).toMatchObject(source);
  });
});

describe('a profile', () => {
  it.each<[string, Record<string, Settings>, RegExp]>([
    ['without credentials', { p: { region: 'us-east-1' } }, /no setting gives credentials\.$/],
    [
      'with a mistyped setting',
      { p: { credentail_process: 'x' } },
      /credentail_process is not a setting\. Did you mean credential_process\?/,
    ],
    [
      'with an incomplete key',
      { p: { aws_access_key_id: 'A' } },
      /aws_secret_access_key is missing/,
    ],
    ['with a role and no source', { p: { role_arn: role } }, /source_profile or credential_source/],
    ['with a source and no role', { p: { source_profile: 'q' }, q: keys }, /role_arn is missing/],
    [
      'with two sources',
      { p: { role_arn: role, source_profile: 'q', credential_source: 'Environment' }, q: keys },
      /source_profile cannot be combined with credential_source/,
    ],
    [
      'with an unknown source_profile',
      { p: { role_arn: role, source_profile: 'bse' }, base: keys },
      /source_profile "bse" does not exist\. Did you mean "base"\?/,
    ],
    [
      'in a circle of profiles',
      { p: { role_arn: role, source_profile: 'q' }, q: { role_arn: role, source_profile: 'p' } },
      /p → q → p/,
    ],
    ['that names itself as its source', { p: { role_arn: role, source_profile: 'p' } }, /p → p/],
    [
      'with an unknown credential_source',
      { p: { role_arn: role, credential_source: 'EC2InstanceMetadata' } },
      /credential_source "EC2InstanceMetadata" is unknown\. Did you mean "Ec2InstanceMetadata"\?/,
    ],
    [
      'with a mistyped sso_session',
      { p: { ...sso, sso_session: 'crp' } },
      /sso_session "crp" does not exist\. Did you mean "corp"\?/,
    ],
    [
      'without its SSO account',
      { p: { sso_session: 'corp' } },
      /sso_account_id, sso_role_name are/,
    ],
    ['with a token and no role', { p: { web_identity_token_file: '/t' } }, /role_arn is missing/],
    [
      'with a malformed duration',
      { p: { role_arn: role, source_profile: 'q', duration_seconds: '1h' }, q: keys },
      /duration_seconds "1h" must be/,
    ],
  ])('is refused %s', (_, profiles, message) => {
    const decide = () => sourceOfProfile(filesOf(profiles, { corp: session }), 'p');
    expect(decide).toThrow(UsageError);
    expect(decide).toThrow(message);
    expect(decide).toThrow(/^Profile "[pq]" \(\/aws\/config\): /);
  });
});

describe('the source without a named profile', () => {
  const both = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret' };
  const token = { AWS_WEB_IDENTITY_TOKEN_FILE: '/t', AWS_ROLE_ARN: role };
  it.each<[string, Record<string, string>, Record<string, Settings>, object | null]>([
    ['the keys in the environment', both, { default: keys }, { kind: 'static', credentials }],
    ['the default profile', token, { default: { credential_process: 'x' } }, { kind: 'process' }],
    [
      'the web identity token',
      token,
      { default: { region: 'x' } },
      { kind: 'web-identity', roleArn: role },
    ],
    ['the instance', { AWS_ACCESS_KEY_ID: '' }, {}, null],
  ])('is %s', (_, env, profiles, source) => {
    const decided = sourceOfEnvironment(env, filesOf(profiles));
    if (source === null) expect(decided).toBeNull();
    else expect(decided).toMatchObject(source);
  });

  it.each([
    [{ AWS_ACCESS_KEY_ID: 'A' }, /AWS_SECRET_ACCESS_KEY is missing/],
    [{ AWS_SECRET_ACCESS_KEY: 'A' }, /AWS_ACCESS_KEY_ID is missing/],
    [{ AWS_WEB_IDENTITY_TOKEN_FILE: '/t' }, /AWS_ROLE_ARN is missing/],
  ])('is an error for the incomplete pair %j', (env: Record<string, string>, message) => {
    expect(() => sourceOfEnvironment(env, filesOf({}))).toThrow(message);
  });
});
