/** The environment that directs a program to the sandbox and keeps it away from the real AWS. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The part of a sandbox that the environment needs. */
interface Endpoint {
  readonly env: Readonly<Record<string, string>>;
}

/** Excludes this machine from proxies, in addition to the inherited exclusions. */
function noProxy(inherited: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const before = inherited['NO_PROXY'] ?? inherited['no_proxy'] ?? '';
  const hosts = before === '' ? '127.0.0.1,localhost' : `127.0.0.1,localhost,${before}`;
  return { NO_PROXY: hosts, no_proxy: hosts };
}

/**
 * The environment for a child command. It drops every inherited `AWS_*` variable and dhmc's access options. It sets
 * empty config and credentials files, no proxy for this machine, and a state directory of its own. All files are in
 * `emptyDir`, which is created if it is missing.
 */
export function sandboxEnvironment(
  sandbox: Endpoint,
  inherited: Readonly<Record<string, string | undefined>>,
  emptyDir: string,
): Record<string, string> {
  const state = join(emptyDir, 'state');
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const config = join(emptyDir, 'config');
  const credentials = join(emptyDir, 'credentials');
  writeFileSync(config, '');
  writeFileSync(credentials, '');
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited)) {
    if (value !== undefined && !/^AWS_/i.test(name) && !reaching.has(name)) kept[name] = value;
  }
  return {
    ...kept,
    ...noProxy(inherited),
    ...sandbox.env,
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: credentials,
    AWS_EC2_METADATA_DISABLED: 'true',
    DHMC_STATE_DIR: state,
  };
}

/** dhmc's own variables that configure access to real accounts. They do not apply to simulated ones. */
const reaching: ReadonlySet<string> = new Set(
  [
    'PROFILE',
    'HOME_REGION',
    'ROLE_NAME',
    'EXTERNAL_ID',
    'SESSION_TAG',
    'SOURCE_IDENTITY',
    'SESSION_DURATION',
    'NO_SESSION_POLICY',
  ].map((name) => `DHMC_${name}`),
);

/** Variables that would direct a client elsewhere, besides `AWS_ENDPOINT_URL_<SERVICE>`. */
const misleading = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_ROLE_ARN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CA_BUNDLE',
  'AWS_USE_FIPS_ENDPOINT',
  'AWS_USE_DUALSTACK_ENDPOINT',
];

const endpointServices = ['ACCOUNT', 'CLOUDFORMATION', 'EC2', 'IAM', 'ORGANIZATIONS', 'SSM', 'STS'];

/**
 * The lines for a shell's `eval`. They unset variables that would direct a client elsewhere, including every
 * inherited `AWS_ENDPOINT_URL_*`, and export the sandbox's own. `state` is a directory for journals: it is exported
 * if the shell has no `DHMC_STATE_DIR`, which keeps sandbox journals apart from real ones.
 */
export function exportLines(
  sandbox: Endpoint,
  inherited: Readonly<Record<string, string | undefined>> = {},
  state: string | null = null,
): string {
  const endpoints = endpointServices.map((service) => `AWS_ENDPOINT_URL_${service}`);
  const found = Object.keys(inherited).filter((name) => /^AWS_ENDPOINT_URL_\w+$/.test(name));
  const unset = [...new Set([...misleading, ...endpoints, ...found])].filter(
    (name) => !(name in sandbox.env),
  );
  const set = Object.entries({
    ...sandbox.env,
    ...noProxy(inherited),
    ...(state === null || (inherited['DHMC_STATE_DIR'] ?? '') !== ''
      ? {}
      : { DHMC_STATE_DIR: state }),
  }).map(([name, value]) => `export ${name}=${quoted(value)}`);
  return [`unset ${unset.join(' ')}`, ...set, ''].join('\n');
}

/** Quotes a value for a POSIX shell. */
const quoted = (value: string): string =>
  /^[\w./:=+@,-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
