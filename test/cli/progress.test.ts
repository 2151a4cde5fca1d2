import xterm from '@xterm/headless';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openProgress } from '../../src/cli/progress.ts';
import type { Terminal } from '../../src/cli/terminal.ts';

/** A terminal that only remembers what it was told. */
const recorder = (live: boolean): Terminal & { readonly told: string[] } => {
  const told: string[] = [];
  const style = { color: false, columns: 60 };
  return {
    told,
    live,
    interactive: live,
    outStyle: style,
    errorStyle: style,
    write: async () => {},
    tell: (text) => void told.push(text),
    ask: async () => null,
  };
};

const event = (verdict: 'changed' | 'failed') =>
  ({
    type: 'target-ended',
    target: { kind: 'setting', account: '111111111111', region: 'eu-west-1' },
    at: '2026-11-22T00:00:00.000Z',
    verdict,
    state: 'enabled',
    value: null,
    modifiedBy: null,
    modifiedAt: null,
    problem: null,
    attempts: 1,
    durationMs: 1,
  }) as const;

/** The screen of a terminal of 60 × 10 after these bytes, without empty lines. */
async function screenAfter(bytes: string): Promise<readonly string[]> {
  const terminal = new xterm.Terminal({ cols: 60, rows: 10, allowProposedApi: true, convertEol: true });
  await new Promise<void>((resolve) => terminal.write(bytes, resolve));
  const lines = Array.from({ length: 10 }, (_, row) => terminal.buffer.active.getLine(row)?.translateToString(true) ?? '');
  return lines.filter((line) => line !== '');
}

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('progress off a terminal', () => {
  it('is one plain line every few seconds', async () => {
    vi.useFakeTimers();
    const terminal = recorder(false);
    const progress = await openProgress(terminal, () => Date.now());
    progress.planning({ accountsListed: 3, listed: false, accountsRead: 1, cellsRead: 17 });
    vi.advanceTimersByTime(6_000);
    expect(terminal.told).toEqual(['Reading: 1 of 3 accounts so far, 17 cells\n']);
    progress.applying(10);
    progress.event(event('changed'));
    progress.event(event('failed'));
    vi.advanceTimersByTime(5_000);
    expect(terminal.told.at(-1)).toMatch(/^Applying: 2 of 10, 1 changed, 1 failed or blocked/);
    progress.end();
    vi.advanceTimersByTime(60_000);
    expect(terminal.told).toHaveLength(2);
  });
});

describe('progress on a terminal', () => {
  it('rewrites one line, never wraps, lets messages through whole, and leaves nothing behind', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    let bytes = '';
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      bytes += String(text);
      return true;
    });
    const terminal = recorder(true);
    const progress = await openProgress({ ...terminal, tell: (text) => void process.stderr.write(text) }, () => Date.now());
    for (let read = 1; read <= 5; read += 1) {
      progress.planning({ accountsListed: 123_456_789, listed: true, accountsRead: read, cellsRead: read * 17_000_000 });
      vi.advanceTimersByTime(200);
    }
    expect(await screenAfter(bytes)).toHaveLength(1);
    progress.above(() => process.stderr.write('a message\n'));
    expect(await screenAfter(bytes)).toEqual(['a message', expect.stringMatching(/^Reading: 5 of/)]);
    progress.end();
    expect(await screenAfter(bytes)).toEqual(['a message']);
  });
});
