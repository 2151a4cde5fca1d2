/** Gives the caller's credentials from the one source that environment and profile name. */
import { CommandError } from '../../core/model/errors.ts';
import { hintFor } from '../../core/problems/reasons.ts';
import type { CallerEnvironment } from '../environment/environment.ts';
import { missingFiles, requireReadable } from '../environment/shared-files.ts';
import type { SdkClients } from '../http/sdk-clients.ts';
import type { AskMfaCode, Provided } from './provided.ts';
import {
  environmentKeys,
  sourceOfEnvironment,
  sourceOfProfile,
  type CredentialSource,
} from './source.ts';

export interface ProvideOptions {
  readonly environment: CallerEnvironment;
  readonly wire: SdkClients;
  /** Where STS is asked for a role. */
  readonly region: string;
  readonly mfaCode?: AskMfaCode | undefined;
  readonly signal?: AbortSignal | undefined;
}

const run = async (source: CredentialSource, options: ProvideOptions): Promise<Provided> => {
  const { wire, signal } = options;
  switch (source.kind) {
    case 'static':
      return source.credentials;
    case 'process':
      return (await import('./helper-process.ts')).fromHelper({ ...source, signal });
    case 'sso':
    case 'login':
      return (await import('./signed-in.ts')).fromSignedIn(source, options);
    case 'web-identity':
      return (await import('./web-identity.ts')).fromWebIdentity(source, options);
    case 'machine':
      return (await import('./machine.ts')).fromMachine(
        source.source,
        source.place,
        wire.shared.logger,
      );
    case 'role': {
      const from = await run(source.from, options);
      return (await import('./role.ts')).fromRole(source, from, options);
    }
  }
};

/** Nothing names credentials: only the machine's own are left, of its container or its instance. */
const ofMachine = async ({ environment, wire }: ProvideOptions): Promise<Provided> => {
  const { containerVariable, fromMachine } = await import('./machine.ts');
  const { logger } = wire.shared;
  if (containerVariable() !== undefined)
    return fromMachine('EcsContainer', 'The container', logger);
  try {
    return await fromMachine('Ec2InstanceMetadata', 'The instance', logger);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^.*?: .*?: /, '') : String(error);
    const missing = missingFiles(environment.files);
    throw new CommandError(
      'credentials-missing',
      `No AWS credentials were found in the environment, in a default profile or on the machine (${why}).${missing === '' ? '' : ` ${missing}`}`,
      hintFor('credentials-missing'),
    );
  }
};

/** Rejects as soon as the user interrupts, whatever is still waited for. */
const untilInterrupted = async <T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> => {
  if (signal === undefined) return work;
  let stop = (): void => {};
  const interrupted = new Promise<never>((_, reject) => {
    stop = () => {
      reject(new CommandError('credentials-missing', 'Interrupted.', 'Run the command again.'));
    };
  });
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  try {
    return await Promise.race([work, interrupted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
};

/**
 * Decides on the one source of the caller's credentials, and gives them whenever asked: a profile that was named and fails
 * ends the command. Throws `UsageError` for wrong settings; what it gives rejects with `CommandError`.
 */
export const credentialProvider = (options: ProvideOptions): (() => Promise<Provided>) => {
  const { environment, signal } = options;
  const { files, profile } = environment;
  if (profile !== null || environmentKeys(process.env) === null) requireReadable(files);
  const source =
    profile === null
      ? sourceOfEnvironment(process.env, files)
      : sourceOfProfile(files, profile.name);
  return () =>
    untilInterrupted(source === null ? ofMachine(options) : run(source, options), signal);
};
