/** The AWS config and credentials files: their paths, whether they can be read, and their settings. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { loadSharedConfigFiles } from '@smithy/core/config';
import { UsageError } from '../../core/model/errors.ts';

/** The settings of one section, by name. */
export type Settings = Readonly<Record<string, string | undefined>>;

export interface SharedFile {
  readonly path: string;
  /** The variable that names the file; null if it is the default one. */
  readonly variable: string | null;
  readonly state: 'read' | 'missing' | 'unreadable';
  /** The reason why the file cannot be used, as the end of a sentence about it. Empty if it can. */
  readonly trouble: string;
}

export interface SharedFiles {
  readonly config: SharedFile;
  readonly credentials: SharedFile;
  /** If both files have a setting of a profile, the credentials file wins. */
  readonly profiles: ReadonlyMap<string, Settings>;
  readonly ssoSessions: ReadonlyMap<string, Settings>;
  readonly services: ReadonlyMap<string, Settings>;
  /** Sections of the config file without the word `profile`, which are therefore not profiles. */
  readonly unmarked: ReadonlySet<string>;
  /** The path of the file that has the profile, or the profile's setting if one is given. */
  fileOf(profile: string, setting?: string): string;
}

const home = (): string => {
  const { HOME, USERPROFILE } = process.env;
  return [HOME, USERPROFILE].find((path) => path !== undefined && path !== '') ?? homedir();
};

/** Expands `~` to the home directory. */
export const expandHome = (path: string): string =>
  path === '~' || path.startsWith('~/') ? join(home(), path.slice(1)) : path;

/** The problem with the encoding of a file that must be UTF-8; empty if there is none. */
export const encodingTrouble = (bytes: Uint8Array): string => {
  const [first, second, third] = bytes;
  if (
    (first === 0xff && second === 0xfe) ||
    (first === 0xfe && second === 0xff) ||
    bytes.includes(0)
  )
    return 'is encoded in UTF-16';
  return first === 0xef && second === 0xbb && third === 0xbf ? 'starts with a byte order mark' : '';
};

const troubleOf = (error: unknown): Pick<SharedFile, 'state' | 'trouble'> => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return { state: 'missing', trouble: 'does not exist' };
  if (code === 'EISDIR') return { state: 'unreadable', trouble: 'is a directory' };
  const why = error instanceof Error ? error.message : String(error);
  return { state: 'unreadable', trouble: `cannot be read (${why})` };
};

const lookAt = async (
  variable: string,
  name: string,
): Promise<SharedFile & { readonly text: string }> => {
  const named = process.env[variable] ?? '';
  const path = named === '' ? join(home(), '.aws', name) : expandHome(named);
  const file = { path, variable: named === '' ? null : variable, text: '' };
  try {
    const bytes = await readFile(path);
    const trouble = encodingTrouble(bytes);
    if (trouble !== '') return { ...file, state: 'unreadable', trouble };
    return { ...file, state: 'read', trouble, text: bytes.toString('utf8') };
  } catch (error) {
    return { ...file, ...troubleOf(error) };
  }
};

const sectionsOf = (sections: Readonly<Record<string, Settings>>, prefix: string) =>
  new Map(
    Object.entries(sections).flatMap(([name, settings]): [string, Settings][] =>
      name.startsWith(`${prefix}.`) ? [[name.slice(prefix.length + 1), settings]] : [],
    ),
  );

/** Reads both files as the SDK does. A file that is missing or unreadable has no sections. */
export const readSharedFiles = async (): Promise<SharedFiles> => {
  const [config, credentials, { configFile, credentialsFile }] = await Promise.all([
    lookAt('AWS_CONFIG_FILE', 'config'),
    lookAt('AWS_SHARED_CREDENTIALS_FILE', 'credentials'),
    loadSharedConfigFiles({ ignoreCache: true }),
  ]);
  const profiles = new Map<string, Settings>();
  for (const [name, settings] of Object.entries(configFile))
    if (!/^(sso-session|services)\./.test(name)) profiles.set(name, settings);
  for (const [name, settings] of Object.entries(credentialsFile))
    profiles.set(name, { ...profiles.get(name), ...settings });
  return {
    config,
    credentials,
    profiles,
    ssoSessions: sectionsOf(configFile, 'sso-session'),
    services: sectionsOf(configFile, 'services'),
    unmarked: new Set(
      [...config.text.matchAll(/^\[([^\s\]]+)\]/gm)].flatMap(([, name = '']) =>
        profiles.has(name) ? [] : [name],
      ),
    ),
    fileOf: (profile, setting) => {
      const secret = credentialsFile[profile];
      const inCredentials =
        setting === undefined
          ? secret !== undefined && configFile[profile] === undefined
          : secret?.[setting] !== undefined;
      return (inCredentials ? credentials : config).path;
    },
  };
};

const nameOf = ({ path, variable }: SharedFile): string =>
  variable === null ? path : `${path} (${variable})`;

const howToFix = ({ variable, trouble }: SharedFile): string => {
  if (/UTF-16|byte order mark/.test(trouble))
    return 'Save the file as UTF-8 without a byte order mark.';
  return variable === null
    ? 'Make it a file that you can read; aws configure writes one.'
    : `Point ${variable} at a file that you can read, or unset it.`;
};

/** Throws `UsageError` if a file exists but cannot be used, because its settings would be silently ignored. */
export const requireReadable = ({ config, credentials }: SharedFiles): void => {
  for (const file of [config, credentials])
    if (file.state === 'unreadable')
      throw new UsageError(`The AWS file ${nameOf(file)} ${file.trouble}.`, howToFix(file));
};

/** A sentence for each file that a variable names but that does not exist; empty if there is none. */
export const missingFiles = ({ config, credentials }: SharedFiles): string =>
  [config, credentials]
    .filter(({ state, variable }) => state === 'missing' && variable !== null)
    .map((file) => `${nameOf(file)} does not exist.`)
    .join(' ');
