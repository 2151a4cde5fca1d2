import { describe, expect, it } from 'vitest';
import { checkProxies, proxyFor, usesProxy } from '../../../src/aws/environment/proxies.ts';

const sts = 'https://sts.us-east-1.amazonaws.com/';
const proxy = 'http://proxy:3128';

describe('the proxy for a request', () => {
  it.each<[string, Record<string, string>, string, string]>([
    ['none when none is set', {}, sts, ''],
    ['HTTPS_PROXY for an https URL', { HTTPS_PROXY: proxy }, sts, proxy],
    [
      'the lower-case variable first',
      { HTTPS_PROXY: 'http://other:1', https_proxy: proxy },
      sts,
      proxy,
    ],
    [
      'none for an http URL when only HTTPS_PROXY is set',
      { HTTPS_PROXY: proxy },
      'http://localhost:4566/',
      '',
    ],
    ['HTTP_PROXY for an http URL', { HTTP_PROXY: proxy }, 'http://emulator:4566/', proxy],
    ['ALL_PROXY for any URL', { ALL_PROXY: proxy }, sts, proxy],
    ['an http proxy when it has no scheme', { HTTPS_PROXY: 'proxy:3128' }, sts, proxy],
    ['never used for instance metadata', { ALL_PROXY: proxy }, 'http://169.254.169.254/', ''],
    [
      'never used for container credentials',
      { ALL_PROXY: proxy },
      'http://169.254.170.2/creds',
      '',
    ],
    ['never used for pod credentials', { ALL_PROXY: proxy }, 'http://[fd00:ec2::23]/v1', ''],
  ])('is %s', (_, env, url, expected) => {
    expect(proxyFor(url, env)).toBe(expected);
  });

  it.each<[string, string, boolean]>([
    ['amazonaws.com', sts, true],
    ['.amazonaws.com', sts, true],
    ['*.amazonaws.com', sts, true],
    ['*', sts, true],
    ['AMAZONAWS.com', sts, true],
    ['localhost, amazonaws.com', sts, true],
    ['localhost amazonaws.com', sts, true],
    ['sts.us-east-1.amazonaws.com', sts, true],
    ['amazonaws.com:443', sts, true],
    ['amazonaws.com:8443', sts, false],
    ['azonaws.com', sts, false],
    ['example.com', sts, false],
    ['10.0.0.0/8', 'https://10.1.2.3/', true],
    ['10.0.0.0/8', 'https://11.1.2.3/', false],
    ['127.0.0.1', 'https://127.0.0.1:8443/', true],
    ['[::1]', 'https://[::1]:8443/', true],
    ['::1', 'https://[::1]/', true],
  ])('with NO_PROXY=%s for %s is skipped: %s', (NO_PROXY, url, leftOut) => {
    expect(proxyFor(url, { HTTPS_PROXY: proxy, NO_PROXY }) === '').toBe(leftOut);
  });
});

describe('checking the proxy variables', () => {
  it.each(['ftp://proxy:1', 'http://', 'proxy:port', 'http://user:hunter2@:1'])(
    'refuses %s',
    (value) => {
      const check = () => {
        checkProxies({ https_proxy: value });
      };
      expect(check).toThrow(/^https_proxy: /);
      expect(check).not.toThrow(/hunter2/);
    },
  );

  it.each(['', 'proxy', 'proxy:3128', 'https://u:p@proxy', 'socks5h://proxy:1080'])(
    'accepts %j',
    (value) => {
      expect(() => {
        checkProxies({ HTTPS_PROXY: value });
      }).not.toThrow();
      expect(usesProxy({ HTTPS_PROXY: value })).toBe(value !== '');
    },
  );
});
