/**
 * `npm run bench:stack-sets`: compares `stackset deploy --take-over` with dhmc's own loop, one after the other in the same
 * sandbox, whose Organizations has AWS's documented rates. It takes about as long as StackSets take with the given limits.
 *
 * npm run bench:stack-sets -- --accounts 1000 --stack-ms 1000 --stacks-at-once 100 [--save NAME]
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import {
  CloudFormationClient,
  paginateListStackSetOperations,
} from '@aws-sdk/client-cloudformation';
import { regions } from './protocol.ts';
import { environmentFor } from './processes.ts';

const { values } = parseArgs({
  options: {
    accounts: { type: 'string', default: '1000' },
    'stack-ms': { type: 'string', default: '1000' },
    'stacks-at-once': { type: 'string', default: '100' },
    save: { type: 'string' },
  },
});

interface Operation {
  readonly set: string;
  readonly action: string;
  readonly status: string;
  readonly failed: number;
  /** Measured by the sandbox's clock. */
  readonly seconds: number;
}

interface Ended<Summary> {
  readonly status: number | null;
  readonly seconds: number;
  readonly summary: Summary;
}

interface EnableSummary {
  readonly cells: number;
  readonly calls: number;
  readonly states: Readonly<Record<string, number>>;
  readonly verdicts: Readonly<Record<string, number>>;
}

interface DeploySummary {
  readonly instances: number;
  readonly calls: number;
  readonly statuses: Readonly<Record<string, number>>;
}

const folder = mkdtempSync(join(tmpdir(), 'dhmc-bench-'));
for (const part of ['bin', 'dist'])
  cpSync(join(import.meta.dirname, '..', part), join(folder, part), { recursive: true });
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
const program = join(folder, 'bin/dhmc.js');

/** Starts the sandbox; returns it with the variables that a client needs. */
async function startSandbox(): Promise<{ child: ChildProcess; env: NodeJS.ProcessEnv }> {
  const sandbox = [program, 'sandbox', '--accounts', values.accounts];
  const printed = spawnSync(process.execPath, [...sandbox, '--print-world'], { encoding: 'utf8' });
  const behavior = {
    rateLimits: true,
    stackMs: Number(values['stack-ms']),
    stackSetConcurrency: Number(values['stacks-at-once']),
  };
  const world = join(folder, 'world.yaml');
  writeFileSync(world, `${printed.stdout}\nbehavior: ${JSON.stringify(behavior)}\n`);
  const child = spawn(process.execPath, [program, 'sandbox', '--world', world], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const found: Record<string, string> = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name, value] = /^export (\w+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) found[name] = value;
    if (name === 'no_proxy') break;
  }
  const env = { ...environmentFor(folder, found['AWS_ENDPOINT_URL'] ?? ''), ...found };
  return { child, env: { ...env, DHMC_STATE_DIR: join(folder, 'state') } };
}

function run<Summary>(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<Ended<Summary>> {
  const file = join(folder, `${args.slice(0, 2).join('-').replaceAll('--', '')}.json`);
  const started = performance.now();
  const child = spawn(process.execPath, [program, ...args, '--yes', '--quiet', '-o', 'json'], {
    cwd: folder,
    env,
    stdio: ['ignore', openSync(file, 'w'), 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (status) => {
      const seconds = (performance.now() - started) / 1000;
      const { summary } = JSON.parse(readFileSync(file, 'utf8')) as { readonly summary: Summary };
      resolve({ status, seconds, summary });
    });
  });
}

async function operationsOf(env: NodeJS.ProcessEnv): Promise<readonly Operation[]> {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const client = new CloudFormationClient({
    endpoint: env['AWS_ENDPOINT_URL'] ?? '',
    region: env['AWS_REGION'] ?? '',
    credentials: {
      accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
  });
  const all: Operation[] = [];
  for (const set of ['dhmc-role', 'dhmc-setting']) {
    const ofSet: Operation[] = [];
    for await (const { Summaries = [] } of paginateListStackSetOperations(
      { client },
      { StackSetName: set },
    ))
      for (const one of Summaries)
        ofSet.unshift({
          set,
          action: one.Action ?? '',
          status: one.Status ?? '',
          failed: one.StatusDetails?.FailedStackInstancesCount ?? 0,
          seconds:
            ((one.EndTimestamp?.getTime() ?? NaN) - (one.CreationTimestamp?.getTime() ?? NaN)) /
            1000,
        });
    all.push(...ofSet);
  }
  return all;
}

const n = (count: number): string => count.toLocaleString('en');
const s = (seconds: number): string => `${seconds.toFixed(1)} s`.padStart(9);
const counts = (of: Readonly<Record<string, number>>): string =>
  Object.entries(of)
    .map(([name, count]) => `${n(count)} ${name}`)
    .join(', ');

const loadBefore = loadavg()[0] ?? NaN;
const { child, env } = await startSandbox();
try {
  console.log(
    `${n(Number(values.accounts))} accounts × ${regions.length} regions, ${n(Number(values['stack-ms']))} ms a stack, ${values['stacks-at-once']} stacks at once in a stack set; load before ${loadBefore.toFixed(1)}\n`,
  );
  const enable = await run<EnableSummary>(env, ['enable', '--org']);
  console.log(
    `enable --org                  ${s(enable.seconds)}  ${n(enable.summary.cells)} cells (${counts(enable.summary.states)}), ${n(enable.summary.calls)} calls; exit ${String(enable.status)}`,
  );
  const deploy = await run<DeploySummary>(env, ['stackset', 'deploy', '--org', '--take-over']);
  const operations = await operationsOf(env);
  const seconds = operations.reduce((sum, operation) => sum + operation.seconds, 0);
  console.log(
    `stackset deploy --take-over   ${s(deploy.seconds)}  ${n(deploy.summary.instances)} stack instances (${counts(deploy.summary.statuses)}), ${n(deploy.summary.calls)} calls; exit ${String(deploy.status)}`,
  );
  for (const operation of operations)
    console.log(
      `    ${`${operation.set} ${operation.action}`.padEnd(26)}${s(operation.seconds)}  ${operation.status}, ${n(operation.failed)} failed`,
    );
  console.log(
    `    all operations            ${s(seconds)}  ${(deploy.summary.instances / seconds).toFixed(0)} stacks a second; the rest is reading before and after`,
  );
  if (values.save !== undefined)
    writeFileSync(
      join(import.meta.dirname, 'results', `${values.save}.json`),
      `${JSON.stringify(
        {
          date: new Date().toISOString(),
          machine: { processor: cpus()[0]?.model ?? '', cores: cpus().length, loadBefore },
          node: process.version,
          accounts: Number(values.accounts),
          regions: regions.length,
          stackMs: Number(values['stack-ms']),
          stacksAtOnce: Number(values['stacks-at-once']),
          enable,
          deploy,
          operations,
        },
        null,
        2,
      )}\n`,
    );
} finally {
  child.kill();
  rmSync(folder, { recursive: true, force: true });
}
