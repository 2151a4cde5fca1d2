import { describe, expect, it } from 'vitest';
import { redact, secretsOf } from '../../../src/aws/responses/redact.ts';

describe('redacting', () => {
  it.each([
    ['newlines', '\n'.repeat(60_000)],
    ['blanks after a header', `authorization:${' '.repeat(60_000)}`],
    ['names without an end', "Value '".repeat(20_000)],
    ['headers without a value', 'x-amz-signature '.repeat(20_000)],
  ])('takes linear time for a long message of %s', (_, text) => {
    expect(redact(text).length).toBeLessThanOrEqual(2_001);
  });

  it('removes a repeated canonical request', () => {
    const text =
      'No match.\n\n  The Canonical String for this request should have been\nGET\nx-amz-security-token: abc';
    expect(redact(text).trim()).toBe('No match.');
    expect(redact('Authorization: AWS4 secret\nnext')).toBe('Authorization:…\nnext');
  });

  it.each([
    ['the user of a URL', 'http://jo@proxy:3128/ refused', 'http://…@proxy:3128/ refused'],
    ['the user and password of a URL', 'socks5://jo:pw@proxy refused', 'socks5://…@proxy refused'],
    ['the users of two URLs', 'a://x:y@h b://z@h', 'a://…@h b://…@h'],
    ['a permanent access key id', 'the key AKIAIOSFODNN7EXAMPLE is', 'the key AKIA… is'],
    ['a temporary access key id', '(ASIAIOSFODNN7EXAMPLE)', '(ASIA…)'],
    [
      'the header of the session token',
      '"X-Amz-Security-Token": "ab" d',
      '"X-Amz-Security-Token:…',
    ],
    ['the header of the signature', 'authorization: AWS4-HMAC-SHA256 a, b', 'authorization:…'],
    ['the credential of a signed URL', 'x-amz-credential=AB/2026/x y', 'x-amz-credential=…'],
    ['the signature of a signed URL', 'X-Amz-Signature = abc def', 'X-Amz-Signature=…'],
    ['a header without a value', 'authorization:', 'authorization:…'],
    ['the credential of a header', 'Credential=AB/2026, rest', 'Credential=…, rest'],
    ['the signature of a header', 'Signature=abc; rest', 'Signature=…; rest'],
    ['a session token in JSON', '{"SessionToken": "abc", "a": 1}', '{"SessionToken=…", "a": 1}'],
    ['a secret key in JSON', '{"SecretAccessKey":"a/b+c"}', '{"SecretAccessKey=…"}'],
    ['an external id in a query', 'ExternalId=x7&Version=1', 'ExternalId=…&Version=1'],
    [
      'an external id in an error of AWS',
      "Value 'x y' at 'externalId' failed",
      "Value '…' at 'externalId' failed",
    ],
  ])('removes %s', (_, text, safe) => {
    expect(redact(text)).toBe(safe);
  });

  it.each([
    ['an address without a user', 'http://proxy:3128/a@b'],
    ['an email address', 'ask jo@example.com'],
    ['a short name that starts like a key', 'AKIA123'],
    ['a word that contains a key', 'XAKIAIOSFODNN7EXAMPLE'],
    ['a value of another parameter', "Value 'x' at 'roleArn' failed"],
  ])('keeps %s', (_, text) => {
    expect(redact(text)).toBe(text);
  });

  it('removes known secrets everywhere, unless they are too short', () => {
    expect(redact('a hush b hush c abc', ['hush', undefined, 'abc'])).toBe('a … b … c abc');
  });

  it('cuts long messages and marks the cut', () => {
    expect(redact('x'.repeat(2_000))).toHaveLength(2_000);
    expect(redact('x'.repeat(2_001))).toBe(`${'x'.repeat(2_000)}…`);
  });
});

it('counts all three parts of credentials as secrets', () => {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' };
  expect(new Set(secretsOf(credentials))).toEqual(new Set(['a', 'b', 'c']));
  expect(secretsOf(null)).toEqual([]);
});
