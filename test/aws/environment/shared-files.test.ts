import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  encodingTrouble,
  expandHome,
  missingFiles,
  readSharedFiles,
  requireReadable,
} from '../../../src/aws/environment/shared-files.ts';
import { setEnvironment } from '../small-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'dhmc-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const [config, credentials] = [join(folder, 'config'), join(folder, 'credentials')];

const write = (texts: { readonly config?: string | Buffer; readonly credentials?: string }) => {
  for (const file of [config, credentials]) rmSync(file, { recursive: true, force: true });
  if (texts.config !== undefined) writeFileSync(config, texts.config);
  if (texts.credentials !== undefined) writeFileSync(credentials, texts.credentials);
};

beforeEach(() => {
  setEnvironment({ AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials });
});

describe('the shared files', () => {
  it('give profiles, sessions and services, and the file of each setting', async () => {
    write({
      config: [
        '[default]\nregion = eu-west-1',
        '[profile p]\nregion = us-east-1\nsso_session = s\naws_access_key_id = A',
        '[sso-session s]\nsso_region = us-east-2',
        '[services v]\nssm =\n  endpoint_url = http://h',
        '[q]\nregion = x',
      ].join('\n\n'),
      credentials: '[p]\naws_access_key_id = B\n[only]\naws_access_key_id = C\n',
    });
    const files = await readSharedFiles();
    expect([...files.profiles.keys()].sort()).toEqual(['default', 'only', 'p']);
    expect(files.profiles.get('p')).toMatchObject({ region: 'us-east-1', aws_access_key_id: 'B' });
    expect(files.ssoSessions.get('s')).toEqual({ sso_region: 'us-east-2' });
    expect([...files.services.keys()]).toEqual(['v']);
    expect([...files.unmarked]).toEqual(['q']);
    expect(files.fileOf('p', 'aws_access_key_id')).toBe(credentials);
    expect(files.fileOf('p', 'region')).toBe(config);
    expect(files.fileOf('only')).toBe(credentials);
    expect(missingFiles(files)).toBe('');
    expect(() => requireReadable(files)).not.toThrow();
  });

  it('are reported, not refused, when a variable names one that does not exist', async () => {
    write({ config: '[default]' });
    const files = await readSharedFiles();
    expect(missingFiles(files)).toBe(
      `${credentials} (AWS_SHARED_CREDENTIALS_FILE) does not exist.`,
    );
    expect(() => requireReadable(files)).not.toThrow();
  });

  it.each([
    ['UTF-16', Buffer.from('[default]', 'utf16le'), 'is encoded in UTF-16'],
    ['a byte order mark', Buffer.from('\u{FEFF}[default]'), 'starts with a byte order mark'],
  ])('are refused with %s', async (_, bytes, trouble) => {
    expect(encodingTrouble(bytes)).toBe(trouble);
    write({ config: bytes });
    const files = await readSharedFiles();
    expect(() => requireReadable(files)).toThrow(
      `The AWS file ${config} (AWS_CONFIG_FILE) ${trouble}.`,
    );
  });

  it('are refused when they are directories', async () => {
    write({});
    mkdirSync(config);
    const files = await readSharedFiles();
    expect(() => requireReadable(files)).toThrow('is a directory');
  });
});

it.each([
  ['~', process.env['HOME'] ?? homedir()],
  ['~/a', join(process.env['HOME'] ?? homedir(), 'a')],
  ['~jo/a', '~jo/a'],
  ['/a/~', '/a/~'],
])('expands %s to %s', (path, expanded) => {
  expect(expandHome(path)).toBe(expanded);
});
