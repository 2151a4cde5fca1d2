/** The report of a run over 10,000 accounts, from its journal of 170 MB, within the memory that README.md states. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatLine } from '../../src/journal/format.ts';
import { begun, ended, planned, planOf, run, setting, startedOf } from '../journal/sample.ts';
import { programPath } from '../support/built-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'dhmc-test-'));
const journal = join(folder, 'o-exampleorg1', `${run}.jsonl`);
const accounts = 10_000;
const regions = [
  ...['af-south-1', 'ap-east-1', 'ap-northeast-1', 'ap-south-1', 'ca-central-1', 'eu-central-1'],
  ...['eu-north-1', 'eu-south-1', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'me-south-1'],
  ...['sa-east-1', 'us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
];

beforeAll(() => {
  mkdirSync(join(folder, 'o-exampleorg1'), { mode: 0o700 });
  writeFileSync(journal, formatLine(startedOf(run)), { mode: 0o600 });
  const by = { type: 'run-confirmed', at: '2026-11-22T10:00:01.000Z', by: 'yes' } as const;
  for (let n = 0; n < accounts; n += 1) {
    const account = String(200_000_000_000 + n);
    const cells = regions.map((region) => setting(account, region));
    const modifiedBy = `arn:aws:sts::${account}:assumed-role/OrganizationAccountAccessRole/dhmc-${run}`;
    const events = [
      planOf(
        account,
        cells.map((cell) => planned(cell)),
      ),
      ...(n === 0 ? [by] : []),
      ...cells.flatMap((cell) => [
        begun(cell, '2026-11-22T10:01:00.000Z'),
        ended(cell, '2026-11-22T10:01:01.000Z', { modifiedBy }),
      ]),
    ];
    appendFileSync(journal, events.map(formatLine).join(''));
  }
  const end = { type: 'run-finished', at: '2026-11-22T11:00:00.000Z' } as const;
  appendFileSync(journal, formatLine({ ...end, calls: 1, throttled: 0 }));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Prints the process's peak memory in kB as its last line. */
const peak = `data:text/javascript,${encodeURIComponent(
  `process.on('exit', () => process.stderr.write('\\npeak ' + process.resourceUsage().maxRSS + '\\n'))`,
)}`;

async function measure(...args: readonly string[]): Promise<{ lines: number; megabytes: number }> {
  const child = spawn(process.execPath, ['--import', peak, programPath, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DHMC_STATE_DIR: folder },
  });
  let [lines, stderr] = [0, ''];
  child.stdout.on('data', (chunk: Buffer) => {
    for (const byte of chunk) if (byte === 0x0a) lines += 1;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [status] = (await once(child, 'close')) as [number | null];
  const kilobytes = Number(/peak (\d+)\n$/.exec(stderr)?.[1]);
  if (status !== 0 || Number.isNaN(kilobytes)) throw new Error(stderr);
  return { lines, megabytes: kilobytes / 1000 };
}

const rows = accounts * (1 + regions.length);

it.each([
  ['csv', 1 + rows],
  ['json', 20 * rows],
  ['markdown', 100],
  ['table', 10],
  ['html', 10],
  ['junit', 100],
] as const)('a large journal is shown as %s within 400 MB', async (format, atLeast) => {
  const { lines, megabytes } = await measure('runs', 'show', journal, '-o', format);
  expect(lines).toBeGreaterThanOrEqual(atLeast);
  expect(megabytes).toBeLessThan(400);
});

it('a large journal is listed within 400 MB', async () => {
  const { lines, megabytes } = await measure('runs');
  expect(lines).toBe(3);
  expect(megabytes).toBeLessThan(400);
});
