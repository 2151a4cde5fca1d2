/** Assumes the role of a profile, with an MFA code if the profile requires one. */
import { CommandError } from '../../core/model/errors.ts';
import { problemFor } from '../../core/problems/hints.ts';
import type { Identity, SdkClients } from '../http/sdk-clients.ts';
import { parseSdkError } from '../http/sdk-error.ts';
import { secretsOf } from '../responses/redact.ts';
import { stsModule } from '../sdk/index.ts';
import { failedSource } from './failure.ts';
import type { AskMfaCode, Provided } from './provided.ts';
import type { CredentialSource } from './source.ts';

type Role = Extract<CredentialSource, { readonly kind: 'role' }>;

export interface RoleOptions {
  readonly wire: SdkClients;
  readonly region: string;
  readonly mfaCode?: AskMfaCode | undefined;
}

const maxMfaTries = 3;
const defaultSeconds = 3600;

/** An identity with fixed credentials, which cannot be renewed. */
const fixed = (credentials: Provided): Identity => ({
  credentials: () => Promise.resolve(credentials),
  renew: () => Promise.resolve(false),
});

/** AWS's reason for rejecting an MFA code; null for other errors. */
const refusedCode = (error: unknown): string | null => {
  const { message } = parseSdkError(error);
  return /MultiFactorAuthentication failed|invalid MFA|tokenCode/i.test(message) ? message : null;
};

const assume = async (
  role: Role,
  source: Provided,
  { wire, region }: RoleOptions,
  code: string | null,
): Promise<Provided> => {
  const { AssumeRoleCommand } = await stsModule();
  const client = await wire.client('sts', region);
  const input = {
    RoleArn: role.roleArn,
    RoleSessionName: role.sessionName ?? `dhmc-${String(Date.now())}`,
    DurationSeconds: role.durationSeconds ?? defaultSeconds,
    ...(role.externalId === undefined ? {} : { ExternalId: role.externalId }),
    ...(code === null ? {} : { SerialNumber: role.mfaSerial, TokenCode: code }),
  };
  const answer = await wire.call(
    {
      service: 'sts',
      operation: 'AssumeRole',
      region,
      account: null,
      identity: fixed(source),
      writes: false,
    },
    input,
    (given) => client.send(new AssumeRoleCommand(given)),
  );
  return providedBy(answer.Credentials);
};

interface StsCredentials {
  readonly AccessKeyId?: string | undefined;
  readonly SecretAccessKey?: string | undefined;
  readonly SessionToken?: string | undefined;
  readonly Expiration?: Date | undefined;
}

/** The credentials in an STS response. */
export const providedBy = (given: StsCredentials | undefined): Provided => {
  if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken)
    throw new CommandError(
      problemFor('source-without-credentials', 'STS answered without credentials.'),
    );
  return {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    sessionToken: given.SessionToken,
    ...(given.Expiration === undefined ? {} : { expiration: given.Expiration }),
  };
};

const askCode = async (
  { place, mfaSerial = '' }: Role,
  ask: AskMfaCode | undefined,
  refused: string | null,
): Promise<string> => {
  if (ask === undefined)
    throw new CommandError(
      problemFor(
        'source-code-unasked',
        `${place}: mfa_serial ${mfaSerial} requires an MFA code, but there is no terminal to prompt on.`,
      ),
    );
  let why = refused;
  for (;;) {
    const code = (await ask(mfaSerial, why))?.trim() ?? '';
    if (/^\d{6}$/.test(code)) return code;
    if (code === '')
      throw new CommandError(
        problemFor('source-code-missing', `${place}: no MFA code was given for ${mfaSerial}.`),
      );
    why = 'An MFA code has six digits.';
  }
};

/** Assumes a profile's role. Throws `CommandError` that names the profile and the role. */
export const fromRole = async (
  role: Role,
  source: Provided,
  options: RoleOptions,
): Promise<Provided> => {
  let refused: string | null = null;
  for (let tries = 1; ; tries += 1) {
    const code: string | null =
      role.mfaSerial === undefined ? null : await askCode(role, options.mfaCode, refused);
    try {
      return await assume(role, source, options, code);
    } catch (error) {
      refused = code === null ? null : refusedCode(error);
      if (refused !== null && tries < maxMfaTries) continue;
      throw failedSource(error, {
        place: role.place,
        setting: `role_arn ${role.roleArn}`,
        call: {
          service: 'sts',
          operation: 'AssumeRole',
          region: options.region,
          role: role.roleArn,
          account: role.roleArn.split(':')[4],
          source: `from ${role.from.place}`,
          secrets: [...secretsOf(source), role.externalId, code ?? undefined],
        },
        refusal:
          refused === null
            ? { reason: 'source-role-refused', facts: { from: role.from.place } }
            : { reason: 'source-code-refused' },
      });
    }
  }
};
