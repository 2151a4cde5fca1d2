import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readBaseline, reportOfJournal } from '../../../src/cli/runs/baseline.ts';
import type { RunEvent } from '../../../src/core/record/events.ts';
import { createJournal, type Damage } from '../../../src/journal/index.ts';
import { startedOf } from '../../journal/sample.ts';
import { buildReport } from '../../support/reports.ts';

const folder = mkdtempSync(join(tmpdir(), 'dhmc-baseline-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const none = (damage: Damage): void => {
  throw new Error(damage.reason);
};

describe('an earlier report', () => {
  it('is read from a JSON file with any name', async () => {
    const report = buildReport({ accounts: 2, regions: ['eu-west-1'], action: 'status' });
    writeFileSync(at('before.txt'), JSON.stringify(report));
    expect(await readBaseline(at('before.txt'), folder, none)).toEqual(report);
  });

  it.each([
    ['nothing.json', '--since', '--since: no run or file named "nothing.json".'],
    ['nothing.json', '--from', '--from: no run or file named "nothing.json".'],
    ['20260101-000000-aaaaaa', '--since', '20260101-000000-aaaaaa'],
    ['gone.jsonl', '--since', 'gone.jsonl'],
  ] as const)('is not found: %s of %s', async (name, option, message) => {
    await expect(readBaseline(name, folder, none, option)).rejects.toThrow(message);
  });

  it('is refused if it is a directory or not a report', async () => {
    mkdirSync(at('folder'));
    writeFileSync(at('other.json'), '{"schema":"dhmc.plan/v1"}');
    await expect(readBaseline(at('folder'), folder, none)).rejects.toThrow('is a directory');
    await expect(readBaseline(at('other.json'), folder, none)).rejects.toThrow('other.json');
  });
});

describe('the report of a journal', () => {
  const journal = async (run: string, ...events: readonly RunEvent[]): Promise<string> => {
    const written = createJournal({ folder: at('o-aaaaaaaaaa'), run });
    for (const event of events) await written.record(event);
    await written.close();
    return written.path;
  };
  const [one, other] = ['20260101-000000-aaaaaa', '20260101-000000-bbbbbb'] as const;
  const at5 = '2026-11-22T10:00:05.000Z';

  it('ends with the last event where the run has no end', async () => {
    const file = await journal(one, startedOf(one), { type: 'run-confirmed', at: at5, by: 'yes' });
    const { report, started } = await reportOfJournal(file, none);
    expect(report.finishedAt).toBe(at5);
    expect(started.run).toBe(one);
    expect((await readBaseline(one, folder, none)).run).toBe(one);
  });

  it('ends at its start where there is no other event', async () => {
    const file = await journal(other, startedOf(other), {
      type: 'run-confirmed',
      at: at5,
      by: 'yes',
    });
    const [first = ''] = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, `${first}\n`);
    const { report, started } = await reportOfJournal(file, none);
    expect(report.finishedAt).toBe(started.startedAt);
  });
});
