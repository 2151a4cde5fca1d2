/** Gets the caller's credentials from their source. Not loaded for static keys. */
import { CommandError } from '../../core/model/errors.ts';
import { problemFor } from '../../core/problems/hints.ts';
import type { CallerEnvironment } from '../environment/environment.ts';
import { missingFiles } from '../environment/shared-files.ts';
import type { SdkClients } from '../http/sdk-clients.ts';
import { fromHelper } from './helper-process.ts';
import { containerVariable, fromMachine } from './machine.ts';
import type { AskMfaCode, Provided } from './provided.ts';
import { fromRole } from './role.ts';
import { fromSignedIn } from './signed-in.ts';
import type { CredentialSource } from './source.ts';
import { fromWebIdentity } from './web-identity.ts';

export interface ProvideOptions {
  readonly environment: CallerEnvironment;
  readonly wire: SdkClients;
  /** The region of STS, for sources that assume a role. */
  readonly region: string;
  readonly mfaCode?: AskMfaCode | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Gets the credentials of a source. Throws `CommandError` with the source and the reason. */
export const askSource = async (
  source: CredentialSource,
  options: ProvideOptions,
): Promise<Provided> => {
  const { wire, signal } = options;
  switch (source.kind) {
    case 'static':
      return source.credentials;
    case 'process':
      return fromHelper({ ...source, signal });
    case 'sso':
    case 'login':
      return fromSignedIn(source, options);
    case 'web-identity':
      return fromWebIdentity(source, options);
    case 'machine':
      return fromMachine(source.source, source.place, wire.shared.logger);
    case 'role': {
      const from = await askSource(source.from, options);
      return fromRole(source, from, options);
    }
  }
};

/** Gets the credentials of the container or the instance, if nothing names a source. */
export const askMachine = async ({ environment, wire }: ProvideOptions): Promise<Provided> => {
  const { logger } = wire.shared;
  if (containerVariable() !== undefined)
    return fromMachine('EcsContainer', 'The container', logger);
  try {
    return await fromMachine('Ec2InstanceMetadata', 'The instance', logger);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^.*?: .*?: /, '') : String(error);
    const missing = missingFiles(environment.files);
    const message = `No AWS credentials were found in the environment, in a default profile or on the machine (${why}).`;
    throw new CommandError(
      problemFor('credentials-missing', missing === '' ? message : `${message} ${missing}`),
    );
  }
};
