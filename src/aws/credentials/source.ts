/**
 * Chooses the source of the caller's credentials from the environment and the AWS files, before anything runs or is
 * called.
 */
import { UsageError } from '../../core/model/errors.ts';
import { nearest } from '../../core/problems/nearest.ts';
import type { Settings, SharedFiles } from '../environment/shared-files.ts';
import type { Credentials } from '../http/signing.ts';

/** Values of `credential_source`: places that provide credentials to all programs on a machine. */
export const machineSources = ['Environment', 'EcsContainer', 'Ec2InstanceMetadata'] as const;
export type MachineSource = (typeof machineSources)[number];

/** A source of credentials. `place` names the profile and its file, or the variable, for messages. */
export type CredentialSource =
  | { readonly kind: 'static'; readonly place: string; readonly credentials: Credentials }
  | { readonly kind: 'process'; readonly place: string; readonly command: string }
  | { readonly kind: 'sso' | 'login'; readonly place: string; readonly profile: string }
  | {
      readonly kind: 'web-identity';
      readonly place: string;
      readonly tokenFile: string;
      readonly roleArn: string;
      readonly sessionName: string | undefined;
    }
  | { readonly kind: 'machine'; readonly place: string; readonly source: MachineSource }
  | {
      readonly kind: 'role';
      readonly place: string;
      readonly roleArn: string;
      readonly sessionName: string | undefined;
      readonly externalId: string | undefined;
      readonly durationSeconds: number | undefined;
      readonly mfaSerial: string | undefined;
      readonly from: CredentialSource;
    };

const ssoSettings = [
  'sso_session',
  'sso_start_url',
  'sso_region',
  'sso_account_id',
  'sso_role_name',
];
const credentialSettings = [
  'aws_access_key_id',
  'aws_secret_access_key',
  'role_arn',
  'source_profile',
  'credential_source',
  'web_identity_token_file',
  'credential_process',
  'login_session',
  ...ssoSettings,
];

/** Whether a profile has settings about credentials. */
export const hasCredentialSettings = (settings: Settings): boolean =>
  credentialSettings.some((name) => settings[name] !== undefined);

const quoted = (name: string): string => JSON.stringify(name);
const didYouMean = (name: string, names: Iterable<string>): string => {
  const near = nearest(name, new Set(names));
  return near === null ? '' : ` Did you mean ${quoted(near)}?`;
};

export const placeOf = (files: SharedFiles, profile: string, setting?: string): string =>
  `Profile ${quoted(profile)} (${files.fileOf(profile, setting)})`;

/** The source that a profile names. Throws `UsageError` if its settings are missing, unknown or circular. */
export const sourceOfProfile = (
  files: SharedFiles,
  profile: string,
  visited: readonly string[] = [],
): CredentialSource => {
  const settings = files.profiles.get(profile) ?? {};
  const place = placeOf(files, profile);
  const fail = (setting: string | undefined, message: string, hint: string): never => {
    throw new UsageError(`${placeOf(files, profile, setting)}: ${message}`, hint);
  };
  const staticKeys = staticCredentials(settings, fail);
  if (visited.length > 0 && staticKeys !== null)
    return { kind: 'static', place, credentials: staticKeys };
  const { role_arn: roleArn, web_identity_token_file: tokenFile } = settings;
  if (tokenFile !== undefined) {
    if (roleArn === undefined)
      return fail(
        'web_identity_token_file',
        'web_identity_token_file is set, but role_arn is missing.',
        'Add role_arn, the role that the token is exchanged for.',
      );
    const sessionName = settings['role_session_name'];
    return {
      kind: 'web-identity',
      place: `${placeOf(files, profile, 'web_identity_token_file')}: web_identity_token_file`,
      tokenFile,
      roleArn,
      sessionName,
    };
  }
  if (roleArn !== undefined)
    return {
      kind: 'role',
      place,
      roleArn,
      sessionName: settings['role_session_name'],
      externalId: settings['external_id'],
      durationSeconds: durationOf(settings['duration_seconds'], fail),
      mfaSerial: settings['mfa_serial'],
      from: sourceOfRole({ files, profile, settings, visited, fail }),
    };
  if (staticKeys !== null) return { kind: 'static', place, credentials: staticKeys };
  const { credential_process: command, credential_source: source } = settings;
  if (command !== undefined) return { kind: 'process', place, command };
  if (ssoSettings.some((name) => settings[name] !== undefined)) {
    requireSso(files, settings, fail);
    return { kind: 'sso', place, profile };
  }
  if (settings['login_session'] !== undefined) return { kind: 'login', place, profile };
  if (source !== undefined) return { kind: 'machine', place, source: machineSource(source, fail) };
  return fail(undefined, whatIsMissing(settings), withoutCredentialsHint);
};

type Fail = (setting: string | undefined, message: string, hint: string) => never;

const withoutCredentialsHint =
  "Add credential_process, sso_session, role_arn with source_profile, or an access key; or leave the profile out to use the environment's or the machine's own credentials.";

const whatIsMissing = (settings: Settings): string => {
  if (settings['source_profile'] !== undefined)
    return 'source_profile is set, but role_arn is missing.';
  const known = new Set(credentialSettings);
  for (const name of Object.keys(settings)) {
    const near = known.has(name) ? null : nearest(name, known);
    if (near !== null)
      return `no setting gives credentials; ${name} is not a setting. Did you mean ${near}?`;
  }
  return 'no setting gives credentials.';
};

const staticCredentials = (settings: Settings, fail: Fail): Credentials | null => {
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey } = settings;
  if (accessKeyId === undefined && secretAccessKey === undefined) return null;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    const [there, missing] =
      accessKeyId === undefined
        ? ['aws_secret_access_key', 'aws_access_key_id']
        : ['aws_access_key_id', 'aws_secret_access_key'];
    return fail(there, `${there} is set, but ${missing} is missing.`, `Add ${missing}.`);
  }
  const sessionToken = settings['aws_session_token'];
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
};

const durationOf = (value: string | undefined, fail: Fail): number | undefined => {
  if (value === undefined) return undefined;
  const seconds = Number(value);
  if (Number.isInteger(seconds) && seconds >= 900 && seconds <= 43_200) return seconds;
  return fail(
    'duration_seconds',
    `duration_seconds ${quoted(value)} must be a whole number from 900 to 43200.`,
    'Correct duration_seconds, or remove it.',
  );
};

const machineSource = (source: string, fail: Fail): MachineSource =>
  machineSources.find((name) => name === source) ??
  fail(
    'credential_source',
    `credential_source ${quoted(source)} is unknown.${didYouMean(source, machineSources)}`,
    `Set credential_source to ${machineSources.join(', ')}.`,
  );

interface RoleProfile {
  readonly files: SharedFiles;
  readonly profile: string;
  readonly settings: Settings;
  readonly visited: readonly string[];
  readonly fail: Fail;
}

const sourceOfRole = ({
  files,
  profile,
  settings,
  visited,
  fail,
}: RoleProfile): CredentialSource => {
  const { source_profile: name, credential_source: machine } = settings;
  if (name !== undefined && machine !== undefined)
    return fail(
      'source_profile',
      'source_profile cannot be combined with credential_source.',
      'Remove one of them.',
    );
  if (machine !== undefined)
    return {
      kind: 'machine',
      place: placeOf(files, profile, 'credential_source'),
      source: machineSource(machine, fail),
    };
  if (name === undefined)
    return fail(
      'role_arn',
      'role_arn is set, but source_profile or credential_source is missing.',
      'Add source_profile, the profile whose credentials assume the role.',
    );
  const source = files.profiles.get(name);
  if (source === undefined)
    return fail(
      'source_profile',
      `source_profile ${quoted(name)} does not exist.${didYouMean(name, files.profiles.keys())}`,
      'Correct source_profile, or add that profile.',
    );
  const path = [...visited, profile];
  // A profile can name itself as the source, if it has keys in addition to its role.
  const ownKeys = name === profile && source['aws_access_key_id'] !== undefined;
  if (path.includes(name) && !ownKeys)
    return fail(
      'source_profile',
      `source_profile leads back to a profile that it came from: ${[...path, name].join(' → ')}.`,
      'Let the last source_profile name a profile with credentials of its own.',
    );
  return sourceOfProfile(files, name, path);
};

const requireSso = (files: SharedFiles, settings: Settings, fail: Fail): void => {
  const { sso_session: name } = settings;
  const session = name === undefined ? undefined : files.ssoSessions.get(name);
  if (name !== undefined && session === undefined)
    fail(
      'sso_session',
      `sso_session ${quoted(name)} does not exist.${didYouMean(name, files.ssoSessions.keys())}`,
      `Correct sso_session, or add a section [sso-session ${name}].`,
    );
  const all = { ...settings, ...session };
  const missing = ssoSettings.filter(
    (setting) => setting !== 'sso_session' && all[setting] === undefined,
  );
  if (missing.length > 0)
    fail(
      'sso_session',
      `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
      'aws configure sso writes a whole profile.',
    );
  for (const setting of ['sso_start_url', 'sso_region'])
    if (
      session !== undefined &&
      settings[setting] !== undefined &&
      settings[setting] !== session[setting]
    )
      fail(
        setting,
        `${setting} differs from the one of sso_session ${quoted(name ?? '')}.`,
        `Remove ${setting} from the profile.`,
      );
};

type Environment = Readonly<Record<string, string | undefined>>;

/** The source from the environment or the default profile; null if only the machine's own credentials remain. */
export const sourceOfEnvironment = (
  env: Environment,
  files: SharedFiles,
): CredentialSource | null => {
  const value = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const keys = environmentKeys(env);
  if (keys !== null) return { kind: 'static', place: 'The environment', credentials: keys };
  if (hasCredentialSettings(files.profiles.get('default') ?? {}))
    return sourceOfProfile(files, 'default');
  const tokenFile = value('AWS_WEB_IDENTITY_TOKEN_FILE');
  if (tokenFile === undefined) return null;
  const roleArn = value('AWS_ROLE_ARN');
  if (roleArn === undefined)
    throw new UsageError(
      'AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is missing.',
      'Set AWS_ROLE_ARN to the role that the token is exchanged for, or unset AWS_WEB_IDENTITY_TOKEN_FILE.',
    );
  return {
    kind: 'web-identity',
    place: 'AWS_WEB_IDENTITY_TOKEN_FILE',
    tokenFile,
    roleArn,
    sessionName: value('AWS_ROLE_SESSION_NAME'),
  };
};

/** The access keys in the environment; null if there are none. Throws `UsageError` if only one of the two is set. */
export const environmentKeys = (env: Environment): Credentials | null => {
  const [accessKeyId = '', secretAccessKey = '', sessionToken = ''] = [
    env['AWS_ACCESS_KEY_ID'],
    env['AWS_SECRET_ACCESS_KEY'],
    env['AWS_SESSION_TOKEN'],
  ];
  if (accessKeyId === '' && secretAccessKey === '') return null;
  if (accessKeyId === '' || secretAccessKey === '') {
    const [there, missing] =
      accessKeyId === ''
        ? ['AWS_SECRET_ACCESS_KEY', 'AWS_ACCESS_KEY_ID']
        : ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
    throw new UsageError(
      `${there} is set, but ${missing} is missing.`,
      `Set ${missing}, or unset ${there}.`,
    );
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken === '' ? {} : { sessionToken }) };
};
