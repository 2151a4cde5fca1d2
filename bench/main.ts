/**
 * `npm run bench`: measures the built program against a counting server, beside baselines that make the same calls.
 *
 * npm run bench                          every size, latency and concurrency; some hours
 * npm run bench -- --quick               a minute's worth
 * npm run bench -- --accounts 1000 --latency 0 --concurrency 128 --command status [--output table] [--no-baselines]
 * npm run bench -- --accounts 300 --latency 0 --concurrency 128 --command coverage --instances 6 --output csv
 * npm run bench -- --accounts 300 --latency 0 --concurrency 128 --command advise --roles 100 --instances 7 --files csv,ndjson
 * npm run bench -- --save NAME           keeps the results as bench/results/NAME.json
 * npm run bench -- --profile DIR ...     writes processor profiles of the program there
 */
import { cpSync, mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import manifest from '../package.json' with { type: 'json' };
import { runCase, type Bench, type CaseOptions, type CaseResult, type Command } from './cases.ts';
import { bundleInto, startServer } from './processes.ts';
import { compareStartUp, type StartUp } from './start-up.ts';
import { sampleCli, type CliSample } from './aws-cli.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    accounts: { type: 'string' },
    latency: { type: 'string' },
    concurrency: { type: 'string' },
    command: { type: 'string' },
    output: { type: 'string' },
    instances: { type: 'string' },
    roles: { type: 'string' },
    files: { type: 'string' },
    'no-baselines': { type: 'boolean', default: false },
    save: { type: 'string' },
    profile: { type: 'string' },
  },
});

const numbers = (text: string | undefined, otherwise: readonly number[]): readonly number[] =>
  text?.split(',').map(Number) ?? otherwise;

const isCommand = (text: string): text is Command =>
  ['status', 'coverage', 'advise', 'enable', 'enable again'].includes(text);
const outputs = ['table', 'json', 'csv', 'ndjson'] as const;

function casesToRun(): readonly CaseOptions[] {
  const baselines = values['no-baselines'] ? [] : (['floor', 'sdk'] as const);
  const output = outputs.find((each) => each === values.output) ?? 'json';
  const instancesPerCell = Number(values.instances ?? 6);
  const sdk = values['no-baselines'] ? [] : (['sdk'] as const);
  if (values.quick)
    return [
      { command: 'status', accounts: 300, latencyMs: 0, concurrency: 128, baselines, output },
      { command: 'status', accounts: 300, latencyMs: 40, concurrency: 128, baselines, output },
      {
        ...{ command: 'coverage', accounts: 300, latencyMs: 0, concurrency: 128 },
        ...{ baselines: sdk, output, instancesPerCell },
      },
      { command: 'enable', accounts: 100, latencyMs: 0, concurrency: 128, baselines, output },
      { command: 'enable again', accounts: 100, latencyMs: 0, concurrency: 128, baselines, output },
    ];
  const commands =
    values.command?.split(',').filter(isCommand) ??
    (['status', 'coverage', 'enable', 'enable again'] as const);
  return numbers(values.accounts, [100, 1000, 10_000]).flatMap((accounts) =>
    numbers(values.latency, [0, 40]).flatMap((latencyMs) =>
      numbers(values.concurrency, [32, 128, 512]).flatMap((concurrency) =>
        commands.map((command) => ({
          command,
          accounts,
          latencyMs,
          concurrency,
          baselines: command === 'coverage' || command === 'advise' ? sdk : baselines,
          output,
          files: values.files?.split(',') ?? [],
          ...(command === 'coverage' || command === 'advise' ? { instancesPerCell } : {}),
          ...(command === 'advise' ? { rolesPerAccount: Number(values.roles ?? 100) } : {}),
        })),
      ),
    ),
  );
}

const right = (text: string | number, width: number): string => String(text).padStart(width);
const ratio = (value: number | null): string => (value === null ? '–' : value.toFixed(2));

function print(result: CaseResult): void {
  const { command, accounts, latencyMs, concurrency } = result;
  console.log(
    `\n${command}, ${accounts} accounts × 17 regions${result.instancesPerCell > 0 ? ` × ${result.instancesPerCell} instances, ${result.output}` : ''}, ${latencyMs} ms, ${concurrency} at once`,
  );
  console.log(
    `  ${'contender'.padEnd(10)}    calls  in flight  connections   wall s   ms/call  peak MB`,
  );
  for (const one of result.contenders)
    console.log(
      `  ${one.contender.padEnd(10)} ${right(one.calls, 8)} ${right(one.inFlightPeak, 10)} ${right(one.connections, 12)} ${right((one.wallMs / 1000).toFixed(2), 8)} ${right(one.processorMsPerCall.toFixed(3), 9)} ${right(one.peakMemoryMb.toFixed(0), 8)}`,
    );
  const first = result.firstCellMs === null ? '–' : `${(result.firstCellMs / 1000).toFixed(2)} s`;
  console.log(
    `  processor time: ${ratio(result.ofSdk)} × sdk, ${ratio(result.ofFloor)} × floor; wall: ${ratio(result.wallOfBound)} × bound; first cell after ${first} and ${String(result.pagesBeforeFirstCell)} pages`,
  );
}

interface Saved {
  readonly date: string;
  readonly machine: {
    readonly processor: string;
    readonly cores: number;
    readonly memoryGb: number;
    readonly loadBefore: number;
  };
  readonly versions: { readonly node: string; readonly dhmc: string; readonly sdk: string };
  readonly startUp: StartUp;
  readonly cases: readonly CaseResult[];
  readonly slowAccount: SlowAccount | null;
  readonly cli: CliSample | null;
}

interface SlowAccount {
  readonly accounts: number;
  readonly latencyMs: number;
  readonly concurrency: number;
  readonly wallMs: number;
  readonly wallWithOneSlowMs: number;
  /** The time of the slow account itself: four calls, one after another. */
  readonly itsOwnMs: number;
}

/** Measures an organization with one account that takes a hundred times as long, against the same one without it. */
async function measureSlowAccount(bench: Bench, accounts: number): Promise<SlowAccount> {
  const size = {
    accounts,
    latencyMs: 20,
    concurrency: 64,
    command: 'status',
    baselines: [],
  } as const;
  const even = await runCase(bench, size);
  const uneven = await runCase(bench, { ...size, slowAccount: Math.floor(accounts / 2) });
  return {
    accounts,
    latencyMs: size.latencyMs,
    concurrency: size.concurrency,
    wallMs: even.contenders[0]?.wallMs ?? NaN,
    wallWithOneSlowMs: uneven.contenders[0]?.wallMs ?? NaN,
    itsOwnMs: 3 * 100 * size.latencyMs,
  };
}

const folder = mkdtempSync(join(tmpdir(), 'dhmc-bench-'));
const loadBefore = loadavg()[0] ?? NaN;
await bundleInto(folder);
// Measure a copy, so that a build in the meantime changes nothing.
for (const part of ['bin', 'dist'])
  cpSync(join(import.meta.dirname, '..', part), join(folder, part), { recursive: true });
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
const server = await startServer(folder);
try {
  const profile = values.profile;
  if (profile !== undefined) mkdirSync(profile, { recursive: true });
  const bench: Bench = {
    folder,
    server,
    program: join(folder, 'bin/dhmc.js'),
    flags: profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`],
  };
  const single = values.accounts !== undefined || values.command !== undefined;
  const startUp = await compareStartUp(bench, single ? 3 : 15);
  if (!single)
    for (const [name, ms] of Object.entries(startUp))
      console.log(`${name.padEnd(32)} ${ms.toFixed(1).padStart(7)} ms`);
  const cases: CaseResult[] = [];
  for (const options of casesToRun()) {
    const result = await runCase(bench, options);
    cases.push(result);
    print(result);
  }
  const slowAccount = single ? null : await measureSlowAccount(bench, values.quick ? 60 : 200);
  if (slowAccount !== null)
    console.log(
      `\none account 100 × as slow (${slowAccount.itsOwnMs} ms by itself): ${slowAccount.wallWithOneSlowMs.toFixed(0)} ms instead of ${slowAccount.wallMs.toFixed(0)} ms`,
    );
  const cli = single ? null : sampleCli(bench);
  if (cli !== null)
    console.log(
      `\nAWS CLI: ${cli.processorMsPerCall.toFixed(0)} ms of processor time per call (${cli.calls} calls)`,
    );
  if (values.save !== undefined) {
    const saved: Saved = {
      date: new Date().toISOString(),
      machine: {
        processor: cpus()[0]?.model ?? '',
        cores: cpus().length,
        memoryGb: Math.round(totalmem() / 2 ** 30),
        loadBefore,
      },
      versions: {
        node: process.version,
        dhmc: manifest.version,
        sdk: manifest.devDependencies['@aws-sdk/client-ssm'],
      },
      startUp,
      cases,
      slowAccount,
      cli,
    };
    writeFileSync(
      join(import.meta.dirname, 'results', `${values.save}.json`),
      `${JSON.stringify(saved, null, 2)}\n`,
    );
  }
} finally {
  server.stop();
  rmSync(folder, { recursive: true, force: true });
}
