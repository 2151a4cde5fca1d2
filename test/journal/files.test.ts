import { linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { alsoNamed } from '../../src/journal/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'dhmc-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [finished, name] = [join(folder, 'finished'), join(folder, 'name')];
beforeEach(() => {
  rmSync(name, { force: true });
  writeFileSync(finished, 'mine');
});

describe('a second name for a file', () => {
  it('is given where it is free', async () => {
    expect(await alsoNamed(finished, name)).toBe(true);
  });
  it('is its own where a network file system reports its own link as taken', async () => {
    linkSync(finished, name);
    expect(await alsoNamed(finished, name)).toBe(true);
  });
  it('is refused where another file has it', async () => {
    writeFileSync(name, 'theirs');
    expect(await alsoNamed(finished, name)).toBe(false);
  });
  it('is refused where a link has it, wherever that leads', async () => {
    symlinkSync(finished, name);
    expect(await alsoNamed(finished, name)).toBe(false);
  });
});
