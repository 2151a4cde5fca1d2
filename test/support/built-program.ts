/** The built program as a child process, against a sandbox in this one. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../../src/core/model/model.ts';
import { sandboxEnvironment, type Sandbox, type World } from '../../src/sandbox/index.ts';
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
  /** What standard error has said so far. */
  stderr(): string;
  readonly ended: Promise<Ended>;
}

/** Starts the program with nothing on standard input, and collects what it says. */
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
  /** Where state and empty configuration files are. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  run(...args: readonly string[]): Promise<Ended>;
  /** Runs with `-o json`; throws where standard output is not a report. */
  report(
    ...args: readonly string[]
  ): Promise<{ readonly status: number | null; readonly report: Report; readonly stderr: string }>;
  stop(): Promise<void>;
}

/** Runs with `-o json` and reads the report; throws where standard output is not a report. */
export async function reportOf(
  run: Bench['run'],
  args: readonly string[],
): Promise<{ readonly status: number | null; readonly report: Report; readonly stderr: string }> {
  const { status, stdout, stderr } = await run(...args, '-o', 'json');
  const report = JSON.parse(stdout) as Report;
  if (report.schema !== 'dhmc.report/v1') throw new Error(`no report: ${stdout}${stderr}`);
  return { status, report, stderr };
}

/** A world that is served, and a folder of its own. */
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
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Calls by `service:operation` that change something. */
export const writesOf = (sandbox: Sandbox): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(countsOf(sandbox)).filter(([name]) =>
      /:(Create|Delete|Update|Reset|Put|Attach|Detach|Tag|Untag|Add|Remove)/.test(name),
    ),
  );

export const countsOf = (sandbox: Sandbox): Readonly<Record<string, number>> =>
  sandbox.requests().byOperation;
