/** Runs commands within the test's own process, against a sandbox: fast enough for many of them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands } from '../../src/cli/commands/index.ts';
import { describeError, errorJson, errorText } from '../../src/cli/exit.ts';
import { optionOf } from '../../src/cli/args/command.ts';
import { describeCommandLine, parseCommandLine } from '../../src/cli/args/parse.ts';
import { actionOf, asksForJson } from '../../src/cli/args/raw.ts';
import { resolveOptions } from '../../src/cli/args/resolve.ts';
import { openInterruption } from '../../src/cli/terminal/signals.ts';
import type { Terminal } from '../../src/cli/terminal/terminal.ts';
import { openBench, reportOf, type Bench, type Ended } from './built-program.ts';
import { type Sandbox, type World } from '../../src/sandbox/index.ts';
import { requireReadableJournals } from './damage.ts';
import { startSandbox } from './like.ts';

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Console {
  readonly sandbox: Sandbox;
  /** `answers` are the answers to the prompts, in order; without any, the terminal is not interactive. */
  run(args: readonly string[], answers?: readonly string[]): Promise<Ran>;
  stop(): Promise<void>;
}

/** Serves the world and points the environment of this process at it; one at a time. */
export async function openConsole(world: World): Promise<Console> {
  const sandbox = await startSandbox({ world });
  const folder = mkdtempSync(join(tmpdir(), 'dhmc-test-'));
  for (const name of Object.keys(process.env))
    if (/^(AWS_|DHMC_)|_PROXY$/i.test(name)) delete process.env[name];
  Object.assign(process.env, {
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    DHMC_STATE_DIR: join(folder, 'state'),
    ...sandbox.env,
  });
  return {
    sandbox,
    run: runInProcess,
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

/**
 * A bench whose commands run in this process. It differs from the built program only in streams, signals and the
 * configuration file, and is ten times as fast. One command at a time.
 */
export async function openBenchInProcess(
  world: World,
  extra: NodeJS.ProcessEnv = {},
): Promise<Bench> {
  const bench = await openBench(world, extra);
  const run = async (...args: readonly string[]): Promise<Ended> => ({
    signal: null,
    ...(await runInEnvironment(args, bench.env)),
  });
  return { ...bench, run, report: (...args) => reportOf(run, args) };
}

/** Runs a command with `env` as the environment of this process; one at a time. */
export function runInEnvironment(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  return runInProcess(args);
}

/** Runs a command line as `main` does, without a separate process. */
export async function runInProcess(
  args: readonly string[],
  answers: readonly string[] = [],
): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  const left = [...answers];
  const terminal: Terminal = {
    write: (text) => {
      stdout += text;
      return Promise.resolve();
    },
    log: (text) => void (stderr += text),
    interactive: answers.length > 0,
    live: false,
    logFormat: 'text',
    outStyle: { color: false, columns: 120 },
    errorStyle: { color: false, columns: Infinity },
    ask: (question) => {
      stderr += `${question}\n`;
      return Promise.resolve(left.shift() ?? null);
    },
  };
  const interruption = openInterruption(process.env);
  try {
    const parsed = parseCommandLine(commands, args, 120);
    if ('print' in parsed) return { status: 0, stdout: parsed.print, stderr };
    const { spec, given, operands } = parsed;
    const environment = { ...process.env };
    const options = resolveOptions(spec.options, given, environment, {
      commandLineScope: spec.commandLineScope ?? 'nothing',
      file: null,
      optionOf: (name) => optionOf(spec, name),
    });
    const run = await spec.load();
    const status = await run({
      options,
      given,
      operands,
      rest: [],
      environment,
      terminal,
      interruption,
      commandLine: describeCommandLine(args),
    });
    return { status, stdout, stderr };
  } catch (error) {
    const ending = describeError(error, interruption.signal);
    if (ending.status === 70) throw error;
    stderr += errorText(ending);
    if (asksForJson(args, process.env)) stdout += errorJson(actionOf(args), ending);
    return { status: ending.status, stdout, stderr };
  }
}
