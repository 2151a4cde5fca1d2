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

describe('an endpoint switch', () => {
  it.each([
    ['true', 'true'],
    ['True', 'true'],
    ['TRUE', 'true'],
    ['1', 'true'],
    ['False', 'false'],
    ['0', 'false'],
  ])('set to %s means %s', (given, meant) => {
    const env: Record<string, string | undefined> = { AWS_USE_FIPS_ENDPOINT: given };
    checkEndpoints(env, null);
    expect(env['AWS_USE_FIPS_ENDPOINT']).toBe(meant);
  });

  it('of a profile applies when the environment does not set it', () => {
    const env: Record<string, string | undefined> = {};
    checkEndpoints(env, profile({ use_fips_endpoint: 'True' }));
    expect(env).toEqual({ AWS_USE_FIPS_ENDPOINT: 'true' });
    const contrary = { AWS_USE_FIPS_ENDPOINT: 'false' };
    checkEndpoints(contrary, profile({ use_fips_endpoint: 'True' }));
    expect(contrary.AWS_USE_FIPS_ENDPOINT).toBe('false');
  });
});

describe('checkEndpoints', () => {
  it.each<[string, Record<string, string>, Record<string, string>, RegExp]>([
    [
      'a switch that is not true or false',
      { AWS_USE_FIPS_ENDPOINT: 'on' },
      {},
      /^AWS_USE_FIPS_ENDPOINT: "on" must be/,
    ],
    [
      'a URL without a scheme',
      { AWS_ENDPOINT_URL: 'localhost:4566' },
      {},
      /"localhost:4566" has no scheme/,
    ],
    [
      'an address without a scheme',
      { AWS_ENDPOINT_URL_SSM: '127.0.0.1:4566' },
      {},
      /_SSM: .*no scheme/,
    ],
    [
      'a URL with another scheme',
      { AWS_ENDPOINT_URL: 'ftp://x' },
      {},
      /is not an http or https URL/,
    ],
    [
      'a wrong URL in the profile',
      {},
      { endpoint_url: 'x:1' },
      /^endpoint_url of profile "p" \(\/home\/me/,
    ],
    [
      'FIPS together with an endpoint',
      { AWS_USE_FIPS_ENDPOINT: '1', AWS_ENDPOINT_URL_STS: 'http://x' },
      {},
      /^AWS_USE_FIPS_ENDPOINT cannot be combined with AWS_ENDPOINT_URL_STS/,
    ],
    [
      'dual stack together with an endpoint',
      { AWS_USE_DUALSTACK_ENDPOINT: 'true', AWS_ENDPOINT_URL: 'http://x' },
      {},
      /^AWS_USE_DUALSTACK_ENDPOINT cannot be combined/,
    ],
  ])('refuses %s', (_, env, settings, message) => {
    expect(() => {
      checkEndpoints({ ...env }, profile(settings));
    }).toThrow(message);
  });
});

it('reports no endpoints when they are ignored', () => {
  const env = { AWS_ENDPOINT_URL: 'http://x', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'True' };
  expect(namedEndpoints(env, null)).toEqual([]);
});

it.each([
  ['http://user:hunter2@host:1/a@b', 'http://host:1/a@b'],
  ['user:hunter2@host:1', 'host:1'],
  ['https://host', 'https://host'],
])('shows %s as %s', (url, shown) => {
  expect(withoutPassword(url)).toBe(shown);
});
