import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readCaBundle } from '../../../src/aws/environment/certificates.ts';

const authority = join(import.meta.dirname, '../../support/tls/ca.pem');
const whole = readFileSync(authority, 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'dhmc-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a certificate bundle', () => {
  it('of complete certificates is accepted', async () => {
    expect(await readCaBundle({ place: 'AWS_CA_BUNDLE', path: authority })).toBe(whole);
  });

  it.each([
    ['without a certificate', 'hello\n', /does not contain a certificate/],
    ['that is empty', '', /does not contain a certificate/],
    ['with part of a certificate', whole.slice(0, 200), /does not contain a certificate/],
    [
      'with a damaged certificate',
      whole + whole.replace(/MII./, 'AAAA'),
      /certificate 2 in .* is damaged/,
    ],
  ])('%s is refused', async (_, text, message) => {
    const path = join(folder, 'bundle.pem');
    writeFileSync(path, text);
    await expect(readCaBundle({ place: 'AWS_CA_BUNDLE', path })).rejects.toThrow(message);
  });

  it('that does not exist is refused', async () => {
    await expect(readCaBundle({ place: 'X', path: join(folder, 'no') })).rejects.toThrow(
      /^X cannot/,
    );
  });
});
