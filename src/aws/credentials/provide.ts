/** Gives the caller's credentials from the one source that environment and profile name. */
import { CommandError } from '../../core/model/errors.ts';
import { problemFor } from '../../core/problems/hints.ts';
import { requireReadable } from '../environment/shared-files.ts';
import type { ProvideOptions } from './ask-source.ts';
import type { Provided } from './provided.ts';
import {
  environmentKeys,
  sourceOfEnvironment,
  sourceOfProfile,
  type CredentialSource,
} from './source.ts';

export type { ProvideOptions } from './ask-source.ts';

const ask = async (source: CredentialSource | null, options: ProvideOptions): Promise<Provided> => {
  const { askMachine, askSource } = await import('./ask-source.ts');
  return source === null ? askMachine(options) : askSource(source, options);
};

const interruption = (): CommandError =>
  new CommandError(problemFor('source-interrupted', 'Interrupted.'));

/** Rejects as soon as the user interrupts, without waiting for anything; starts nothing after that. */
const untilInterrupted = async <T>(
  begin: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> => {
  if (signal === undefined) return begin();
  if (signal.aborted) throw interruption();
  let stop = (): void => {};
  const interrupted = new Promise<never>((_, reject) => {
    stop = () => {
      reject(interruption());
    };
  });
  signal.addEventListener('abort', stop);
  try {
    return await Promise.race([begin(), interrupted]);
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
  if (source?.kind === 'static') return () => Promise.resolve(source.credentials);
  return () => untilInterrupted(() => ask(source, options), signal);
};
