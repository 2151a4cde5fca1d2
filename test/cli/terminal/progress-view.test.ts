import { describe, expect, it } from 'vitest';
import {
  countApplied,
  viewApplying,
  viewExamining,
  viewReading,
} from '../../../src/cli/terminal/progress-view.ts';

const reading = { accountsListed: 2, listed: true, accountsRead: 1, cellsRead: 17 };
const style = { color: false, columns: 80 };

describe('progress of reading', () => {
  it.each([
    [{ ...reading, listed: false }, 60_000, 'Reading: 1 of 2 accounts so far, 17 cells'],
    [reading, 1_999, 'Reading: 1 of 2 accounts, 17 cells'],
    [reading, 4_000, 'Reading: 1 of 2 accounts, 17 cells, 4 s left'],
    [reading, 90_000, 'Reading: 1 of 2 accounts, 17 cells, 1 min 30 s left'],
    [reading, 3_660_000, 'Reading: 1 of 2 accounts, 17 cells, 1 h 01 min left'],
    [{ ...reading, accountsRead: 0, cellsRead: 1 }, 9_000, 'Reading: 0 of 2 accounts, 1 cell'],
    [{ ...reading, accountsRead: 2 }, 9_000, 'Reading: 2 of 2 accounts, 17 cells, 0 s left'],
  ])('is right for %j after %d ms', (progress, elapsed, plain) => {
    expect(viewReading(progress, elapsed, null).plain).toBe(plain);
  });

  it('is a bar and a percentage on a terminal, within its width', () => {
    const [line = ''] = viewReading(reading, 4_000, null).live(style, null);
    expect(line).toContain(`${'━'.repeat(8)}${'╌'.repeat(8)}   50 %  1 of 2 accounts`);
    const [narrow = ''] = viewReading(reading, 4_000, null).live(
      { color: false, columns: 40 },
      null,
    );
    expect(narrow.length).toBeLessThan(40);
  });

  it('names a call that takes long', () => {
    const slow = {
      service: 'iam',
      operation: 'GetRole',
      account: '1',
      region: 'us-east-1',
      ms: 3_400,
    };
    const lines = viewReading(reading, 0, null).live(style, slow);
    expect(lines.at(-1)?.trim()).toBe('waiting 3 s for iam:GetRole in 1 us-east-1');
  });
});

it('progress of the doctor counts the tried accounts', () => {
  expect(viewExamining({ tried: 1, of: 1 }).plain).toBe('Trying: 1 of 1 account');
});

describe('progress of applying', () => {
  const tally = () =>
    countApplied([
      { account: 'a', targets: 2 },
      { account: 'b', targets: 1 },
      { account: 'c', targets: 0 },
    ]);

  it('counts an account when its last target has ended', () => {
    const counts = tally();
    expect([counts.accounts, counts.targets]).toEqual([2, 3]);
    counts.end('a', 'changed');
    expect(counts.accountsDone()).toBe(0);
    counts.end('a', 'failed');
    expect(counts.accountsDone()).toBe(1);
    counts.end('b', 'blocked');
    expect([counts.accountsDone(), counts.done()]).toEqual([2, 3]);
    expect(counts.count('failed', 'blocked')).toBe(2);
  });

  it('counts changes, conflicts and failures, and estimates the time left', () => {
    const counts = tally();
    counts.end('a', 'changed');
    expect(viewApplying(counts, 4_000, { inFlight: null, silentMs: null }).plain).toBe(
      'Applying: 1 of 3 targets, 1 changed, 0 of 2 accounts done, 0.3/s, 8 s left',
    );
    counts.end('a', 'conflict');
    counts.end('b', 'failed');
    expect(viewApplying(counts, 4_000, { inFlight: null, silentMs: null }).plain).toContain(
      '1 changed, 1 in conflict, 1 failed or blocked, 2 of 2 accounts done',
    );
  });

  it('counts the calls in flight while it stops', () => {
    const view = viewApplying(tally(), 60_000, { inFlight: 1, silentMs: null });
    expect(view.plain).toBe(
      'Stopping: 0 of 3 targets, 0 changed, 0 of 2 accounts done, 1 call in flight',
    );
    expect(view.facts).toMatchObject({ phase: 'stopping', targetsDone: 0, targets: 3 });
  });

  it('says that AWS does not answer while accounts are read', () => {
    expect(viewReading(reading, 60_000, 8_000).plain).toBe(
      'Reading: 1 of 2 accounts, 17 cells, no answer from AWS for 8 s; reading stops after 30 s',
    );
  });

  it('says that AWS does not answer, and estimates no time', () => {
    const counts = tally();
    counts.end('a', 'changed');
    const view = viewApplying(counts, 60_000, { inFlight: null, silentMs: 12_000 });
    expect(view.plain).toBe(
      'Applying: 1 of 3 targets, 1 changed, 0 of 2 accounts done, no answer from AWS for 12 s; the run stops after 30 s',
    );
    expect(view.facts).toMatchObject({ silentMs: 12_000 });
    expect(view.facts).not.toHaveProperty('leftMs');
  });

  it('is full where there is nothing to do', () => {
    const [line = ''] = viewApplying(countApplied([]), 0, { inFlight: null, silentMs: null }).live(
      style,
      null,
    );
    expect(line).toContain('100 %');
  });
});
