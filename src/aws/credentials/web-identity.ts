/** Exchanges a web identity token, such as one from Kubernetes or a CI system, for credentials of a role. */
import { readFile } from 'node:fs/promises';
import { CommandError } from '../../core/model/errors.ts';
import { problemFor } from '../../core/problems/hints.ts';
import { expandHome } from '../environment/shared-files.ts';
import type { SdkClients } from '../http/sdk-clients.ts';
import { stsModule } from '../sdk/index.ts';
import { failedSource } from './failure.ts';
import type { Provided } from './provided.ts';
import { providedBy } from './role.ts';
import type { CredentialSource } from './source.ts';

type WebIdentity = Extract<CredentialSource, { readonly kind: 'web-identity' }>;

const troubles: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EISDIR: 'is a directory',
  EACCES: 'may not be read',
};

const readToken = async ({ place, tokenFile }: WebIdentity): Promise<string> => {
  const fail = (why: string): CommandError =>
    new CommandError(
      problemFor('source-token-missing', `${place}: the token file ${tokenFile} ${why}.`),
    );
  let token: string;
  try {
    token = (await readFile(expandHome(tokenFile), 'utf8')).trim();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw fail(troubles[code] ?? `cannot be read (${code})`);
  }
  if (token === '') throw fail('is empty');
  return token;
};

/** Exchanges the token for credentials. Throws `CommandError` that names the setting of the token or the role. */
export const fromWebIdentity = async (
  source: WebIdentity,
  { wire, region }: { readonly wire: SdkClients; readonly region: string },
): Promise<Provided> => {
  const token = await readToken(source);
  const { STSClient, AssumeRoleWithWebIdentityCommand } = await stsModule();
  const client = new STSClient({
    ...wire.shared,
    region,
    defaultsMode: 'standard',
    credentials: { accessKeyId: 'unused', secretAccessKey: 'unused' },
  });
  try {
    const answer = await client.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: source.roleArn,
        RoleSessionName: source.sessionName ?? `dhmc-${String(Date.now())}`,
        WebIdentityToken: token,
      }),
    );
    return providedBy(answer.Credentials);
  } catch (error) {
    throw failedSource(error, {
      place: source.place,
      setting: `${source.tokenFile}, for role ${source.roleArn}`,
      call: {
        service: 'sts',
        operation: 'AssumeRoleWithWebIdentity',
        region,
        source: `the token in ${source.tokenFile}`,
        secrets: [token],
      },
      refusal: { reason: 'source-token-refused' },
    });
  }
};
