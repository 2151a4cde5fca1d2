/** The call of `ps` on systems without /proc, and the environment that it gets. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  holderLiveness,
  identifyThisProcess,
  startFromPs,
} from '../../src/journal/process-identity.ts';

const before = { platform: process.platform, env: { ...process.env } };
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dhmc-test-'));
});
afterEach(() => {
  Object.defineProperty(process, 'platform', { value: before.platform });
  process.env = before.env;
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(process.platform === 'win32')('ps on macOS', () => {
  it('gets the id of a process, and no secret in its arguments or environment', async () => {
    const ps = join(folder, 'ps');
    const seen = join(folder, 'seen');
    writeFileSync(
      ps,
      `#!/bin/sh\n{ echo "$@"; /usr/bin/env; } > '${seen}'\necho 'Sat Nov 28 09:26:55 2026    '\n`,
    );
    chmodSync(ps, 0o700);
    process.env = {
      ...before.env,
      PATH: `${folder}:${before.env['PATH'] ?? ''}`,
      AWS_SECRET_ACCESS_KEY: 'secret-of-the-key',
      DHMC_EXTERNAL_ID: 'secret-of-the-id',
    };
    Object.defineProperty(process, 'platform', { value: 'darwin' });
    expect((await identifyThisProcess()).started).toBe('Sat Nov 28 09:26:55 2026');
    const text = readFileSync(seen, 'utf8');
    expect(text.split('\n', 1)[0]).toBe(`-o lstart= -p ${String(process.pid)}`);
    expect(text).not.toContain('secret-of');
  });

  it.runIf(['/bin/ps', '/usr/bin/ps'].some((file) => existsSync(file)))(
    'shows whether a process is the former one with its id',
    async () => {
      Object.defineProperty(process, 'platform', { value: 'darwin' });
      const self = await identifyThisProcess();
      // The ps of Linux writes the date like that of BSD.
      expect(self.started).toMatch(/^\w{3} \w{3} [ \d]\d [\d:]{8} \d{4}$/);
      expect(await holderLiveness(self, self)).toBe('alive');
      const other = { ...self, started: 'Sat Nov  7 09:26:55 2020' };
      expect(await holderLiveness(other, self)).toBe('dead');
      expect(await holderLiveness({ ...self, started: null }, self)).toBe('alive');
    },
  );
});

describe('startFromPs', () => {
  it.each([
    ['macOS', 'Sat Nov 28 09:26:55 2026    \n', 'Sat Nov 28 09:26:55 2026'],
    [
      'macOS, with a day of one digit',
      'Thu Mar  5 23:01:09 2026    \n',
      'Thu Mar  5 23:01:09 2026',
    ],
    ['FreeBSD', 'Thu Mar 12 00:00:00 2026\n', 'Thu Mar 12 00:00:00 2026'],
    ['OpenBSD', 'Sun Feb 29 12:34:56 2032 \n', 'Sun Feb 29 12:34:56 2032'],
    ['a process that ps cannot inspect', '-                           \n', null],
    ['no process', '', null],
    ['another locale', 'Sa 28 Nov 09:26:55 2026\n', null],
    ['a ps without that column', '  PID TTY          TIME CMD\n', null],
    ['two processes', 'Sat Nov 28 09:26:55 2026\nSat Nov 28 09:26:56 2026\n', null],
  ])('reads the output for %s', (_, stdout, started) => {
    expect(startFromPs(stdout)).toBe(started);
  });
});
