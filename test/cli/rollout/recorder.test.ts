import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openRecorder } from '../../../src/cli/rollout/recorder.ts';
import { silent } from '../../../src/cli/terminal/progress.ts';
import type { RunEvent } from '../../../src/core/record/events.ts';
import { foldReport } from '../../../src/core/record/report.ts';
import { JournalError } from '../../../src/journal/index.ts';
import { begun, ended, planned, planOf, setting, startedOf } from '../../journal/sample.ts';

const folder = mkdtempSync(join(tmpdir(), 'dhmc-recorder-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const runId = '20261122-100000-abc123';
const at = '2026-11-22T10:00:02.000Z';
const cell = setting('222222222222', 'eu-west-1');
const opening: readonly RunEvent[] = [
  startedOf(runId),
  planOf('222222222222', [planned(cell)]),
  { type: 'run-confirmed', at, by: 'yes' },
];
const verdictOf = (recorder: Awaited<ReturnType<typeof openRecorder>>) =>
  recorder.fold
    .report({ finishedAt: at, calls: 0, throttled: 0 })
    .targets.find(({ kind }) => kind === 'setting')?.verdict;

describe('the events of a run', () => {
  it('go to the journal, then to the report and the progress', async () => {
    const seen: string[] = [];
    const progress = { ...silent, event: (event: RunEvent) => void seen.push(event.type) };
    const recorder = await openRecorder({ runId, progress }, { folder: join(folder, 'one') });
    for (const event of [...opening, begun(cell, at), ended(cell, at)])
      await recorder.record(event);
    await recorder.record({ type: 'run-finished', at, calls: 1, throttled: 0 });
    expect(await recorder.close()).toBe(null);
    expect(verdictOf(recorder)).toBe('changed');
    const lines = readFileSync(recorder.path, 'utf8').trim().split('\n');
    expect(seen).toHaveLength(lines.length);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ order: recorder.order });
  });

  it('are refused where the journal fails, but the report keeps the result of a change', async () => {
    const path = join(folder, 'a-folder.jsonl');
    mkdirSync(path);
    const fold = foldReport(null, opening);
    const recorder = await openRecorder(
      { runId, progress: silent },
      { folder, resumes: { path, fold } },
    );
    await expect(recorder.record(begun(cell, at))).rejects.toThrow(JournalError);
    expect(verdictOf(recorder)).toBe('not-attempted');
    await expect(recorder.record(ended(cell, at))).rejects.toThrow(JournalError);
    expect(verdictOf(recorder)).toBe('changed');
    await recorder.close();
  });
});
