/** Endpoints from the environment or the profile, and the switches for AWS's FIPS and dual-stack endpoints. */
import { UsageError } from '../../core/model/errors.ts';
import type { Settings } from './shared-files.ts';

type Environment = Record<string, string | undefined>;

/** A URL without user and password, for display. */
export const withoutPassword = (url: string): string =>
  url.replace(/^([a-z][\w+.-]*:\/\/)?[^/?#]*@/i, '$1');

/** The called services, as spelled in the SDK's variables. */
const services = [
  'ACCOUNT',
  'CLOUDFORMATION',
  'EC2',
  'IAM',
  'ORGANIZATIONS',
  'SSM',
  'SSO',
  'SSO_OIDC',
  'STS',
];

/** A setting that the SDK accepts only as `true` or `false`. It silently ignores other spellings. */
interface Switch {
  readonly variable: string;
  readonly setting: string;
}

const switches: readonly Switch[] = [
  { variable: 'AWS_USE_FIPS_ENDPOINT', setting: 'use_fips_endpoint' },
  { variable: 'AWS_USE_DUALSTACK_ENDPOINT', setting: 'use_dualstack_endpoint' },
  { variable: 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', setting: 'ignore_configured_endpoint_urls' },
];

/** The value of a switch; null if it is not set. Throws `UsageError` if it is neither true nor false. */
export const parseSwitch = (place: string, value: string | undefined): boolean | null => {
  const text = (value ?? '').trim().toLowerCase();
  if (text === '') return null;
  if (text === 'true' || text === '1' || text === 'yes') return true;
  if (text === 'false' || text === '0' || text === 'no') return false;
  throw new UsageError(
    `${place}: ${JSON.stringify(value)} must be true or false.`,
    `Set ${place} to true or false, or unset it.`,
  );
};

/** A configured endpoint and its source. */
export interface NamedEndpoint {
  readonly place: string;
  readonly url: string;
}

export interface ProfileEndpoints {
  readonly name: string;
  readonly file: string;
  readonly settings: Settings;
  /** The `services` section that the profile names. */
  readonly services: Settings;
}

const set = (value: string | undefined): value is string => value !== undefined && value !== '';

/** The configured endpoints that are in use, beginning with those of the environment. */
export const namedEndpoints = (
  env: Environment,
  profile: ProfileEndpoints | null,
): readonly NamedEndpoint[] => {
  const ignored = parseSwitch(
    'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
    env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'],
  );
  if (ignored === true) return [];
  const names = ['AWS_ENDPOINT_URL', ...services.map((service) => `AWS_ENDPOINT_URL_${service}`)];
  const found: NamedEndpoint[] = [];
  for (const place of names) {
    const url = env[place];
    if (set(url)) found.push({ place, url });
  }
  if (profile === null) return found;
  const where = (setting: string): string =>
    `${setting} of profile ${JSON.stringify(profile.name)} (${profile.file})`;
  const general = profile.settings['endpoint_url'];
  if (set(general)) found.push({ place: where('endpoint_url'), url: general });
  for (const service of services) {
    const url = profile.services[`${service.toLowerCase()}.endpoint_url`];
    if (set(url)) found.push({ place: where(`endpoint_url for ${service.toLowerCase()}`), url });
  }
  return found;
};

const requireUrl = ({ place, url }: NamedEndpoint): void => {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.hostname !== '') return;
  const shown = withoutPassword(url);
  const schemeless = !/^[a-z][\w+.-]*:\/\//i.test(url);
  throw new UsageError(
    `${place}: ${JSON.stringify(shown)} ${schemeless ? 'has no scheme' : 'is not an http or https URL'}.`,
    schemeless
      ? `Write http://${shown} or https://${shown}.`
      : 'Write it as http://HOST:PORT or https://HOST.',
  );
};

/**
 * Spells the switches as the SDK requires, including the profile's, and checks the endpoints. Throws `UsageError` for
 * an invalid value, and for FIPS or dual-stack combined with a custom endpoint.
 */
export const checkEndpoints = (env: Environment, profile: ProfileEndpoints | null): void => {
  for (const { variable, setting } of switches) {
    const place = `${setting} of profile ${JSON.stringify(profile?.name ?? '')}`;
    const value =
      parseSwitch(variable, env[variable]) ?? parseSwitch(place, profile?.settings[setting]);
    if (value !== null) env[variable] = String(value);
  }
  const endpoints = namedEndpoints(env, profile);
  endpoints.forEach(requireUrl);
  const [first] = endpoints;
  if (first === undefined) return;
  for (const [variable, what] of [
    ['AWS_USE_FIPS_ENDPOINT', 'FIPS endpoints'],
    ['AWS_USE_DUALSTACK_ENDPOINT', 'dual-stack endpoints'],
  ] as const)
    if (env[variable] === 'true')
      throw new UsageError(
        `${variable} cannot be combined with ${first.place}: ${what} are AWS's own.`,
        `Unset ${variable}, or remove ${first.place}.`,
      );
};
