import { chmodSync, chownSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../../src/cli/args/config/read.ts';
import { optionNames, specOf } from '../../../../src/cli/args/options.ts';

/** Writes a file into a new folder, which has other files, folders and links in it and above it. */
function written(text: string): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'dhmc-found-')), 'here');
  mkdirSync(join(folder, 'reports'), { recursive: true });
  writeFileSync(join(folder, '../victim.json'), 'keep');
  symlinkSync('..', join(folder, 'up'));
  symlinkSync('../victim.json', join(folder, 'victim.json'));
  symlinkSync('../nothing.json', join(folder, 'dangling.json'));
  symlinkSync('reports', join(folder, 'same'));
  const path = join(folder, 'dhmc.config.yaml');
  writeFileSync(path, text);
  return path;
}

const outcome = (text: string, found: boolean): Promise<string> =>
  readConfig({ path: written(text), found }).then(
    () => 'taken',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

describe('a configuration file that was found', () => {
  it.each(['state-dir: state', 'no-session-policy: true', 'quiet: true', 'quiet: false'])(
    'may not set %s, but a named file may',
    async (line) => {
      expect(await outcome(line, true)).toContain('not allowed in a file that was not named');
      expect(await outcome(line, false)).toBe('taken');
    },
  );

  it.each([
    'save-plan: ../victim.json',
    'save-plan: up/victim.json',
    'save-plan: reports/../../victim.json',
    'save-plan: victim.json',
    'save-plan: dangling.json',
    'save-plan: /etc/plan.json',
    'report-file: [reports/a.json, ../victim.json]',
    'report-file: up/new.csv',
    'save-plan: .',
    'out: ..',
  ])('may not write outside its folder: %s', async (line) => {
    expect(await outcome(line, true)).toContain("is outside the file's folder");
    expect(await outcome(line, false)).toBe('taken');
  });

  it.each(['save-plan: plan.json', 'report-file: [reports/a.json, same/b.csv]', 'out: new/deep'])(
    'may write inside its folder: %s',
    async (line) => {
      expect(await outcome(line, true)).toBe('taken');
    },
  );

  it('is checked for every path option that dhmc writes to', () => {
    const reading = ['state-dir', 'config', 'world', 'like'];
    const paths = optionNames.filter((name) => {
      const spec = specOf(name);
      return spec.kind !== 'flag' && ['file', 'directory'].includes(spec.parse.takes?.kind ?? '');
    });
    expect(paths.filter((name) => specOf(name).writes !== true && !reading.includes(name))).toEqual(
      [],
    );
  });

  it('is refused where everybody can write it', async () => {
    const path = written('region: eu-west-1');
    chmodSync(path, 0o666);
    await expect(readConfig({ path, found: true })).rejects.toThrow('written by everybody');
    expect((await readConfig({ path, found: false })).entries.size).toBe(1);
  });

  it.each([
    [0o777, 'can be written by everybody'],
    [0o1777, null],
    [0o775, null],
    [0o755, null],
  ])('is accepted or refused in a folder with the mode %i', async (mode, reason) => {
    const path = written('region: eu-west-1');
    chmodSync(join(path, '..'), mode);
    const read = readConfig({ path, found: true });
    if (reason === null) await read;
    else await expect(read).rejects.toThrow(reason);
    expect((await readConfig({ path, found: false })).entries.size).toBe(1);
  });

  it.runIf(process.getuid?.() === 0)('is refused where another group can write it', async () => {
    for (const part of ['.', '..']) {
      const path = written('region: eu-west-1');
      const place = part === '.' ? path : join(path, '..');
      chownSync(place, 0, 4);
      await readConfig({ path, found: true });
      chmodSync(place, 0o775);
      await expect(readConfig({ path, found: true })).rejects.toThrow('by the group 4');
    }
  });

  it.runIf(process.getuid?.() === 0)(
    'is refused where another user owns it or its folder',
    async () => {
      for (const part of ['.', '..']) {
        const path = written('region: eu-west-1');
        chownSync(part === '.' ? path : join(path, '..'), 65534, 65534);
        await expect(readConfig({ path, found: true })).rejects.toThrow('owned by another user');
        expect((await readConfig({ path, found: false })).entries.size).toBe(1);
      }
    },
  );
});
