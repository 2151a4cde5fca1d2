import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inspectStateDir } from '../../../src/cli/runs/inspect-state-dir.ts';

const folder = mkdtempSync(join(tmpdir(), 'dhmc-state-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (...names: readonly string[]): string => join(folder, ...names);

describe('inspecting the state directory', () => {
  it('finds an existing directory and its free space', async () => {
    mkdirSync(at('there'));
    const seen = await inspectStateDir(at('there'));
    expect(seen).toMatchObject({
      path: at('there'),
      nearest: at('there'),
      exists: true,
      isDirectory: true,
      writable: true,
      refused: null,
    });
    expect(seen.free).toBeGreaterThan(0);
  });

  it('finds the nearest existing parent of a missing directory', async () => {
    expect(await inspectStateDir(at('a', 'b', 'c'))).toMatchObject({
      path: at('a', 'b', 'c'),
      nearest: folder,
      exists: false,
      isDirectory: true,
    });
  });

  it('creates nothing', async () => {
    await inspectStateDir(at('x'), at('x', 'o-1'));
    expect(await inspectStateDir(at('x'))).toMatchObject({ exists: false });
  });

  it('finds a file in place of the directory', async () => {
    writeFileSync(at('file'), '');
    expect(await inspectStateDir(at('file'))).toMatchObject({ exists: true, isDirectory: false });
  });

  it('reports the organization’s folder where that is not usable', async () => {
    mkdirSync(at('state', 'o-1'), { recursive: true });
    expect(await inspectStateDir(at('state'), at('state', 'o-1'))).toMatchObject({
      path: at('state'),
    });
    chmodSync(at('state', 'o-1'), 0o777);
    const seen = await inspectStateDir(at('state'), at('state', 'o-1'));
    expect(seen.path).toBe(at('state', 'o-1'));
    expect(seen.refused?.message).toContain(at('state', 'o-1'));
  });
});
