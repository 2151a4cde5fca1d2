import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openSpool } from '../../../src/cli/coverage/spool.ts';

const all = async (lines: AsyncIterable<string>): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const line of lines) found.push(line);
  return found;
};
const temporary = process.env['TMPDIR'];
const place = mkdtempSync(join(tmpdir(), 'dhmc-spool-test-'));
const putBack = (): void => {
  if (temporary === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = temporary;
};

describe('the rows of a report on disk', async () => {
  process.env['TMPDIR'] = place;
  const spool = await openSpool();
  putBack();
  afterAll(async () => {
    await spool.close();
    rmSync(place, { recursive: true });
  });

  it('are read back unchanged, whatever their length and the number of reads', async () => {
    const long = await openSpool();
    const warnings: string[] = [];
    const note = ({ name }: Error): void => void warnings.push(name);
    process.on('warning', note);
    try {
      const rows = ['ä'.repeat(50_000), 'b\u2028c', `${'x'.repeat(65_535)}ü`, 'end'];
      await long.add(rows);
      for (let time = 0; time < 12; time += 1) expect(await all(long.lines())).toEqual(rows);
      await new Promise((done) => setImmediate(done));
      expect(warnings).toEqual([]);
    } finally {
      process.off('warning', note);
      await long.close();
    }
  });

  it('are read back in order, all or those of one cell', async () => {
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

  it('can be read again after a read that stopped early', async () => {
    for await (const line of spool.lines()) {
      expect(line).toBe('ä1');
      break;
    }
    await spool.add(['c1']);
    expect(await all(spool.lines())).toEqual(['ä1', 'ä2', 'b1', 'ä3', 'c1']);
  });

  it('are in an unlinked file, so that nothing remains when the process ends', () => {
    expect(readdirSync(place)).toEqual([]);
  });
});

describe('the error without a usable temporary folder', () => {
  afterEach(putBack);

  it.each([
    ['a missing folder', '/nowhere', 'it does not exist'],
    ['a file', import.meta.filename, 'a part of its path is not a directory'],
  ])('names %s and the reason', async (_, folder, reason) => {
    process.env['TMPDIR'] = folder;
    await expect(openSpool()).rejects.toThrow(
      `The folder for temporary files, ${folder}, cannot be used: ${reason}.`,
    );
  });
});
