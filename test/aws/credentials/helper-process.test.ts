import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fromHelper } from '../../../src/aws/credentials/helper-process.ts';
import { CommandError } from '../../../src/core/model/errors.ts';

const place = 'Profile "p" (/aws/config)';
const folder = mkdtempSync(join(tmpdir(), 'dhmc-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const printing = (text: object | string): string =>
  `printf '%s' '${typeof text === 'string' ? text : JSON.stringify(text)}'`;
const whole = { Version: 1, AccessKeyId: 'A', SecretAccessKey: 'S', SessionToken: 'T' };

describe('a credential helper', () => {
  it('provides the credentials that it prints', async () => {
    const command = printing({ ...whole, Expiration: '2999-01-01T00:00:00Z' });
    expect(await fromHelper({ place, command })).toEqual({
      accessKeyId: 'A',
      secretAccessKey: 'S',
      sessionToken: 'T',
      expiration: new Date('2999-01-01T00:00:00Z'),
    });
  });

  it.each<[string, string, RegExp, string?]>([
    [
      'fails',
      'echo "no way" >&2; echo "at all" >&2; exit 3',
      /ended with status 3: no way; at all$/,
    ],
    ['fails without output', 'exit 3', /ended with status 3 and said nothing/],
    [
      'prints secrets as it fails',
      'echo "key AKIA1234567890ABCDEF password=hunter2" >&2; exit 1',
      /AKIA… password=…$/,
    ],
    ['does not exist', '/no/such/helper --flag', /was not found: \/no\/such\/helper$/],
    ['prints nothing', 'true', /printed no credentials\.$/],
    ['prints plain text', 'echo please log in', /not JSON: please log in\.$/],
    ['prints a possible secret', 'echo abcdefghijklmnopqrstuvwxyz', /not JSON\.$/],
    ['prints another version', printing({ ...whole, Version: 2 }), /"Version": 1/],
    ['prints an incomplete key', printing({ Version: 1, AccessKeyId: 'A' }), /SecretAccessKey\.$/],
    ['prints a time that is not a date', printing({ ...whole, Expiration: 'soon' }), /not a time/],
    [
      'prints expired credentials',
      printing({ ...whole, Expiration: '2000-01-01T00:00:00Z' }),
      /expired at 2000-01-01/,
      'credentials-expired',
    ],
  ])('that %s ends in an error that says so', async (_, command, message, code) => {
    const error: unknown = await fromHelper({ place, command }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(CommandError);
    expect(error).toMatchObject({ code: code ?? 'credentials-missing' });
    expect(String(error)).toMatch(message);
    expect(String(error)).toContain(`${place}: credential_process `);
  });

  it('that never ends is stopped', async () => {
    const command = `sleep 20; echo > ${join(folder, 'late')}`;
    await expect(fromHelper({ place, command, withinMs: 50 })).rejects.toThrow(
      /did not end within/,
    );
    const controller = new AbortController();
    const waiting = fromHelper({ place, command, signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toThrow(/was interrupted/);
    expect(existsSync(join(folder, 'late'))).toBe(false);
  });
});
