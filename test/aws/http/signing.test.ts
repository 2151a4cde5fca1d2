import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signRequest } from '../../../src/aws/http/signing.ts';

class Sha256 {
  readonly #hash: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac(
            'sha256',
            typeof secret === 'string' ? secret : Buffer.from(secret as Uint8Array),
          );
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
  reset(): void {
    throw new Error('not used');
  }
}

describe('a request signed by dhmc', () => {
  it('has the same signature as one signed by the SDK', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 40 });
    const key = fc.stringMatching(/^[A-Za-z0-9/+]{16,40}$/);
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          body: text,
          path: fc.constantFrom('/', '/listRegions', '/a b/c*d'),
          keyId: key,
          secret: key,
          token: fc.option(key, { nil: undefined }),
        }),
        fc.constantFrom('us-east-1', 'cn-north-1'),
        fc.constantFrom('ssm', 'iam', 'account'),
        fc.date({ min: new Date('2026-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
        fc.record({
          target: fc.stringMatching(/^[A-Za-z.]{1,20}$/),
          a: text.map((value) => encodeURIComponent(value)),
        }),
        async ({ body, path, keyId, secret, token }, region, service, date, { target, a }) => {
          const credentials = {
            accessKeyId: keyId,
            secretAccessKey: secret,
            ...(token === undefined ? {} : { sessionToken: token }),
          };
          const headers = {
            host: 'ssm.example.com',
            'content-type': 'application/x-amz-json-1.1',
            'x-amz-target': target,
          };
          const ours = {
            method: 'POST',
            path,
            query: { a },
            headers: { ...headers, 'user-agent': 'not signed' } as Record<string, string>,
            body,
          };
          signRequest(ours, credentials, { service, region, date });
          const signer = new SignatureV4({
            credentials,
            region,
            service,
            sha256: Sha256,
            applyChecksum: false,
          });
          const theirs = await signer.sign(
            new HttpRequest({ method: 'POST', path, query: { a }, headers, body }),
            { signingDate: date },
          );
          expect(ours.headers['authorization']).toBe(theirs.headers['authorization']);
          expect(ours.headers['x-amz-security-token']).toBe(token);
        },
      ),
    );
  });

  it('can be signed again with other credentials for a retry', () => {
    const request = {
      method: 'POST',
      path: '/',
      headers: { host: 'h' } as Record<string, string>,
      body: '',
    };
    const scope = { service: 'ssm', region: 'us-east-1', date: new Date('2026-11-01T00:00:00Z') };
    signRequest(
      request,
      { accessKeyId: 'A', secretAccessKey: 'a', sessionToken: 'session' },
      scope,
    );
    signRequest(request, { accessKeyId: 'B', secretAccessKey: 'b' }, scope);
    const fresh = {
      method: 'POST',
      path: '/',
      headers: { host: 'h' } as Record<string, string>,
      body: '',
    };
    signRequest(fresh, { accessKeyId: 'B', secretAccessKey: 'b' }, scope);
    expect(request.headers).toEqual(fresh.headers);
  });
});
