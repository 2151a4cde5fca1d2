import { describe, expect, it } from 'vitest';
import {
  checkEndpoints,
  namedEndpoints,
  withoutPassword,
} from '../../../src/aws/environment/endpoints.ts';

const profile = (settings: Record<string, string>, services: Record<string, string> = {}) => ({
  name: 'p',
  file: '/home/me/.aws/config',
  settings,
  services,
});

describe('a switch', () => {
  it.each([
    ['true', 'true'],
    ['True', 'true'],
    ['TRUE', 'true'],
    ['1', 'true'],
    ['False', 'false'],
    ['0', 'false'],
  ])('spelled %s is %s', (given, meant) => {
    const env: Record<string, string | undefined> = { AWS_USE_FIPS_ENDPOINT: given };
    checkEndpoints(env, null);
    expect(env['AWS_USE_FIPS_ENDPOINT']).toBe(meant);
  });

  it('of a profile holds where the environment says nothing', () => {
    const env: Record<string, string | undefined> = {};
    checkEndpoints(env, profile({ use_fips_endpoint: 'True' }));
    expect(env).toEqual({ AWS_USE_FIPS_ENDPOINT: 'true' });
    const contrary = { AWS_USE_FIPS_ENDPOINT: 'false' };
    checkEndpoints(contrary, profile({ use_fips_endpoint: 'True' }));
    expect(contrary.AWS_USE_FIPS_ENDPOINT).toBe('false');
  });
});

describe('what is set is refused', () => {
  it.each<[string, Record<string, string>, Record<string, string>, RegExp]>([
    ['a switch', { AWS_USE_FIPS_ENDPOINT: 'on' }, {}, /^AWS_USE_FIPS_ENDPOINT: "on" must be/],
    ['no scheme', { AWS_ENDPOINT_URL: 'localhost:4566' }, {}, /"localhost:4566" has no scheme/],
    ['no scheme, by address', { AWS_ENDPOINT_URL_SSM: '127.0.0.1:4566' }, {}, /_SSM: .*no scheme/],
    ['another scheme', { AWS_ENDPOINT_URL: 'ftp://x' }, {}, /is not an http or https URL/],
    ['in the profile', {}, { endpoint_url: 'x:1' }, /^endpoint_url of profile "p" \(\/home\/me/],
    [
      'FIPS beside an endpoint',
      { AWS_USE_FIPS_ENDPOINT: '1', AWS_ENDPOINT_URL_STS: 'http://x' },
      {},
      /^AWS_USE_FIPS_ENDPOINT cannot be combined with AWS_ENDPOINT_URL_STS/,
    ],
    [
      'dual stack beside an endpoint',
      { AWS_USE_DUALSTACK_ENDPOINT: 'true', AWS_ENDPOINT_URL: 'http://x' },
      {},
      /^AWS_USE_DUALSTACK_ENDPOINT cannot be combined/,
    ],
  ])('%s', (_, env, settings, message) => {
    expect(() => {
      checkEndpoints({ ...env }, profile(settings));
    }).toThrow(message);
  });
});

it('endpoints that are ignored are not in use', () => {
  const env = { AWS_ENDPOINT_URL: 'http://x', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'True' };
  expect(namedEndpoints(env, null)).toEqual([]);
});

it.each([
  ['http://user:hunter2@host:1/a@b', 'http://host:1/a@b'],
  ['user:hunter2@host:1', 'host:1'],
  ['https://host', 'https://host'],
])('%s is shown as %s', (url, shown) => {
  expect(withoutPassword(url)).toBe(shown);
});
