/** Chooses the proxy for a request from the environment's variables, as the AWS CLI does. */
import { UsageError } from '../../core/model/errors.ts';
import { withoutPassword } from './endpoints.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const valueOf = (
  env: Environment,
  name: string,
): { readonly name: string; readonly value: string } => {
  const lower = name.toLowerCase();
  const set = (env[lower] ?? '') !== '' ? lower : name;
  return { name: set, value: (env[set] ?? '').trim() };
};

const proxyVariables = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'];
const schemes = /^(https?|socks(4a?|5h?)?|pac\+(https?|file|data)):$/;

/** Whether the environment names a proxy. */
export const usesProxy = (env: Environment = process.env): boolean =>
  proxyVariables.some((name) => valueOf(env, name).value !== '');

/** A proxy without a scheme is addressed with HTTP, regardless of the scheme of the request. */
const withScheme = (proxy: string): string => (proxy.includes('://') ? proxy : `http://${proxy}`);

/** Throws `UsageError` if a variable is not a valid proxy URL. */
export const checkProxies = (env: Environment = process.env): void => {
  for (const { name, value } of proxyVariables.map((variable) => valueOf(env, variable))) {
    if (value === '') continue;
    const whole = withScheme(value);
    const url = URL.canParse(whole) ? new URL(whole) : null;
    if (url !== null && url.hostname !== '' && schemes.test(url.protocol)) continue;
    throw new UsageError(
      `${name}: ${JSON.stringify(withoutPassword(value))} is not the URL of a proxy.`,
      `Write ${name}=http://HOST:PORT, or an https or socks5 URL, or unset it.`,
    );
  }
};

/** Addresses that provide credentials to a container or an instance. They are never reached through a proxy. */
const metadataHosts = new Set([
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  'fd00:ec2::254',
  'fd00:ec2::23',
]);

const bare = (host: string): string => host.toLowerCase().replace(/^\[(.*)\]$/, '$1');

const numberOf = (address: string): number | null => {
  const parts = address.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  if (parts.length !== 4 || parts.some((part) => part > 255)) return null;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
};

const isInNetwork = (host: string, network: string): boolean => {
  const [base = '', length = ''] = network.split('/');
  const [address, start] = [numberOf(host), numberOf(base)];
  if (address === null || start === null || !/^\d{1,2}$/.test(length)) return false;
  const size = 2 ** (32 - Math.min(32, Number(length)));
  return Math.floor(address / size) === Math.floor(start / size);
};

/**
 * Whether an entry of NO_PROXY covers a host. It covers the host itself and its subdomains, with or without a leading
 * dot.
 */
const covers = (entry: string, host: string, port: string): boolean => {
  if (entry === '*') return true;
  const [, name = entry, ofPort] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
  if (ofPort !== undefined && ofPort !== port) return false;
  if (name.includes('/')) return isInNetwork(host, name);
  const wanted = bare(name).replace(/^\*?\.?/, '');
  return wanted !== '' && (host === wanted || host.endsWith(`.${wanted}`));
};

/** The URL of the proxy for a request; empty for none. */
export const proxyFor = (url: string, env: Environment = process.env): string => {
  const { protocol, hostname, port } = new URL(url);
  const host = bare(hostname);
  if (metadataHosts.has(host)) return '';
  const usual = protocol === 'https:' ? '443' : '80';
  const exempt = valueOf(env, 'NO_PROXY')
    .value.split(/[,\s]+/)
    .filter((entry) => entry !== '');
  if (exempt.some((entry) => covers(entry, host, port === '' ? usual : port))) return '';
  const own = valueOf(env, protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY').value;
  const proxy = own === '' ? valueOf(env, 'ALL_PROXY').value : own;
  return proxy === '' ? '' : withScheme(proxy);
};
