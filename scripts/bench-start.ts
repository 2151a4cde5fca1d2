/**
 * Compares the start of `dhmc --version` and `dhmc --help` with bare `node -e 0`, by the median of interleaved runs.
 * Fails if dhmc takes twice as long.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const program = join(import.meta.dirname, '../bin/dhmc.js');
const rounds = Number(process.env['ROUNDS'] ?? 31);
const limit = 2;

const contenders = {
  'node -e 0': ['-e', '0'],
  'dhmc --version': [program, '--version'],
  'dhmc --help': [program, '--help'],
  'dhmc enable --help': [program, 'enable', '--help'],
};

function milliseconds(args: readonly string[]): number {
  const start = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

const median = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;

const times = new Map<string, number[]>(Object.keys(contenders).map((name) => [name, []]));
for (let round = 0; round < rounds; round += 1) {
  for (const [name, args] of Object.entries(contenders)) times.get(name)?.push(milliseconds(args));
}

const bare = median(times.get('node -e 0') ?? []);
let slow = false;
for (const [name, taken] of times) {
  const ratio = median(taken) / bare;
  slow ||= ratio >= limit;
  console.log(
    `${name.padEnd(20)} ${median(taken).toFixed(1).padStart(7)} ms  ${ratio.toFixed(2)} × node -e 0`,
  );
}
if (slow) {
  console.error(`Starting takes ${limit} times as long as Node itself, or longer.`);
  process.exitCode = 1;
}
