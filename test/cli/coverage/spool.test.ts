import { existsSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openSpool } from '../../../src/cli/coverage/spool.ts';

const all = async (lines: AsyncIterable<string>): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const line of lines) found.push(line);
  return found;
};
const folders = (): ReadonlySet<string> =>
  new Set(readdirSync(tmpdir()).filter((name) => name.startsWith('dhmc-rows-')));

describe('the rows of a report on disk', async () => {
  const before = folders();
  const spool = await openSpool();
  const [name = ''] = [...folders()].filter((one) => !before.has(one));
  afterAll(() => (existsSync(join(tmpdir(), name)) ? spool.close() : undefined));

  it('come back in their order, and those of one cell by themselves', async () => {
    await Promise.all([
      spool.add(['ä1', 'ä2'], 'ä'),
      spool.add(['b1'], 'b'),
      spool.add(['ä3'], 'ä'),
      spool.add([], 'b'),
    ]);
    expect(await all(spool.lines())).toEqual(['ä1', 'ä2', 'b1', 'ä3']);
    expect(await all(spool.linesOf('ä'))).toEqual(['ä1', 'ä2', 'ä3']);
    expect(await all(spool.linesOf('b'))).toEqual(['b1']);
    expect(await all(spool.linesOf('c'))).toEqual([]);
  });

  it('are for this user alone, and gone when the spool is closed', async () => {
    const folder = join(tmpdir(), name);
    expect(statSync(join(folder, 'rows')).mode & 0o077).toBe(0);
    await spool.close();
    expect(existsSync(folder)).toBe(false);
  });
});
