/** Provides the caller's credentials from the one source that the environment or the profile names. */
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

/** Starts an operation, and rejects as soon as the user interrupts. Starts nothing after an interruption. */
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
 * Chooses the one source of the caller's credentials, and returns a function that gets them. If a named profile
 * fails, the command ends instead of trying another source. Throws `UsageError` for wrong settings; the returned
 * function rejects with `CommandError`.
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
