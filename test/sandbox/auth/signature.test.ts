import { expect, it } from 'vitest';
import { parseAuthorization } from '../../../src/sandbox/auth/signature.ts';

const signature = 'a'.repeat(64);
const header = `AWS4-HMAC-SHA256 Credential=AKID/20261122/eu-west-1/ssm/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`;

it('reads the parts of an Authorization header', () => {
  expect(parseAuthorization(header)).toEqual({
    ...{ accessKeyId: 'AKID', date: '20261122', region: 'eu-west-1', service: 'ssm' },
    ...{ signedHeaders: ['host', 'x-amz-date'], signature },
  });
});

it.each([
  '',
  header.replace('AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256'),
  header.replace('/20261122/', '/2026/'),
  header.replace('aws4_request', 'aws5_request'),
  header.replace(signature, 'xyz'),
  `${header} `,
])('refuses any other header: %j', (value) => {
  expect(parseAuthorization(value)).toBe(null);
});
