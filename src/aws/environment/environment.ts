/** The settings for calling AWS from the environment and the active profile, checked before the first call. */
import { UsageError } from '../../core/model/errors.ts';
import { nearest } from '../../core/problems/nearest.ts';
import type { Profile } from '../connect-options.ts';
import type { CaBundle } from './certificates.ts';
import {
  checkEndpoints,
  namedEndpoints,
  type NamedEndpoint,
  type ProfileEndpoints,
} from './endpoints.ts';
import { checkProxies } from './proxies.ts';
import {
  missingFiles,
  readSharedFiles,
  requireReadable,
  type SharedFiles,
} from './shared-files.ts';

export interface CallerEnvironment {
  readonly files: SharedFiles;
  /** The profile from an option or a variable; null if there is none. */
  readonly profile: Profile | null;
  readonly caBundle: CaBundle | null;
  readonly endpoints: readonly NamedEndpoint[];
}

/** The value of a variable; undefined if it is empty. */
export const variable = (name: string): string | undefined => {
  const value = process.env[name];
  return value === undefined || value === '' ? undefined : value;
};

const requireProfile = (files: SharedFiles, { name, place }: Profile): void => {
  if (files.profiles.has(name)) return;
  requireReadable(files);
  const names = new Set(files.profiles.keys());
  const near = files.unmarked.has(name) ? null : nearest(name, names);
  const where = `${files.config.path} and ${files.credentials.path}`;
  const missing = missingFiles(files);
  throw new UsageError(
    [
      `${place}: ${JSON.stringify(name)} is not a profile in the AWS config and credentials files (${where}).`,
      ...(missing === '' ? [] : [missing]),
      ...(files.unmarked.has(name) ? [`${files.config.path} has a section [${name}].`] : []),
      ...(near === null ? [] : [`Did you mean ${JSON.stringify(near)}?`]),
    ].join(' '),
    profileHint(name, files, missing),
  );
};

/** The hint for a profile that does not exist. `missing` is the message about files that do not exist either. */
function profileHint(name: string, { unmarked, profiles }: SharedFiles, missing: string): string {
  if (unmarked.has(name)) return `Write the section as [profile ${name}].`;
  if (missing !== '')
    return 'Correct the path, or leave the profile out to use the credentials of the environment.';
  return profiles.size === 0
    ? 'The files have no profiles: leave the profile out to use the credentials of the environment.'
    : 'aws configure list-profiles shows the profiles there are.';
}

/**
 * Sets the profile as the process's own, because the SDK reads endpoint and region only from the active profile, and
 * checks the settings. Throws `UsageError` for any setting that the SDK would silently ignore.
 */
export const prepareEnvironment = async (
  given: Profile | undefined,
): Promise<CallerEnvironment> => {
  if (given !== undefined) process.env['AWS_PROFILE'] = given.name;
  const wanted = variable('AWS_PROFILE');
  const profile = given ?? (wanted === undefined ? null : { name: wanted, place: 'AWS_PROFILE' });
  const files = await readSharedFiles();
  if (profile !== null) requireProfile(files, profile);
  const active = profile?.name ?? 'default';
  const settings = files.profiles.get(active) ?? {};
  const endpoints: ProfileEndpoints = {
    name: active,
    file: files.fileOf(active, 'endpoint_url'),
    settings,
    services: files.services.get(settings['services'] ?? '') ?? {},
  };
  checkEndpoints(process.env, endpoints);
  checkProxies();
  const ofVariable = variable('AWS_CA_BUNDLE');
  const ofProfile = settings['ca_bundle'];
  const place = `ca_bundle of profile ${JSON.stringify(active)} (${files.fileOf(active, 'ca_bundle')})`;
  return {
    files,
    profile,
    caBundle:
      ofVariable !== undefined
        ? { place: 'AWS_CA_BUNDLE', path: ofVariable }
        : ofProfile === undefined
          ? null
          : { place, path: ofProfile },
    endpoints: namedEndpoints(process.env, endpoints),
  };
};
