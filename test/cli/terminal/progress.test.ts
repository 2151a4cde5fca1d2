import xterm from '@xterm/headless';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openProgress } from '../../../src/cli/terminal/progress.ts';
import type { LogEntry, Terminal } from '../../../src/cli/terminal/terminal.ts';
import type { Verdict } from '../../../src/core/model/model.ts';
import type { Plan } from '../../../src/core/planning/plan.ts';

/** A terminal that keeps the text written to it. */
const recorder = (): Terminal & {
  readonly told: string[];
  readonly logged: (LogEntry | undefined)[];
} => {
  const told: string[] = [];
  const logged: (LogEntry | undefined)[] = [];
  const style = { color: false, columns: 60 };
  return {
    told,
    logged,
    live: false,
    interactive: false,
    logFormat: 'text',
    outStyle: style,
    errorStyle: style,
    write: async () => {},
    log: (text, log) => {
      told.push(text);
      logged.push(log);
    },
    ask: async () => null,
  };
};

const event = (verdict: Verdict, account = '111111111111', region = 'eu-west-1') =>
  ({
    type: 'target-ended',
    target: { kind: 'setting', account, region },
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

/** A plan with accounts, and the number of settings to change in each. */
const planOf = (accounts: Readonly<Record<string, number>>): Plan => ({
  notes: [],
  accounts: Object.entries(accounts).map(([id, settings]) => ({
    account: { id, name: 'a', path: '', state: 'ACTIVE', skipped: null, problem: null },
    targets: Array.from({ length: settings }, (_, index) => ({
      kind: 'setting',
      account: id,
      region: `eu-west-${index + 1}`,
      state: 'disabled',
      verdict: 'would-change',
      from: null,
      to: 'x',
      modifiedBy: null,
      modifiedAt: null,
      problem: null,
      attempts: 0,
      durationMs: 0,
      notes: [],
    })),
  })) as unknown as Plan['accounts'],
});

const call = {
  service: 'ssm',
  operation: 'GetServiceSetting',
  account: '111111111111',
  region: 'eu-south-2',
} as const;

/** An emulated screen that can be resized, and a `Terminal` on it. */
function openScreen(columns: number, rows = 12) {
  const emulator = new xterm.Terminal({
    cols: columns,
    rows,
    allowProposedApi: true,
    convertEol: true,
  });
  const stream = {
    columns,
    rows,
    isTTY: true as const,
    write: (text: string | Uint8Array) => {
      emulator.write(text);
      return true;
    },
    on: () => stream,
    off: () => stream,
  };
  const lines = async (): Promise<readonly string[]> => {
    await new Promise<void>((resolve) => emulator.write('', resolve));
    const { active } = emulator.buffer;
    const all = Array.from(
      { length: active.length },
      (_, row) => active.getLine(row)?.translateToString(true) ?? '',
    );
    return all.filter((line) => line !== '');
  };
  const terminal: Terminal = {
    ...recorder(),
    live: true,
    interactive: true,
    get errorStyle() {
      return { color: true, columns: stream.columns };
    },
    log: (text) => void stream.write(text),
  };
  return {
    terminal,
    stream: stream as unknown as Parameters<typeof openProgress>[2],
    lines,
    cursor: () => [emulator.buffer.active.cursorY, emulator.buffer.active.cursorX],
    async resize(to: number) {
      await lines();
      emulator.resize(to, rows);
      stream.columns = to;
    },
  };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] }));
afterEach(() => void vi.useRealTimers());

const now = (): number => Date.now();

describe('progress without a terminal', () => {
  it('is one plain line every few seconds', async () => {
    const terminal = recorder();
    const progress = await openProgress(terminal, now);
    progress.planning({ accountsListed: 3, listed: false, accountsRead: 1, cellsRead: 17 });
    vi.advanceTimersByTime(6_000);
    expect(terminal.told).toEqual(['Reading: 1 of 3 accounts so far, 17 cells\n']);
    progress.applying(planOf({ '111111111111': 4, '222222222222': 6 }));
    for (const region of ['1', '2', '3'])
      progress.event(event('changed', '111111111111', `eu-west-${region}`));
    progress.event(event('failed', '111111111111', 'eu-west-4'));
    vi.advanceTimersByTime(5_000);
    expect(terminal.told.at(-1)).toMatch(
      /^Applying: 4 of 10 targets, 3 changed, 1 failed or blocked, 1 of 2 accounts done, (0\.8|1\.0)\/s, [68] s left\n$/,
    );
    expect(terminal.logged.at(-1)).toMatchObject({
      event: 'progress',
      facts: { phase: 'applying', targetsDone: 4, failed: 1 },
    });
    const ended = progress.trackCall({
      service: 'ssm',
      operation: 'UpdateServiceSetting',
      account: '222222222222',
      region: 'eu-west-1',
    });
    progress.stopping();
    vi.advanceTimersByTime(2_000);
    ended();
    progress.trackCall({
      service: 'ssm',
      operation: 'GetServiceSetting',
      account: '222222222222',
      region: 'eu-west-1',
    });
    vi.advanceTimersByTime(3_000);
    expect(terminal.told.at(-1)).toBe(
      'Stopping: 4 of 10 targets, 3 changed, 1 failed or blocked, 1 of 2 accounts done, 1 call in flight\n',
    );
    progress.end();
    vi.advanceTimersByTime(60_000);
    expect(terminal.told).toHaveLength(3);
  });

  it('names the call that it waits for', async () => {
    const terminal = recorder();
    const progress = await openProgress(terminal, now);
    progress.planning({ accountsListed: 3, listed: true, accountsRead: 1, cellsRead: 17 });
    const ended = progress.trackCall(call);
    progress.trackCall({ ...call, region: 'eu-west-1' });
    vi.advanceTimersByTime(5_000);
    expect(terminal.told.at(-1)).toContain(
      'waiting 5 s for ssm:GetServiceSetting in 111111111111 eu-south-2',
    );
    ended();
    vi.advanceTimersByTime(5_000);
    expect(terminal.told.at(-1)).toContain(
      'waiting 10 s for ssm:GetServiceSetting in 111111111111 eu-west-1',
    );
    progress.end();
  });
});

describe('progress on a terminal', () => {
  it('rewrites its lines, keeps messages intact, and disappears at the end', async () => {
    const screen = openScreen(60);
    const progress = await openProgress(screen.terminal, now, screen.stream);
    for (let read = 1; read <= 5; read += 1) {
      progress.planning({
        accountsListed: 123_456_789,
        listed: true,
        accountsRead: read,
        cellsRead: read * 17_000_000,
      });
      vi.advanceTimersByTime(200);
    }
    expect(await screen.lines()).toEqual([
      'Reading   ━━━━━━━━━━━━    0 %  5 of 123,456,789 accounts',
    ]);
    progress.printAbove(() => screen.terminal.log('a message\n'));
    progress.enqueue(() => screen.terminal.log('a call\n'));
    expect(await screen.lines()).toEqual(['a message', expect.stringMatching(/^Reading /)]);
    vi.advanceTimersByTime(100);
    expect(await screen.lines()).toEqual([
      'a message',
      'a call',
      expect.stringMatching(/^Reading /),
    ]);
    progress.end();
    expect(await screen.lines()).toEqual(['a message', 'a call']);
    expect(screen.cursor()).toEqual([2, 0]);
  });

  it('reports counts, rate and time left', async () => {
    const screen = openScreen(80);
    const progress = await openProgress(screen.terminal, now, screen.stream);
    progress.applying(planOf({ '111111111111': 10, '222222222222': 10 }));
    vi.advanceTimersByTime(4_000);
    for (let region = 1; region <= 10; region += 1)
      progress.event(
        event(
          region === 3 ? 'conflict' : region === 4 ? 'blocked' : 'changed',
          '111111111111',
          `eu-west-${region}`,
        ),
      );
    progress.trackCall(call);
    vi.advanceTimersByTime(100);
    expect(await screen.lines()).toEqual([
      'Applying  ━━━━━━━━━━━━━━━━   50 %  10 of 20 targets  2.4/s  4 s left',
      '         8 changed, 1 in conflict, 1 failed or blocked, 1 of 2 accounts done',
    ]);
    vi.advanceTimersByTime(3_000);
    expect((await screen.lines()).at(-1)).toBe(
      '         waiting 3 s for ssm:GetServiceSetting in 111111111111 eu-south-2',
    );
    progress.end();
    expect(await screen.lines()).toEqual([]);
  });

  it.each([
    [80, 50],
    [200, 41],
    [60, 120],
    [40, 80],
  ])('adapts to a window that is resized from %i to %i columns', async (from, to) => {
    const screen = openScreen(from);
    screen.terminal.log('before\n');
    const progress = await openProgress(screen.terminal, now, screen.stream);
    progress.applying(planOf({ '111111111111': 20 }));
    progress.trackCall(call);
    for (let region = 1; region <= 10; region += 1)
      progress.event(event('changed', '111111111111', `eu-west-${region}`));
    vi.advanceTimersByTime(5_000);
    await screen.resize(to);
    vi.advanceTimersByTime(100);
    const lines = await screen.lines();
    expect(lines).toHaveLength(4);
    expect(lines.map((line) => line.trim().split(' ')[0])).toEqual([
      'before',
      'Applying',
      '10',
      'waiting',
    ]);
    await screen.resize(from);
    progress.end();
    expect(await screen.lines()).toEqual(['before']);
  });

  it('disappears for a prompt, whose time does not count in the rate', async () => {
    const screen = openScreen(80);
    const progress = await openProgress(screen.terminal, now, screen.stream);
    progress.applying(planOf({ '111111111111': 2 }));
    progress.event(event('changed'));
    vi.advanceTimersByTime(4_000);
    await progress.suspend(async () => {
      vi.advanceTimersByTime(600_000);
      expect(await screen.lines()).toEqual([]);
    });
    vi.advanceTimersByTime(100);
    expect((await screen.lines())[0]).toContain('4 s left');
    progress.end();
  });

  it('removes its lines when the process ends by itself', async () => {
    const before = process.listeners('exit');
    const screen = openScreen(80);
    const progress = await openProgress(screen.terminal, now, screen.stream);
    progress.planning({ accountsListed: 3, listed: true, accountsRead: 1, cellsRead: 17 });
    vi.advanceTimersByTime(100);
    expect(await screen.lines()).toHaveLength(1);
    for (const atExit of process.listeners('exit').filter((listener) => !before.includes(listener)))
      atExit(1);
    expect(await screen.lines()).toEqual([]);
    progress.end();
  });
});
