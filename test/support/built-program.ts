/** The built program as a child process, against a sandbox in this one. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../../src/core/model/model.ts';
import { sandboxEnvironment, type Sandbox, type World } from '../../src/sandbox/index.ts';
import { requireReadableJournals } from './damage.ts';
import { startSandbox } from './like.ts';

export const programPath = join(import.meta.dirname, '../../bin/dhmc.js');

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  /** The text on standard error so far. */
  stderr(): string;
  readonly ended: Promise<Ended>;
}

/** Starts the program with empty standard input and collects its output. */
export function start(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { cwd }: { readonly cwd?: string } = {},
): Started {
  const child = spawn(process.execPath, [programPath, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status, signal, stdout, stderr }));
  });
  return { child, stderr: () => stderr, ended };
}

export interface Bench {
  readonly sandbox: Sandbox;
  /** Holds the state and empty configuration files. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  run(...args: readonly string[]): Promise<Ended>;
  /** Runs with `-o json`; throws if standard output is not a report. */
  report(
    ...args: readonly string[]
  ): Promise<{ readonly status: number | null; readonly report: Report; readonly stderr: string }>;
  stop(): Promise<void>;
}

/** Runs with `-o json` and reads the report; throws if standard output is not a report. */
export async function reportOf(
  run: Bench['run'],
  args: readonly string[],
): Promise<{ readonly status: number | null; readonly report: Report; readonly stderr: string }> {
  const { status, stdout, stderr } = await run(...args, '-o', 'json');
  const report = JSON.parse(stdout) as Report;
  if (report.schema !== 'dhmc.report/v1') throw new Error(`no report: ${stdout}${stderr}`);
  return { status, report, stderr };
}

/** Serves a world and creates a folder for the test. */
export async function openBench(world: World, extra: NodeJS.ProcessEnv = {}): Promise<Bench> {
  const sandbox = await startSandbox({ world });
  const folder = mkdtempSync(join(tmpdir(), 'dhmc-test-'));
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(DHMC_|FORCE_COLOR|NO_COLOR|CI$)/.test(name)),
  );
  const env = { ...sandboxEnvironment(sandbox, inherited, folder), ...extra };
  const run = (...args: readonly string[]): Promise<Ended> => start(args, env).ended;
  return {
    sandbox,
    folder,
    env,
    run,
    report: (...args) => reportOf(run, args),
    async stop() {
      await sandbox.stop();
      try {
        await requireReadableJournals(join(folder, 'state'));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

/** The number of calls that make changes, by `service:operation`. */
export const writesOf = (sandbox: Sandbox): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(countsOf(sandbox)).filter(([name]) =>
      /:(Create|Delete|Update|Reset|Put|Attach|Detach|Tag|Untag|Add|Remove)/.test(name),
    ),
  );

export const countsOf = (sandbox: Sandbox): Readonly<Record<string, number>> =>
  sandbox.requests().byOperation;
