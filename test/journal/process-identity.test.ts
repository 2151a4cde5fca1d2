/** What `ps` is asked on systems without /proc, and what it gets to see. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identifyThisProcess } from '../../src/journal/process-identity.ts';

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
  it('gets the number of a process, and no secret by its command line or environment', async () => {
    const ps = join(folder, 'ps');
    const seen = join(folder, 'seen');
    writeFileSync(ps, `#!/bin/sh\n{ echo "$@"; /usr/bin/env; } > '${seen}'\necho started\n`);
    chmodSync(ps, 0o700);
    process.env = {
      ...before.env,
      PATH: `${folder}:${before.env['PATH'] ?? ''}`,
      AWS_SECRET_ACCESS_KEY: 'secret-of-the-key',
      DHMC_EXTERNAL_ID: 'secret-of-the-id',
    };
    Object.defineProperty(process, 'platform', { value: 'darwin' });
    expect((await identifyThisProcess()).started).toBe('started');
    const text = readFileSync(seen, 'utf8');
    expect(text.split('\n', 1)[0]).toBe(`-o lstart= -p ${String(process.pid)}`);
    expect(text).not.toContain('secret-of');
  });
});
