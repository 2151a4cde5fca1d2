/** Compressed journals that are made to exhaust a reader's time or memory. */
import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/model/errors.ts';
import {
  listRuns,
  readHistory,
  readJournal,
  runToRollBack,
  type Damage,
} from '../../src/journal/index.ts';
import { collect, everyEvent, organization, stateDirectory, write } from './sample.ts';

const run = '20261122-090000-aaaaaa';

/** Writes a compressed journal: the first line of a real one, then other content. */
async function packed(
  rest: (lines: readonly string[]) => string | Buffer,
): Promise<{ readonly stateDir: string; readonly file: string }> {
  const stateDir = await stateDirectory();
  const plain = await write(stateDir, everyEvent(run));
  const lines = (await readFile(plain, 'utf8')).split('\n');
  const text = Buffer.concat([Buffer.from(`${lines[0] ?? ''}\n`), Buffer.from(rest(lines))]);
  await rm(plain);
  await writeFile(`${plain}.gz`, gzipSync(text), { mode: 0o600 });
  return { stateDir, file: `${plain}.gz` };
}

/** Reads a journal to its end, and counts its events and damages. */
async function readAll(file: string): Promise<{ events: number; damages: Damage[] }> {
  const damages: Damage[] = [];
  const read = await collect(readJournal(file, { onDamage: (one) => damages.push(one) }));
  return { events: read.length, damages };
}

describe('a compressed journal', () => {
  it.each([
    ['empty lines', '\n', 'no more is read'],
    ['lines that are not events', '{}\n', 'no more is read'],
  ])('is abandoned after a thousand damaged lines (%s)', async (_, text, reason) => {
    const { stateDir, file } = await packed(() => Buffer.alloc(15_000_000, text));
    const { events, damages } = await readAll(file);
    expect([events, damages.length]).toEqual([1, 1_000]);
    expect(damages.at(-1)?.reason).toContain(reason);
    await expect(readHistory(file)).rejects.toThrow('is damaged: line 2');
    expect((await listRuns(stateDir, organization.id)).runs).toHaveLength(1);
    await expect(runToRollBack(stateDir, organization.id)).rejects.toThrow(UsageError);
  });

  it('is refused for a line without end', async () => {
    const text = randomBytes(4_000_000).toString('base64');
    const { stateDir, file } = await packed(() => text);
    await expect(readAll(file)).rejects.toThrow('a line of more than');
    await expect(readHistory(file)).rejects.toThrow('a line of more than');
    await expect(runToRollBack(stateDir, organization.id)).rejects.toThrow('a line of more than');
    const { runs, unreadable } = await listRuns(stateDir, organization.id);
    expect([runs.length, unreadable.length]).toEqual([0, 1]);
  });

  it('is not unpacked into a line that grows without end', async () => {
    const { file } = await packed(() => Buffer.alloc(15_000_000));
    expect((await readAll(file)).damages).toMatchObject([
      { line: 2, reason: 'unpacks to more than any journal of its size' },
    ]);
  });

  it('is not unpacked beyond the compression ratio of journals', async () => {
    const { file } = await packed((lines) => {
      const short = lines.find((line) => line.includes('"run-confirmed"')) ?? '';
      return `${short}\n`.repeat(Math.ceil(6_000_000 / short.length));
    });
    const { events, damages } = await readAll(file);
    expect(events).toBeGreaterThan(1);
    expect(damages.map(({ reason }) => reason)).toEqual([
      'unpacks to more than any journal of its size',
    ]);
    await expect(readHistory(file)).rejects.toThrow('unpacks to more than');
  });
});
