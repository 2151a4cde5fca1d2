/**
 * Streams that fail: full disks, hangups and a second Ctrl-C. Uses the built program and the system's own devices.
 */
import { spawn, type StdioOptions } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openBench, programPath, start, writesOf, type Bench } from '../support/built-program.ts';
import { simpleWorld } from '../support/simple-world.ts';

const full = '/dev/full';
let bench: Bench;
afterEach(() => bench.stop());

interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly text: string;
}

/** Runs the program with one stream on a full disk; `text` is the output on the other stream. */
async function runOnFullDisk(stream: 1 | 2, ...args: readonly string[]): Promise<Ended> {
  const device = openSync(full, 'w');
  const stdio: StdioOptions =
    stream === 1 ? ['ignore', device, 'pipe'] : ['ignore', 'pipe', device];
  const child = spawn(process.execPath, [programPath, ...args], { env: bench.env, stdio });
  let text = '';
  (stream === 1 ? child.stderr : child.stdout)?.on(
    'data',
    (part: Buffer) => (text += part.toString()),
  );
  return new Promise((resolve) => {
    child.once('close', (status, signal) => {
      closeSync(device);
      resolve({ status, signal, text });
    });
  });
}

const stateOf = (): readonly string[] =>
  readdirSync(join(bench.folder, 'state'), { recursive: true, encoding: 'utf8' });

describe.runIf(existsSync(full))('on a full disk', () => {
  it.each([
    ['--help'],
    ['--version'],
    ['enable', '--help'],
    ['runs'],
    ['policy', 'member'],
    ['status', '--quiet'],
    ['status', '--quiet', '-o', 'json'],
    ['status', '--quiet', '-o', 'csv'],
  ])('%s %s %s %s ends with one line and status 1', async (...args) => {
    bench = await openBench(simpleWorld());
    const { status, text } = await runOnFullDisk(1, ...args);
    expect(status).toBe(1);
    expect(text).toMatch(/^(dhmc: )?Standard output cannot be written: .*no space/);
    expect(text).not.toMatch(/node:|at /);
  });

  it('a run still writes its report file, names its journal and releases its lock', async () => {
    bench = await openBench(simpleWorld());
    const file = join(bench.folder, 'report.json');
    const { status, text } = await runOnFullDisk(
      1,
      'enable',
      '--org',
      '--yes',
      '--report-file',
      file,
    );
    expect(status).toBe(1);
    expect(text).toMatch(
      /\nStandard output cannot be written: no space .*\nJournal: .*\nUndo with: /,
    );
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ schema: 'dhmc.report/v1' });
    expect(stateOf().filter((name) => name.endsWith('lock'))).toEqual([]);
  });

  it('a run changes nothing if its messages cannot be written', async () => {
    bench = await openBench(simpleWorld());
    const { status, text } = await runOnFullDisk(2, 'enable', '--org', '--yes', '-o', 'json');
    expect(status).toBe(1);
    expect(JSON.parse(text)).toMatchObject({
      run: null,
      summary: { verdicts: { 'not-attempted': 12 } },
    });
    expect(writesOf(bench.sandbox)).toEqual({});
  });

  it('a report is complete without its messages, but the status is 1', async () => {
    bench = await openBench(simpleWorld());
    const { status, text } = await runOnFullDisk(2, 'status', '-o', 'json');
    expect(status).toBe(1);
    expect(JSON.parse(text)).toMatchObject({ schema: 'dhmc.report/v1' });
  });
});

const stuck = { service: 'iam', operation: 'CreateRole', kind: 'hang' } as const;

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe('signals', () => {
  it('a second Ctrl-C exits at once and says how to continue', async () => {
    bench = await openBench(simpleWorld({ accounts: ['web'], behavior: { faults: [stuck] } }));
    const { child, stderr, ended } = start(['enable', '--account', 'web', '--yes'], bench.env);
    await until(() => (bench.sandbox.requests().byOperation['iam:CreateRole'] ?? 0) > 0);
    child.kill('SIGINT');
    await until(() => stderr().includes('Stopping: calls in flight'));
    child.kill('SIGINT');
    const { status, stderr: said } = await ended;
    expect(status).toBe(130);
    expect(said).toMatch(
      /\nExited immediately\. Journal: .*\.jsonl\nResume with: dhmc resume \d{8}-/,
    );
  });

  it('a hangup stays ignored under nohup', async () => {
    bench = await openBench(simpleWorld({ accounts: ['web'], behavior: { latencyMs: 60 } }), {
      _: '/usr/bin/nohup',
    });
    const { child, stderr, ended } = start(['enable', '--account', 'web', '--yes'], bench.env);
    await until(() => stderr().includes('Create 1 role'));
    child.kill('SIGHUP');
    const { status, stderr: said } = await ended;
    expect(said).not.toContain('Stopping');
    expect(status).toBe(0);
  });
});
